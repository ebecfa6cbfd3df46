"""Which code made a model."""

import os
import shutil
import subprocess
from importlib.metadata import version
from pathlib import Path


def code_version(root: Path) -> str:
    """Return the commit of a checkout, with `-dirty` where tracked files differ from it; else the package's version."""
    return _commit(root) or version("pobo-nlp")


def _commit(root: Path) -> str | None:
    git = shutil.which("git")
    if git is None or not (root / ".git").exists():
        return None
    # Without optional locks, nothing is written into the checkout.
    described = subprocess.run(  # noqa: S603  # no part of the command comes from outside
        [git, "-C", str(root), "describe", "--always", "--dirty", "--abbrev=40", "--exclude=*"],
        env={**os.environ, "GIT_OPTIONAL_LOCKS": "0"},
        capture_output=True,
        text=True,
        check=False,
    )
    return described.stdout.strip() or None
