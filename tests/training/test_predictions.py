import json
import struct

import numpy as np
import pytest

from pobo_nlp.errors import PredictionsError, UnreadableFileError
from pobo_nlp.taxonomy import Taxonomy
from training.decide import with_parents
from training.folds import Predictions
from training.predictions import Part, add, load, predictions_path, save

MODEL = "tiny@01234567"


@pytest.fixture
def taxonomy(taxonomy_file):
    return Taxonomy.load(taxonomy_file)


@pytest.fixture
def part(taxonomy):
    area = np.array([[0.8, 0.1, 0.1], [0.1, 0.6, 0.3], [0.25, 0.25, 0.5], [0.125, 0.375, 0.5]])
    probability = {
        "omraade": area,
        "nivaa": np.column_stack([area[:, :2].sum(axis=1), area[:, 2]]),
        "grunn": np.array([[0.9, 0.2], [0.1, 0.1], [0.5, 0.7], [0.0, 1.0]]),
    }
    targets = with_parents(
        {
            "omraade": np.array([[1, 0, 0], [0, 1, 0], [0, 0, 1], [0, 1, 0]], np.int8),
            "grunn": np.array([[1, 0], [0, 0], [1, 1], [0, 1]], np.int8),
        },
        taxonomy,
    )
    return Part(
        ids=("d", "b", "c", "a"),
        groups=np.array([0, 1, 1, 2]),
        targets=targets,
        predictions=Predictions(
            probability,
            {name: values >= 0.5 for name, values in probability.items()},
            in_set={"omraade": area >= 0.3},
        ),
        description={"malform=nn": np.array([False, True, False, False])},
    )


@pytest.fixture
def path(tmp_path, taxonomy, part):
    path = tmp_path / "tiny.predictions.safetensors"
    save(path, {"cross_validation": part}, taxonomy, model_id=MODEL, digests={"cross_validation": "f00d"})
    return path


def rewritten(path, change):
    """Writes the file anew with its metadata, or the bytes of its tensors, changed."""
    raw = path.read_bytes()
    (n_header,) = struct.unpack("<Q", raw[:8])
    header = json.loads(raw[8 : 8 + n_header])
    metadata = json.loads(header["__metadata__"]["predictions"])
    body = change(header, metadata, bytearray(raw[8 + n_header :]))
    header.setdefault("__metadata__", {})["predictions"] = json.dumps(metadata)
    new = json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(new)) + new + bytes(body))


def test_what_is_kept_is_what_was_given(path, part, taxonomy):
    kept = load(path)

    assert (kept.model_id, kept.digests) == (MODEL, {"cross_validation": "f00d"})
    assert kept.labels == {dimension.id: dimension.label_ids for dimension in taxonomy.dimensions}
    found = kept.parts["cross_validation"]
    assert found.ids == part.ids
    np.testing.assert_array_equal(found.groups, part.groups)
    np.testing.assert_array_equal(found.description["malform=nn"], part.description["malform=nn"])
    assert set(found.predictions.in_set) == {"omraade"}
    np.testing.assert_array_equal(found.predictions.in_set["omraade"], part.predictions.in_set["omraade"])
    for name in kept.labels:
        np.testing.assert_array_equal(found.targets[name], part.targets[name])
        np.testing.assert_array_equal(found.predictions.accepted[name], part.predictions.accepted[name])
        given = part.predictions.probability[name]
        np.testing.assert_allclose(found.predictions.probability[name], given, rtol=2**-9)


def test_the_same_content_gives_the_same_file(path, part, taxonomy, tmp_path):
    again = tmp_path / "again"
    save(again, load(path).parts, taxonomy, model_id=MODEL, digests={"cross_validation": "f00d"})

    assert again.read_bytes() == path.read_bytes()


