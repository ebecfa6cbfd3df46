"""Signs a model that is given to others: they hold it against the public key, whatever way it came.

`pobo_nlp.model.signature` says what a signature is, and checks it.
"""

import os
from pathlib import Path
from typing import TYPE_CHECKING

from pobo_nlp.errors import KeyFileError, MissingExtraError, OutputExistsError
from pobo_nlp.model.artefact_reader import load
from pobo_nlp.model.manifest import read_manifest
from pobo_nlp.model.signature import SIGNATURE, key_file
from pobo_nlp.scratch import scratch_file

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey


def make_keys(private: Path, public: Path) -> None:
    """Write a new pair of keys; the private one is for its owner alone (0600).

    Raises
    ------
    OutputExistsError : where one of the files is there: a key is never written over.
    """
    _needed()
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

    for path in (private, public):
        if path.exists():
            raise OutputExistsError(path, "En nøkkel skrives aldri over; velg et annet navn.")
    key = Ed25519PrivateKey.generate()
    _write_new(private, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()), 0o600)
    _write_new(public, key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo), 0o644)


def sign(folder: Path, key: Path) -> str:
    """Sign a sound model; an earlier signature is replaced.

    Parameters
    ----------
    key : the private key, PEM of Ed25519 without a password.

    Returns
    -------
    The model's id.

    Raises
    ------
    KeyFileError : where the file holds no such key.
    ModelError : where the model is not whole.
    """
    private = _private(key)
    signature = private.sign(read_manifest(folder))
    model = load(folder, is_demanded=False)
    with scratch_file(folder, SIGNATURE) as (descriptor, temporary):
        os.fchmod(descriptor, 0o644)
        with os.fdopen(descriptor, "wb") as file:
            file.write(signature)
            file.flush()
            os.fsync(descriptor)
        temporary.replace(folder / SIGNATURE)
    return model.id


def _write_new(path: Path, content: bytes, mode: int) -> None:
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    except OSError as error:
        raise KeyFileError(path, f"kan ikke skrives ({error.strerror})") from None
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)


def _private(path: Path) -> "Ed25519PrivateKey":
    _needed()
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    content = key_file(path)
    try:
        key = load_pem_private_key(content, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):  # a TypeError: it is locked by a password
        raise KeyFileError(path, "er ingen privat nøkkel (PEM, Ed25519, uten passord)") from None
    if not isinstance(key, Ed25519PrivateKey):
        raise KeyFileError(path, "er ingen privat nøkkel for Ed25519")
    return key


def _needed() -> None:
    try:
        import cryptography  # noqa: F401
    except ModuleNotFoundError as error:
        raise MissingExtraError("Signering", "signing") from error
