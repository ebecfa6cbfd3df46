"""A tiny label scheme and a hand-written corpus in bokmål and nynorsk, small enough to train on in seconds."""

import json
from dataclasses import replace

import pytest

from training.config import load_config
from training.corpus import Sources

TAXONOMY = """
version = "tiny-1"
[[dimension]]
id = "nivaa"
navn = "Nivå"
kind = "single"
[[dimension]]
id = "omraade"
navn = "Område"
kind = "single"
parent = "nivaa"
[[dimension]]
id = "grunn"
navn = "Grunn"
kind = "multi"
[[nivaa]]
id = "kommune"
navn = "Kommune"
[[nivaa]]
id = "stat"
navn = "Stat"
[[omraade]]
id = "bibliotek"
parent = "kommune"
navn = "Bibliotek"
definisjon = "Bøker, lån og lesesal."
[[omraade]]
id = "renovasjon"
parent = "kommune"
navn = "Renovasjon"
definisjon = "Søppel, dunker og tømming."
[[omraade]]
id = "tog"
parent = "stat"
navn = "Tog"
definisjon = "Togreiser, stasjoner og billetter."
[[grunn]]
id = "forsinkelse"
navn = "Forsinkelse"
definisjon = "Det kommer for sent."
[[grunn]]
id = "pris"
navn = "Pris"
definisjon = "Det koster for mye."
"""

ROWS = [
    ("bibliotek", ["forsinkelse"], "nb", "Boka jeg bestilte på biblioteket kommer aldri, den er tre uker forsinket."),
    ("bibliotek", [], "nb", "Kan jeg låne flere bøker enn ti om gangen på lesesalen?"),
    ("bibliotek", ["pris"], "nb", "Gebyret for en bok som kom for sent tilbake er altfor dyrt."),
    ("bibliotek", [], "nn", "Eg lurer på om biblioteket har bøker på nynorsk for ungar."),
    ("bibliotek", ["forsinkelse"], "nn", "Boka eg bestilte er framleis ikkje komen til biblioteket, ho er seint ute."),
    ("bibliotek", ["pris"], "nb", "Hvorfor koster det penger å bestille bøker fra et annet bibliotek?"),
    ("bibliotek", [], "nb", "Lesesalen er full av folk som snakker høyt mens vi leser bøker."),
    ("renovasjon", ["forsinkelse"], "nb", "Søppelbilen er forsinket igjen, dunken har stått full i to uker."),
    ("renovasjon", ["pris"], "nb", "Avgiften for søppeltømming er blitt altfor dyr i år."),
    ("renovasjon", [], "nn", "Kvar skal eg setje dunken med glas og metall?"),
    ("renovasjon", ["forsinkelse"], "nn", "Bosset vart ikkje henta, bilen kom to dagar for seint til dunken vår."),
    ("renovasjon", [], "nb", "Naboen kaster hageavfall i dunken vår hver lørdag."),
    ("renovasjon", ["pris"], "nb", "Må vi betale mer for en større dunk til søppel?"),
    ("renovasjon", [], "nb", "Dunkene for papir er fjernet fra gata uten beskjed."),
    ("tog", ["forsinkelse"], "nb", "Toget var forsinket i to timer, og ingen sa noe på stasjonen."),
    ("tog", ["pris"], "nb", "Billetten til toget koster mer enn flyet."),
    ("tog", [], "nn", "Går det tog til byen på sundagar?"),
    ("tog", ["forsinkelse", "pris"], "nn", "Toget kom for seint og billetten var dyr, eg vil ha pengane att."),
    ("tog", ["forsinkelse"], "nb", "Hver morgen er toget for sent til stasjonen, og vi fryser."),
    ("tog", [], "nb", "Konduktøren var hyggelig og hjalp meg med billetten på toget."),
    ("tog", ["pris"], "nb", "Hvorfor er billettene dyrere på toget enn på nett?"),
]


@pytest.fixture
def rows():
    return [
        {
            "id": f"t-{number}",
            "text": text,
            "omraade": area,
            "grunn": causes,
            "malform": malform,
            "group": f"t-{number}",
        }
        for number, (area, causes, malform, text) in enumerate(ROWS)
    ]


@pytest.fixture
def write(tmp_path):
    """Writes a file of JSON Lines into a folder of the test's own."""

    def _write(name, rows):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
        return path

    return _write


@pytest.fixture
def taxonomy_file(tmp_path):
    path = tmp_path / "tiny.toml"
    path.write_text(TAXONOMY, "utf-8")
    return path


@pytest.fixture
def sources(rows, write, taxonomy_file):
    phrases = [
        {"dimension": "omraade", "label": "tog", "phrase": "på perrongen", "malform": "nb", "strength": 3},
        {"dimension": "omraade", "label": "renovasjon", "phrase": "avfallet hentes", "malform": "nb", "strength": 2},
        {"dimension": "grunn", "label": "pris", "phrase": "for dyrt", "malform": "nb", "strength": 3},
    ]
    return Sources(
        taxonomy=taxonomy_file,
        annotations=write("annotated/a.jsonl", rows).parent,
        lexicon=write("lexicon/b.jsonl", phrases).parent,
    )


@pytest.fixture
def config():
    """The shipped settings, with fewer folds and samples."""
    settings = load_config()
    return replace(
        settings,
        folds=replace(settings.folds, outer=3, inner=2),
        evaluation=replace(settings.evaluation, bootstrap=50),
        decisions=replace(settings.decisions, min_support=5),
        features=replace(settings.features, min_groups=2),
    )
