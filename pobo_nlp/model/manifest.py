"""The manifest of a model folder: read, and it and every file held against the hash that it tells.

The hashes show damage, not who made a model: whoever changes a file on purpose can write new ones, and so makes another
model, with another id. Who made it is told by a signature, see `signature`.
"""

import hashlib
from collections.abc import Mapping
from pathlib import Path

from pobo_nlp.errors import ModelDamagedError, ModelFormatError, ModelNotFoundError
from pobo_nlp.model.strict_json import as_json, parsed_json, table

FORMAT_VERSION = 1
MANIFEST = "manifest.json"
NEEDED_FILES = ("weights.safetensors", "vocabulary.json", "lemmas.json", "taxonomy.toml")
REPORT_FILES = ("metrics.json", "MODEL_CARD.md")
# How often the model takes one label for another: a model whose errors are not known can do without.
ERROR_RATES = "error_rates.json"
# What the model answered to texts it had not seen: what is to be expected of the next ones.
DRIFT_REFERENCE = "drift_reference.json"
OPTIONAL_FILES = (ERROR_RATES, DRIFT_REFERENCE)
# Of the manifest's other content.
CHECKSUM = "checksum"
MAX_BYTES = {
    MANIFEST: 4 * 2**20,
    "weights.safetensors": 512 * 2**20,
    "taxonomy.toml": 2**18,
}
# Of the other files: JSON takes fifty times as much memory as it takes on disk, where someone means it to.
MAX_OTHER_BYTES = 16 * 2**20
RESTORE = "Hent modellen på nytt, eller tren den med «python -m training run»."


def sha256(content: bytes) -> str:
    """Return the SHA-256 of a file's content, in hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def read_manifest(folder: Path) -> bytes:
    """Return the content of a folder's manifest, unless it is too large to be one."""
    path = folder / MANIFEST
    if not folder.exists():
        raise ModelNotFoundError(folder, "mappen finnes ikke", "Sjekk stien, eller utelat --model.")
    if not path.is_file():
        raise ModelNotFoundError(folder, f"{MANIFEST} mangler", "Oppgi en mappe som holder en modell.")
    return _content(folder, MANIFEST)


def parse_manifest(folder: Path, raw: bytes) -> dict[str, object]:
    """Return a manifest of the format that is read here."""
    try:
        manifest = parsed_json(raw)
    except (ValueError, RecursionError):
        raise ModelDamagedError(folder, f"{MANIFEST} er ikke gyldig JSON", RESTORE) from None
    version = manifest.get("format_version") if isinstance(manifest, dict) else None
    if not isinstance(manifest, dict) or not isinstance(version, int) or isinstance(version, bool):
        raise ModelDamagedError(folder, f"{MANIFEST} mangler format_version", RESTORE)
    if version != FORMAT_VERSION:
        # A number of thousands of digits would not even be printed.
        named = f"versjon {version}" if 0 <= version < 10**6 else "en ukjent versjon"
        raise ModelFormatError(
            folder,
            f"formatet er {named}, og her leses versjon {FORMAT_VERSION}",
            "Installer den utgaven av pobo-nlp som modellen hører til, eller tren modellen på nytt.",
        )
    if CHECKSUM not in manifest:
        raise ModelDamagedError(folder, f"{MANIFEST} mangler {CHECKSUM}", RESTORE)
    if not _is_sealed(manifest):
        raise ModelDamagedError(folder, f"{MANIFEST} er endret siden modellen ble laget", RESTORE)
    return manifest


def sealed(manifest: Mapping[str, object]) -> dict[str, object]:
    """Return a manifest with the checksum of its content."""
    content = {name: value for name, value in manifest.items() if name != CHECKSUM}
    return {**content, CHECKSUM: _digest(content)}


def _is_sealed(manifest: Mapping[str, object]) -> bool:
    try:
        return manifest == sealed(manifest)
    except (ValueError, RecursionError):
        # Half of a surrogate pair, which JSON can escape, is no UTF-8.
        return False


def model_id(manifest: Mapping[str, object]) -> str:
    """Return `name@hash8`; the hash is of all that scoring needs, and not of what the model was measured to be."""
    content = {name: value for name, value in manifest.items() if name != CHECKSUM}
    hashes = {name: digest for name, digest in table(manifest["files"]).items() if name in NEEDED_FILES}
    return f"{manifest['name']}@{_digest({**content, 'files': hashes})[:8]}"


def _digest(content: Mapping[str, object]) -> str:
    return sha256(as_json(content))


def read_files(folder: Path, manifest: Mapping[str, object]) -> dict[str, bytes]:
    """Return the content of the files, whose names are known here and never taken from the manifest."""
    hashes = manifest.get("files")
    wanted = {*NEEDED_FILES, *REPORT_FILES}
    if not isinstance(hashes, dict) or not wanted <= set(hashes) <= {*wanted, *OPTIONAL_FILES}:
        raise ModelDamagedError(folder, f"{MANIFEST} nevner andre filer enn modellen har", RESTORE)
    contents = {}
    for name in sorted(hashes):
        contents[name] = _content(folder, name)
        if sha256(contents[name]) != hashes[name]:
            raise ModelDamagedError(folder, f"{name} er endret siden modellen ble laget", RESTORE)
    return contents


def _content(folder: Path, name: str) -> bytes:
    """Return the content of a file of the folder, no more of it than such a file may hold."""
    path = folder / name
    most = MAX_BYTES.get(name, MAX_OTHER_BYTES)
    try:
        if not path.is_file():
            raise ModelDamagedError(folder, f"{name} mangler", RESTORE)
        if path.resolve().parent != folder.resolve():
            raise ModelDamagedError(folder, f"{name} ligger utenfor mappen", RESTORE)
        with path.open("rb") as file:
            content = file.read(most + 1) if path.stat().st_size <= most else None
    except OSError as error:
        raise ModelDamagedError(folder, f"{name} kan ikke leses ({error.strerror})", RESTORE) from None
    if content is None or len(content) > most:
        raise ModelDamagedError(folder, f"{name} er for stor", RESTORE)
    return content
