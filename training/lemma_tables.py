"""Where lemmas come from: a dictionary, or a spaCy pipeline that is installed or lies in a folder."""

from collections import Counter
from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from pobo_nlp.errors import MissingPipelineError
from pobo_nlp.text.lemmas import LemmaTable
from pobo_nlp.text.proper_nouns import is_proper_noun
from training.words import document

NONE, SIMPLEMMA = "none", "simplemma"


def lemma_table(source: str, texts: Sequence[str]) -> LemmaTable:
    """Return forms to lemmas.

    Parameters
    ----------
    source : "simplemma", "none" for a table in which every form is its own lemma, or else a spaCy pipeline: its
        package or its folder.
    texts : that a spaCy pipeline reads; a dictionary needs none.

    Raises
    ------
    MissingPipelineError : where there is no such pipeline, or it has no lemmatiser.
    """
    if source == NONE:
        return LemmaTable()
    if source == SIMPLEMMA:
        return _of_simplemma()
    return _of_spacy(source, texts)


def without_names(table: LemmaTable) -> LemmaTable:
    """Return a table without the forms that are names: these are silent, and need no lemma."""
    return LemmaTable({form: lemma for form, lemma in table.lemma_of.items() if not is_proper_noun(form)})


@cache
def _of_simplemma() -> LemmaTable:
    """Return the dictionary's forms for bokmål and nynorsk; where both have a form, bokmål decides."""
    from simplemma.strategies import DefaultDictionaryFactory

    factory = DefaultDictionaryFactory()
    table: dict[str, str] = {}
    for language in ("nn", "nb"):
        table.update(
            (form.lower(), lemma.lower())
            for form, lemma in factory.get_dictionary(language).items()
            if " " not in lemma
        )
    return LemmaTable(table)


def _of_spacy(source: str, texts: Sequence[str]) -> LemmaTable:
    """Return each form's most frequent lemma in the texts: scoring needs a table, not the pipeline."""
    import spacy

    if not Path(source).is_dir() and find_spec(source.replace("-", "_")) is None:
        raise MissingPipelineError(source, "finnes verken som pakke eller mappe")
    try:
        pipeline = spacy.load(source, exclude=["ner", "parser"])
    except (OSError, ValueError) as error:
        raise MissingPipelineError(source, "er ingen spaCy-modell som kan leses her") from error
    if not {"lemmatizer", "trainable_lemmatizer"} & set(pipeline.pipe_names):
        raise MissingPipelineError(source, "har ingen lemmatiserer")
    counts: dict[str, Counter[str]] = {}
    for doc in pipeline.pipe(map(document, texts), batch_size=64):
        for token in doc:
            counts.setdefault(token.text.lower(), Counter())[token.lemma_.lower()] += 1
    return LemmaTable(
        {form: _most_frequent(lemmas) for form, lemmas in sorted(counts.items()) if " " not in _most_frequent(lemmas)}
    )


def _most_frequent(lemmas: Counter[str]) -> str:
    return min(lemmas, key=lambda lemma: (-lemmas[lemma], lemma))
