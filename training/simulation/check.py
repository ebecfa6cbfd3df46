"""What is asked of the search for patterns, measured on a simulation and on others made like it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np

from pobo_nlp.model.scorer import Scorer
from pobo_nlp.model.strict_json import as_json
from pobo_nlp.patterns.error_rates import ErrorRates, find_error_rates, read_error_rates
from pobo_nlp.patterns.groups import find_groups
from pobo_nlp.patterns.texts import read_texts
from pobo_nlp.patterns.vectors import VectorReader
from pobo_nlp.scratch import scratch_folder
from pobo_nlp.tables import open_table
from pobo_nlp.taxonomy import Taxonomy
from training.config import ROOT, Config
from training.simulation.cases import simulated
from training.simulation.counted import LabelCount, by_dimension, by_label, label_counts, summary
from training.simulation.findings import CandidateRank, SurgeFound, findings
from training.simulation.judged import Judged, read_judged
from training.simulation.pool import Pool, held_out, measured_anew, read_pool
from training.simulation.tables import TABLE, write

MIN_PLANTED, FIRST_CANDIDATES = 12, 10
MIN_MEAN, MIN_POWER, MAX_FALSE_ALARMS = 10.0, 0.8, 0.05
MIN_CLOSER, MIN_COVERAGE, MAX_COVERAGE = 0.8, 0.9, 0.99
# Means a month that the power is told for; a doubling of a large series is no art.
BANDS = (10.0, 20.0, 40.0, 80.0, float("inf"))
HALVES = 20
# Where the error rates come from. The first is the figure to go by: as at an office, no text is counted that the rates
# were measured on. The second lets the texts be the whole truth, and the rates as uncertain as so many texts make them.
# The last flatters: rates are held against the very texts that they were measured on.
OTHER_TEXTS, BOOTSTRAP, SAME_TEXTS = "with_rates_of_other_texts", "with_rates_of_bootstrap", "with_rates_of_same_texts"


@dataclass(frozen=True)
class _Repeats:
    """What came of simulations with other seeds.

    Attributes
    ----------
    counts : with error rates of a bootstrap sample of the texts that the cases are drawn from.
    counts_of_halves : of half of the texts, with error rates of the other half: no text stands in both.
    """

    n_runs: int
    n_false_alarms: int
    surges: Sequence[SurgeFound]
    candidates: Sequence[CandidateRank]
    counts: Sequence[LabelCount]
    counts_of_halves: Sequence[LabelCount]
    n_halves: int


def check(folder: Path, config: Config, *, runs: int, on_done: Callable[[], None] = lambda: None) -> dict[str, object]:
    """Return the figures of a simulation, and of others made like it, with a verdict on each demand.

    Parameters
    ----------
    runs : simulations of nothing but noise, and as many with planted patterns.
    """
    model = ROOT / config.data.out
    taxonomy = Taxonomy.load(model / "taxonomy.toml")
    judged = read_judged(folder, taxonomy)
    rates = find_error_rates(model, taxonomy)
    counts = label_counts(judged, rates) if rates is not None else []
    found = findings(judged)
    groups = [_group_ids(folder, judged, model), _group_ids(folder, judged, model)]
    on_done()
    repeats = _repeats(judged, config, runs, on_done)
    return {
        "cases": len(judged.cases),
        "seed": judged.seed,
        "model": sorted(judged.cases.models),
        "candidates": [asdict(one) for one in found.ranks],
        "surges": asdict(found.surges),
        "counts": {
            OTHER_TEXTS: _summed(repeats.counts_of_halves),
            BOOTSTRAP: _summed(repeats.counts),
            SAME_TEXTS: _summed(counts),
        },
        "dimensions_with_rates_of_other_texts": by_dimension(repeats.counts_of_halves),
        "labels_with_rates_of_other_texts": by_label(repeats.counts_of_halves),
        "labels_with_rates_of_same_texts": [{**asdict(one), "is_closer": one.is_closer} for one in counts],
        "groups": {"n": len(groups[0]), "equal_in_two_runs": groups[0] == groups[1]},
        "repeats": _told(repeats),
        "demands": _demands(found.ranks, found.surges.planted, groups, counts, repeats),
    }


def n_steps(runs: int) -> int:
    """Return how often a check of so many runs says that something is done."""
    return 1 + 2 * runs + min(runs, HALVES)


def _group_ids(folder: Path, judged: Judged, model: Path) -> list[tuple[str, int]]:
    """Return id and size of each group, from the texts on."""
    table = open_table(folder / TABLE)
    reader = VectorReader(Scorer.load(model))
    read_texts(table, None, [reader])
    return [(group.id, len(group.rows)) for group in find_groups(judged.cases, reader.vectors())]


def _repeats(judged: Judged, config: Config, runs: int, on_done: Callable[[], None]) -> _Repeats:
    pool = read_pool(config)
    n_false = 0
    for noise in _others(pool, judged, runs, with_events=False):
        n_false += findings(noise).surges.n_found > 0
        on_done()
    surges: list[SurgeFound] = []
    candidates: list[CandidateRank] = []
    counts: list[LabelCount] = []
    for number, other in enumerate(_others(pool, judged, runs, with_events=True)):
        found = findings(other)
        surges += found.surges.planted
        candidates += found.ranks
        counts += label_counts(other, _rates(measured_anew(config, judged.seed + number), pool.taxonomy))
        on_done()
    of_halves: list[LabelCount] = []
    n_halves = min(runs, HALVES)
    for number in range(n_halves):
        # Halvings of their own: with small seeds, the settings of the correction were tried.
        half, content = held_out(config, judged.seed * 1000 + number)
        for other in _others(half, judged, 1, with_events=True, first=number):
            of_halves += label_counts(other, _rates(content, pool.taxonomy))
        on_done()
    return _Repeats(runs, n_false, surges, candidates, counts, of_halves, n_halves)


def _others(pool: Pool, judged: Judged, n: int, *, with_events: bool, first: int = 0) -> Iterator[Judged]:
    """Yield simulations of the same size with other seeds."""
    for number in range(first, first + n):
        seed = judged.seed + 1 + number
        cases = simulated(pool, years=judged.years, n_cases=len(judged.cases), seed=seed, with_events=with_events)
        with scratch_folder() as temporary:
            write(cases, temporary, years=judged.years, seed=seed, with_texts=False)
            yield read_judged(temporary, pool.taxonomy)


def _rates(content: dict[str, object], taxonomy: Taxonomy) -> ErrorRates:
    """Return error rates as they are read from a model's folder."""
    with scratch_folder() as temporary:
        path = temporary / "error_rates.json"
        path.write_bytes(as_json(content, indent=None))
        return read_error_rates(path, taxonomy)


