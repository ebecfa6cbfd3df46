import json
import shutil

import numpy as np
import pytest

from pobo_nlp.errors import ModelDamagedError, ModelError, ModelFormatError, ModelNotFoundError
from pobo_nlp.model.artefact_reader import load
from pobo_nlp.model.artefact_writer import save, write_reports
from pobo_nlp.model.manifest import REPORT_FILES, sealed, sha256
from pobo_nlp.model.scorer import Scorer

NEEDED = ["weights.safetensors", "vocabulary.json", "lemmas.json", "taxonomy.toml", "metrics.json", "MODEL_CARD.md"]


def rewrite(folder, change):
    """Change the manifest and its checksum, as someone would who wants to get past the hashes."""
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text("utf-8"))
    change(manifest)
    path.write_text(json.dumps(sealed(manifest)), "utf-8")


def test_a_model_survives_saving_and_loading(scorer, tmp_path):
    reports = dict.fromkeys(REPORT_FILES, b"{}")

    model_id = save(scorer.artefact, tmp_path / "m", reports=reports)

    again = load(tmp_path / "m")
    assert again.id == model_id
    np.testing.assert_array_equal(again.artefact.coefficients, scorer.artefact.coefficients)
    text = "Fastlegen svarer ikke på telefon"
    found, expected = Scorer(again.artefact, "x").probabilities([text]), scorer.probabilities([text])
    for dimension, values in expected.items():
        np.testing.assert_array_equal(found[dimension], values)


def test_the_same_model_has_the_same_id(scorer, tmp_path):
    reports = dict.fromkeys(REPORT_FILES, b"{}")

    assert save(scorer.artefact, tmp_path / "a", reports=reports) == save(
        scorer.artefact, tmp_path / "b", reports=reports
    )


@pytest.mark.parametrize("name", NEEDED)
def test_a_changed_byte_is_noticed(name, model_copy):
    path = model_copy / name
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(bytes(content))

    with pytest.raises(ModelDamagedError, match=f"{name} er endret"):
        load(model_copy)


@pytest.mark.parametrize("name", NEEDED)
def test_a_missing_file_is_noticed(name, model_copy):
    (model_copy / name).unlink()

    with pytest.raises(ModelDamagedError, match=f"{name} mangler"):
        load(model_copy)


def test_a_newer_format_is_refused(model_copy):
    rewrite(model_copy, lambda manifest: manifest.update(format_version=2))

    with pytest.raises(ModelFormatError, match="versjon 2"):
        load(model_copy)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"{", id="broken"),
        pytest.param(b"[]", id="a list"),
        pytest.param(b"\xff\xfe", id="not UTF-8"),
        pytest.param(b"[" * 100_000, id="too deep"),
        pytest.param(b'{"format_version": "1"}', id="version is a string"),
        pytest.param(b'{"format_version": true}', id="version is true"),
        pytest.param(b'{"format_version": 1}', id="nothing else"),
    ],
)
def test_a_manifest_that_is_none_is_refused(content, model_copy):
    (model_copy / "manifest.json").write_bytes(content)

    with pytest.raises(ModelDamagedError, match=r"manifest\.json"):
        load(model_copy)


def test_a_manifest_of_a_gigabyte_is_refused_unread(model_copy):
    with (model_copy / "manifest.json").open("wb") as file:
        file.truncate(2**30)

    with pytest.raises(ModelDamagedError, match="for stor"):
        load(model_copy)


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("../outside.json", id="upwards"),
        pytest.param("/etc/hostname", id="absolute"),
        pytest.param("more.json", id="one too many"),
    ],
)
def test_a_manifest_cannot_name_other_files(name, model_copy):
    rewrite(model_copy, lambda manifest: manifest["files"].update({name: "0" * 64}))

    with pytest.raises(ModelDamagedError, match="andre filer"):
        load(model_copy)


