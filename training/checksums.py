"""Checksums of the data files, in the format of `sha256sum`."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

FILE = "SHA256SUMS"


def write_checksums(folder: Path) -> Path:
    """Write the checksums of the files of a folder; return the file written."""
    lines = [f"{_sha256(path)}  {path.name}\n" for path in _files(folder)]
    (folder / FILE).write_text("".join(lines), "utf-8")
    return folder / FILE


def checksum_faults(folder: Path) -> Iterator[str]:
    """Yield a fault for each file that is missing, new or changed; nothing where the folder has no checksums."""
    path = folder / FILE
    if not path.is_file():
        return
    lines = [line.split(maxsplit=1) for line in path.read_text("utf-8").splitlines() if line.strip()]
    noted = {name.strip(): digest for digest, name in lines}
    found = {file.name: _sha256(file) for file in _files(folder)}
    cure = "Er endringen villet, kjør «python -m training seal»."
    for name in sorted(noted.keys() | found.keys()):
        if name not in found:
            yield f"{folder / name}: står i {FILE}, men mangler. {cure}"
        elif name not in noted:
            yield f"{folder / name}: står ikke i {FILE}. {cure}"
        elif noted[name] != found[name]:
            yield f"{folder / name}: er endret siden {FILE} ble skrevet. {cure}"


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.glob("*.jsonl") if path.is_file())


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
