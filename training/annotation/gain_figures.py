"""The figures and the drawing of a simulated adviser."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np
from matplotlib import rc_context
from matplotlib.figure import Figure
from numpy.typing import NDArray

from training.annotation.gain import ORDERS, QUEUE, RANDOM, Cell, Plan
from training.intervals import Bootstrap, Floats, Interval, ratio, rounded
from training.report import write_json

WANTED = 0.7


def figures(cells: Sequence[Cell], plan: Plan, *, n_labels: int, samples: int) -> dict[str, object]:
    """Return macro-F1 by number of annotated inquiries, and the share of random order's decisions that the queue needs.

    Intervals are over the held-out groups; both orders are drawn together, and seeds apart.
    """
    curves = {(cell.seed, cell.order): _curve(cell, n_labels, samples) for cell in cells}
    annotated = cells[0].annotated
    needed = {seed: _needed(annotated, curves[seed, QUEUE], curves[seed, RANDOM]) for seed in plan.seeds}
    mean = np.mean(list(needed.values()), axis=0)
    averaged = {order: np.mean([curves[seed, order] for seed in plan.seeds], axis=0) for order in ORDERS}
    of_means = _needed(annotated, averaged[QUEUE], averaged[RANDOM])
    return {
        "figure": "macro_f1",
        "plan": asdict(plan),
        "curves": [
            {"order": order, "annotated": int(size), "macro_f1": _interval(averaged[order][:, place])}
            | {"seeds": {str(seed): rounded(curves[seed, order][0, place]) for seed in plan.seeds}}
            for order in ORDERS
            for place, size in enumerate(annotated)
        ],
        "gain": [
            {"annotated": int(size), "macro_f1": _interval((averaged[QUEUE] - averaged[RANDOM])[:, place])}
            for place, size in enumerate(annotated)
        ],
        "decisions_needed": {
            "wanted": WANTED,
            "of_mean_curves": _interval(of_means),
            "mean_of_seeds": _interval(mean),
            "seeds": {str(seed): _interval(values) for seed, values in needed.items()},
            "is_reached": bool(of_means[0] <= WANTED),
        },
    }


def _curve(cell: Cell, n_labels: int, samples: int) -> Floats:
    """Return macro-F1 of each model in each sample: shape (n_samples + 1, n_models)."""
    found: list[Floats] = []
    truth = np.eye(n_labels)[cell.truth]
    occurs = truth.any(axis=0)

    def of_samples(answers: NDArray[np.int64]) -> Floats:
        given = np.eye(n_labels)[answers]

        def macro(weights: Floats) -> Floats:
            found.append(ratio(2 * weights @ (given * truth), weights @ (given + truth))[:, occurs].mean(axis=1))
            return found[-1]

        Bootstrap(cell.groups, samples=samples, seed=cell.seed).interval(macro)
        return found[-1]

    return np.column_stack([of_samples(answers) for answers in cell.answers])


def _needed(annotated: NDArray[np.int64], queue: Floats, by_chance: Floats) -> Floats:
    """Return decisions of the queue to the last figure of random order, over those of random order; 1 where never.

    The first crossing counts, with a straight line between two models.
    """
    decisions = (annotated - annotated[0]).astype(float)
    found = np.ones(len(queue))
    for row, (curve, wanted) in enumerate(zip(queue, by_chance[:, -1], strict=True)):
        above = np.flatnonzero(curve >= wanted)
        if len(above) and above[0] > 0:
            last = int(above[0])
            part = (wanted - curve[last - 1]) / (curve[last] - curve[last - 1])
            found[row] = (decisions[last - 1] + part * (decisions[last] - decisions[last - 1])) / decisions[-1]
        elif len(above):
            found[row] = 0.0
    return found


def _interval(values: Floats) -> Interval:
    low, high = np.percentile(values[1:], (2.5, 97.5))
    return Interval(value=rounded(values[0]), low=rounded(low), high=rounded(high))


def write(found: dict[str, object], folder: Path) -> list[Path]:
    """Write the figures as JSON and as SVG."""
    paths = [folder / "queue-gain.json", folder / "queue-gain.svg"]
    write_json(found, paths[0])
    with rc_context({"svg.hashsalt": "pobo-nlp", "font.size": 9}):
        _drawn(found).savefig(paths[1], metadata={"Date": None})
    return paths


def _drawn(found: dict[str, object]) -> Figure:
    figure = Figure(figsize=(5.2, 3.8), layout="constrained")
    axes = figure.add_subplot()
    axes.set_title("Synthetic data, held-out training inquiries; bars are 95 %", fontsize=9)
    axes.set_xlabel("annotated inquiries")
    axes.set_ylabel("area macro-F1, mean of the seeds")
    axes.grid(alpha=0.3)
    for shift, order in enumerate(ORDERS):
        points = [point for point in found["curves"] if point["order"] == order]  # type: ignore[attr-defined]
        values = [point["macro_f1"] for point in points]
        axes.errorbar(
            [point["annotated"] + 8 * shift for point in points],
            [value["value"] for value in values],
            yerr=[
                [value["value"] - value["low"] for value in values],
                [value["high"] - value["value"] for value in values],
            ],
            marker="o",
            markersize=3,
            linewidth=1,
            capsize=2,
            label={QUEUE: "queue", RANDOM: "random order"}[order],
        )
    axes.legend(loc="lower right")
    return figure
