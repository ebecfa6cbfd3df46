"""Counties that a text names, those of before 2020 among them."""

from collections.abc import Mapping, Sequence

_COUNTY_OF: Mapping[str, str] = {
    "agder": "Agder",
    "akershus": "Akershus",
    "buskerud": "Buskerud",
    "finnmark": "Finnmark",
    "hedmark": "Innlandet",
    "helgeland": "Nordland",
    "hordaland": "Vestland",
    "innlandet": "Innlandet",
    "nordland": "Nordland",
    "oppland": "Innlandet",
    "rogaland": "Rogaland",
    "romsdal": "Møre og Romsdal",
    "sunnmøre": "Møre og Romsdal",
    "telemark": "Telemark",
    "troms": "Troms",
    "trøndelag": "Trøndelag",
    "vestfold": "Vestfold",
    "vesterålen": "Nordland",
    "vestland": "Vestland",
    "østfold": "Østfold",
    "østerdalen": "Innlandet",
}


def counties_in(words: Sequence[str]) -> frozenset[str]:
    """Return the counties of today that the words of a text name."""
    named = _COUNTY_OF.keys() & (set(words) | {word.removesuffix("s") for word in words})
    return frozenset(_COUNTY_OF[name] for name in named)
