import pytest

from pobo_nlp.text.proper_nouns import is_proper_noun


@pytest.mark.parametrize("form", ["oslo", "drammens", "haukeland"])
def test_places_and_providers_are_names(form):
    assert is_proper_noun(form)


@pytest.mark.parametrize("form", ["fastlegen", "sykehuset", "ikke", "bpa", "nav", "", "s"])
def test_words_of_services_are_none(form):
    assert not is_proper_noun(form)
