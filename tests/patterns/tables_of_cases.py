"""Small tables of cases for tests, made from a seed."""

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from pobo_nlp.patterns.cases import Cases, Faults
from pobo_nlp.taxonomy import Taxonomy

SMALL_SCHEME = Taxonomy.from_toml(
    b"""
version = "1"
[[dimension]]
id = "niva"
kind = "single"
[[dimension]]
id = "omrade"
kind = "single"
parent = "niva"
[[dimension]]
id = "arsak"
kind = "multi"
[[niva]]
id = "a"
[[niva]]
id = "b"
[[omrade]]
id = "a1"
parent = "a"
[[omrade]]
id = "a2"
parent = "a"
[[omrade]]
id = "b1"
parent = "b"
[[omrade]]
id = "b2"
parent = "b"
[[arsak]]
id = "x"
[[arsak]]
id = "y"
""",
    source="test",
)


def cases_of(
    labels: Mapping[str, NDArray[np.bool_]],
    *,
    taxonomy: Taxonomy,
    days: NDArray[np.datetime64],
    site: NDArray[np.int64] | None = None,
    region: NDArray[np.int64] | None = None,
    human: Mapping[str, NDArray[np.bool_]] | None = None,
    models: Sequence[str] = (),
) -> Cases:
    """Return cases of arrays; nobody but a model has set labels where nothing is said."""
    n_cases = len(days)
    nowhere = np.full(n_cases, -1)
    site, region = nowhere if site is None else site, nowhere if region is None else region
    return Cases(
        [str(row + 1) for row in range(n_cases)],
        np.arange(1, n_cases + 1),
        days.astype("datetime64[D]"),
        site.astype(np.int32),
        tuple(f"sted {place:02}" for place in range(int(site.max(initial=-1)) + 1)),
        region.astype(np.int32),
        tuple(f"kommune {place:02}" for place in range(int(region.max(initial=-1)) + 1)),
        labels,
        {name: np.zeros(n_cases, np.bool_) for name in labels} if human is None else human,
        np.zeros(n_cases, np.bool_),
        np.full(n_cases, "nb"),
        Counter(models),
        taxonomy,
        Faults(),
    )
