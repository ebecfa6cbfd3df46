"""Scores by column say what suggestions say one by one."""

import json

import numpy as np
import pytest

from pobo_nlp.model.scorer import TEXTS_AT_ONCE

ODD = [
    "",
    " \n\t…!?",
    "Fastlege",
    "hjelp nei",
    "Fastlegen min svarer ikke på \x00telefon i dag",
    "My doctor does not answer the phone and I need help.",
    "Jag fick inte någon tid hos min läkare och nu har jag väntat i tre veckor på att få hjälp.",
    "Fastlegen min \ud800 svarer ikke på telefon",
    "Ring meg på 977 00 654, hilsen Kari Nes. Fødselsnummer 01019912345, kari@example.no www.example.no/sak",
    "pa\u030a sjuke\u00adheimen  DPS-en\nNeste linje.\u2028Og neste.\x1fSlutt",
    "qqq zzz xxx",
    "Fastlegen min svarer ikke. " * 5000,
    "x" * 120_000,
    "Hilsen Per Olsen\n",
    "Mvh",
    "Kari Nes",
]


@pytest.fixture(scope="module")
def texts(root):
    files = sorted((root / "data" / "annotated").glob("*.jsonl"))
    annotated = [json.loads(line)["text"] for path in files for line in path.read_text("utf-8").splitlines()]
    return [*ODD, *annotated[::9], *ODD]


def test_scores_say_what_suggestions_say(texts, scorer):
    assert len(texts) > TEXTS_AT_ONCE

    scores = scorer.scores(texts)

    assert len(scores) == len(texts)
    for number, suggestion in enumerate(scorer.suggest(texts, with_evidence=False)):
        assert scores.malform[number] == suggestion.malform
        assert scores.review[number] == suggestion.review
        assert {name: where[number] for name, where in scores.settled.items()} == suggestion.settled
        for dimension in scorer.taxonomy.dimensions:
            found = scores.probability[dimension.id][number]
            assert found.tolist() == pytest.approx(list(suggestion.probabilities[dimension.id].values()), abs=1e-13)
            accepted = {dimension.label_ids[place] for place in np.flatnonzero(scores.accepted[dimension.id][number])}
            assert accepted == {label.label for label in suggestion.suggestions[dimension.id] if label.accepted}


def test_a_text_has_the_same_scores_alone_as_among_others(texts, scorer):
    chosen = [*ODD, *texts[100:110]]
    together = scorer.scores(chosen)

    for number, text in enumerate(chosen):
        alone = scorer.scores([text])
        assert (alone.review[0], alone.malform[0]) == (together.review[number], together.malform[number])
        for name, values in alone.probability.items():
            assert values[0].tolist() == pytest.approx(together.probability[name][number].tolist(), abs=1e-13)


def test_no_texts_have_no_scores(scorer):
    scores = scorer.scores([])

    assert len(scores) == 0
    assert scores.probability["arsak"].shape == scores.accepted["arsak"].shape == (0, 21)
    assert scores.settled == {"tjenesteomrade": []}
