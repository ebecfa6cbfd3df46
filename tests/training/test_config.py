import pytest

from pobo_nlp.errors import ConfigError, InputNotFoundError
from training.config import DEFAULT_CONFIG, load_config


def test_the_shipped_settings_are_sound():
    assert load_config().folds.outer >= 3


def test_all_faults_are_told_at_once(tmp_path):
    path = tmp_path / "config.toml"
    text = DEFAULT_CONFIG.read_text("utf-8")
    text = text.replace("seed = 2026", 'seed = "2026"').replace("[weights]", "[weights]\nunheard = 1")
    path.write_text(text.replace("min_words = 3\n", ""), "utf-8")

    with pytest.raises(ConfigError, match="3 feil") as raised:
        load_config(path)

    assert raised.value.faults == (
        "seed: feil type (str)",
        "weights.unheard: ukjent innstilling",
        "limits.min_words: mangler",
    )


def test_settings_that_are_no_toml_are_named(tmp_path):
    (tmp_path / "config.toml").write_text("seed =", "utf-8")

    with pytest.raises(ConfigError, match="ikke gyldig TOML"):
        load_config(tmp_path / "config.toml")


def test_missing_settings_are_named(tmp_path):
    with pytest.raises(InputNotFoundError, match="finnes ikke"):
        load_config(tmp_path / "config.toml")
