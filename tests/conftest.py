"""What several tests need: the shipped model, the repository, and all that an error says."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pobo_nlp.model.scorer import Scorer


@pytest.fixture(scope="session")
def root() -> Path:
    return Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def scorer() -> Scorer:
    return Scorer.load()


@pytest.fixture(scope="session")
def all_words_of() -> Callable[[BaseException], str]:
    """Return everything that an error and the errors behind it say, suppressed ones too."""

    def chain(error: BaseException | None) -> Iterator[str]:
        if error is not None:
            yield f"{error} {error!r}"
            yield from chain(error.__cause__)
            yield from chain(error.__context__)

    return lambda error: "\n".join(chain(error))
