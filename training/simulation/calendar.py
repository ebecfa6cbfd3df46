"""On which days people write: fewer in July and at weekends, more in January, and a little more each year."""

import datetime

import numpy as np
from numpy.typing import NDArray

LAST_DAY = datetime.date(2025, 12, 31)
GROWTH = 0.06  # a year
OF_MONTH = (1.18, 1.05, 1.08, 0.95, 0.96, 0.97, 0.68, 0.93, 1.06, 1.08, 1.10, 0.90)
OF_WEEKDAY = (1.35, 1.2, 1.1, 1.1, 0.95, 0.2, 0.25)
HOLIDAYS = ((1, 1), (5, 1), (5, 17), (12, 24), (12, 25), (12, 26), (12, 31))

Days = NDArray[np.datetime64]
Floats = NDArray[np.float64]


def days_of(years: int) -> Days:
    """Return every day of so many whole years up to the last day."""
    first = LAST_DAY.replace(year=LAST_DAY.year - years + 1, month=1, day=1)
    return np.arange(np.datetime64(first), np.datetime64(LAST_DAY) + np.timedelta64(1, "D"))


def day_weights(days: Days) -> Floats:
    """Return the share of all inquiries that comes on each day: shape (n_days,), with sum 1."""
    weights = np.array([_weight(day) for day in days.astype(object)])
    weights *= (1 + GROWTH) ** (np.arange(len(days)) / 365.25)
    return np.asarray(weights / weights.sum())


def _weight(day: datetime.date) -> float:
    is_free = (day.month, day.day) in HOLIDAYS
    return OF_MONTH[day.month - 1] * OF_WEEKDAY[6 if is_free else day.weekday()]
