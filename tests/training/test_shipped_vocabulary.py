"""The shipped vocabulary, counted anew: nothing in it stands there because of one person, and nothing is a name."""

import json
from collections import Counter

import pytest

from pobo_nlp.model.artefact_reader import load
from pobo_nlp.model.features import char_ngrams
from pobo_nlp.model.location import default_model
from pobo_nlp.text.proper_nouns import is_proper_noun
from training.config import ROOT, load_config
from training.corpus import Sources, prepared, read_corpus, task_of
from training.words import Terms, words_of


@pytest.fixture(scope="module")
def space():
    return load(default_model()).artefact.features


@pytest.fixture(scope="module")
def texts():
    config = load_config()
    data = config.data
    corpus = read_corpus(Sources(ROOT / data.taxonomy, ROOT / data.annotations, ROOT / data.lexicon), config)
    found = prepared(corpus, config)
    return found.train, task_of(corpus, found.translations, config).prior.texts


def rare(terms, texts, terms_of):
    """Return the terms that occur in too few groups of inquiries and in too few phrases."""
    features = load_config().features
    inquiries, prior = texts
    wanted = set(terms)
    groups = {term: set() for term in terms}
    for text, group in zip(inquiries.texts, inquiries.groups.tolist(), strict=True):
        for term in wanted.intersection(terms_of(text)):
            groups[term].add(group)
    in_prior = Counter(term for text in prior for term in wanted.intersection(terms_of(text)))
    return {term for term in terms if len(groups[term]) < features.min_groups and in_prior[term] < features.min_prior}


def test_no_lemma_and_no_part_of_a_pair_is_a_name(space):
    assert {term for term in space.word_terms if any(map(is_proper_noun, term.split()))} == set()


def test_no_ngram_is_a_whole_name(space):
    whole = {term.strip() for term in space.char_terms if term.startswith(" ") and term.endswith(" ")}

    assert len(whole) > 100
    assert {term for term in whole if is_proper_noun(term)} == set()


def test_no_form_of_the_table_of_lemmas_is_a_name(space):
    assert {form for form in space.lemmas.lemma_of if is_proper_noun(form)} == set()


def test_every_lemma_and_pair_is_of_several_groups_or_phrases(space, texts):
    assert rare(space.word_terms, texts, Terms(space.lemmas, reach=space.reach)) == set()


def test_every_ngram_is_of_several_groups_or_phrases_without_the_names(space, texts):
    def ngrams(text):
        return {ngram for word in set(words_of(text)) if word for ngram in char_ngrams(word, *space.char_range)}

    assert rare(space.char_terms, texts, ngrams) == set()


def test_the_figures_tell_how_well_training_texts_can_be_told():
    metrics = json.loads((default_model() / "metrics.json").read_text("utf-8"))
    card = (default_model() / "MODEL_CARD.md").read_text("utf-8")

    assert metrics["membership"]["texts"] == metrics["provenance"]["inquiries"]
    for name in ("auc", "advantage", "true_positives_at_1_percent"):
        figure = metrics["membership"][name]
        assert f"{figure['value']:.3f} ({figure['low']:.3f}-{figure['high']:.3f})" in card
