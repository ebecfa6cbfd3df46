"""Where the shipped model lies (docs/adr/0005)."""

import os
from pathlib import Path

import pobo_nlp

MODEL_VARIABLE = "POBO_NLP_MODEL"


def default_model() -> Path:
    """Return the folder of the model that is used where none is named.

    That is the folder named by the environment variable `POBO_NLP_MODEL`; else the one inside the installed package;
    else, in a checkout, `models/default` beside the package.
    """
    if named := os.environ.get(MODEL_VARIABLE):
        return Path(named)
    package = Path(pobo_nlp.__file__).parent
    inside = package / "models" / "default"
    return inside if inside.is_dir() else package.parent / "models" / "default"