def test_a_link_out_of_the_folder_is_refused(model_copy, tmp_path):
    outside = tmp_path / "outside.json"
    shutil.move(model_copy / "lemmas.json", outside)
    (model_copy / "lemmas.json").symlink_to(outside)

    with pytest.raises(ModelDamagedError, match="utenfor mappen"):
        load(model_copy)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda m: m["dimensions"]["arsak"]["labels"].reverse(), id="labels in another order"),
        pytest.param(lambda m: m["dimensions"]["arsak"]["thresholds"].pop(), id="a threshold too few"),
        pytest.param(lambda m: m["dimensions"]["arsak"].pop("scale"), id="no calibration"),
        pytest.param(lambda m: m["dimensions"]["arsak"].update(scale="1"), id="calibration is a string"),
        pytest.param(lambda m: m["dimensions"].pop("arsak"), id="a dimension too few"),
        pytest.param(lambda m: m["features"].update(char_range=[3]), id="half a range"),
        pytest.param(lambda m: m.pop("limits"), id="no limits"),
    ],
)
def test_a_manifest_at_odds_with_the_files_is_refused(change, model_copy):
    rewrite(model_copy, change)

    with pytest.raises(ModelDamagedError, match="henger ikke sammen"):
        load(model_copy)


def test_weights_of_another_shape_are_refused(model_copy):
    vocabulary = json.loads((model_copy / "vocabulary.json").read_text("utf-8"))
    vocabulary["char"].pop()
    content = json.dumps(vocabulary).encode()
    (model_copy / "vocabulary.json").write_bytes(content)
    rewrite(model_copy, lambda m: m["files"].update({"vocabulary.json": sha256(content)}))

    with pytest.raises(ModelDamagedError, match="henger ikke sammen"):
        load(model_copy)


@pytest.mark.parametrize(
    ("make", "problem"),
    [
        pytest.param(lambda path: None, "finnes ikke", id="no folder"),
        pytest.param(lambda path: path.mkdir(), r"manifest\.json mangler", id="an empty folder"),
        pytest.param(lambda path: path.write_text("x"), r"manifest\.json mangler", id="a file"),
    ],
)
def test_a_folder_without_a_model_is_named(make, problem, tmp_path):
    make(tmp_path / "m")

    with pytest.raises(ModelNotFoundError, match=problem):
        load(tmp_path / "m")


def test_saving_does_not_delete_a_folder_with_other_content(scorer, tmp_path):
    (tmp_path / "m").mkdir()
    (tmp_path / "m" / "letter.txt").write_text("keep me", "utf-8")

    with pytest.raises(ModelError, match="annet innhold"):
        save(scorer.artefact, tmp_path / "m", reports={})

    assert (tmp_path / "m" / "letter.txt").read_text("utf-8") == "keep me"


def test_the_shipped_model_is_small(root):
    size = sum(path.stat().st_size for path in (root / "models" / "default").iterdir())

    assert size <= 10 * 2**20


def test_the_model_holds_no_text_of_an_inquiry(root):
    """No run of four words that stands in one inquiry alone is found in the model's files."""
    files = [(root / "models" / "default" / name).read_text("utf-8").lower() for name in NEEDED[1:]]
    inquiries = [json.loads(line)["text"] for line in (root / "data/annotated/a.jsonl").read_text("utf-8").splitlines()]

    runs = [" ".join(text.lower().split()[3:9]) for text in inquiries if len(text.split()) > 9]

    assert len(runs) > 100
    assert not [run for run in runs if any(run in content for content in files)]


def test_new_reports_leave_the_model_what_it_was(model_copy):
    before = load(model_copy)

    write_reports(model_copy, {"metrics.json": b"{}\n"})

    assert load(model_copy).id == before.id
    assert (model_copy / "metrics.json").read_bytes() == b"{}\n"


def test_a_damaged_model_gets_no_reports(model_copy):
    (model_copy / "vocabulary.json").write_bytes(b"{}")

    with pytest.raises(ModelDamagedError, match=r"vocabulary\.json er endret"):
        write_reports(model_copy, {"metrics.json": b"{}\n"})


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda text: text.replace('"min_words": 3', '"min_words": 2'), id="a digit"),
        pytest.param(lambda text: text.replace('"name": "default"', '"name": "defaulu"'), id="a letter"),
        pytest.param(lambda text: text.replace('"checksum": "', '"checksum": "0'), id="the checksum"),
    ],
)
def test_a_manifest_that_was_changed_is_noticed(change, model_copy):
    path = model_copy / "manifest.json"
    path.write_text(change(path.read_text("utf-8")), "utf-8")

    with pytest.raises(ModelDamagedError, match=r"manifest\.json er endret"):
        load(model_copy)


def test_a_manifest_without_a_checksum_is_refused(model_copy):
    path = model_copy / "manifest.json"
    manifest = json.loads(path.read_text("utf-8"))
    del manifest["checksum"]
    path.write_text(json.dumps(manifest), "utf-8")

    with pytest.raises(ModelDamagedError, match="mangler checksum"):
        load(model_copy)
