"""A folder of a model as someone may have left it: links, folders and pipes in place of files."""

import json
import os
import random
import shutil
from pathlib import Path

from benchmarks.fuzz.mutations import Files
from pobo_nlp.model.manifest import sealed, sha256
from pobo_nlp.model.strict_json import as_json


def resealed(files: Files) -> Files:
    """Return files with a manifest whose hashes are right again, as someone makes it who wants to get past them."""
    try:
        manifest = json.loads(files["manifest.json"])
        hashes = {name: sha256(files[name]) if name in files else digest for name, digest in manifest["files"].items()}
        return {**files, "manifest.json": as_json(sealed({**manifest, "files": hashes}))}
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError):
        # Nothing that hashes could be written into.
        return files


def write(folder: Path, files: Files) -> None:
    """Write files into a folder that holds nothing else."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for name, content in files.items():
        (folder / name).write_bytes(content)


def put_link(chance: random.Random, folder: Path, outside: Path) -> None:
    """Put something that is no file in place of one.

    Parameters
    ----------
    outside : a folder with the sound files.
    """
    path = chance.choice(sorted(folder.iterdir()))
    path.unlink()
    match chance.randrange(8):
        case 0:
            path.symlink_to(outside / path.name)
        case 1:
            path.symlink_to(path.name)
        case 2:
            path.symlink_to("/dev/zero")
        case 3:
            path.symlink_to("missing")
        case 4:
            path.mkdir()
        case 5:
            os.mkfifo(path)
        case 6:
            shutil.copy(outside / path.name, folder / "moved")
            path.symlink_to("moved")
        case _:
            with path.open("wb") as file:
                file.truncate(2**31)
