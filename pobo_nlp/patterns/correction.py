"""How many inquiries truly have a label, from how many a model gave it to and how often the model errs.

What is known is the share of each suggestion among the texts of each true label, and the mix of true labels that the
office usually meets. The number of texts of each true label is found by the expectation-maximisation of Saerens,
Latinne & Decaestecker (2002) on the labels given, regularised: with a Dirichlet prior on the mix (`adapted`). Without
it, that is the inversion of the confusion matrix (Vucetic & Obradovic 2001; Lipton, Wang & Smola 2018) or, for a label
that is either given or not, the adjusted count of Forman (2008), within what is possible; with rates from some thousand
texts, those are farther from the truth than the labels as given. Two labels together are treated as one label that is
given where both are, with error rates of its own: errors in the one and in the other are far from independent.

Two more things hold it back where little is known. A small group leans on all: a period on all periods, a place on all
places, a place in a period on both, the less the more groups differ (`_leaning`). And of a change only so much is
believed as it is large beside its own uncertainty (`_weight`).

Intervals are of how many of *these* inquiries have the label. They come from a parametric bootstrap: in each sample,
the error rates are drawn anew (Dirichlet, from the texts they were measured on), and so are the mix (log-normal) and
the cases (Poisson); the shares are found again, and what they leave open of each case's label is added (multiple
imputation, Rubin 1987). That error rates differ from place to place is added, too. The ends are those of a beta
distribution of that mean and variance, between none and all.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv

Floats = NDArray[np.float64]
# Cases with a label (on average, of a dimension with one label a text) that the share among all is worth, where that
# of a period or a place is found.
LEANING = 2.0
_RAREST = 1e-5
# How many times as much as the cases themselves the expected mix counts, and by how much (of its logarithm, one
# standard deviation) an office's mix differs from it.
MIX_WORTH, MIX_DIFFERENCE = 1.0, 0.1
# How much the error rates differ from place to place, of what they are on average.
DIFFERENCE = 0.5
# How many times its variance in the samples a change is doubted for: those know of chance alone, and not of all that
# sets an office's texts apart from those that the rates were measured on.
DOUBT = 2.0
# The variance is what is taken from the samples, and a thirty will do for that where there are many counts.
SAMPLES, FEW_SAMPLES, MANY_COUNTS = 100, 30, 500_000
LEVEL = 0.95
_STEPS_OF_ALL, _STEPS_OF_GROUP = 300, 30
_LEAST = 1e-12


@dataclass(frozen=True)
class Corrected:
    """What is found of the counts of some places and periods.

    Attributes
    ----------
    count, low, high : by batch, place, period and true state, shape (n_batches, n_places, n_periods, n_states).
    total, total_low, total_high : the same over all periods, shape (n_batches, n_places, n_states).
    is_bounded : whether the plain inversion of the total lies outside what is possible; shape of `total`.
    """

    count: Floats
    low: Floats
    high: Floats
    total: Floats
    total_low: Floats
    total_high: Floats
    is_bounded: NDArray[np.bool_]


# From None, the rates as measured; from a generator, rates as they could be as well: shape (n_batches, states, given).
Rates = Callable[[np.random.Generator | None], Floats]


def correct(
    given: Floats, rates: Rates, mix: Floats | None = None, *, samples: int | None = None, seed: int = 0
) -> Corrected:
    """Return how many cases are truly in each state.

    Parameters
    ----------
    given : cases by what the model gave, shape (n_batches, n_places, n_periods, n_given).
    rates : of the model, on texts that it had not seen.
    mix : the share of each state that is expected, shape (n_batches, n_states); None for maximum likelihood alone.
    samples : of the bootstrap; None for as many as are worth their time.
    """
    if samples is None:
        samples = SAMPLES if given.size < MANY_COUNTS else FEW_SAMPLES
    measured, start = adapted(given, rates(None), mix)
    count, _ = _expected(given, shares(given, measured, start), measured)
    of_cells, of_totals = _Spread(count), _Spread(count.sum(axis=2))
    random = np.random.default_rng(seed)
    for _ in range(samples):
        cases = random.poisson(given).astype(float)
        drawn, start = adapted(cases, rates(random), None if mix is None else _like(mix, random))
        mean, variance = _expected(given, shares(cases, drawn, start), drawn)
        of_cells.add(mean, variance)
        of_totals.add(mean.sum(axis=2), variance.sum(axis=2))
    n_cases = given.sum(axis=-1, keepdims=True)
    apart, apart_in_total = np.zeros_like(count), np.zeros_like(count[:, :, 0])
    if count.shape[1] > 1:
        wrong = _wrong(given, count, measured)
        apart = (DIFFERENCE * wrong) ** 2
        apart_in_total = (DIFFERENCE * wrong.sum(axis=2)) ** 2
    weight = _weight(count.sum(axis=2) - given.sum(axis=2), of_totals.between + apart_in_total)
    count = given + weight[:, :, None] * (count - given)
    low, high = _interval(count, of_cells.variance + apart, n_cases)
    total, n_total = count.sum(axis=2), n_cases.sum(axis=2)
    total_low, total_high = _interval(total, of_totals.variance + apart_in_total, n_total)
    plain = given.sum(axis=2) @ np.linalg.pinv(rates(None))
    # Half a case outside is a matter of rounding.
    is_bounded = (plain < -0.5) | (plain > n_total + 0.5)
    return Corrected(count, low, high, total, total_low, total_high, is_bounded)


def adapted(given: Floats, rates: Floats, mix: Floats | None) -> tuple[Floats, Floats | None]:
    """Return error rates with which a mix near the expected one gives just what was given, and that mix.

    Where the model gave a label oftener than error rates and mix say, either can be the reason: more cases have it, or
    more errors were made. The inversion of the rates holds them for true and every case for more than it is. Here, the
    expected mix counts `MIX_WORTH` times as much as the cases, and what is left over is laid on the rates.

    Returns
    -------
    Rates, and the mix, shape (n_batches, n_states).
    """
    if mix is None:
        return rates, None
    of_all = given.sum(axis=(1, 2))[:, None]
    worth = MIX_WORTH * of_all.sum(axis=-1, keepdims=True)
    share = _maximised(of_all, rates, mix[:, None], worth, _STEPS_OF_ALL).swapaxes(1, 2)
    predicted = (share * rates).sum(axis=1, keepdims=True)
    joint = share * rates * of_all / np.maximum(predicted, _LEAST)
    in_state = joint.sum(axis=-1, keepdims=True)
    found = np.divide(joint, in_state, out=rates.copy(), where=in_state > _LEAST)
    n_cases = in_state.sum(axis=1, keepdims=True)
    return found, np.where(n_cases > _LEAST, in_state / np.maximum(n_cases, _LEAST), mix[:, :, None])[..., 0]


def _like(mix: Floats, random: np.random.Generator) -> Floats:
    """Return a mix that an office could have as well."""
    drawn = mix * np.exp(MIX_DIFFERENCE * random.standard_normal(mix.shape))
    return np.asarray(drawn / drawn.sum(axis=-1, keepdims=True))


def shares(given: Floats, rates: Floats, start: Floats | None = None) -> Floats:
    """Return the share of each true state in each place and period, the shape of `given` but for the last axis.

    Parameters
    ----------
    start : the share of each state among all, where it is known.
    """
    n_batches, n_places, n_periods, _ = given.shape
    n_states = rates.shape[1]
    if start is None:
        even = np.full((n_batches, 1, n_states), 1 / n_states)
        of_all = _maximised(given.sum(axis=(1, 2))[:, None], rates, even, 0.0, _STEPS_OF_ALL)
    else:
        of_all = start[:, None]
    if n_places == 1 and n_periods == 1:
        return of_all[:, :, None]
    leaning = LEANING / (of_all[:, :, 1:] if n_states == 2 else np.full((1, 1, 1), 1 / n_states)).clip(_RAREST)
    given_in = given.sum(axis=1)
    of_period = _maximised(given_in, rates, of_all, _leaning(given_in, leaning), _STEPS_OF_GROUP)[:, None]
    if n_places == 1:
        return of_period
    given_at = given.sum(axis=2)
    of_place = _maximised(given_at, rates, of_all, _leaning(given_at, leaning), _STEPS_OF_GROUP)[:, :, None]
    if n_periods == 1:
        return of_place
    prior = of_place * (of_period / np.maximum(of_all[:, None], _LEAST))
    prior /= np.maximum(prior.sum(axis=-1, keepdims=True), _LEAST)
    flat = (n_batches, n_places * n_periods, -1)
    found = _maximised(given.reshape(flat), rates, prior.reshape(flat), leaning, 1)
    return found.reshape(prior.shape)


def _leaning(given: Floats, most: Floats) -> Floats:
    """Return how many cases the share among all is worth: the fewer, the more the groups differ.

    The precision of a Dirichlet-multinomial distribution, by its moments (Mosimann 1962).
    """
    _, n_groups, n_given = given.shape
    n_cases = given.sum(axis=-1, keepdims=True)
    total = n_cases.sum(axis=1, keepdims=True)
    expected = n_cases * given.sum(axis=1, keepdims=True) / np.maximum(total, _LEAST)
    distance = np.divide((given - expected) ** 2, expected, out=np.zeros_like(given), where=expected > 0)
    ratio = distance.sum(axis=(1, 2), keepdims=True) / max((n_groups - 1) * (n_given - 1), 1)
    typical = (total - (n_cases**2).sum(axis=1, keepdims=True) / np.maximum(total, _LEAST)) / max(n_groups - 1, 1)
    return np.asarray(np.clip((typical - 1) / np.maximum(ratio - 1, _LEAST) - 1, 1.0, most))


def _maximised(given: Floats, rates: Floats, prior: Floats, leaning: Floats | float, steps: int) -> Floats:
    """Return shares of shape (n_batches, n_groups, n_states) by expectation-maximisation from those of `prior`."""
    n_cases = given.sum(axis=-1, keepdims=True) + leaning
    found = np.broadcast_to(prior, (*given.shape[:-1], rates.shape[1]))
    n_cases = np.maximum(n_cases, _LEAST)
    back = rates.swapaxes(1, 2)
    for _ in range(steps):
        ratio = given / np.maximum(found @ rates, _LEAST)
        new = (found * (ratio @ back) + leaning * prior) / n_cases
        is_settled = steps > _STEPS_OF_GROUP and np.abs(new - found).max(initial=0.0) < 1e-7
        found = new
        if is_settled:
            break
    # Without any case, there is nothing to learn from.
    return np.where(n_cases > _LEAST, found, prior)


def _expected(given: Floats, found: Floats, rates: Floats) -> tuple[Floats, Floats]:
    """Return mean and variance of the number of cases in each true state, case by case from what was given."""
    shape = (*given.shape[:-1], rates.shape[1])
    flat = (given.shape[0], -1, given.shape[-1])
    share = np.broadcast_to(found, shape).reshape(given.shape[0], -1, rates.shape[1])
    predicted = np.maximum(share @ rates, _LEAST)
    ratio = given.reshape(flat) / predicted
    mean = share * (ratio @ rates.swapaxes(1, 2))
    certain = share**2 * ((ratio / predicted) @ (rates**2).swapaxes(1, 2))
    return mean.reshape(shape), np.maximum(mean - certain, 0.0).reshape(shape)


def _wrong(given: Floats, count: Floats, rates: Floats) -> Floats:
    """Return the larger of how many cases got a label wrongly, and how many lack it."""
    hit = np.diagonal(rates, axis1=1, axis2=2)[:, None, None]
    return np.maximum(np.maximum(given - count * hit, 0.0), count * (1 - hit))


class _Spread:
    """Adds up the samples."""

    def __init__(self, like: Floats) -> None:
        self._n = 0
        self._mean, self._squares, self._within = np.zeros_like(like), np.zeros_like(like), np.zeros_like(like)

    def add(self, mean: Floats, variance: Floats) -> None:
        self._n += 1
        change = mean - self._mean
        self._mean += change / self._n
        self._squares += change * (mean - self._mean)
        self._within += variance

    @property
    def between(self) -> Floats:
        """What the samples differ by."""
        return np.asarray(self._squares / max(self._n - 1, 1))

    @property
    def variance(self) -> Floats:
        """What the samples differ by, and what each leaves open."""
        if self._n < 2:
            return np.full_like(self._mean, np.nan)
        return np.asarray(self.between + self._within / self._n)


def _weight(change: Floats, variance: Floats) -> Floats:
    """Return how much of a change to believe in, given how well it is known (James & Stein 1961)."""
    return np.divide(change**2, change**2 + DOUBT * variance, out=np.zeros_like(change), where=change != 0)


def _interval(mean: Floats, variance: Floats, n_cases: Floats) -> tuple[Floats, Floats]:
    """Return the ends of an interval in whole cases, within none and all."""
    n_cases = np.broadcast_to(n_cases, mean.shape)
    share = np.clip(np.divide(mean, n_cases, out=np.zeros_like(mean), where=n_cases > 0), 0.0, 1.0)
    spread = np.divide(variance, n_cases**2, out=np.zeros_like(mean), where=n_cases > 0)
    most = share * (1 - share)
    is_open = (spread > _LEAST) & (most > _LEAST)
    precision = np.divide(most, spread, out=np.ones_like(mean), where=is_open) - 1
    precision = np.maximum(precision, 1e-3)
    tail = (1 - LEVEL) / 2
    ends = []
    for probability in (tail, 1 - tail):
        end = mean.copy()
        a, b = share[is_open] * precision[is_open], (1 - share[is_open]) * precision[is_open]
        end[is_open] = betaincinv(np.maximum(a, 1e-6), np.maximum(b, 1e-6), probability) * n_cases[is_open]
        ends.append(end)
    # Where hardly anything is known, nearly all of the distribution lies at its ends, on one side of the mean.
    low, high = np.minimum(ends[0], mean), np.maximum(ends[1], mean)
    return low.round(), high.round()
