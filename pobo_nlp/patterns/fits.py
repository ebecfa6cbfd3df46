"""A series fitted by itself: a regression with trend and season where the past is long, a u-chart where it is short."""

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from statsmodels.genmod.generalized_linear_model import GLMResults

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Method = Literal["u_chart", "regression"]
# A shorter past cannot tell a season.
YEARS_FOR_REGRESSION = 1.5
PERIODS_FOR_REGRESSION = 12
# A past that seems to grow sevenfold in a year, or from the middle of a season to its top, has begun, ended or broken
# out; no regression tells what comes next.
MAX_COEFFICIENT = 2.0
# With fewer periods a year, there is no season.
PERIODS_FOR_SEASON = 4
# An outbreak of the past would raise what is expected; periods this far off count by the square of how far.
OUTLIER_RESIDUAL = 2.58
_LEAST = 1e-6


@dataclass(frozen=True)
class Past:
    """What came before a window.

    Attributes
    ----------
    counts, totals : cases of the series and all cases, oldest first: shape (n_past,).
    ahead : all cases of the periods of the window: shape (n_ahead,).
    season : place within the year of the first period of the past, from 0.
    """

    counts: Ints
    totals: Ints
    ahead: Ints
    periods_a_year: int
    season: int

    @property
    def is_long(self) -> bool:
        """Whether it is long enough, and has cases enough, for a regression."""
        n_past = len(self.counts)
        is_long = n_past >= max(YEARS_FOR_REGRESSION * self.periods_a_year, PERIODS_FOR_REGRESSION)
        return is_long and self.counts.sum() >= n_past


@dataclass(frozen=True)
class Fit:
    """A series by itself; `covariance` is to be multiplied by the dispersion, `future` are the rows of the window."""

    past: Past
    coefficients: Floats
    covariance: Floats
    future: Floats
    dispersion: float
    freedom: int
    method: Method

    @property
    def mean(self) -> float:
        """Cases of a period."""
        return float(self.past.counts.mean())


def fit_of(past: Past) -> Fit:
    """Return a regression where the past is long and even enough, else a u-chart."""
    if past.is_long:
        fit = _regression(past)
        if np.abs(fit.coefficients[1:]).max() <= MAX_COEFFICIENT:
            return fit
    return _u_chart(past)


def _u_chart(past: Past) -> Fit:
    # One case more than there was: of two Poisson counts, it makes the test the exact one given their sum
    # (Przyborowski & Wilenski 1940), whatever that is, so that series may be chosen by how many cases they have.
    n_cases = int(past.counts.sum()) + 1
    all_cases = max(int(past.totals.sum()), 1)
    means = past.counts.sum() / all_cases * past.totals
    freedom = max(len(past.counts) - 1, 1)
    return Fit(
        past,
        coefficients=np.log([n_cases / all_cases]),
        covariance=np.array([[1 / n_cases]]),
        future=np.ones((len(past.ahead), 1)),
        dispersion=_dispersion(past.counts, means, np.ones(len(means)), freedom),
        freedom=freedom,
        method="u_chart",
    )


def _regression(past: Past) -> Fit:
    n_past = len(past.counts)
    design = _design(past)
    before, future = design[:n_past], design[n_past:]
    freedom = n_past - design.shape[1]
    weights = np.ones(n_past)
    fitted = _glm(past, before, weights)
    residuals = _standardised(fitted, past.counts, freedom)
    if (residuals > OUTLIER_RESIDUAL).any():
        weights = np.where(residuals > OUTLIER_RESIDUAL, (OUTLIER_RESIDUAL / np.maximum(residuals, _LEAST)) ** 2, 1.0)
        fitted = _glm(past, before, weights)
    return Fit(
        past,
        coefficients=np.asarray(fitted.params),
        covariance=np.asarray(fitted.normalized_cov_params),
        future=future,
        dispersion=_dispersion(past.counts, np.asarray(fitted.fittedvalues), weights, freedom),
        freedom=freedom,
        method="regression",
    )


def _design(past: Past) -> Floats:
    """Return intercept, trend and, where there is one, a wave a year: shape (n_past + n_ahead, n_columns)."""
    n_past, periods = len(past.counts), np.arange(len(past.counts) + len(past.ahead))
    # Counted from the middle of the past: far from it, a trend is a guess, and its variance says so.
    columns = [np.ones(len(periods)), (periods - (n_past - 1) / 2) / past.periods_a_year]
    if past.periods_a_year >= PERIODS_FOR_SEASON:
        angle = 2 * np.pi * (periods + past.season) / past.periods_a_year
        columns += [np.sin(angle), np.cos(angle)]
    return np.column_stack(columns)


def _glm(past: Past, design: Floats, weights: Floats) -> "GLMResults":
    import statsmodels.api as sm
    from statsmodels.tools.sm_exceptions import ConvergenceWarning, PerfectSeparationWarning

    exposure = np.log(np.maximum(past.totals, 1))
    model = sm.GLM(past.counts, design, family=sm.families.Poisson(), offset=exposure, var_weights=weights)
    with warnings.catch_warnings():
        # A series may be quite even, or begin late: its coefficients then lean on those of the family.
        warnings.simplefilter("ignore", PerfectSeparationWarning)
        warnings.simplefilter("ignore", ConvergenceWarning)
        return model.fit()


def _standardised(fitted: "GLMResults", counts: Ints, freedom: int) -> Floats:
    """Return Anscombe residuals over their standard deviation: shape (n_past,)."""
    leverage = np.minimum(fitted.get_hat_matrix_diag(), 0.99)
    dispersion = max(_dispersion(counts, np.asarray(fitted.fittedvalues), np.ones(len(counts)), freedom), 1.0)
    return np.asarray(fitted.resid_anscombe / np.sqrt(dispersion * (1 - leverage)))


def _dispersion(counts: Ints, means: Floats, weights: Floats, freedom: int) -> float:
    """Return Pearson's estimate of how many times the Poisson variance the counts have."""
    return float((weights * (counts - means) ** 2 / np.maximum(means, _LEAST)).sum()) / freedom
