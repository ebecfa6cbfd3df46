"""The manifest of a model folder: read, and every file held against the hash that it tells."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

from pobo_nlp.errors import ModelDamagedError, ModelFormatError, ModelNotFoundError

FORMAT_VERSION = 1
MANIFEST = "manifest.json"
NEEDED_FILES = ("weights.safetensors", "vocabulary.json", "lemmas.json", "taxonomy.toml")
REPORT_FILES = ("metrics.json", "MODEL_CARD.md")
# How often the model takes one label for another: a model whose errors are not known can do without.
ERROR_RATES = "error_rates.json"
# What the model answered to texts it had not seen: what is to be expected of the next ones.
DRIFT_REFERENCE = "drift_reference.json"
OPTIONAL_FILES = (ERROR_RATES, DRIFT_REFERENCE)
MAX_MANIFEST_BYTES = 4 * 2**20
MAX_FILE_BYTES = 512 * 2**20
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
    if path.stat().st_size > MAX_MANIFEST_BYTES:
        raise ModelDamagedError(folder, f"{MANIFEST} er for stor", RESTORE)
    return path.read_bytes()


def parse_manifest(folder: Path, raw: bytes) -> dict[str, object]:
    """Return a manifest of the format that is read here."""
    try:
        manifest = json.loads(raw)
    except (ValueError, RecursionError):
        raise ModelDamagedError(folder, f"{MANIFEST} er ikke gyldig JSON", RESTORE) from None
    version = manifest.get("format_version") if isinstance(manifest, dict) else None
    if not isinstance(version, int) or isinstance(version, bool):
        raise ModelDamagedError(folder, f"{MANIFEST} mangler format_version", RESTORE)
    if version != FORMAT_VERSION:
        raise ModelFormatError(
            folder,
            f"formatet er versjon {version}, og her leses versjon {FORMAT_VERSION}",
            "Installer den utgaven av pobo-nlp som modellen hører til, eller tren modellen på nytt.",
        )
    return dict(manifest)


def read_files(folder: Path, manifest: Mapping[str, object]) -> dict[str, bytes]:
    """Return the content of the files, whose names are known here and never taken from the manifest."""
    hashes = manifest.get("files")
    wanted = {*NEEDED_FILES, *REPORT_FILES}
    if not isinstance(hashes, dict) or not wanted <= set(hashes) <= {*wanted, *OPTIONAL_FILES}:
        raise ModelDamagedError(folder, f"{MANIFEST} nevner andre filer enn modellen har", RESTORE)
    contents = {}
    for name in sorted(hashes):
        path = folder / name
        if not path.is_file():
            raise ModelDamagedError(folder, f"{name} mangler", RESTORE)
        if path.resolve().parent != folder.resolve():
            raise ModelDamagedError(folder, f"{name} ligger utenfor mappen", RESTORE)
        if path.stat().st_size > MAX_FILE_BYTES:
            raise ModelDamagedError(folder, f"{name} er for stor", RESTORE)
        contents[name] = path.read_bytes()
        if sha256(contents[name]) != hashes[name]:
            raise ModelDamagedError(folder, f"{name} er endret siden modellen ble laget", RESTORE)
    return contents
