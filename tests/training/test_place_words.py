import json

import pytest

from pobo_nlp.patterns.sites.tables import former_municipalities, municipalities
from pobo_nlp.text.places import is_place
from training.config import ROOT
from training.place_words import FILE, place_words


def test_the_file_holds_the_words_of_the_tables():
    assert FILE.read_text("utf-8").split() == place_words()


@pytest.mark.parametrize("form", ["trondheim", "trondheims", "ahus", "grorud", "sunnaas", "møre", "hordaland", "senja"])
def test_municipalities_districts_counties_and_hospitals_are_places(form):
    assert is_place(form)


@pytest.mark.parametrize("form", ["time", "nes", "ski", "sykehus", "kommune", "bydel", "sør", "s", "", "halden"])
def test_words_of_everyday_language_are_none(form):
    assert not is_place(form)


def test_every_municipality_has_a_word_that_is_a_place_or_is_a_word_of_everyday_language():
    silent = [one for one in municipalities() if any(is_place(word.lower()) for word in one.name.split())]

    assert len(silent) > 280
    assert sum(is_place(one.name.lower()) for one in former_municipalities()) > 60


def test_no_word_that_phrases_and_definitions_use_in_lower_case_is_a_place():
    used = set()
    for file in sorted((ROOT / "data" / "lexicon").glob("*.jsonl")):
        for line in file.read_text("utf-8").splitlines():
            used |= {word.strip(".,?!:;«»()") for word in json.loads(line)["phrase"].split() if word[:1].islower()}

    assert {word for word in used if is_place(word)} == set()
