"""A library that talks, warns and reads its settings from the environment, for as long as it is used."""

import logging
import os
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager


@contextmanager
def quiet(environment: Mapping[str, str]) -> Iterator[None]:
    """Set variables of the environment and let nothing be logged or warned; what goes wrong is raised.

    Everything is put back afterwards.
    """
    variables = {name: os.environ.get(name) for name in environment}
    disabled = logging.root.manager.disable
    os.environ.update(environment)
    logging.disable(logging.CRITICAL)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(disabled)
        for name, value in variables.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
