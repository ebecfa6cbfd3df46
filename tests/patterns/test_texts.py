"""The one pass over texts, and the vectors that come of it."""

import csv

import numpy as np
import pytest

from pobo_nlp.errors import ColumnError
from pobo_nlp.patterns.texts import read_texts
from pobo_nlp.patterns.vectors import VectorReader
from pobo_nlp.tables import open_table

TEXTS = ["Jeg får ikke time hos fastlegen.", "", "Vedtaket om støttekontakt er ikke levert.", "xqzv wvkzq"]


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "saker.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=";").writerows([["id", "tekst"], *([str(n), one] for n, one in enumerate(TEXTS))])
    return open_table(path)


@pytest.fixture
def vectors(table, scorer):
    reader = VectorReader(scorer)
    read_texts(table, None, [reader], rows_at_once=3)
    return reader.vectors()


class TestReadTexts:
    @pytest.mark.parametrize("rows_at_once", [1, 3, 100])
    def test_every_reader_gets_every_text_with_its_place(self, table, rows_at_once):
        one, other = [], []

        n_empty = read_texts(
            table,
            None,
            [lambda places, texts: one.extend(zip(places.tolist(), texts, strict=True)), lambda _, t: other.extend(t)],
            rows_at_once=rows_at_once,
        )

        assert one == list(enumerate(TEXTS))
        assert other == TEXTS
        assert n_empty == 1

    def test_a_table_without_a_text_column_is_refused(self, tmp_path):
        (tmp_path / "x.csv").write_text("a;b\n1;2\n")

        with pytest.raises(ColumnError, match="--text-column"):
            read_texts(open_table(tmp_path / "x.csv"), None, [])


class TestVectors:
    def test_each_row_has_length_one_or_no_word(self, vectors):
        lengths = np.sqrt(vectors.matrix.multiply(vectors.matrix).sum(axis=1))

        assert np.allclose(lengths, [1, 0, 1, 0])
        assert vectors.matrix.dtype == np.float32
        assert vectors.matrix.shape == (len(vectors), len(vectors.words)) == (4, len(vectors.idf))

    def test_unknown_words_are_a_share_of_the_words_of_a_text(self, vectors):
        assert vectors.unknown[0] == 0
        assert np.isnan(vectors.unknown[1])
        assert vectors.unknown[3] == 1

    def test_half_of_the_words_unknown_is_a_half(self, scorer):
        reader = VectorReader(scorer)
        reader(np.arange(2), ["fastlegen xqzv sykehuset wvkzq", "fastlegen sykehuset xqzv"])

        assert reader.vectors().unknown == pytest.approx([0.5, 1 / 3])

    def test_identifiers_of_persons_are_no_words(self, scorer):
        reader = VectorReader(scorer)
        reader(np.arange(2), ["Fastlegen ringte meg ikke.", "Fastlegen ringte meg ikke. Hilsen Kari Nordmann"])
        matrix = reader.vectors().matrix

        more = set(matrix[[1]].indices) - set(matrix[[0]].indices)
        assert {reader.vectors().words[place].split(" ")[0] for place in more} <= {"hilsen", "ikke"}

    def test_no_texts_are_no_vectors(self, scorer):
        assert len(VectorReader(scorer).vectors()) == 0
