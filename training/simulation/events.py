"""What is planted: recurring failures at invented sites, and series that double in the last quarter."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from training.simulation.calendar import Days
from training.simulation.pool import Pool

Kind = Literal["site", "site_kind", "surge"]
QUARTER = 92
FACTOR = 2.0
# A series that is to double has at least so many cases a month, and is no large part of all cases.
MIN_MEAN, MAX_SHARE = 10.0, 0.08
_HOME_CARE = ("hjemmesykepleie", "praktisk_bistand", "bpa", "avlastning_parorendestotte", "stottekontakt")


@dataclass(frozen=True)
class Event:
    """Cases that belong together.

    Attributes
    ----------
    id, title : the latter in Norwegian.
    labels : dimension to the labels of which every case truly has one.
    rather : a label that cases have where the corpus has such texts, three of four times.
    sites : names with their municipality; empty for a surge, and a municipality is empty for a site that serves all.
    days_ago, n_days : how long before the last day it began, and how long it lasted.
    n : number of cases.
    """

    id: str
    title: str
    kind: Kind
    labels: Mapping[str, tuple[str, ...]]
    n: int
    days_ago: int
    n_days: int
    sites: tuple[tuple[str, str], ...] = ()
    rather: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def areas(self) -> tuple[str, ...]:
        """The areas of the cases; empty for any."""
        return self.labels.get("tjenesteomrade", ())


_TOWNS = ("Tyttebærvik", "Marihandsund", "Gaupelund", "Ravnemo", "Multevåg")
AT_SITES = (
    Event(
        "besoksregel",
        "Et sykehjem innfører faste besøkstider for alle",
        "site",
        {"tjenesteomrade": ("sykehjem_langtid",), "systemflagg": ("ulovlige_restriksjoner",)},
        n=16,
        days_ago=400,
        n_days=85,
        sites=(("Marihandodden sykehjem", "Marihandsund"),),
    ),
    Event(
        "smerteklinikk",
        "En smerteklinikk avslutter behandlingen av en hel pasientgruppe",
        "site",
        {"tjenesteomrade": ("smertebehandling",), "arsak": ("avslutning",)},
        n=24,
        days_ago=130,
        n_days=50,
        sites=(("Sølvpilneset smerteklinikk", ""),),
        rather={"systemflagg": ("gruppeavslutning",)},
    ),
    Event(
        "klager",
        "En kommune sender ikke klager videre til statsforvalteren",
        "site",
        {"tjenesteomrade": (*_HOME_CARE, "kommunal_annet"), "systemflagg": ("klage_ikke_fulgt_opp",)},
        n=14,
        days_ago=88,
        n_days=80,
        sites=(("Tyttebærvik tildelingskontor", "Tyttebærvik"),),
    ),
    Event(
        "prosvar",
        "Henvisninger og prøvesvar forsvinner ved en distriktspsykiatrisk enhet",
        "site",
        {"tjenesteomrade": ("psykisk_voksne",), "systemflagg": ("falt_ut_av_system",)},
        n=12,
        days_ago=560,
        n_days=75,
        sites=(("Gaupelund DPS", ""),),
    ),
    Event(
        "boregler",
        "Noen få får husregler i et bofellesskap",
        "site",
        {"tjenesteomrade": ("bolig_heldogns",), "systemflagg": ("ulovlige_restriksjoner",)},
        n=7,
        days_ago=250,
        n_days=80,
        sites=(("Ravneneset omsorgsboliger", "Ravnemo"),),
    ),
    Event(
        "legevakter",
        "Legevakter i flere kommuner innfører samme faste regel",
        "site_kind",
        {"tjenesteomrade": ("legevakt",), "systemflagg": ("rigid_praksisregel",)},
        n=18,
        days_ago=300,
        n_days=85,
        sites=tuple((f"{town} nødlegevakt", town) for town in _TOWNS),
    ),
)
# Dimension to the number of its labels that double.
_SURGING = {"tjenesteomrade": 3, "arsak": 2, "systemflagg": 2}


def surges(pool: Pool, days: Days, share_of_day: NDArray[np.float64], n_cases: int, seed: int) -> list[Event]:
    """Return events that double labels in the last quarter: other ones for each seed."""
    random = np.random.default_rng([seed, 1])
    share_of_quarter = float(share_of_day[-QUARTER:].sum())
    n_months = len(days) / 30.4375
    found: list[Event] = []
    for name, wanted in _SURGING.items():
        dimension = pool.taxonomy.dimension(name)
        share = pool.weights @ pool.true[name]
        usable = np.flatnonzero((share * n_cases / n_months >= MIN_MEAN) & (share <= MAX_SHARE))
        for place in random.permutation(usable)[:wanted].tolist():
            label = dimension.labels[place]
            n = round((FACTOR - 1) * share[place] * n_cases * share_of_quarter)
            title = f"«{label.name}» dobles i siste kvartal"
            found.append(Event(f"okning-{label.id}", title, "surge", {name: (label.id,)}, n, QUARTER - 1, QUARTER))
    return found


def planted_sites(events: Sequence[Event]) -> list[tuple[str, str, tuple[str, ...]]]:
    """Return site, municipality and areas of the sites that events need."""
    return [(site, town, event.areas) for event in events for site, town in event.sites]
