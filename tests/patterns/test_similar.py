"""The nearest inquiries of a table, as a search by hand finds them."""

import csv

import numpy as np
import pytest

from pobo_nlp.errors import ColumnError, PatternsError
from pobo_nlp.model.featuriser import Featuriser
from pobo_nlp.model.reading import read_all
from pobo_nlp.patterns.quotes import quote
from pobo_nlp.patterns.similar import Options, find_similar
from pobo_nlp.tables import open_table
from tests.patterns.synthetic_texts import made_up

SOUGHT = "Vi er fortvilet over medisinene på sykehjemmet etter utskriving. Mannen min har demens."


@pytest.fixture(scope="module")
def texts():
    return [*made_up(300, 1), ""]


@pytest.fixture(scope="module")
def table(tmp_path_factory, texts):
    path = tmp_path_factory.mktemp("similar") / "saker.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(["saksnr", "dato", "sted", "kommune", "tekst", "tjenesteomrade", "arsak"])
        for number, text in enumerate(texts):
            writer.writerow(
                [f"S-{number}", "01.02.2025", "Lia", "Bergen", text, "sykehjem_langtid", "okonomi|rart|tvang"]
            )
    return open_table(path)


def _options(**more):
    return Options(**more)


class TestFindSimilar:
    @pytest.mark.parametrize("rows_at_once", [7, 1000])
    def test_it_finds_what_a_search_by_hand_finds(self, table, texts, scorer, rows_at_once):
        featuriser = Featuriser(scorer.artefact.features)
        readings = read_all([SOUGHT, *texts], scorer.artefact.limits, featuriser.words)
        dense = featuriser.weigh(featuriser.counts_of(readings.words, readings.ends)).toarray()
        dense /= np.maximum(np.linalg.norm(dense, axis=1, keepdims=True), 1e-12)
        cosine = dense[1:] @ dense[0]

        found = find_similar(SOUGHT, table, scorer, _options(top=20, rows_at_once=rows_at_once))

        expected = np.argsort(-cosine.round(9), kind="stable")[:20]
        assert [case.similarity for case in found.cases] == pytest.approx(cosine[expected].tolist())
        assert [case.id for case in found.cases] == [f"S-{place}" for place in expected]

    def test_a_text_of_the_table_is_most_like_itself(self, table, texts, scorer):
        first = find_similar(texts[17], table, scorer, _options(top=1)).cases[0]

        assert (first.id, first.row) == ("S-17", 19)
        assert first.similarity == pytest.approx(1)

    def test_it_tells_place_and_labels_and_no_text(self, table, scorer):
        found = find_similar(SOUGHT, table, scorer, _options(top=1))

        case = found.cases[0]
        assert (case.date, case.site, case.region, case.quote) == ("01.02.2025", "Lia", "Bergen", None)
        assert case.labels == {"tjenesteomrade": ("sykehjem_langtid",), "arsak": ("okonomi", "tvang")}
        assert (found.n_rows, found.n_without_text) == (301, 1)

    def test_quotes_are_told_on_request(self, table, texts, scorer):
        case = find_similar(texts[17], table, scorer, _options(top=1, with_quotes=True)).cases[0]

        assert case.quote == quote(texts[17])

    @pytest.mark.parametrize("text", ["", "  \n"])
    def test_an_empty_text_is_refused(self, table, scorer, text):
        with pytest.raises(PatternsError, match="Teksten er tom"):
            find_similar(text, table, scorer, _options())

    def test_a_text_without_a_known_word_is_refused_and_not_told(self, table, scorer, all_words_of):
        with pytest.raises(PatternsError, match="ingen ord som modellen kjenner") as error:
            find_similar("жщ ыы", table, scorer, _options())

        assert "жщ" not in all_words_of(error.value)

    def test_a_missing_text_column_is_told(self, table, scorer):
        with pytest.raises(ColumnError, match="finnes ikke"):
            find_similar(SOUGHT, table, scorer, _options(text_column="brev"))


class TestQuote:
    def test_it_has_twenty_words_at_most(self):
        assert len(quote(" ".join(["ord"] * 50)).split()) == 21
        assert quote(" ".join(["ord"] * 20)) == " ".join(["ord"] * 20)

    def test_identifiers_are_masked_also_where_they_reach_beyond_the_quote(self):
        text = " ".join(["ord"] * 18) + " hilsen Kari Nordmann Hansen, 977 00 654"

        assert "Kari" not in quote(text)
        assert quote(text).endswith("hilsen [NAVN], …")

    def test_a_text_without_spaces_is_cut(self):
        assert len(quote("a" * 5000)) < 250
