"""The settings of a training run, read from TOML and checked."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path
from typing import Any, Literal, get_origin, get_type_hints

from pobo_nlp.errors import ConfigError, InputNotFoundError
from pobo_nlp.model.artefact import Limits

ROOT = Path(__file__).resolve().parents[1]
DEFAULT_CONFIG = ROOT / "training" / "config.toml"


@dataclass(frozen=True, slots=True)
class Data:
    """Where the data lie, from the root of the project, and when two texts are the same.

    Attributes
    ----------
    translations : file of machine-translated training inquiries; empty for none.
    """

    taxonomy: str
    annotations: str
    lexicon: str
    translations: str
    out: str
    near_duplicate: float


@dataclass(frozen=True, slots=True)
class Features:
    """Which features are made, and what an entry of the vocabulary needs.

    Attributes
    ----------
    lemmas : "simplemma", "none", or the package or folder of a spaCy pipeline.
    negation, compounds, focus : ways of reading that were tried (training.words); scoring does not know them, so that a
        model made with them cannot be saved.
    damping : see `training.pipeline.LengthNormaliser`.
    reach : how many words apart the words of a pair stand at most.
    rare_words : whether pieces are learnt from of words that may not enter the vocabulary themselves. Then whoever asks
        a model for an odd phrase can be told the labels of the one text that it stood in.
    """

    lemmas: str
    negation: bool
    compounds: bool
    focus: bool
    damping: float
    reach: int
    char_range: tuple[int, int]
    char_weight: float
    min_groups: int
    rare_words: bool
    min_prior: int
    max_lemma_terms: int
    max_char_terms: int


@dataclass(frozen=True, slots=True)
class Weights:
    """What a definition and a phrase of strength 3 weigh, where an inquiry is 1.

    Attributes
    ----------
    counter_example : share of its weight that an example of a single dimension has as a text without any label of a
        multi dimension.
    """

    definition: float
    phrase: float
    counter_example: float


@dataclass(frozen=True, slots=True)
class Classifier:
    """How coefficients are found.

    Attributes
    ----------
    kind : "one_vs_rest" is a logistic regression a label, "hinge" a linear support vector machine a label,
        "multinomial" one logistic regression for a single dimension; labels of a multi dimension always stand alone.
    c : inverse strength of the L2 penalty.
    balanced : whether a rare label's texts weigh as much together as all others.
    parent : share of the parent label's logit that is added to its children's; 0 is a flat model.
    """

    kind: Literal["one_vs_rest", "hinge", "multinomial"]
    c: float
    balanced: bool
    parent: float


@dataclass(frozen=True, slots=True)
class Reranker:
    """What corrects a dimension without a hierarchy by all probabilities.

    Attributes
    ----------
    c : inverse strength of the L2 penalty; 0 for none.
    """

    c: float


@dataclass(frozen=True, slots=True)
class Folds:
    """Number of folds: for evaluation, and inside each for calibration and thresholds."""

    outer: int
    inner: int


@dataclass(frozen=True, slots=True)
class Costs:
    """What an answer costs, where a person who looks costs 1.

    Attributes
    ----------
    wrong : a wrong label of a predicted dimension.
    wrong_parent : a wrong label of its parent, where the answer backs off.
    parent : the parent's label, right but coarse.
    """

    wrong: float
    wrong_parent: float
    parent: float


@dataclass(frozen=True, slots=True)
class Decisions:
    """When a label is accepted.

    Attributes
    ----------
    precision : wanted of an accepted label in a single dimension.
    min_support : support below which labels share.
    coverage : share of the texts of each label whose prediction set holds it.
    """

    precision: float
    min_support: int
    coverage: float
    costs: Costs


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Number of bootstrap samples behind an interval."""

    bootstrap: int


@dataclass(frozen=True, slots=True)
class Config:
    """All settings of a run."""

    seed: int
    data: Data
    features: Features
    weights: Weights
    classifier: Classifier
    reranker: Reranker
    folds: Folds
    search: Folds
    decisions: Decisions
    limits: Limits
    evaluation: Evaluation


def load_config(path: Path = DEFAULT_CONFIG) -> Config:
    """Read settings.

    Raises
    ------
    ConfigError : with every missing, unknown or wrongly typed setting.
    """
    if not path.is_file():
        raise InputNotFoundError(path)
    try:
        raw = tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(str(path), [f"ikke gyldig TOML: {error}"]) from error
    faults = _faults(Config, raw, "")
    if faults:
        raise ConfigError(str(path), faults)
    config: Config = _build(Config, raw)
    return config


def _faults(shape: Any, raw: Mapping[str, object], prefix: str) -> list[str]:
    types = get_type_hints(shape)
    faults = [f"{prefix}{name}: ukjent innstilling" for name in raw if name not in types]
    for name, wanted in types.items():
        value = raw.get(name)
        if value is None:
            faults.append(f"{prefix}{name}: mangler")
        elif is_dataclass(wanted):
            faults += (
                _faults(wanted, value, f"{prefix}{name}.")
                if isinstance(value, dict)
                else [f"{prefix}{name}: skal være en tabell"]
            )
        elif not _fits(value, wanted):
            faults.append(f"{prefix}{name}: feil type ({type(value).__name__})")
    return faults


def _fits(value: object, wanted: Any) -> bool:
    if get_origin(wanted) is Literal:
        return value in wanted.__args__
    if get_origin(wanted) is tuple:
        return isinstance(value, list) and len(value) == 2 and all(type(part) is int for part in value)
    if wanted is float:
        return type(value) in (int, float)
    return type(value) is wanted


def _build(shape: Any, raw: Mapping[str, Any]) -> Any:
    types = get_type_hints(shape)
    return shape(
        **{
            field.name: _build(types[field.name], raw[field.name])
            if is_dataclass(types[field.name])
            else tuple(raw[field.name])
            if isinstance(raw[field.name], list)
            else raw[field.name]
            for field in fields(shape)
        }
    )