def _told(repeats: _Repeats) -> dict[str, object]:
    large = [one for one in repeats.candidates if one.n >= MIN_PLANTED]
    return {
        "runs": repeats.n_runs,
        "reports_with_false_alarm": repeats.n_false_alarms,
        "surges_by_mean": [
            {
                "mean_from": low,
                "mean_below": None if high == float("inf") else high,
                **_power(repeats.surges, low, high),
            }
            for low, high in pairwise(BANDS)
        ],
        "candidates": {"n": len(large), "among_first_ten": sum(map(_is_among_first, large))},
        "halves": repeats.n_halves,
    }


def _power(surges: Sequence[SurgeFound], low: float, high: float) -> dict[str, object]:
    within = [one for one in surges if low <= one.mean < high]
    factor = round(float(np.mean([one.factor for one in within])), 2) if within else None
    return {"n": len(within), "found": sum(one.is_found for one in within), "mean_observed_factor": factor}


def _is_among_first(one: CandidateRank) -> bool:
    return one.rank is not None and one.rank <= FIRST_CANDIDATES


def _demands(
    ranks: Sequence[CandidateRank],
    surges: Sequence[SurgeFound],
    groups: Sequence[Sequence[tuple[str, int]]],
    counts: Sequence[LabelCount],
    repeats: _Repeats,
) -> dict[str, bool | None]:
    """Return whether each demand is met; None where nothing was there to judge it by."""
    large = [one for one in (*ranks, *repeats.candidates) if one.n >= MIN_PLANTED]
    doubled = [one for one in (*surges, *repeats.surges) if one.mean >= MIN_MEAN]
    of_others, of_bootstrap, of_same = map(_summed, (repeats.counts_of_halves, repeats.counts, counts))
    return {
        "every_large_pattern_among_first_ten": all(map(_is_among_first, large)) if large else None,
        "surges_found": sum(one.is_found for one in doubled) >= MIN_POWER * len(doubled) if doubled else None,
        "false_alarms": repeats.n_false_alarms <= MAX_FALSE_ALARMS * repeats.n_runs if repeats.n_runs else None,
        "groups_equal_in_two_runs": groups[0] == groups[1],
        "corrected_closer": _is_closer(of_others),
        "intervals_hold_truth": _is_covered(of_others),
        f"corrected_closer_{BOOTSTRAP}": _is_closer(of_bootstrap),
        f"intervals_hold_truth_{BOOTSTRAP}": _is_covered(of_bootstrap),
        f"corrected_closer_{SAME_TEXTS}": _is_closer(of_same),
        f"intervals_hold_truth_{SAME_TEXTS}": _is_covered(of_same),
    }


def _summed(counts: Sequence[LabelCount]) -> dict[str, object] | None:
    return summary(counts) if counts else None


def _is_closer(found: dict[str, object] | None) -> bool | None:
    return None if found is None else float(str(found["closer"])) >= MIN_CLOSER


def _is_covered(found: dict[str, object] | None) -> bool | None:
    return None if found is None else MIN_COVERAGE <= float(str(found["coverage_of_quarters"])) <= MAX_COVERAGE
