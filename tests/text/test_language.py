import json

import pytest

from pobo_nlp.text.language import malform
from pobo_nlp.text.tokens import word_forms


def _malform(text):
    return malform(word_forms(text), text)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Jeg fikk ikke time hos fastlegen min, og nå har jeg ventet i tre uker.", id="letter"),
        pytest.param("hvor lenge er det lov å la noen vente på svar fra sykehuset", id="question"),
        pytest.param("Mor ble sendt hjem fra sykehjemmet uten at noen sa fra.", id="nursing home"),
    ],
)
def test_bokmal_is_told(text):
    assert _malform(text) == "nb"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Eg fekk ikkje time hos fastlegen min, og no har eg venta i tre veker.", id="letter"),
        pytest.param("kor lenge er det lov å la nokon vente på svar frå sjukehuset", id="question"),
        pytest.param("Mor vart send heim frå sjukeheimen utan at nokon sa frå.", id="nursing home"),
    ],
)
def test_nynorsk_is_told(text):
    assert _malform(text) == "nn"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(
            "I did not get an appointment with my doctor and now I have been waiting for three weeks.",
            id="english",
        ),
        pytest.param("Please call my doctor now", id="five words of english"),
        pytest.param(
            "Jag fick inte någon tid hos min läkare och nu har jag väntat i tre veckor på att få hjälp.",
            id="swedish",
        ),
        pytest.param(
            "Jeg fik ikke en tid hos min læge, og nu har jeg ventet i tre uger på at få noget hjælp af sygehuset.",
            id="danish",
        ),
        pytest.param(
            "Mun in ožžon diimmu doaktára luhtte, ja dál lean vuordán golbma vahku. Dat ii leat buorre.",
            id="northern sámi",
        ),
        pytest.param(
            "Nie dostałem wizyty u lekarza i teraz czekam już trzy tygodnie na pomoc ze szpitala.", id="polish"
        ),
    ],
)
def test_another_language_is_refused(text):
    assert _malform(text) == "other"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param("hjelp", id="one word"),
        pytest.param("help me", id="two words of english"),
        pytest.param("läkaren kommer inte", id="three words of swedish"),
        pytest.param("call my doctor now", id="four words of english"),
    ],
)
def test_a_very_short_text_counts_as_bokmal(text):
    assert _malform(text) == "nb"


def test_annotated_texts_are_in_the_language_that_they_are_annotated_with(root):
    annotations = [
        json.loads(line)
        for path in sorted((root / "data" / "annotated").glob("*.jsonl"))
        if not path.name.startswith("test")
        for line in path.read_text("utf-8").splitlines()
    ]
    found = [_malform(annotation["text"]) for annotation in annotations]
    n_right = sum(one == annotation["malform"] for one, annotation in zip(found, annotations, strict=True))

    assert n_right >= 0.99 * len(annotations) > 0
    assert found.count("other") == 0
