import datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pobo_nlp.patterns.periods import MONTHS, Period, timeline

KINDS = st.sampled_from(list(MONTHS))
DAYS = st.dates(datetime.date(1900, 1, 1), datetime.date(2100, 12, 31))


def days_of(*days):
    return np.array(days, "datetime64[D]")


@given(DAYS, KINDS)
def test_a_day_lies_within_its_period(day, kind):
    period = Period.of(day, kind)

    assert period.start <= day <= period.end
    assert period.year == day.year
    assert Period.of(period.end + datetime.timedelta(days=1), kind) == period.next


@given(DAYS, DAYS, KINDS)
def test_codes_sort_as_time_does(one, other, kind):
    first, second = sorted((Period.of(one, kind), Period.of(other, kind)))

    assert first.code <= second.code


@pytest.mark.parametrize(
    ("kind", "name", "code", "season"),
    [
        ("month", "desember 2024", "2024-12", 11),
        ("quarter", "4. kvartal 2024", "2024-K4", 3),
        ("year", "2024", "2024", 0),
    ],
)
def test_periods_have_a_name_and_a_place_in_the_year(kind, name, code, season):
    period = Period.of(datetime.date(2024, 12, 31), kind)

    assert (period.name, period.code, period.season) == (name, code, season)


def test_empty_periods_are_there_and_cases_without_a_date_are_in_none():
    time = timeline(days_of("2024-01-31", "NaT", "2024-04-01"), "month")

    assert [period.code for period in time.periods] == ["2024-01", "2024-02", "2024-03", "2024-04"]
    assert time.codes.tolist() == [0, -1, 3]


@given(st.lists(DAYS, min_size=1, max_size=30), KINDS)
def test_every_dated_case_lies_in_the_period_of_its_day(days, kind):
    days = [day.replace(year=2000 + day.year % 10) for day in days if (day.month, day.day) != (2, 29)]
    if not days:
        return
    time = timeline(np.array(days, "datetime64[D]"), kind)

    assert [time.periods[code] for code in time.codes] == [Period.of(day, kind) for day in days]


def test_days_before_and_after_do_not_count():
    days = days_of("2024-01-31", "2024-02-01", "2024-02-29", "2024-03-01")
    time = timeline(days, "month", since=datetime.date(2024, 2, 1), until=datetime.date(2024, 2, 29))

    assert time.codes.tolist() == [-1, 0, 0, -1]
    assert len(time.periods) == 1


def test_asked_for_time_without_cases_is_there_as_empty_periods():
    time = timeline(days_of("2024-02-10"), "month", since=datetime.date(2024, 1, 1), until=datetime.date(2024, 4, 30))

    assert len(time.periods) == 4
    assert time.codes.tolist() == [1]
    assert all(map(time.is_whole, range(4)))


def test_a_period_cut_short_is_not_whole():
    time = timeline(days_of("2024-01-20", "2024-02-10", "2024-03-05"), "month")

    assert [time.is_whole(place) for place in range(3)] == [False, True, False]


@pytest.mark.parametrize(("last", "is_whole"), [("2024-02-29", True), ("2024-02-22", True), ("2024-02-21", False)])
def test_a_week_without_a_case_does_not_cut_a_month_short(last, is_whole):
    assert timeline(days_of("2024-01-01", last), "month").is_whole(1) is is_whole


@pytest.mark.parametrize("days", [(), ("NaT", "NaT")])
def test_without_a_date_there_is_no_time(days):
    time = timeline(days_of(*days), "month")

    assert time.periods == ()
    assert (time.codes == -1).all()
