"""Private files and folders for what is not done yet: gone at the end, and after a crash at the next start.

What a process works with is locked for as long as it lives; what nobody has locked is what a crash has left. Where
there are no such locks (Windows), nothing is taken away but what is a day old.
"""

import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from glob import escape
from pathlib import Path

if sys.platform != "win32":
    import fcntl

SUFFIX = ".tmp"
_OF_NO_FILE = "pobo-nlp"
_DAY_S = 86_400


def clear_leftovers(folder: Path, name: str) -> None:
    """Take away what a crash has left of the work on a file or folder of that name: it may hold people's texts.

    Parameters
    ----------
    folder : that the file or folder lies in.
    """
    for path in folder.glob(f".{escape(name)}-*{SUFFIX}"):
        with suppress(OSError):
            if _is_left(path):
                _remove(path)


@contextmanager
def scratch_file(folder: Path, name: str) -> Iterator[tuple[int, Path]]:
    """Give an open descriptor of a new file (0600), and its name; it is gone afterwards, unless it was renamed.

    Parameters
    ----------
    name : of the file that this is going to be.
    """
    clear_leftovers(folder, name)
    descriptor, temporary = tempfile.mkstemp(dir=folder, prefix=f".{name}-", suffix=SUFFIX)
    held = os.dup(descriptor)
    try:
        _lock(held)
        yield descriptor, Path(temporary)
    finally:
        Path(temporary).unlink(missing_ok=True)
        os.close(held)


@contextmanager
def scratch_folder(folder: Path | None = None, name: str = _OF_NO_FILE) -> Iterator[Path]:
    """Give a new folder (0700); it is gone afterwards with all that is in it.

    Parameters
    ----------
    folder : that it lies in; None for that of the system.
    name : of what is being made.
    """
    folder = Path(tempfile.gettempdir()) if folder is None else folder
    clear_leftovers(folder, name)
    work = Path(tempfile.mkdtemp(dir=folder, prefix=f".{name}-", suffix=SUFFIX))
    # Windows opens no folders.
    held = os.open(work, os.O_RDONLY) if os.name == "posix" else None
    try:
        if held is not None:
            _lock(held)
        yield work
    finally:
        shutil.rmtree(work, ignore_errors=True)
        if held is not None:
            os.close(held)


def _lock(descriptor: int) -> None:
    if sys.platform != "win32":
        # A network disk may know no locks.
        with suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _is_left(path: Path) -> bool:
    """Return whether it is ours and nobody works with it."""
    found = path.lstat()
    if sys.platform == "win32":
        return time.time() - found.st_mtime > _DAY_S
    if found.st_uid != os.geteuid() or path.is_symlink():
        return False
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    finally:
        os.close(descriptor)
    return True


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
