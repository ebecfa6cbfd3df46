"""Cases: which text came on which day from which site, and who labelled it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.simulation.calendar import Days, day_weights, days_of
from training.simulation.events import AT_SITES, Event, planted_sites, surges
from training.simulation.places import Places, invented_places, placed
from training.simulation.pool import Pool

Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]
# Of cases: without a site, without a municipality, labelled by a person; of those without a site, whose text names the
# municipality.
NO_SITE, NO_TOWN, HUMAN, NAMED = 0.12, 0.04, 0.15, 0.4


@dataclass(frozen=True)
class Simulated:
    """Cases by date.

    Attributes
    ----------
    text : number in the pool of each case's text.
    site, town : numbers in the places; -1 where the table has none.
    lives : the municipality, also where the table has none.
    event : number of the event that each case was planted for; -1 for none.
    is_human : whether a person labelled it.
    is_named : whether the text names the municipality.
    """

    pool: Pool
    places: Places
    events: Sequence[Event]
    dates: Days
    text: Ints
    site: Ints
    town: Ints
    lives: Ints
    event: Ints
    is_human: Bools
    is_named: Bools

    def __len__(self) -> int:
        return len(self.text)


def simulated(pool: Pool, *, years: int, n_cases: int, seed: int, with_events: bool = True) -> Simulated:
    """Return cases over some whole years; the same for the same seed.

    Parameters
    ----------
    n_cases : the planted ones included.
    with_events : False for nothing but noise.
    """
    random = np.random.default_rng([seed, 0])
    days = days_of(years)
    share = day_weights(days)
    events = [*AT_SITES, *surges(pool, days, share, n_cases, seed)] if with_events else []
    # A small pool may have no text for one of them.
    events = [event for event in events if pool.having(event.labels).any()]
    places = invented_places(random, planted_sites(AT_SITES))
    n_planted = sum(event.n for event in events)
    text = [random.choice(len(pool), max(n_cases - n_planted, 0), p=pool.weights)]
    day = [random.choice(len(days), len(text[0]), p=share)]
    text += [_texts(pool, event, random) for event in events]
    day += [_days(event, share, random) for event in events]
    number = np.repeat(np.arange(len(text)) - 1, [len(one) for one in text])
    texts, on_day = np.concatenate(text), np.concatenate(day)
    order = np.lexsort((random.permutation(len(texts)), on_day))
    texts, on_day, number = texts[order], on_day[order], number[order]
    site, lives = _places(pool, places, events, texts, number, random)
    at_site = np.isin(number, [place for place, event in enumerate(events) if event.sites])
    site[(random.random(len(texts)) < NO_SITE) & ~at_site] = -1
    town = np.where((random.random(len(texts)) < NO_TOWN) & ~at_site, -1, lives)
    return Simulated(
        pool=pool,
        places=places,
        events=events,
        dates=days[on_day],
        text=texts,
        site=site,
        town=town,
        lives=lives,
        event=number,
        is_human=random.random(len(texts)) < HUMAN,
        is_named=(site < 0) & (random.random(len(texts)) < NAMED),
    )


def _texts(pool: Pool, event: Event, random: np.random.Generator) -> Ints:
    """Return texts for an event; none twice before all were used."""
    fits = pool.having(event.labels)
    if event.kind == "surge":
        places = np.flatnonzero(fits)
        weights = pool.weights[places]
        return np.asarray(random.choice(places, event.n, p=weights / weights.sum()))
    best = np.flatnonzero(fits & pool.having(event.rather)) if event.rather else np.zeros(0, np.int64)
    wanted = min(event.n * 3 // 4, len(best))
    first, rest = random.permutation(best)[:wanted], np.setdiff1d(np.flatnonzero(fits), best)
    # A small pool may have no others.
    rest = rest if len(rest) else best
    drawn = [random.permutation(rest) for _ in range(event.n // max(len(rest), 1) + 1)]
    return np.concatenate([first, *drawn])[: event.n]


def _days(event: Event, share: NDArray[np.float64], random: np.random.Generator) -> Ints:
    start = len(share) - 1 - event.days_ago
    during = share[start : start + event.n_days]
    return np.asarray(start + random.choice(len(during), event.n, p=during / during.sum()))


def _places(
    pool: Pool, places: Places, events: Sequence[Event], texts: Ints, number: Ints, random: np.random.Generator
) -> tuple[Ints, Ints]:
    areas = pool.taxonomy.dimension("tjenesteomrade")
    true = pool.true[areas.id].argmax(axis=1)
    site, town = placed(places, [areas.label_ids[true[text]] for text in texts.tolist()], random)
    for place, event in enumerate(events):
        if not event.sites:
            continue
        rows = np.flatnonzero(number == place)
        chosen = np.array([places.sites.index(name) for name, _ in event.sites])[
            np.arange(len(rows)) % len(event.sites)
        ]
        site[rows] = chosen
        town[rows] = np.where(places.home[chosen] >= 0, places.home[chosen], town[rows])
    return site, town
