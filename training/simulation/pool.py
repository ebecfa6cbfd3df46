"""The texts that cases are drawn from: true labels, what the model says of them, and how often they are met."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pobo_nlp.model.artefact_reader import load
from pobo_nlp.taxonomy import Dimension, Taxonomy
from training.annotations import annotation_files, read_annotations
from training.config import ROOT, Config
from training.error_rates import error_rates
from training.kept import CROSS_VALIDATION, Kept, Part
from training.natural_mix import natural_weights
from training.predictions import load as load_predictions
from training.predictions import predictions_path, refuse_other_model

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Pool:
    """Texts of the corpus.

    Attributes
    ----------
    true, given : dimension to shape (n_texts, n_labels), parents included; what an annotator and what the model says.
    settled : whether the model accepts the deepest label of each single dimension.
    malform : of each text, as annotated.
    weights : how often each text is met, shape (n_texts,), with sum 1.
    model : id of the model.
    """

    texts: Sequence[str]
    true: Mapping[str, Bools]
    given: Mapping[str, Bools]
    settled: Bools
    malform: Sequence[str]
    weights: Floats
    model: str
    taxonomy: Taxonomy

    def __len__(self) -> int:
        return len(self.texts)

    def having(self, labels: Mapping[str, Sequence[str]]) -> Bools:
        """Return which texts truly have one of the labels of each dimension that is named."""
        found = np.ones(len(self), np.bool_)
        for name, wanted in labels.items():
            known = self.taxonomy.dimension(name).label_ids
            found &= self.true[name][:, [known.index(label) for label in wanted]].any(axis=1)
        return found


def read_pool(config: Config, model: Path | None = None) -> Pool:
    """Return the texts that the model has answered without having been trained on them.

    Raises
    ------
    PredictionsError : where the answers are missing, or another model's.
    """
    kept, taxonomy = _read(config, model)
    return _pool(list(kept.parts.values()), kept.model_id, config, taxonomy)


def measured_anew(config: Config, seed: int, model: Path | None = None) -> dict[str, object]:
    """Return the content of an `error_rates.json` as other texts of the same kind could have given it.

    The texts that cases are drawn from are those that the error rates were measured on, so that the rates fit them
    better than they would fit texts of an office. Rates of a bootstrap sample of their groups differ from them as much
    as measured rates differ from true ones.
    """
    kept, taxonomy = _read(config, model)
    part = kept.parts[CROSS_VALIDATION]
    _, number = np.unique(part.groups, return_inverse=True)
    n_groups = int(number.max()) + 1
    drawn = np.random.default_rng(seed).multinomial(n_groups, np.full(n_groups, 1 / n_groups))
    sample = part.take(np.repeat(np.arange(len(part)), drawn[number]))
    return error_rates(sample, taxonomy, model_id=kept.model_id, name=CROSS_VALIDATION)


def held_out(config: Config, seed: int, model: Path | None = None) -> tuple[Pool, dict[str, object]]:
    """Return one half of the texts of the cross-validation, and the error rates measured on the other.

    That is harder than an office's texts are: rates of half the texts are less certain than the model's own, and the
    other half, drawn again and again, has errors of its own: the difference has four times the variance.

    Returns
    -------
    Texts, and the content of an `error_rates.json`. No group stands in both.
    """
    kept, taxonomy = _read(config, model)
    part = kept.parts[CROSS_VALIDATION]
    groups = np.unique(part.groups)
    drawn = np.random.default_rng(seed).permutation(groups)[: len(groups) // 2]
    is_drawn = np.isin(part.groups, drawn)
    other = part.take(np.flatnonzero(~is_drawn))
    pool = _pool([part.take(np.flatnonzero(is_drawn))], kept.model_id, config, taxonomy)
    return pool, error_rates(other, taxonomy, model_id=kept.model_id, name=CROSS_VALIDATION)


def _read(config: Config, model: Path | None) -> tuple[Kept, Taxonomy]:
    folder = model or ROOT / config.data.out
    loaded, path = load(folder), predictions_path(folder)
    kept = load_predictions(path)
    refuse_other_model(path, kept, loaded.id)
    return kept, loaded.artefact.taxonomy


def _pool(parts: Sequence[Part], model: str, config: Config, taxonomy: Taxonomy) -> Pool:
    files = annotation_files(ROOT / config.data.annotations)
    annotations, _ = read_annotations([*files.train, *files.dev, *files.test], taxonomy)
    by_id = {row.id: row for row in annotations}
    parts = [part.take(np.flatnonzero([one in by_id for one in part.ids])) for part in parts]
    rows = [by_id[one] for part in parts for one in part.ids]
    targets = {one.id: np.concatenate([part.targets[one.id] for part in parts]) for one in taxonomy.dimensions}
    weights = natural_weights(targets, taxonomy)
    return Pool(
        texts=[row.text for row in rows],
        true={name: values == 1 for name, values in targets.items()},
        given={one.id: np.concatenate([_given(part, one) for part in parts]) for one in taxonomy.dimensions},
        settled=np.concatenate([_is_settled(part, taxonomy) for part in parts]),
        malform=[str(row.description.get("malform", "")) for row in rows],
        weights=weights / weights.sum(),
        model=model,
        taxonomy=taxonomy,
    )


def _given(part: Part, dimension: Dimension) -> Bools:
    """Return the labels as a batch writes them: the most probable of a single dimension, the accepted of others."""
    if dimension.kind == "multi":
        return part.predictions.accepted[dimension.id]
    best = part.predictions.probability[dimension.id].argmax(axis=1)
    return np.asarray(np.arange(len(dimension.labels)) == best[:, None])


def _is_settled(part: Part, taxonomy: Taxonomy) -> Bools:
    single = [one for one in taxonomy.predicted if one.kind == "single"]
    return np.asarray(np.all([part.predictions.accepted[one.id].any(axis=1) for one in single], axis=0))
