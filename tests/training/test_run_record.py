import json
import re
import shutil
from importlib.metadata import version

import pytest

from pobo_nlp.errors import ModelDamagedError
from training.config import DEFAULT_CONFIG, load_config
from training.run_record import files_of, flat_metrics, model_files, record_of, requirements

# From the documentation of MLflow; a colon is legal on some systems only.
LEGAL = re.compile(r"[\w.\- /]+", re.ASCII)


@pytest.fixture
def record(tiny_model):
    return record_of(tiny_model, load_config(), DEFAULT_CONFIG, code_version="c0ffee")


def test_a_figure_is_told_with_its_interval():
    figure = {"value": 0.5, "low": 0.25, "high": 1}

    found = flat_metrics({"slices": {"malform=nn": {"omraade": figure}}, "dimensions": {"grunn": {"log_loss": 0.75}}})

    assert found == {
        "slices/malform_nn/omraade": 0.5,
        "slices/malform_nn/omraade.low": 0.25,
        "slices/malform_nn/omraade.high": 1.0,
        "dimensions/grunn/log_loss": 0.75,
    }


def test_what_is_no_main_figure_is_left_to_the_file():
    found = flat_metrics(
        {
            "format_version": 2,
            "provenance": {"seed": 1},
            "evaluated_on": "dev",
            "is_final": True,
            "dimensions": {"omraade": {"labels": {"tog": {"f1": 1.0}}, "bins": [0.5], "missing": None}},
        }
    )

    assert found == {}


def test_every_figure_of_a_model_has_a_legal_name_of_its_own(record):
    assert len(record.metrics) > 30
    assert not [name for name in record.metrics if not LEGAL.fullmatch(name)]
    assert all(f"dimensions/omraade/top_1{end}" in record.metrics for end in ("", ".low", ".high"))


def test_every_setting_is_a_parameter(record):
    assert record.params["seed"] == "2026"
    assert record.params["features.char_range"] == "(3, 5)"
    assert "folds.outer" in record.params


def test_a_run_says_what_its_model_comes_from(record, tiny_model):
    manifest = json.loads((tiny_model / "manifest.json").read_text("utf-8"))

    assert record.tags == {
        "model_id": record.model_id,
        "data_sha256": manifest["provenance"]["data_sha256"],
        "code_version": "c0ffee",
        "taxonomy_version": "tiny-1",
    }


def test_files_beside_the_model_are_kept_only_where_they_belong_to_it(tiny_model, tmp_path):
    folder = tmp_path / "tiny"
    shutil.copytree(tiny_model, folder)
    (folder / "notat.txt").write_text("om en person", "utf-8")
    (tmp_path / "annet.safetensors").touch()

    assert set(files_of(folder)) == {"metrics.json", "MODEL_CARD.md"}
    assert "notat.txt" not in {file.name for file in model_files(folder)}
    (tmp_path / "tiny.predictions.safetensors").touch()
    assert files_of(folder)["predictions.safetensors"] == tmp_path / "tiny.predictions.safetensors"


def test_a_damaged_model_is_not_tracked(tiny_model, tmp_path):
    shutil.copytree(tiny_model, tmp_path / "tiny")
    (tmp_path / "tiny" / "lemmas.json").write_text("{}", "utf-8")

    with pytest.raises(ModelDamagedError, match=r"lemmas\.json er endret"):
        record_of(tmp_path / "tiny", load_config(), DEFAULT_CONFIG, code_version="c0ffee")


def test_requirements_are_those_of_scoring_at_their_versions():
    found = requirements()

    assert {f"numpy=={version('numpy')}", f"mlflow=={version('mlflow')}"} <= set(found)
    assert not [line for line in found if line.startswith(("pobo", "scikit", "spacy", "pytest"))]
    assert all(re.fullmatch(r"[\w.-]+==[\w.+]+", line) for line in found)
