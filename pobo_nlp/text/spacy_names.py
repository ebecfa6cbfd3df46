"""Names of persons as a spaCy pipeline finds them, besides those that rules and lists find."""

from collections.abc import Iterator
from importlib import import_module
from typing import Any

from pobo_nlp.errors import PersonFinderError

# Of Norwegian pipelines, and of those of other languages.
PERSON_LABELS = frozenset({"PER", "PERSON"})


class SpacyNames:
    """Finds what a pipeline calls a person.

    Parameters
    ----------
    pipeline : a loaded spaCy pipeline that marks entities.
    """

    def __init__(self, pipeline: Any) -> None:
        self._pipeline = pipeline

    def __call__(self, text: str) -> Iterator[tuple[int, int]]:
        """Yield where the names of persons begin and end."""
        for entity in self._pipeline(text).ents:
            if entity.label_ in PERSON_LABELS:
                yield entity.start_char, entity.end_char


def load_person_finder(name: str) -> SpacyNames:
    """Return a finder that asks a spaCy pipeline.

    Parameters
    ----------
    name : of an installed package, or the folder of a pipeline. Loading one runs its code: take only what you trust.

    Raises
    ------
    PersonFinderError : where spaCy or the pipeline is not there, or does not mark entities.
    """
    try:
        spacy = import_module("spacy")
    except ModuleNotFoundError as error:
        raise PersonFinderError(name, "spaCy er ikke installert") from error
    try:
        pipeline = spacy.load(name, exclude=["lemmatizer", "parser"])
    except (OSError, ValueError) as error:
        raise PersonFinderError(name, "den finnes ikke, eller er ingen spaCy-pipeline") from error
    if "ner" not in pipeline.pipe_names:
        raise PersonFinderError(name, "den merker ikke navn")
    return SpacyNames(pipeline)
