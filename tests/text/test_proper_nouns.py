import pytest

from pobo_nlp.text.proper_nouns import is_proper_noun


@pytest.mark.parametrize("form", ["oslo", "drammens", "haukeland"])
def test_places_and_providers_are_names(form):
    assert is_proper_noun(form)


@pytest.mark.parametrize("form", ["ragnhild", "ragnhilds", "solveig", "nguyen", "hansen", "hansens", "karis"])
def test_first_and_last_names_and_their_genitives_are_names(form):
    assert is_proper_noun(form)


@pytest.mark.parametrize("form", ["plass", "avis", "endre", "halsen", "odd", "stein", "liv", "mai", "too", "long"])
def test_words_of_everyday_language_that_are_also_names_are_none(form):
    assert not is_proper_noun(form)


@pytest.mark.parametrize("form", ["parkinson", "parkinsons", "downs", "alzheimer", "crohns", "wilsons", "williams"])
def test_diseases_that_bear_a_name_are_none(form):
    assert not is_proper_noun(form)


@pytest.mark.parametrize("form", ["fastlegen", "sykehuset", "ikke", "bpa", "nav", "", "s"])
def test_words_of_services_are_none(form):
    assert not is_proper_noun(form)
