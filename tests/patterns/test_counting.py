import datetime
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from pobo_nlp.errors import PatternsError, UnknownLabelError
from pobo_nlp.patterns.counting import count_series, families, usable_rates
from pobo_nlp.patterns.error_rates import ErrorRates
from tests.patterns.tables_of_cases import SMALL_SCHEME, cases_of

# Each area is right four times of five; x is found nine times of ten, and given by mistake to one of ten without it.
AREA_RATES = np.full((4, 4), 100.0) + np.eye(4) * 1100
CAUSE_RATES = np.array([[[1800.0, 200.0], [100.0, 900.0]]] * 2)
RATES = ErrorRates("m@1", 3000, {"omrade": AREA_RATES, "arsak": CAUSE_RATES})


def made_up(n_cases=600, *, seed=0, human_share=0.5, models=("m@1",)):
    random = np.random.default_rng(seed)
    area = random.choice(4, n_cases, p=[0.4, 0.3, 0.2, 0.1])
    labels = {
        "niva": np.eye(2, dtype=bool)[area // 2],
        "omrade": np.eye(4, dtype=bool)[area],
        "arsak": random.random((n_cases, 2)) < [0.4, 0.2],
    }
    human = {name: random.random(n_cases) < human_share for name in labels}
    days = np.datetime64("2024-01-01") + random.integers(0, 366, n_cases)
    return cases_of(
        labels,
        taxonomy=SMALL_SCHEME,
        days=days,
        site=random.integers(-1, 3, n_cases),
        region=random.integers(-1, 2, n_cases),
        human=human,
        models=models,
    )


def test_all_cases_are_counted_by_month():
    cases = made_up()
    (series,) = count_series(cases)

    assert series.key == ()
    assert len(series.periods) == 12
    months = cases.dates.astype("datetime64[M]").astype(int) % 12
    assert series.observed.tolist() == np.bincount(months, minlength=12).tolist()
    assert series.total.observed == 600


@pytest.mark.parametrize(
    "by", [("omrade",), ("arsak",), ("site",), ("omrade", "arsak"), ("arsak", "site"), ("site", "region")]
)
@pytest.mark.parametrize("period", ["month", "quarter", "year"])
def test_the_cases_of_a_series_are_those_with_its_labels_and_places(by, period):
    cases = made_up()
    series = count_series(cases, by, period)

    assert series
    for one in series:
        expected = np.ones(len(cases), bool)
        for name, value in one.key:
            if name in ("site", "region"):
                names, codes = getattr(cases, f"{name}_names"), getattr(cases, name)
                expected &= codes == names.index(value)
            else:
                expected &= cases.labels[name][:, SMALL_SCHEME.dimension(name).label_ids.index(value)]
        assert sorted(np.concatenate(list(one.rows))) == np.flatnonzero(expected).tolist()
        assert [len(rows) for rows in one.rows] == one.observed.tolist()
        assert one.observed.sum() == one.total.observed
        assert (one.human <= one.observed).all()


def test_human_labels_are_counted_apart():
    cases = made_up()
    (series,) = (one for one in count_series(cases, ("arsak",)) if one.key == (("arsak", "x"),))

    assert series.total.human == (cases.labels["arsak"][:, 0] & cases.is_human["arsak"]).sum()
    assert series.share_human == pytest.approx(series.total.human / series.total.observed)


def test_human_labels_alone_count_as_they_are():
    for one in count_series(made_up(human_share=1.0), ("omrade",), rates=RATES):
        assert one.corrected.tolist() == one.low.tolist() == one.high.tolist() == one.observed.tolist()
        assert not one.is_corrected


def test_without_error_rates_nothing_is_said_of_what_a_model_counted():
    for one in count_series(made_up(human_share=0.0), ("omrade",)):
        assert np.isnan([one.total.corrected, one.total.low, one.total.high]).all()
        assert np.isnan(one.corrected).all()


def test_corrected_counts_are_closer_to_the_truth_and_their_intervals_hold_it():
    random = np.random.default_rng(3)
    true = random.random((4000, 2)) < [0.1, 0.5]
    given = np.where(true, random.random((4000, 2)) < 0.9, random.random((4000, 2)) < 0.1)
    cases = cases_of(
        {"arsak": given},
        taxonomy=SMALL_SCHEME,
        days=np.full(4000, np.datetime64("2024-05-01")),
        models=("m@1",),
    )
    series = count_series(cases, ("arsak",), "year", rates=RATES)

    for one, truth in zip(series, true.sum(axis=0), strict=True):
        assert one.is_corrected
        assert one.total.low <= truth <= one.total.high
    rare = series[0].total
    assert abs(rare.corrected - true[:, 0].sum()) < 0.4 * abs(rare.observed - true[:, 0].sum())


def test_corrected_counts_are_the_same_in_two_runs():
    one, other = (count_series(made_up(), ("omrade",), rates=RATES, seed=1) for _ in range(2))

    assert [each.corrected.tolist() for each in one] == [each.corrected.tolist() for each in other]


def test_a_series_of_few_cases_is_left_out():
    cases = made_up(40)
    counts = {one.key: one.total.observed for one in count_series(cases, ("omrade", "site"), min_cases=1)}
    kept = {one.key for one in count_series(cases, ("omrade", "site"), min_cases=5)}

    assert kept == {key for key, count in counts.items() if count >= 5}
    assert 0 < len(kept) < len(counts)


def test_only_the_days_asked_for_are_counted():
    cases = made_up()
    since, until = datetime.date(2024, 3, 5), datetime.date(2024, 4, 6)
    (series,) = count_series(cases, since=since, until=until)

    within = (cases.dates >= np.datetime64(since)) & (cases.dates <= np.datetime64(until))
    assert series.total.observed == within.sum()
    assert [period.code for period in series.periods] == ["2024-03", "2024-04"]


def test_cases_without_a_date_count_in_no_series():
    cases = made_up()
    dates = cases.dates.copy()
    dates[:100] = np.datetime64("NaT")

    (series,) = count_series(replace(cases, dates=dates))

    assert series.total.observed == 500


def test_without_any_date_there_are_no_series():
    assert count_series(replace(made_up(), dates=np.full(600, np.datetime64("NaT", "D")))) == []


@pytest.mark.parametrize("by", [("omrade", "arsak", "site"), ("omrade", "omrade")])
def test_more_than_two_things_cannot_be_counted_by(by):
    with pytest.raises(PatternsError, match="høyst to"):
        count_series(made_up(), by)


def test_an_unknown_dimension_is_refused():
    with pytest.raises(UnknownLabelError, match="farge"):
        count_series(made_up(), ("farge",))


def test_a_dimension_is_not_paired_with_its_own_parent():
    found = families(made_up())

    assert () in found
    assert ("omrade",) in found
    assert ("omrade", "arsak") in found
    assert not any(set(by) == {"niva", "omrade"} for by in found)


def test_places_that_no_case_has_are_not_counted_by():
    cases = made_up()
    nowhere = replace(cases, site=np.full(600, -1, np.int32))

    assert any("site" in by for by in families(cases))
    assert not any("site" in by for by in families(nowhere))


@pytest.mark.parametrize(
    ("models", "rates", "is_usable", "said"),
    [
        pytest.param(Counter({"m@1": 9}), RATES, True, "rettet", id="same model"),
        pytest.param(Counter({"m@1": 9, "m@0": 1}), RATES, True, "m@0", id="and another"),
        pytest.param(Counter({"m@0": 9}), RATES, False, "ikke rettet", id="only another"),
        pytest.param(Counter(), RATES, True, "sier ikke hvilken modell", id="not said"),
        pytest.param(Counter({"m@1": 9}), None, False, "ikke kjent", id="unknown rates"),
    ],
)
def test_error_rates_are_used_for_their_own_model(models, rates, is_usable, said):
    found, how = usable_rates(replace(made_up(), models=models), rates)

    assert (found is not None) is is_usable
    assert said in how


def test_human_labels_need_no_error_rates():
    found, how = usable_rates(made_up(human_share=1.0), RATES)

    assert found is None
    assert "mennesker" in how
