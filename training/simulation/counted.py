"""Whether corrected counts are closer to the truth than raw ones, and whether their intervals hold it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pobo_nlp.patterns.counting import count_series
from pobo_nlp.patterns.error_rates import ErrorRates
from pobo_nlp.patterns.periods import Timeline, timeline
from pobo_nlp.patterns.series import Series
from training.simulation.judged import Judged


@dataclass(frozen=True, slots=True)
class LabelCount:
    """A label over all the time, and by quarter.

    Attributes
    ----------
    true, raw, corrected : over all the time.
    is_covered : whether the interval of the whole holds the truth.
    raw_error, corrected_error : mean absolute error of a quarter.
    n_covered, n_quarters : quarters whose interval holds the truth, and all.
    """

    dimension: str
    label: str
    true: int
    raw: int
    corrected: float
    is_covered: bool
    raw_error: float
    corrected_error: float
    n_covered: int
    n_quarters: int

    @property
    def is_closer(self) -> bool:
        """Whether the corrected count of all the time is nearer the truth than the raw one; as near is not nearer."""
        return abs(self.corrected - self.true) < abs(self.raw - self.true)

    @property
    def is_closer_by_quarter(self) -> bool:
        """The same of the mean quarter."""
        return self.corrected_error < self.raw_error


def label_counts(judged: Judged, rates: ErrorRates) -> list[LabelCount]:
    """Return every label of the table with its true, raw and corrected counts."""
    quarters = timeline(judged.cases.dates, "quarter")
    return [
        _label(judged, one, quarters)
        for dimension in judged.cases.taxonomy.dimensions
        for one in count_series(judged.cases, (dimension.id,), quarters, rates=rates)
    ]


def _label(judged: Judged, series: Series, quarters: Timeline) -> LabelCount:
    ((dimension, label),) = series.key
    place = judged.cases.taxonomy.dimension(dimension).label_ids.index(label)
    is_true = judged.true[dimension][:, place] & (quarters.codes >= 0)
    true = np.bincount(quarters.codes[is_true], minlength=len(quarters.periods))
    total = series.total
    return LabelCount(
        dimension,
        label,
        int(true.sum()),
        total.observed,
        total.corrected,
        bool(total.low <= true.sum() <= total.high),
        float(np.abs(series.observed - true).mean()),
        float(np.abs(series.corrected - true).mean()),
        int(((series.low <= true) & (true <= series.high)).sum()),
        len(true),
    )


def summary(counts: Sequence[LabelCount]) -> dict[str, object]:
    """Return the shares that are asked for, of one table or of several together."""
    return {
        "n_labels": len(counts),
        "closer": _share(np.mean([one.is_closer for one in counts])),
        "closer_by_quarter": _share(np.mean([one.is_closer_by_quarter for one in counts])),
        "coverage_of_totals": _share(np.mean([one.is_covered for one in counts])),
        "coverage_of_quarters": _share(
            sum(one.n_covered for one in counts) / max(sum(one.n_quarters for one in counts), 1)
        ),
        "mean_raw_error_of_quarters": round(float(np.mean([one.raw_error for one in counts])), 2),
        "mean_corrected_error_of_quarters": round(float(np.mean([one.corrected_error for one in counts])), 2),
    }


def by_dimension(counts: Sequence[LabelCount]) -> dict[str, dict[str, object]]:
    """Return the same of the labels of each dimension."""
    names = dict.fromkeys(one.dimension for one in counts)
    return {name: summary([one for one in counts if one.dimension == name]) for name in names}


def by_label(counts: Sequence[LabelCount]) -> list[dict[str, object]]:
    """Return in how many tables each label is nearer the truth, of how many, and its mean relative errors."""
    found = []
    for dimension, label in dict.fromkeys((one.dimension, one.label) for one in counts):
        own = [one for one in counts if (one.dimension, one.label) == (dimension, label)]
        true = np.array([max(one.true, 1) for one in own])
        raw, corrected = (np.array([getattr(one, name) for one in own]) for name in ("raw", "corrected"))
        found.append(
            {
                "dimension": dimension,
                "label": label,
                "tables": len(own),
                "closer": sum(one.is_closer for one in own),
                "raw_off_by": _share(np.mean(np.abs(raw - true) / true)),
                "corrected_off_by": _share(np.mean(np.abs(corrected - true) / true)),
            }
        )
    return found


def _share(value: float | np.floating) -> float:
    return round(float(value), 4)
