"""Who made a model: a signature of its manifest, which holds the hash of every other file.

The signature lies beside the manifest, in a file of its own: 64 bytes of Ed25519 over the manifest as it stands there.
It is asked for where the environment variable `POBO_NLP_MODEL_KEY` names a public key (PEM); then no model is read
without it, by whatever command or program. OpenSSL makes the same signature and checks it (docs/adr/0026).
"""

import os
from pathlib import Path
from typing import TYPE_CHECKING

from pobo_nlp.errors import KeyFileError, MissingExtraError, ModelSignatureError
from pobo_nlp.model.manifest import read_manifest

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

SIGNATURE = "manifest.sig"
KEY_VARIABLE = "POBO_NLP_MODEL_KEY"
_LENGTH = 64
_MAX_KEY_BYTES = 2**14
_CURE = "Hent modellen på nytt fra den som ga den ut, og bruk den offentlige nøkkelen derfra."


def trusted_key() -> Path | None:
    """Return the public key that every model must be signed for here; None where none is asked for."""
    named = os.environ.get(KEY_VARIABLE)
    return Path(named) if named else None


def check_signature(folder: Path, manifest: bytes, key: Path) -> None:
    """Let a manifest pass that was signed by the owner of a key.

    Parameters
    ----------
    manifest : as it was read, and is going to be used.
    key : the owner's public key.

    Raises
    ------
    KeyFileError : where the file holds no public key of Ed25519.
    ModelSignatureError : where the signature is missing, damaged, of another key or of another model.
    """
    public = _public(key)
    from cryptography.exceptions import InvalidSignature

    try:
        public.verify(_signature(folder), manifest)
    except InvalidSignature:
        problem = f"{SIGNATURE} er ikke laget for denne modellen med nøkkelen som hører til {key}"
        raise ModelSignatureError(folder, problem, _CURE) from None


def manifest_of(folder: Path, key: Path | None) -> bytes:
    """Return the manifest of a folder, once its signature was checked where a key is given."""
    manifest = read_manifest(folder)
    if key is not None:
        check_signature(folder, manifest, key)
    return manifest


def _signature(folder: Path) -> bytes:
    path = folder / SIGNATURE
    try:
        with path.open("rb") as file:
            found = file.read(_LENGTH + 1)
    except FileNotFoundError:
        raise ModelSignatureError(folder, f"den er ikke signert ({SIGNATURE} mangler)", _CURE) from None
    except OSError as error:
        raise ModelSignatureError(folder, f"{SIGNATURE} kan ikke leses ({error.strerror})", _CURE) from None
    if len(found) != _LENGTH:
        raise ModelSignatureError(folder, f"{SIGNATURE} er ingen signatur", _CURE)
    return found


def _public(path: Path) -> "Ed25519PublicKey":
    try:
        from cryptography.exceptions import UnsupportedAlgorithm
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
        from cryptography.hazmat.primitives.serialization import load_pem_public_key
    except ModuleNotFoundError as error:
        raise MissingExtraError("Kontroll av signaturer", "signing") from error
    content = key_file(path)
    try:
        key = load_pem_public_key(content)
    except (ValueError, UnsupportedAlgorithm):
        raise KeyFileError(path, "er ingen offentlig nøkkel (PEM, Ed25519)") from None
    if not isinstance(key, Ed25519PublicKey):
        raise KeyFileError(path, "er ingen offentlig nøkkel for Ed25519")
    return key


def key_file(path: Path) -> bytes:
    """Return the content of a file that should hold a key."""
    try:
        with path.open("rb") as file:
            return file.read(_MAX_KEY_BYTES)
    except OSError as error:
        raise KeyFileError(path, f"kan ikke leses ({error.strerror})") from None
