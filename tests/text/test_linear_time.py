"""No text keeps a regular expression busy for longer than its length explains."""

import importlib.util
import re
from pathlib import Path

import pytest

_SPEC = importlib.util.spec_from_file_location("linear", Path(__file__).with_name("linear.py"))
linear = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(linear)

PATTERNS, UNRESOLVED = linear.expressions()
# Made only when a command runs, of what a person gives; here as they are made of signs that are common.
MADE_WHEN_RUN = {
    "batch/old_labels.py": re.compile(f"[{re.escape('|;,/')}]"),
    # Field after field, each matched where the one before ends.
    "batch/takeover_text.py": re.compile(rb'("(?:[^"]++|"")*+"|[^;\r\n"]*)(;|\r?\n?\Z)'),
    "patterns/sites/kinds.py": None,
    "patterns/case_dates.py": None,
}
N_PROBED, N_JUDGED, MOST_CHARS = 4_000, 2, 2**22
# Below that, what the clock tells is noise.
MIN_SECONDS = 0.004
MOST_GROWTH = 2.2
TRIES = 4


def _cases():
    for pattern, methods in PATTERNS.items():
        # One that is used only from its beginning on is not searched for at every place of a text.
        yield pattern, sorted(methods) or ["search"]
    for pattern in filter(None, MADE_WHEN_RUN.values()):
        yield pattern, ["match"]


def test_every_expression_of_the_package_is_known():
    assert set(MADE_WHEN_RUN) >= UNRESOLVED
    assert len(PATTERNS) > 40


def _growth(pattern, method, start, pump, end):
    """Return by how much longer twice the text takes, at a length that takes some milliseconds."""
    n_pumps = N_PROBED // len(pump)

    def took(n, times=3):
        return linear.seconds(pattern, method, start + pump * n + end, times=times)

    once = took(n_pumps, 1)
    while once < MIN_SECONDS and n_pumps * len(pump) < MOST_CHARS:
        n_pumps *= 2
        once = took(n_pumps, 1)
    if once < MIN_SECONDS:
        return 0.0
    growth = float("inf")
    for _ in range(TRIES):
        growth = min(growth, took(2 * n_pumps) / took(n_pumps))
        if growth <= MOST_GROWTH:
            break
    return growth


@pytest.mark.parametrize(
    ("pattern", "methods"), [pytest.param(*case, id=str(case[0].pattern)[:40]) for case in _cases()]
)
def test_twice_the_text_takes_at_most_2_2_times_as_long(pattern, methods):
    for method in methods:
        cases = linear.attacks(pattern)
        cost = {
            case: linear.seconds(pattern, method, case[0] + case[1] * (N_PROBED // len(case[1])) + case[2], times=1)
            for case in cases
        }
        worst = sorted(cost, key=cost.get, reverse=True)[:N_JUDGED]
        growth = {(method, *case): _growth(pattern, method, *case) for case in worst}
        assert {case: times for case, times in growth.items() if times > MOST_GROWTH} == {}
