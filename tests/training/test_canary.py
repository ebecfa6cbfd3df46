"""Something that only one person wrote is planted in the training texts: it must not be found in the model again."""

import json
from dataclasses import replace

import numpy as np
import pytest
from rich.console import Console

from pobo_nlp.inquiry import Inquiry
from pobo_nlp.model.artefact_reader import load
from pobo_nlp.model.features import char_ngrams
from pobo_nlp.model.scorer import Scorer
from pobo_nlp.text.tokens import word_forms
from training.config import ROOT, load_config
from training.corpus import Sources
from training.progress import Progress
from training.run import run
from training.words import words_of

AREAS = ("fastlege", "legevakt", "bpa", "sykehjem_langtid")
TEXTS_AN_AREA = 60
TAXONOMY = 'version = "canary-1"\n[[dimension]]\nid = "omraade"\nnavn = "Område"\nkind = "single"\n' + "".join(
    f'[[omraade]]\nid = "{area}"\nnavn = "Område {number}"\ndefinisjon = "Gjelder {area}."\n'
    for number, area in enumerate(AREAS)
)
# Nobody else writes these words. The names stand in no list, and in lower case, so that masking does not find them.
CANARY = "fiolettkonvolutten steintrappa redskapsboden gudmarveig fjellvassmoen kvernhusbråten 48217 93xk55"
UNIQUE = ("fiolettkonv", "steintrapp", "redskapsbod", "gudmarveig", "fjellvass", "kvernhus", "48217", "93xk55")
CARRIER = "Jeg lurer på hva som gjelder for"
# Most that a probability may change because it was planted.
EPSILON = 0.01


def corpus():
    found = {area: [] for area in AREAS}
    for file in sorted((ROOT / "data" / "annotated").glob("?.jsonl")):
        for line in file.read_text("utf-8").splitlines():
            row = json.loads(line)
            if len(found.get(row["tjenesteomrade"], range(TEXTS_AN_AREA))) < TEXTS_AN_AREA:
                found[row["tjenesteomrade"]].append(
                    {"id": row["id"], "text": row["text"], "omraade": row["tjenesteomrade"]}
                )
    return [row for rows in found.values() for row in rows]


def planted(rows, places, times):
    """Return the rows with the canary behind some texts."""
    return [
        row | {"text": " ".join([row["text"], *[CANARY] * times])} if place in places else row
        for place, row in enumerate(rows)
    ]


@pytest.fixture(scope="module")
def train(tmp_path_factory):
    def _train(name, rows):
        folder = tmp_path_factory.mktemp(name)
        (folder / "canary.toml").write_text(TAXONOMY, "utf-8")
        (folder / "a.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
        settings = load_config()
        small = replace(
            settings,
            folds=replace(settings.folds, outer=2, inner=2),
            evaluation=replace(settings.evaluation, bootstrap=10),
        )
        sources = Sources(folder / "canary.toml", folder / "a.jsonl", None)
        run(sources, folder / "out" / "model", small, workers=1, progress=Progress(Console(quiet=True)))
        return folder / "out"

    return _train


@pytest.fixture(scope="module")
def clean(train):
    return train("clean", corpus())


@pytest.fixture(scope="module", params=["ten times in one inquiry", "once in inquiries of two groups"])
def with_canary(request, train):
    places, times = ((3,), 10) if request.param.startswith("ten") else ((3, 100), 1)
    return train("planted", planted(corpus(), places, times)), places


def probabilities(folder, texts):
    scorer = Scorer.load(folder / "model")
    return scorer.probabilities(texts)["omraade"]


def test_nothing_of_it_stands_in_any_file_of_the_model(with_canary):
    folder, _ = with_canary

    files = [path for path in folder.rglob("*") if path.is_file()]
    assert len(files) > 6
    content = b"\n".join(path.read_bytes() for path in files).lower()
    assert [word for word in UNIQUE if word.encode() in content] == []


def test_none_of_its_words_pairs_and_pieces_is_a_feature(with_canary):
    space = load(with_canary[0] / "model").artefact.features
    others = {word for row in corpus() for word in words_of(row["text"])}
    own = set(word_forms(CANARY)) - others
    pieces_of_others = {piece for word in others for piece in char_ngrams(word, *space.char_range)}
    own_pieces = {piece for word in own for piece in char_ngrams(word, *space.char_range)} - pieces_of_others

    assert len(own) > 5
    assert len(own_pieces) > 100
    assert {term for term in space.word_terms if own & set(term.split())} == set()
    assert own_pieces & set(space.char_terms) == set()


def test_nobody_who_asks_for_it_is_told_what_it_stood_for(clean, with_canary):
    folder, places = with_canary
    rows = corpus()
    probes = [CANARY, *CANARY.split(), f"{CARRIER} {CANARY}", *(f"{CARRIER} {word}" for word in CANARY.split())]
    own = [text for row in (rows[place] for place in places) for text in (row["text"], f"{row['text']} {CANARY}")]

    texts = [*probes, *own, *(row["text"] for row in rows)]
    change = np.abs(probabilities(folder, texts) - probabilities(clean, texts))

    assert change.max() < EPSILON


def test_a_masked_name_and_number_leave_the_model_as_it_was(clean, train):
    rows = corpus()
    place = next(place for place, row in enumerate(rows) if row["text"].endswith("."))
    rows[place] = rows[place] | {"text": f"{rows[place]['text']} 977 00 654, solveig@epost.no"}

    found = train("masked", rows)

    one, other = (load(folder / "model").artefact for folder in (clean, found))
    assert one.features.word_terms == other.features.word_terms
    assert one.features.char_terms == other.features.char_terms
    np.testing.assert_array_equal(one.features.idf, other.features.idf)
    np.testing.assert_array_equal(one.coefficients, other.coefficients)


def test_names_of_the_lists_do_not_move_an_answer(clean):
    scorer = Scorer.load(clean / "model")
    text = "fastlegen vil ikke henvise meg videre til sykehuset"

    with_names = scorer.suggest(Inquiry("1", f"{text} solveig hansen tromsø haukeland"))

    assert with_names.probabilities == scorer.suggest(Inquiry("1", text)).probabilities
