"""How many cases a period would have if nothing new had happened: from the series' own past, season and all cases.

Quasi-Poisson regression of the counts before the period, with the number of all cases as exposure, a trend and a
season where the past is long enough to tell one from the other, and with outbreaks of the past weighed down. What may
come is a negative binomial distribution with the mean and the variance of the prediction. Source: Noufaily et al.
2013, "An improved algorithm for outbreak detection in multiple surveillance systems" (Farrington flexible). A short
past gets a u-chart with the spread that it shows (Laney 2002, "Improved control charts for attributes").
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray
from scipy import stats

if TYPE_CHECKING:
    from statsmodels.genmod.generalized_linear_model import GLMResults

Floats = NDArray[np.float64]
Method = Literal["u_chart", "regression"]
# A shorter past cannot tell a trend from a season; both then count as spread.
YEARS_FOR_REGRESSION = 2
# A trend that is not surely there makes a poor guess of what lies ahead.
TREND_Z = 1.96
# An outbreak of the past would raise what is expected; periods this far off count by the square of how far.
OUTLIER_RESIDUAL = 2.58
# A variance this close to the mean is that of a Poisson distribution.
SAME_AS_POISSON = 1.0001
LEVEL = 0.95


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
        return float(self._distribution().sf(observed - 1))

    def interval(self) -> tuple[int, int]:
        """Return the numbers of cases between which 95 % of such windows lie."""
        low, high = self._distribution().ppf([(1 - LEVEL) / 2, (1 + LEVEL) / 2])
        return int(low), int(high)

    def _distribution(self) -> "stats.rv_discrete":
        if self.variance <= self.mean * SAME_AS_POISSON:
            return stats.poisson(self.mean)
        size = self.mean**2 / (self.variance - self.mean)
        return stats.nbinom(size, size / (size + self.mean))


def expectation(
    counts: NDArray[np.int64], totals: NDArray[np.int64], ahead: NDArray[np.int64], *, periods_a_year: int, season: int
) -> Expectation:
    """Return what the periods after a past would hold together.

    Parameters
    ----------
    counts, totals : of the past, oldest first: cases of the series, and all cases. Shape (n_past,).
    ahead : all cases of the periods that are expected: shape (n_ahead,).
    season : place within the year of the first period of the past, from 0.
    """
    if len(counts) < YEARS_FOR_REGRESSION * periods_a_year or counts.sum() < len(counts):
        return _u_chart(counts, totals, ahead)
    exposure = np.log(np.maximum(totals, 1))
    even = np.ones(len(counts))
    for with_trend in (True, False):
        design = _design(len(counts) + len(ahead), len(counts), periods_a_year, season, with_trend=with_trend)
        past, future = design[: len(counts)], design[len(counts) :]
        fitted = _fit(counts, past, exposure, even)
        spread = _dispersion(counts, np.asarray(fitted.fittedvalues), even, past.shape[1])
        if with_trend and abs(fitted.params[-1]) > TREND_Z * np.sqrt(spread) * fitted.bse[-1]:
            break
    residuals = _standardised(fitted, counts)
    is_outlier = residuals > OUTLIER_RESIDUAL
    weights = np.where(is_outlier, (OUTLIER_RESIDUAL / np.maximum(residuals, OUTLIER_RESIDUAL)) ** 2, 1.0)
    if is_outlier.any():
        fitted = _fit(counts, past, exposure, weights)
    dispersion = _dispersion(counts, np.asarray(fitted.fittedvalues), weights, past.shape[1])
    of_periods = np.exp(future @ fitted.params) * np.maximum(ahead, 1)
    # The delta method: how the sum moves with the coefficients.
    gradient = of_periods @ future
    of_mean = dispersion * float(gradient @ fitted.normalized_cov_params @ gradient)
    mean = float(of_periods.sum())
    return Expectation(mean, dispersion * mean + of_mean, "regression")


def _u_chart(counts: NDArray[np.int64], totals: NDArray[np.int64], ahead: NDArray[np.int64]) -> Expectation:
    all_cases = max(int(totals.sum()), 1)
    # A series that has had no case yet could have had half of one.
    rate = max(float(counts.sum()), 0.5) / all_cases
    dispersion = _dispersion(counts, rate * np.maximum(totals, 1), np.ones(len(counts)), 1)
    mean = rate * float(ahead.sum())
    return Expectation(mean, dispersion * (mean + mean * float(ahead.sum()) / all_cases), "u_chart")


def _design(n_periods: int, n_past: int, periods_a_year: int, season: int, *, with_trend: bool) -> Floats:
    """Return intercept, one wave a year and, where wanted, a trend: shape (n_periods, n_columns)."""
    angle = 2 * np.pi * (np.arange(n_periods) + season) / periods_a_year
    columns = [np.ones(n_periods), np.sin(angle), np.cos(angle)]
    if with_trend:
        # Counted from the middle of the past: far from it, a trend is a guess, and its variance says so.
        columns.append((np.arange(n_periods) - (n_past - 1) / 2) / periods_a_year)
    return np.column_stack(columns)


def _fit(counts: NDArray[np.int64], design: Floats, exposure: Floats, weights: Floats) -> "GLMResults":
    import statsmodels.api as sm

    model = sm.GLM(counts, design, family=sm.families.Poisson(), offset=exposure, var_weights=weights)
    return model.fit()


def _standardised(fitted: "GLMResults", counts: NDArray[np.int64]) -> Floats:
    """Return Anscombe residuals over their standard deviation: shape (n_past,)."""
    leverage = np.minimum(fitted.get_hat_matrix_diag(), 0.99)
    dispersion = _dispersion(counts, np.asarray(fitted.fittedvalues), np.ones(len(counts)), len(fitted.params))
    return np.asarray(fitted.resid_anscombe / np.sqrt(dispersion * (1 - leverage)))


def _dispersion(counts: NDArray[np.int64], means: Floats, weights: Floats, n_coefficients: int) -> float:
    """Return Pearson's estimate of how many times the Poisson variance the counts have, at least 1."""
    freedom = max(len(counts) - n_coefficients, 1)
    return max(1.0, float((weights * (counts - means) ** 2 / np.maximum(means, 1e-9)).sum()) / freedom)
