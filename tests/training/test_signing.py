"""A signed model is read, and one that was changed, or signed by another, is not; OpenSSL is the oracle."""

import json
import os
import shutil
import stat
import subprocess
import sys

import pytest

from pobo_nlp.errors import KeyFileError, ModelDamagedError, ModelSignatureError, OutputExistsError
from pobo_nlp.model.artefact_reader import load
from pobo_nlp.model.location import default_model
from pobo_nlp.model.manifest import MANIFEST, sealed
from pobo_nlp.model.scorer import Scorer
from pobo_nlp.model.signature import KEY_VARIABLE, SIGNATURE
from pobo_nlp.model.strict_json import as_json
from training.run_record import model_files
from training.signing import make_keys, sign


@pytest.fixture
def keys(tmp_path):
    make_keys(tmp_path / "privat.pem", tmp_path / "offentlig.pem")
    return tmp_path / "privat.pem", tmp_path / "offentlig.pem"


@pytest.fixture
def signed(tiny_model, tmp_path, keys):
    folder = shutil.copytree(tiny_model, tmp_path / "signed")
    sign(folder, keys[0])
    return folder


def resealed(folder, **changes):
    """Change the manifest as one who knows the format would: its checksum is right again."""
    manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
    (folder / MANIFEST).write_bytes(as_json(sealed(manifest | changes), indent=1))


def run(*arguments, **environment):
    command = [sys.executable, "-c", "from pobo_nlp.cli import main; main()", *map(str, arguments)]
    return subprocess.run(command, env=os.environ | environment, capture_output=True, text=True, check=False)


def test_a_signed_model_is_read(signed, tiny_model, keys):
    assert load(signed, key=keys[1]).id == load(tiny_model).id


def test_openssl_takes_the_signature_for_right(signed, keys):
    command = ["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", keys[1], "-rawin"]
    command += ["-in", signed / MANIFEST, "-sigfile", signed / SIGNATURE]

    assert subprocess.run(command, capture_output=True, check=False).returncode == 0


def test_a_signature_that_openssl_made_is_taken(tiny_model, tmp_path):
    folder, private, public = shutil.copytree(tiny_model, tmp_path / "m"), tmp_path / "p.pem", tmp_path / "o.pem"
    subprocess.run(["openssl", "genpkey", "-algorithm", "ed25519", "-out", private], check=True)
    subprocess.run(["openssl", "pkey", "-in", private, "-pubout", "-out", public], check=True)
    command = ["openssl", "pkeyutl", "-sign", "-inkey", private, "-rawin", "-in", folder / MANIFEST]
    subprocess.run([*command, "-out", folder / SIGNATURE], check=True)

    assert load(folder, key=public).id == load(tiny_model).id


def test_a_model_without_signature_is_refused_where_one_is_asked_for(tiny_model, keys):
    with pytest.raises(ModelSignatureError, match=r"ikke signert \(manifest\.sig mangler\)"):
        load(tiny_model, key=keys[1])


def test_a_manifest_that_was_changed_with_care_is_refused(signed, keys):
    resealed(signed, name="another")

    assert load(signed).id.startswith("another@")
    with pytest.raises(ModelSignatureError, match="ikke laget for denne modellen"):
        load(signed, key=keys[1])


def test_a_file_that_was_changed_is_refused_by_its_hash(signed, keys):
    (signed / "MODEL_CARD.md").write_bytes(b"# Another\n")

    with pytest.raises(ModelDamagedError, match=r"MODEL_CARD\.md er endret"):
        load(signed, key=keys[1])


def test_the_signature_of_another_key_is_refused(signed, tmp_path):
    make_keys(tmp_path / "p2.pem", tmp_path / "o2.pem")

    with pytest.raises(ModelSignatureError, match="ikke laget for denne modellen"):
        load(signed, key=tmp_path / "o2.pem")


@pytest.mark.parametrize("position", [0, 31, 32, 63])
def test_a_flipped_bit_in_the_signature_is_seen(signed, keys, position):
    content = bytearray((signed / SIGNATURE).read_bytes())
    content[position] ^= 1
    (signed / SIGNATURE).write_bytes(content)

    with pytest.raises(ModelSignatureError, match="ikke laget for denne modellen"):
        load(signed, key=keys[1])


@pytest.mark.parametrize(
    "content",
    [pytest.param(b"", id="empty"), pytest.param(b"\0" * 63, id="short"), pytest.param(b"\0" * 65, id="long")],
)
def test_what_is_no_signature_is_told(signed, keys, content):
    (signed / SIGNATURE).write_bytes(content)

    with pytest.raises(ModelSignatureError, match="er ingen signatur"):
        load(signed, key=keys[1])