@pytest.mark.parametrize("dimension", ["omraade", "nivaa"])
def test_half_precision_never_changes_the_most_probable_label(path, part, taxonomy, dimension):
    rng = np.random.default_rng(3)
    n_texts = 2000
    area = np.full((n_texts, 3), 1 / 3) + rng.normal(scale=1e-5, size=(n_texts, 3))
    area[::2, 2] = 1e-9 * rng.random(n_texts // 2)
    level = np.column_stack([area[:, 2], area[:, :2].mean(axis=1)])
    predictions = Predictions(
        {"omraade": area, "nivaa": level, "grunn": np.zeros((n_texts, 2))},
        {name: np.zeros((n_texts, k), bool) for name, k in [("omraade", 3), ("nivaa", 2), ("grunn", 2)]},
        in_set={},
    )
    many = Part(
        tuple(map(str, range(n_texts))),
        np.arange(n_texts),
        {name: np.zeros(values.shape, np.int8) for name, values in predictions.probability.items()},
        predictions,
        {},
    )
    save(path, {"dev": many}, taxonomy, model_id=MODEL, digests={"dev": ""})

    kept = load(path).parts["dev"].predictions.probability[dimension]
    given = predictions.probability[dimension]
    assert (kept.astype(np.float16) == given.astype(np.float16)).mean() < 1  # some were moved
    np.testing.assert_array_equal(np.argsort(-kept, kind="stable"), np.argsort(-given, kind="stable"))
    np.testing.assert_allclose(kept, given, rtol=2**-9, atol=2**-22)


def test_the_file_lies_beside_the_model(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    assert predictions_path(tmp_path / "tiny") == tmp_path / "tiny.predictions.safetensors"
    assert predictions_path(type(tmp_path)()) == tmp_path.parent / f"{tmp_path.name}.predictions.safetensors"


def test_parts_are_added_beside_those_that_are_there(path, part, taxonomy):
    test = part.take(np.array([2, 0]))
    add(path, {"test_hard": test}, taxonomy, model_id=MODEL, digests={"test_hard": "beef"})

    kept = load(path)
    assert kept.digests == {"cross_validation": "f00d", "test_hard": "beef"}
    assert kept.parts["test_hard"].ids == ("c", "d")
    assert kept.parts["test_hard"].description["malform=nn"].tolist() == [False, False]
    assert len(kept.parts["cross_validation"]) == 4


def test_parts_added_to_no_file_make_one(tmp_path, part, taxonomy):
    add(tmp_path / "a" / "new", {"dev": part}, taxonomy, model_id=MODEL, digests={"dev": "f00d"})

    assert load(tmp_path / "a" / "new").model_id == MODEL
    assert [file.name for file in (tmp_path / "a").iterdir()] == ["new"]


def test_parts_of_another_model_are_refused(path, part, taxonomy):
    before = path.read_bytes()

    with pytest.raises(PredictionsError, match="hører til tiny@01234567, ikke til tiny@89abcdef"):
        add(path, {"test_hard": part}, taxonomy, model_id="tiny@89abcdef", digests={"test_hard": "beef"})

    assert path.read_bytes() == before


def test_a_missing_file_is_told_with_its_cure(tmp_path):
    with pytest.raises(PredictionsError, match=r"none\.safetensors .*finnes ikke.*training run.*training report"):
        load(tmp_path / "none.safetensors")


def cut_short(header, metadata, body):
    return body[:-5]


def nan(header, metadata, body):
    start, _ = header["cross_validation/probability/omraade"]["data_offsets"]
    body[start : start + 2] = np.float16(np.nan).tobytes()
    return body


def two_as_a_boolean(header, metadata, body):
    start, _ = header["cross_validation/accepted/grunn"]["data_offsets"]
    body[start] = 2
    return body


def other_type(header, metadata, body):
    header["cross_validation/probability/omraade"]["dtype"] = "BF16"
    return body


def renamed_tensor(header, metadata, body):
    header["cross_validation/targets/fly"] = header.pop("cross_validation/targets/omraade")
    return body


def unknown_kind(header, metadata, body):
    header["cross_validation/text/omraade"] = header.pop("cross_validation/targets/omraade")
    return body


def unknown_part(header, metadata, body):
    header["dev/targets/omraade"] = header.pop("cross_validation/targets/omraade")
    return body


def one_label_more(header, metadata, body):
    metadata["labels"]["omraade"].append("fly")
    return body


def doubled_id(header, metadata, body):
    metadata["parts"]["cross_validation"]["ids"][1] = "d"
    return body


def number_as_id(header, metadata, body):
    metadata["parts"]["cross_validation"]["ids"][1] = 7
    return body


def no_metadata(header, metadata, body):
    metadata.clear()
    return body


def list_as_metadata(header, metadata, body):
    metadata["parts"] = []
    return body


@pytest.mark.parametrize(
    "change",
    [
        cut_short,
        nan,
        two_as_a_boolean,
        other_type,
        renamed_tensor,
        unknown_kind,
        unknown_part,
        one_label_more,
        doubled_id,
        number_as_id,
        no_metadata,
        list_as_metadata,
    ],
)
def test_a_damaged_file_is_refused(path, change):
    rewritten(path, change)

    with pytest.raises(PredictionsError, match=r"tiny\.predictions\.safetensors .*henger ikke sammen"):
        load(path)


def test_a_file_of_other_content_is_refused(path):
    path.write_text("id;text\n")

    with pytest.raises(PredictionsError, match="henger ikke sammen"):
        load(path)


def test_a_file_of_a_later_format_is_refused(path):
    def change(header, metadata, body):
        metadata["format_version"] = 2
        return body

    rewritten(path, change)

    with pytest.raises(PredictionsError, match="et annet format"):
        load(path)


def test_arrays_that_do_not_fit_the_labels_are_not_written(tmp_path, part, taxonomy):
    wrong = Part(part.ids, part.groups[:2], part.targets, part.predictions, {})

    with pytest.raises(ValueError, match="groups"):
        save(tmp_path / "new", {"dev": wrong}, taxonomy, model_id=MODEL, digests={"dev": ""})

    assert not list(tmp_path.glob("*new*"))


def test_a_path_that_cannot_be_written_is_told(tmp_path, part, taxonomy):
    (tmp_path / "file").write_text("")

    with pytest.raises(UnreadableFileError, match="file"):
        save(tmp_path / "file" / "new", {"dev": part}, taxonomy, model_id=MODEL, digests={"dev": ""})
