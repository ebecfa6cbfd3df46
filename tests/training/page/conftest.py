"""The figures of an imagined model on the tiny label scheme: random answers, real figures."""

from collections.abc import Callable

import numpy as np
import pytest

from pobo_nlp.model.decisions import in_prediction_set
from pobo_nlp.model.heads import parenthood
from pobo_nlp.taxonomy import Taxonomy
from training.decide import with_parents
from training.evaluate import Bootstrap, evaluate, pair_figures, slices
from training.folds import Predictions
from training.judge import examples
from training.kept import Part
from training.page.material import Material

SAMPLES = {"samples": 30, "seed": 1}


@pytest.fixture
def taxonomy(taxonomy_file):
    return Taxonomy.load(taxonomy_file)


def answered(taxonomy: Taxonomy, n: int, seed: int, prefix: str) -> Part:
    """Texts that a model is right about more often than not."""
    rng = np.random.default_rng(seed)
    targets, probability, accepted = {}, {}, {}
    for dimension in taxonomy.predicted:
        n_labels = len(dimension.labels)
        if dimension.kind == "single":
            targets[dimension.id] = np.eye(n_labels, dtype=np.int8)[rng.integers(0, n_labels, n)]
            raw = np.exp(2.5 * targets[dimension.id] + rng.normal(size=(n, n_labels)))
            probability[dimension.id] = raw / raw.sum(axis=1, keepdims=True)
            for child, parent in zip(taxonomy.path(dimension), taxonomy.path(dimension)[1:], strict=False):
                probability[parent.id] = probability[child.id] @ parenthood(child, parent)
        else:
            targets[dimension.id] = (rng.random((n, n_labels)) < 0.3).astype(np.int8)
            logit = 4 * targets[dimension.id] - 2 + rng.normal(size=(n, n_labels))
            probability[dimension.id] = 1 / (1 + np.exp(-logit))
    for name, values in probability.items():
        highest = values == values.max(axis=1, keepdims=True)
        accepted[name] = (values >= 0.6) & (highest if taxonomy.dimension(name).kind == "single" else True)
    singles = [dimension.id for dimension in taxonomy.dimensions if dimension.kind == "single"]
    return Part(
        ids=tuple(f"{prefix}-{number}" for number in range(n)),
        groups=np.arange(n) // 2,
        targets=with_parents(targets, taxonomy),
        predictions=Predictions(
            probability,
            accepted,
            {name: in_prediction_set(probability[name], np.full(probability[name].shape[1], 0.2)) for name in singles},
        ),
        description={
            "malform=nb": np.arange(n) % 3 > 0,
            "malform=nn": np.arange(n) % 3 == 0,
            "odd=yes": np.eye(n)[0] > 0,
        },
    )


def figures_of(taxonomy: Taxonomy, part: Part) -> dict[str, object]:
    dimensions = evaluate(part.predictions, part.targets, taxonomy, Bootstrap(part.groups, **SAMPLES))
    for dimension in taxonomy.dimensions:
        found = dimensions[dimension.id]
        found["examples"] = list(examples(dimension, part, found["confusions"]))
    return {
        "texts": len(part),
        "digest": "f00d" * 16,
        "sources": ["synthetic"],
        "dimensions": dimensions,
        "slices": slices(part.predictions, part.targets, taxonomy, part.description, part.groups, **SAMPLES),
        "pairs": pair_figures(part.predictions, part.targets, taxonomy, part.groups, **SAMPLES),
    }


def interval(value: float, reach: float = 0.05) -> dict[str, float]:
    return {"value": value, "low": value - reach, "high": value + reach}


@pytest.fixture
def metrics_of() -> Callable[[Taxonomy], dict[str, object]]:
    """Makes what `metrics.json` holds after a report, with all that a report may have found."""

    def make(taxonomy: Taxonomy) -> dict[str, object]:
        def compared() -> dict[str, dict[str, dict[str, float]]]:
            names = {"top_1": 0.3, "micro_f1": 0.3, "macro_f1": 0.2, "macro_f1_difference": 0.4}
            return {d.id: {name: interval(value) for name, value in names.items()} for d in taxonomy.dimensions}

        tests = {
            name: figures_of(taxonomy, answered(taxonomy, n, seed, name))
            for seed, (name, n) in enumerate({"test_natural": 60, "test_balanced": 40, "test_own": 12}.items())
        }
        tests["test_natural"]["baselines"] = {"most_frequent": compared(), "fasttext": compared()}
        kind = {"texts": 4, "put_aside": 3, "nothing_accepted": 3, "accepted": {d.id: 1 for d in taxonomy.dimensions}}
        return {
            "format_version": 2,
            "evaluated_on": "nested cross-validation",
            "provenance": {
                "seed": 1,
                "data_sha256": "beef" * 16,
                "inquiries": 90,
                "prior_examples": 7,
                "sources": ["synthetic"],
                "versions": {"python": "3.11", "numpy": "2.0"},
            },
            **figures_of(taxonomy, answered(taxonomy, 90, 9, "train")),
            "baselines": {"most_frequent": {d.id: interval(0.3) for d in taxonomy.dimensions}},
            "test_files": tests,
            "baseline_costs": {
                "most_frequent": {"train_s": 0.1, "texts_per_s": 1e9, "size_bytes": 12},
                "model": {"texts_per_s": 900.0, "size_bytes": 8_000_000},
            },
            "out_of_scope": {
                "texts": 4,
                "put_aside": interval(0.75),
                "nothing_accepted": interval(0.75),
                "accepted": {d.id: interval(0.25) for d in taxonomy.dimensions},
                "kinds": {"nonsense": kind, "a_new_kind": kind},
            },
        }

    return make


@pytest.fixture
def material(taxonomy, metrics_of):
    metrics = metrics_of(taxonomy)
    texts = {f"test_balanced-{number}": f"Tekst {number} med <b>tegn</b> & «sitat»." for number in range(40)}
    return Material("tiny@01234567", taxonomy, metrics, texts=texts, wanted_precision=0.9, wanted_coverage=0.9)
