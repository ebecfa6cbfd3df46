"""What a reader has to know of the table, in words: its faults, and what they keep from the report."""

import datetime
from collections.abc import Iterator

from pobo_nlp.batch.difference import words
from pobo_nlp.batch.difference.words import listed
from pobo_nlp.patterns.cases import Cases
from pobo_nlp.patterns.report.contents import Counts

MOST_NAMED = 3


def _n(rows: int, min_cell: int) -> str:
    return f"færre enn {min_cell}" if 0 < rows < min_cell else words.count(rows)


def notes_of(every: Cases, cases: Cases, counts: Counts, today: datetime.date | None = None) -> tuple[str, ...]:
    """Return sentences on a table.

    Parameters
    ----------
    every : all rows of the table.
    cases : those within the time of the report.
    """
    if not len(every):
        return ("Tabellen har ingen rader, så det er ingenting å telle.",)
    min_cell = counts.shown.min_cell
    found = [*_dates(every, today, min_cell), *_labels(every, min_cell)]
    if not len(cases):
        found.append("Ingen henvendelser har dato i tidsrommet som er valgt. Velg et annet med --since og --until.")
    else:
        found += [*_time(counts), *_places(cases)]
    return tuple(found)


def _dates(cases: Cases, today: datetime.date | None, min_cell: int) -> Iterator[str]:
    faults = cases.faults
    without = (
        "Utvikling, økninger, kandidater og årstabell er derfor utelatt; resten av rapporten gjelder hele tabellen."
    )
    if not faults.has_date_column:
        yield f"Tabellen har ingen datokolonne som kjennes igjen. {without} Oppgi kolonnen med --date-column."
        return
    if faults.without_date + faults.unreadable_date + faults.future_date == len(cases):
        yield f"Ingen rad har en dato som kan brukes. {without}"
    if faults.without_date:
        yield f"{_n(faults.without_date, min_cell)} rader mangler dato. De telles ikke i noe som går over tid."
    if faults.unreadable_date:
        yield (
            f"{_n(faults.unreadable_date, min_cell)} rader har en dato som ikke kan leses, den første i rad "
            f"{faults.first_unreadable_date}. De telles ikke i noe som går over tid. "
            "Skriv datoer som ÅÅÅÅ-MM-DD eller DD.MM.ÅÅÅÅ."
        )
    if faults.future_date:
        day = f" ({today:%d.%m.%Y})" if today is not None else ""
        yield (
            f"{_n(faults.future_date, min_cell)} rader har en dato fram i tid, etter dagen rapporten ble laget{day}. "
            "De telles som rader uten dato. Rett dem i tabellen."
        )
    if len(faults.date_forms) > 1:
        forms = sorted(faults.date_forms.items(), key=lambda form: -form[1])
        said = listed([f"{form} ({_n(rows, min_cell)} rader)" for form, rows in forms])
        yield f"Datoer er skrevet på {len(forms)} måter: {said}. Alle er lest, med dag før måned. Sjekk at det stemmer."


def _labels(cases: Cases, min_cell: int) -> Iterator[str]:
    faults, taxonomy = cases.faults, cases.taxonomy
    if faults.without_labels == len(cases):
        yield (
            "Ingen rad har en etikett, så det er bare henvendelser, steder og tekster å telle. "
            "Kjør «pobo-nlp batch» på tabellen først, eller oppgi kolonnene med --labels."
        )
        return
    if faults.without_labels:
        yield f"{_n(faults.without_labels, min_cell)} rader har ingen etikett."
    if faults.missing_dimensions:
        names = listed([taxonomy.dimension(name).name.lower() for name in faults.missing_dimensions])
        yield f"Ingen kolonne forteller om {names}; det telles ikke."
    for name, rows in faults.unknown_labels.items():
        title = taxonomy.dimension(name).name
        yield f"{title}: {_n(rows, min_cell)} rader har en etikett som ikke er i etikettskjemaet."
    for name, rows in faults.several_labels.items():
        title = taxonomy.dimension(name).name
        yield f"{title}: {_n(rows, min_cell)} rader har flere etiketter der det skal være én, og telles ikke."
    if len(cases.models) > 1:
        models = sorted(cases.models.items(), key=lambda model: -model[1])
        said = listed([f"{model} ({_n(rows, min_cell)} rader)" for model, rows in models[:MOST_NAMED]])
        more = f" og {len(models) - MOST_NAMED} til" if len(models) > MOST_NAMED else ""
        yield (
            f"Tabellen er merket av {len(models)} modeller: {said}{more}. En endring fra én tid til en annen kan være "
            "modellens og ikke virkelighetens. Merk alt med én modell («pobo-nlp retag») før du sammenligner."
        )


def _time(counts: Counts) -> Iterator[str]:
    total = counts.at((), counts.period)
    if counts.is_dated and total is not None and len(total.periods) == 1:
        yield (
            f"Alle henvendelser med dato er fra {total.periods[0].name}. Med én periode er det ingen utvikling å vise "
            "og ingen fortid å måle økninger mot."
        )


def _places(cases: Cases) -> Iterator[str]:
    n_sites = len(set(cases.site[cases.site >= 0].tolist()))
    if n_sites == 0:
        yield "Ingen rad har et sted, så ingenting kan sies om steder. Oppgi kolonnen med --site-column."
    elif n_sites == 1:
        yield (
            "Alle henvendelser med sted er fra samme sted. Steder kan ikke sammenlignes; kandidater måles bare mot "
            "stedets egen fortid."
        )
    if not (cases.region >= 0).any():
        yield "Ingen rad har en region, så tabellen over regioner er utelatt. Oppgi kolonnen med --region-column."
