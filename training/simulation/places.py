"""Where cases come from: municipalities of natural sizes, and invented sites in them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

# Inhabitants in thousands. The municipalities are real, for their sizes only; the last ones are invented.
MUNICIPALITIES: Mapping[str, float] = {
    "Oslo": 717, "Bergen": 291, "Trondheim": 214, "Stavanger": 149, "Bærum": 130, "Kristiansand": 116, "Drammen": 104,
    "Asker": 98, "Lillestrøm": 93, "Fredrikstad": 85, "Sandnes": 84, "Tromsø": 78, "Sandefjord": 66,
    "Nordre Follo": 63, "Sarpsborg": 60, "Ålesund": 58, "Tønsberg": 58, "Skien": 56, "Bodø": 53, "Larvik": 49,
    "Indre Østfold": 47, "Arendal": 46, "Ullensaker": 43, "Karmøy": 43, "Øygarden": 39, "Haugesund": 38,
    "Porsgrunn": 37, "Ringsaker": 36, "Hamar": 33, "Molde": 32, "Gjøvik": 31, "Alver": 31, "Rana": 26, "Harstad": 25,
    "Stjørdal": 25, "Steinkjer": 24, "Sunnfjord": 23, "Narvik": 22, "Alta": 22, "Kinn": 18, "Voss": 16,
    "Sogndal": 12, "Ørland": 11, "Nome": 7, "Vadsø": 6, "Hitra": 5,
    "Tyttebærvik": 19, "Marihandsund": 14, "Gaupelund": 22, "Ravnemo": 17, "Multevåg": 15,
}  # fmt: skip
INVENTED = ("Tyttebærvik", "Marihandsund", "Gaupelund", "Ravnemo", "Multevåg")
_FIRST = (
    "Tyttebær", "Multe", "Rype", "Orrhane", "Sølvpil", "Gaupe", "Ravne", "Sommerfugl", "Marihand", "Blåklokke",
    "Kvitveis", "Humle", "Stjerne", "Måltrost", "Ekorn", "Røyskatt", "Tiriltunge", "Hestehov", "Lerke", "Vipe",
    "Linerle", "Smørblomst", "Kløver", "Rogne", "Hegge", "Selje", "Bregne", "Lyng", "Einer", "Jordbær",
)  # fmt: skip
_SECOND = (
    "tunet", "lia", "bakken", "vika", "haugen", "stua", "jordet", "kroken", "svingen", "lunden", "åsen", "engen",
)  # fmt: skip
_HOME_CARE = ("hjemmesykepleie", "praktisk_bistand", "bpa", "avlastning_parorendestotte", "stottekontakt")
# What a site of a municipality is called, the areas it serves, and for how many thousand inhabitants there is one.
_MUNICIPAL: Sequence[tuple[str, tuple[str, ...], float]] = (
    ("legesenter", ("fastlege",), 25),
    ("legevakt", ("legevakt",), 150),
    ("sykehjem", ("sykehjem_langtid", "korttid_institusjon"), 20),
    ("hjemmetjeneste", _HOME_CARE, 40),
    ("omsorgsboliger", ("bolig_heldogns",), 30),
    ("helsestasjon", ("helsestasjon_skole",), 50),
    ("kommunepsykologtjeneste", ("psykisk_rus_kommunal",), 100),
    ("tildelingskontor", (*_HOME_CARE, "kommunal_annet"), 80),
    ("tannklinikk", ("tannhelse_offentlig",), 60),
)
_SOMATIC = (
    "kirurgi", "ortopedi", "indremedisin", "onkologi", "nevrologi", "kvinne_fodsel", "barn_somatikk",
    "akutt_ambulanse", "somatikk_annet", "smertebehandling",
)  # fmt: skip
# Sites for all municipalities: what they are called, the areas they serve, and how many there are.
_COMMON: Sequence[tuple[str, tuple[str, ...], int]] = (
    ("sykehus", _SOMATIC, 22),
    ("DPS", ("psykisk_voksne",), 18),
    ("BUP", ("psykisk_barn_unge",), 14),
    ("rusklinikk", ("rus_tsb",), 9),
    ("rehabiliteringssenter", ("rehab_habilitering",), 12),
    ("pasientreisekontor", ("pasientreiser",), 5),
    ("smerteklinikk", ("smertebehandling",), 6),
)


@dataclass(frozen=True)
class Places:
    """Municipalities and sites.

    Attributes
    ----------
    sites : names.
    home : number of the municipality each site is of; -1 for a site that serves all of them.
    sizes : how many use each site, next to others of the same area.
    areas : the areas each site serves.
    """

    municipalities: Sequence[str]
    inhabitants: Floats
    sites: Sequence[str]
    home: Ints
    sizes: Floats
    areas: Sequence[tuple[str, ...]]

    def serving(self, area: str) -> Ints:
        """Return the numbers of the sites that serve an area."""
        return np.flatnonzero([area in served for served in self.areas])


def invented_places(random: np.random.Generator, planted: Sequence[tuple[str, str, tuple[str, ...]]]) -> Places:
    """Return places of natural sizes.

    Parameters
    ----------
    planted : site, its municipality (empty where it serves all) and areas, of sites that must be there.
    """
    names, inhabitants = list(MUNICIPALITIES), np.array(list(MUNICIPALITIES.values()))
    found = [(site, names.index(town) if town else -1, areas) for site, town, areas in planted]
    taken = {site for site, _, _ in found}
    for town, size in enumerate(inhabitants):
        for word, areas, per_site in _MUNICIPAL:
            for _ in range(max(1, round(size / per_site))):
                found.append((_name(word, taken, random), town, areas))
    for word, areas, n_sites in _COMMON:
        found += [(_name(word, taken, random), -1, areas) for _ in range(n_sites)]
    home = np.array([town for _, town, _ in found])
    sizes = random.lognormal(0.0, 0.8, len(found))
    sizes[: len(planted)] = 1.0
    return Places(names, inhabitants, [site for site, _, _ in found], home, sizes, [areas for *_, areas in found])


def _name(word: str, taken: set[str], random: np.random.Generator) -> str:
    """Return an invented name that no other site has."""
    while True:
        name = f"{_FIRST[random.integers(len(_FIRST))]}{_SECOND[random.integers(len(_SECOND))]} {word}"
        if name not in taken:
            taken.add(name)
            return name


def placed(places: Places, areas: Sequence[str], random: np.random.Generator) -> tuple[Ints, Ints]:
    """Return site and municipality of cases of some areas; -1 where an area has no sites.

    A municipality is drawn by its inhabitants, and a site among those that serve the area there.
    """
    share = places.inhabitants / places.inhabitants.sum()
    town = random.choice(len(share), len(areas), p=share)
    site = np.full(len(areas), -1)
    of_area = np.array(areas)
    for area in sorted(set(areas)):
        serving = places.serving(area)
        rows = np.flatnonzero(of_area == area)
        if not len(serving):
            continue
        is_common = places.home[serving] < 0
        site[rows] = _drawn(places, serving[is_common], len(rows), random)
        for number in np.unique(town[rows]).tolist():
            local = serving[places.home[serving] == number]
            here = rows[town[rows] == number]
            if len(local):
                site[here] = _drawn(places, local, len(here), random)
    return site, town


def _drawn(places: Places, among: Ints, n: int, random: np.random.Generator) -> Ints:
    if not len(among):
        return np.full(n, -1)
    sizes = places.sizes[among]
    return np.asarray(random.choice(among, n, p=sizes / sizes.sum()))
