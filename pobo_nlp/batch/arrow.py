"""How Arrow behaves in processes that are ours alone."""

import sys
from importlib.abc import MetaPathFinder

import pyarrow as pa


class _WithoutPandas(MetaPathFinder):
    def find_spec(self, fullname: str, path: object, target: object = None) -> None:
        if fullname == "pandas":
            raise ModuleNotFoundError(fullname)


def without_pandas() -> None:
    """Keep Arrow from importing pandas, where somebody has installed it, for the rest of the process.

    It would at the first array that is made of Python values: a quarter of a second and 40 MB for nothing. For the
    command line and its workers; a program that calls this package may want pandas itself.
    """
    refusal = _WithoutPandas()
    sys.meta_path.insert(0, refusal)
    try:
        pa.array([None])
    finally:
        sys.meta_path.remove(refusal)