@pytest.mark.parametrize("content", [b"", b"no key", b"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"])
def test_what_is_no_public_key_is_told(signed, tmp_path, content):
    (tmp_path / "none.pem").write_bytes(content)

    with pytest.raises(KeyFileError, match="er ingen offentlig nøkkel"):
        load(signed, key=tmp_path / "none.pem")


def test_a_private_key_is_no_public_one(signed, keys):
    with pytest.raises(KeyFileError, match="er ingen offentlig nøkkel"):
        load(signed, key=keys[0])


def test_a_key_of_another_kind_is_told(signed, tmp_path):
    private, public = tmp_path / "rsa.pem", tmp_path / "rsa_pub.pem"
    command = ["openssl", "genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", private]
    subprocess.run(command, check=True, capture_output=True)
    subprocess.run(["openssl", "pkey", "-in", private, "-pubout", "-out", public], check=True)

    with pytest.raises(KeyFileError, match="er ingen offentlig nøkkel for Ed25519"):
        load(signed, key=public)
    with pytest.raises(KeyFileError, match="er ingen privat nøkkel for Ed25519"):
        sign(signed, private)


def test_a_key_that_is_not_there_is_told(signed, tmp_path):
    with pytest.raises(KeyFileError, match=r"none\.pem kan ikke leses"):
        load(signed, key=tmp_path / "none.pem")


def test_every_reader_asks_for_the_signature_where_the_environment_names_a_key(tiny_model, signed, keys, monkeypatch):
    monkeypatch.setenv(KEY_VARIABLE, str(keys[1]))

    assert Scorer.load(signed).model_id == load(signed).id
    with pytest.raises(ModelSignatureError, match="ikke signert"):
        Scorer.load(tiny_model)


def test_a_key_of_the_environment_that_is_not_there_lets_nothing_pass(signed, tmp_path, monkeypatch):
    monkeypatch.setenv(KEY_VARIABLE, str(tmp_path / "none.pem"))

    with pytest.raises(KeyFileError, match="kan ikke leses"):
        Scorer.load(signed)


def test_a_model_can_be_signed_where_a_signature_is_asked_for(tiny_model, tmp_path, keys, monkeypatch):
    folder = shutil.copytree(tiny_model, tmp_path / "m")
    monkeypatch.setenv(KEY_VARIABLE, str(keys[1]))

    assert sign(folder, keys[0]) == load(folder).id


def test_a_damaged_model_is_not_signed(tiny_model, tmp_path, keys):
    folder = shutil.copytree(tiny_model, tmp_path / "m")
    (folder / "MODEL_CARD.md").write_bytes(b"# Another\n")

    with pytest.raises(ModelDamagedError):
        sign(folder, keys[0])

    assert not (folder / SIGNATURE).exists()


def test_signing_again_replaces_the_signature_and_leaves_nothing(signed, tmp_path):
    make_keys(tmp_path / "p2.pem", tmp_path / "o2.pem")
    before = sorted(path.name for path in signed.iterdir())

    sign(signed, tmp_path / "p2.pem")

    assert load(signed, key=tmp_path / "o2.pem")
    assert sorted(path.name for path in signed.iterdir()) == before


def test_a_signature_goes_along_with_the_model(signed):
    assert signed / SIGNATURE in model_files(signed)


def test_the_private_key_is_for_its_owner_alone(keys):
    assert stat.S_IMODE(keys[0].stat().st_mode) == 0o600


def test_no_key_is_written_over(keys, tmp_path):
    before = keys[0].read_bytes()

    with pytest.raises(OutputExistsError, match="skrives aldri over"):
        make_keys(keys[0], tmp_path / "new.pem")
    with pytest.raises(OutputExistsError, match="skrives aldri over"):
        make_keys(tmp_path / "new.pem", keys[1])

    assert keys[0].read_bytes() == before
    assert not (tmp_path / "new.pem").exists()


def test_verify_says_who_signed_and_ends_with_1_where_nobody_did(keys, tmp_path):
    folder = shutil.copytree(default_model(), tmp_path / "m")
    command = [sys.executable, "-m", "training", "sign", str(folder), "--key", str(keys[0])]
    subprocess.run(command, check=True, capture_output=True)

    good = run("model", "verify", folder, "--key", keys[1])
    (folder / SIGNATURE).unlink()
    bad = run("model", "verify", folder, "--key", keys[1])
    by_environment = run("model", "verify", folder, **{KEY_VARIABLE: str(keys[1])})

    assert (good.returncode, good.stderr) == (0, "")
    assert f"signert av den som har den private nøkkelen til {keys[1]}" in good.stdout
    assert (bad.returncode, bad.stdout, bad.stderr.count("\n")) == (1, "", 1)
    assert "ikke signert" in bad.stderr
    assert by_environment.returncode == 1
    assert "ikke signert" in by_environment.stderr
