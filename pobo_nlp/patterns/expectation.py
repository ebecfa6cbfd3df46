"""How many cases a window would have if nothing new had happened: from the series' own past, season and all cases.

Quasi-Poisson regression of the counts before the window, with the number of all cases as exposure, a season and a
trend, and with outbreaks of the past weighed down. What may come is a negative binomial distribution with the mean and
the variance of the prediction. Source: Noufaily et al. 2013, "An improved algorithm for outbreak detection in multiple
surveillance systems" (Farrington flexible). A short past, or one of few cases, gets a u-chart with the spread that it
shows (Laney 2002, "Improved control charts for attributes").

Two years are too little to tell a season, a trend or a spread of one series from chance, but not those of all series
of a report together: how large they are on average is found from all, and each series leans on that by as much as its
own counts leave open (empirical Bayes: Efron & Morris 1975 for the coefficients; Smyth 2004 for the spread). Without
it, every fifth report on noise with a season has a false alarm; see `python -m benchmarks.surges`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

from pobo_nlp.patterns.fits import OUTLIER_RESIDUAL, PERIODS_FOR_SEASON, Fit, Floats, Method, Past, fit_of

__all__ = ["USUAL", "Expectation", "Family", "Past", "expectation", "expectations"]

# What the spread of the family is worth against that of a series, in degrees of freedom.
FAMILY_FREEDOM = 20.0
# What is taken to be usual is worth as much as so many series of a family.
USUAL_SERIES = 3.0
# A series with so many cases a period has half the say in the spread of the family that the number alone would give it.
MEAN_OF_HALF_WEIGHT = 5.0
# A variance this close to the mean is that of a Poisson distribution.
SAME_AS_POISSON = 1.0001
LEVEL = 0.95
_LEAST = 1e-6
_ROUNDS = 10


@dataclass(frozen=True, slots=True)
class Family:
    """What series of one report have in common; without any series, what is taken to be usual.

    Attributes
    ----------
    overdispersion : by how much of the mean the variance is above the mean, over the mean: 1 + overdispersion * mean.
    season : variance of the two coefficients of a wave a year, on the scale of the logarithm.
    trend : variance of the growth a year, on the scale of the logarithm.
    """

    overdispersion: float = 0.01
    season: float = 0.01
    trend: float = 0.01


USUAL = Family()


@dataclass(frozen=True, slots=True)
class Expectation:
    """What a window of one or more periods would hold.

    Attributes
    ----------
    mean : expected number of cases.
    variance : of what may come: that of the counts, and that of the mean, which is an estimate.
    """

    mean: float
    variance: float
    method: Method

    def p_value(self, observed: float) -> float:
        """Return the probability of so many cases or more."""
        if self._is_poisson:
            return float(stats.poisson.sf(observed - 1, self.mean))
        return float(stats.nbinom.sf(observed - 1, *self._size_and_share))

    def interval(self) -> tuple[int, int]:
        """Return the numbers of cases between which 95 % of such windows lie."""
        tails = [(1 - LEVEL) / 2, (1 + LEVEL) / 2]
        if self._is_poisson:
            low, high = stats.poisson.ppf(tails, self.mean)
        else:
            low, high = stats.nbinom.ppf(tails, *self._size_and_share)
        return int(low), int(high)

    @property
    def _is_poisson(self) -> bool:
        return self.variance <= self.mean * SAME_AS_POISSON

    @property
    def _size_and_share(self) -> tuple[float, float]:
        size = self.mean**2 / (self.variance - self.mean)
        return size, size / (size + self.mean)


def expectations(pasts: Sequence[Past]) -> tuple[list[Expectation], Family]:
    """Return what the windows of series of one report would hold, and what the series have in common."""
    fits = [fit_of(past) for past in pasts]
    family = _family(fits)
    return [_expectation(fit, family) for fit in fits], family


def expectation(past: Past, family: Family = USUAL) -> Expectation:
    """Return what one window would hold."""
    return _expectation(fit_of(past), family)


def _family(fits: Sequence[Fit]) -> Family:
    long = [fit for fit in fits if fit.method == "regression"]
    seasonal = [fit for fit in long if len(fit.coefficients) > 2]
    overdispersion = _overdispersion(fits)
    return Family(
        overdispersion, _variance(seasonal, slice(2, 4), USUAL.season), _variance(long, slice(1, 2), USUAL.trend)
    )


def _overdispersion(fits: Sequence[Fit]) -> float:
    if not fits:
        return USUAL.overdispersion
    means = np.maximum([fit.mean for fit in fits], _LEAST)
    freedom = np.array([fit.freedom for fit in fits])
    dispersion = np.array([fit.dispersion for fit in fits])
    # How well each series tells it; the largest ones are to be no more than some of many.
    weights = freedom * (means / (1 + means / MEAN_OF_HALF_WEIGHT)) ** 2
    found = np.inf
    for _ in range(_ROUNDS):
        # An outbreak in the past of one series is not to be the spread of all.
        most = (1 + found * means) * (1 + OUTLIER_RESIDUAL * np.sqrt(2 / freedom))
        above = (np.minimum(dispersion, most) - 1) / means
        found = max(float((weights * above).sum() / weights.sum()), 0.0)
    return _leaning(found, len(fits), USUAL.overdispersion)


def _variance(fits: Sequence[Fit], which: slice, usual: float) -> float:
    """Return the variance of coefficients from series to series, beyond that of their estimates (by moments)."""
    if not fits:
        return usual
    squares = np.array([np.square(fit.coefficients[which]).mean() for fit in fits])
    of_estimates = np.array([max(fit.dispersion, 1.0) * np.diag(fit.covariance)[which].mean() for fit in fits])
    found = usual
    for _ in range(_ROUNDS):
        weights = 1 / (found + of_estimates) ** 2
        found = max(float((weights * (squares - of_estimates)).sum() / weights.sum()), _LEAST)
    return _leaning(found, len(fits), usual)


def _leaning(found: float, n_series: int, usual: float) -> float:
    return (n_series * found + USUAL_SERIES * usual) / (n_series + USUAL_SERIES)


def _expectation(fit: Fit, family: Family) -> Expectation:
    usual = 1 + family.overdispersion * fit.mean
    dispersion = (FAMILY_FREEDOM * usual + fit.freedom * fit.dispersion) / (FAMILY_FREEDOM + fit.freedom)
    dispersion = max(dispersion, 1.0)
    coefficients, covariance = _leant(fit, family, dispersion)
    of_periods = np.exp(fit.future @ coefficients) * np.maximum(fit.past.ahead, 1)
    # The delta method: how the sum moves with the coefficients.
    gradient = of_periods @ fit.future
    mean = float(of_periods.sum())
    of_mean = float(gradient @ covariance @ gradient)
    if fit.method == "u_chart" and fit.past.periods_a_year >= PERIODS_FOR_SEASON:
        # A season that cannot be told may be there all the same.
        of_mean += mean**2 * family.season
    return Expectation(mean, dispersion * mean + of_mean, fit.method)


def _leant(fit: Fit, family: Family, dispersion: float) -> tuple[Floats, Floats]:
    """Return coefficients, and their covariance, between those of the series and those of no season and no trend."""
    variance = [np.inf, family.trend, family.season, family.season][: len(fit.coefficients)]
    own = np.linalg.inv(dispersion * fit.covariance)
    covariance = np.linalg.inv(own + np.diag(1 / np.maximum(variance, _LEAST)))
    return covariance @ own @ fit.coefficients, covariance
