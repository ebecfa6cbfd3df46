"""Figures of the baselines, and how much better the model is on the same rows."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict

import numpy as np
from sklearn.utils.parallel import Parallel, delayed

from pobo_nlp.taxonomy import Dimension, Taxonomy
from training.baselines.baseline import Given, Target
from training.baselines.judgement import BASELINES, judged
from training.decide import with_parents
from training.evaluate import main_figure
from training.figures import Figure, figures_of
from training.fit import Inquiries, PriorExamples
from training.folds import Predictions
from training.intervals import Bootstrap, Interval

# Those that are fitted in seconds: a training run has them, the report has all.
CHEAP = ("most_frequent", "word_tfidf")
COMPARED = "macro_f1"
NO_PRIOR = PriorExamples([], [], np.zeros(0, np.int64), np.zeros(0))


def baseline_block(
    train: Inquiries,
    tests: Mapping[str, Inquiries],
    model_answers: Mapping[str, Mapping[str, Target]],
    prior: PriorExamples,
    taxonomy: Taxonomy,
    *,
    samples: int,
    seed: int,
) -> dict[str, object]:
    """Fit every baseline once on `train`, and hold its answers to all tests against the model's.

    Parameters
    ----------
    tests : name of a test to its texts.
    model_answers : name of a test to dimension, parents included, to 0 or 1, shape (n_texts, n_labels): for a single
        dimension the most probable label, for a multi dimension the accepted ones.
    samples : bootstrap samples behind an interval.

    Returns
    -------
    `cost`: baseline to `train_s`, `texts_per_s` and `size_bytes`, measured on one thread. `tests`: test to baseline to
    dimension to the main figure, `macro_f1`, and `macro_f1_difference`, the model's less the baseline's on the same
    samples. The model is better where the interval of the difference lies above zero.
    """
    given = Given(train, prior, taxonomy, seed)
    bootstraps = {name: Bootstrap(test.groups, samples=samples, seed=seed) for name, test in tests.items()}
    truths = {name: with_parents(test.targets, taxonomy) for name, test in tests.items()}
    costs: dict[str, object] = {}
    found: dict[str, dict[str, object]] = {name: {} for name in tests}
    for baseline in BASELINES:
        of_baseline = judged(baseline, given, tests)
        costs[baseline] = asdict(of_baseline.cost)
        for name in tests:
            found[name][baseline] = {
                d.id: compared(
                    d, model_answers[name][d.id], of_baseline.answers[name][d.id], truths[name][d.id], bootstraps[name]
                )
                for d in taxonomy.dimensions
            }
    return {"cost": costs, "tests": found}


def compared(
    dimension: Dimension, of_model: Target, of_baseline: Target, truth: Target, bootstrap: Bootstrap
) -> dict[str, Interval]:
    """Return the baseline's main figure and macro-F1, and how much higher the model's macro-F1 is.

    Parameters
    ----------
    of_model, of_baseline, truth : 0 or 1, shape (n_texts, n_labels).
    """
    model, baseline = (_figures(dimension, answers, truth) for answers in (of_model, of_baseline))
    names = (main_figure(dimension), COMPARED)
    return {name: bootstrap.interval(baseline[name]) for name in names} | {
        f"{COMPARED}_difference": bootstrap.interval(
            lambda weights: model[COMPARED](weights) - baseline[COMPARED](weights)
        )
    }


def cross_validated(
    pairs: Sequence[tuple[Inquiries, Inquiries]],
    model_answers: Mapping[str, Target],
    prior: PriorExamples,
    taxonomy: Taxonomy,
    *,
    samples: int,
    seed: int,
    workers: int,
    on_done: Callable[[], None],
) -> dict[str, dict[str, dict[str, object]]]:
    """Fit every baseline on each fold's training part, and hold its answers to all test parts against the model's.

    Parameters
    ----------
    pairs : what each is trained on and judged on; the latter are judged together, in their order.
    model_answers : as for `baseline_block`, in the same order; the model's were made in the same folds.
    workers : processes.
    on_done : called after each fit, for a progress bar.

    Returns
    -------
    Baseline to dimension to the main figure itself (`value`, `low`, `high`), `macro_f1` and `macro_f1_difference`.
    """
    bootstrap = Bootstrap(np.concatenate([test.groups for _, test in pairs]), samples=samples, seed=seed)
    names = [dimension.id for dimension in taxonomy.dimensions]
    truth = _stacked([with_parents(test.targets, taxonomy) for _, test in pairs], names)
    wanted = [(baseline, pair) for baseline in BASELINES for pair in pairs]
    of_baseline: dict[str, list[Mapping[str, Target]]] = {baseline: [] for baseline in BASELINES}
    answered = Parallel(n_jobs=workers, return_as="generator")(
        delayed(_answers)(baseline, *pair, taxonomy, seed, prior) for baseline, pair in wanted
    )
    for (baseline, _), answers in zip(wanted, answered, strict=True):
        of_baseline[baseline].append(answers)
        on_done()
    found: dict[str, dict[str, dict[str, object]]] = {}
    for baseline, parts in of_baseline.items():
        answers = _stacked(parts, names)
        found[baseline] = {}
        for dimension in taxonomy.dimensions:
            name = dimension.id
            figures = compared(dimension, model_answers[name], answers[name], truth[name], bootstrap)
            found[baseline][name] = {**figures.pop(main_figure(dimension)), **figures}
    return found


def baseline_figures(
    pairs: Sequence[tuple[Inquiries, Inquiries]], taxonomy: Taxonomy, *, samples: int, seed: int, workers: int
) -> dict[str, dict[str, Interval]]:
    """Return the main figure of each dimension for the baselines that are fitted in seconds.

    Parameters
    ----------
    pairs : what each is trained on and judged on; the latter are judged together.
    workers : processes.
    """
    bootstrap = Bootstrap(np.concatenate([test.groups for _, test in pairs]), samples=samples, seed=seed)
    names = [dimension.id for dimension in taxonomy.dimensions]
    truth = _stacked([with_parents(test.targets, taxonomy) for _, test in pairs], names)
    found = {}
    for baseline in CHEAP:
        answers = _stacked(
            Parallel(n_jobs=workers)(delayed(_answers)(baseline, *pair, taxonomy, seed) for pair in pairs), names
        )
        found[baseline] = {
            d.id: bootstrap.interval(_figures(d, answers[d.id], truth[d.id])[main_figure(d)])
            for d in taxonomy.dimensions
        }
    return found


def _answers(
    baseline: str, train: Inquiries, test: Inquiries, taxonomy: Taxonomy, seed: int, prior: PriorExamples = NO_PRIOR
) -> Mapping[str, Target]:
    return judged(baseline, Given(train, prior, taxonomy, seed), {"test": test}).answers["test"]


def _stacked(parts: Sequence[Mapping[str, Target]], names: Sequence[str]) -> dict[str, Target]:
    return {name: np.vstack([part[name] for part in parts]) for name in names}


def _figures(dimension: Dimension, answers: Target, truth: Target) -> dict[str, Figure]:
    """Return figures of answers without probabilities: each is taken as sure."""
    said = Predictions({dimension.id: answers.astype(np.float64)}, {dimension.id: answers == 1}, {})
    return figures_of(dimension, said, truth)
