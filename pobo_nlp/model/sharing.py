"""Processes share the coefficients of a model instead of copying them."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pobo_nlp.model.artefact import Artefact


@contextmanager
def shared_coefficients(artefact: Artefact) -> Iterator[Path | None]:
    """Hold coefficients where other processes can map them, and nothing is left behind when this one ends.

    Yields
    ------
    What `load` takes; None where the system (any but Linux) has no such place, and each process needs a copy.
    """
    if not hasattr(os, "memfd_create"):
        yield None
        return
    with os.fdopen(os.memfd_create("coefficients"), "wb") as file:
        np.asarray(artefact.coefficients, np.float32).tofile(file)
        file.flush()
        yield Path(f"/proc/{os.getpid()}/fd/{file.fileno()}")


def coefficients_of(stored: NDArray[np.float16], shared: Path | None) -> NDArray[np.float32]:
    """Return coefficients in the precision that they are used in: the shared ones, where there are such."""
    if shared is not None:
        with suppress(OSError):
            return np.memmap(shared, np.float32, "r", shape=stored.shape)
    return stored.astype(np.float32)
