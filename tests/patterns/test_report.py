"""The whole report: faults of a table are told, hidden counts stay hidden, and the page can be read by all."""

import datetime
import json
import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pa_parquet
import pytest

from pobo_nlp.errors import OutputExistsError
from pobo_nlp.patterns.cases import CaseOptions
from pobo_nlp.patterns.lists import candidate_name
from pobo_nlp.patterns.report.contents import Report
from pobo_nlp.patterns.report.findings import findings
from pobo_nlp.patterns.run import Options, make_report
from pobo_nlp.tables import Place

SCHEME = """
version = "1"
[[dimension]]
id = "niva"
navn = "Nivå"
kind = "single"
[[dimension]]
id = "omrade"
navn = "Område"
kind = "single"
parent = "niva"
[[dimension]]
id = "arsak"
navn = "Årsak"
kind = "multi"
[[dimension]]
id = "flagg"
navn = "Flagg"
kind = "multi"
[[niva]]
id = "a"
[[niva]]
id = "b"
[[omrade]]
id = "a1"
parent = "a"
[[omrade]]
id = "a2"
parent = "a"
[[omrade]]
id = "b1"
parent = "b"
[[omrade]]
id = "b2"
parent = "b"
[[arsak]]
id = "x"
[[arsak]]
id = "y"
[[flagg]]
id = "f"
sporsmal = "Rammer det flere?"
"""
AREAS = np.array(["a1", "a2", "b1", "b2"])
SITES = np.array(["Nord sykehjem", "Sør sykehjem", "Øst legesenter", "Vest sykehus"])
REGIONS = np.array(["Oslo", "Bergen", "Tromsø"])
TODAY = datetime.date(2026, 1, 15)
Columns = dict[str, list[object]]


def columns_of(seed: int = 1, n: int = 500, first: str = "2024-01-01", months: int = 24) -> Columns:
    """Return a table of chance, with twelve flags at one site in one quarter."""
    random = np.random.default_rng(seed)
    days = np.datetime64(first) + np.sort(random.integers(0, months * 30, n))
    site = random.choice(4, n, p=[0.5, 0.3, 0.15, 0.05])
    area = AREAS[random.choice(4, n, p=[0.5, 0.25, 0.15, 0.1])]
    causes = ["|".join(np.array(["x", "y"])[random.random(2) < [0.5, 0.1]]) for _ in range(n)]
    flags = ["f" if has else "" for has in random.random(n) < 0.02]
    for row in np.flatnonzero(site == 1)[-12:]:
        flags[row] = "f"
    return {
        "id": [f"sak-{row}" for row in range(n)],
        "dato": [str(day) for day in days],
        "sted": SITES[site].tolist(),
        "kommune": REGIONS[random.integers(0, 3, n)].tolist(),
        "niva": [one[0] for one in area],
        "omrade": area.tolist(),
        "arsak": causes,
        "flagg": flags,
    }


@pytest.fixture
def scheme(tmp_path) -> Path:
    """Return a folder with a label scheme, which is all that a table without texts needs."""
    folder = tmp_path / "scheme"
    folder.mkdir()
    (folder / "taxonomy.toml").write_text(SCHEME)
    return folder


@pytest.fixture
def report_of(tmp_path, scheme) -> Callable[..., tuple[Report, Path]]:
    def make(columns: Mapping[str, Sequence[object]], **options: object) -> tuple[Report, Path]:
        path = tmp_path / "saker.csv"
        pa_csv.write_csv(pa.table({name: list(map(str, values)) for name, values in columns.items()}), path)
        chosen = Options(CaseOptions(today=TODAY), **options)
        return make_report(Place(str(path)), tmp_path / "rapport", scheme, chosen), tmp_path / "rapport"

    return make


def tables_in(folder: Path) -> dict[str, list[dict[str, object]]]:
    """Return the rows of each table of a report's JSON."""
    tables = json.loads((folder / "rapport.json").read_text())["tabeller"]
    return {
        name: [dict(zip(table["kolonner"], row, strict=True)) for row in table["rader"]]
        for name, table in tables.items()
    }


class Page(HTMLParser):
    """Collects what a page has to have for those who cannot see it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.headings: list[int] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.named_by: list[str] = []
        self.cells_without_scope = self.pictures_without_name = 0
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        self.ids += [str(found["id"])] if "id" in found else []
        self.links += [str(found["href"])] if tag == "a" else []
        self.named_by += str(found.get("aria-labelledby") or "").split()
        self.cells_without_scope += tag == "th" and "scope" not in found
        if tag == "svg" and "aria-hidden" not in found:
            self.pictures_without_name += not (found.get("role") == "img" and found.get("aria-labelledby"))


def test_a_report_has_a_page_and_the_same_numbers_in_three_forms(report_of):
    _, folder = report_of(columns_of(n=2000))

    numbers = json.loads((folder / "rapport.json").read_text())
    for name, rows in tables_in(folder).items():
        assert pa_parquet.read_table(folder / f"{name}.parquet").to_pylist() == rows
        assert (folder / f"{name}.csv").read_text().count("\n") == len(rows) + 1
    assert numbers["henvendelser"] == 2000
    assert len(numbers["funn"]) == 5
    assert (folder / "index.html").stat().st_size < 5_000_000


def test_what_was_planted_is_the_first_finding(report_of):
    report, folder = report_of(columns_of())

    assert report.candidates[0].site == "Sør sykehjem"
    assert report.candidates[0].labels == (("flagg", "f"),)
    assert findings(report)[0].anchor == "k1"
    assert "Rammer det flere?" in (folder / "index.html").read_text()


def test_the_page_can_be_read_by_those_who_do_not_see_it(report_of):
    _, folder = report_of(columns_of())
    page = Page((folder / "index.html").read_text())

    assert page.headings[0] == 1
    assert page.headings.count(1) == 1
    assert all(after <= before + 1 for before, after in zip(page.headings, page.headings[1:], strict=False))
    assert len(page.ids) == len(set(page.ids))
    assert {link[1:] for link in page.links if link.startswith("#")} <= set(page.ids)
    assert all((folder / link).is_file() for link in page.links if not link.startswith("#"))
    assert set(page.named_by) <= set(page.ids)
    assert page.cells_without_scope == page.pictures_without_name == 0


def test_the_page_asks_nobody_for_anything(report_of):
    _, folder = report_of(columns_of())

    assert not re.search(r"https?://|src=|@import|url\(", (folder / "index.html").read_text())


def test_the_annual_table_has_this_year_and_the_two_before(report_of):
    columns = columns_of(first="2022-01-01", months=48)
    report, folder = report_of(columns)
    rows = tables_in(folder)["arstabell"]
    of_area = {row["ar"]: row["antall"] for row in rows if row["etikett"] == "a1"}
    years = [day[:4] for day, area in zip(columns["dato"], columns["omrade"], strict=True) if area == "a1"]

    assert report.years == [2023, 2024, 2025]
    assert all(count == years.count(str(year)) for year, count in of_area.items())


def figures_of(columns: Columns, tables: Mapping[str, list[dict[str, object]]]):
    """Return every shown figure and every small one as sets of cases and of combinations that no case has.

    Each case and each combination of month, area, site, region and labels is an unknown of its own: what a reader can
    work out by sums and differences is what lies in the span of the shown figures.
    """
    cases = list(zip(*(columns[name] for name in ("dato", "omrade", "sted", "kommune", "arsak", "flagg")), strict=True))
    months = sorted({day[:7] for day in columns["dato"]})
    others = [
        (f"{month}-01", area, site, region, cause, flag)
        for month in months
        for area in AREAS
        for site in SITES
        for region in REGIONS
        for cause in ("", "x", "y", "x|y")
        for flag in ("", "f")
    ]
    every = np.array([*cases, *others], dtype=object)
    is_case = np.arange(len(every)) < len(cases)

    @cache
    def has(name: str, label: str) -> np.ndarray:
        if name == "":
            return np.ones(len(every), bool)
        if name == "niva":
            return np.array([area[0] == label for area in every[:, 1]])
        if name in ("arsak", "flagg"):
            return np.array([label in cell.split("|") for cell in every[:, 4 if name == "arsak" else 5]])
        return every[:, {"omrade": 1, "site": 2, "region": 3}[name]] == label

    @cache
    def at(period: str) -> np.ndarray:
        if period == "alle":
            return np.ones(len(every), bool)
        return np.array([day.startswith(period) for day in every[:, 0]])

    shown, known = [], {}
    for row in tables["tellinger"]:
        labels = [(row[f"etter{end}"] or "", row[f"etikett{end}"] or "") for end in ("", "_2")]
        cells = np.logical_and.reduce([at(row["periode"]), *(has(*one) for one in labels)])
        assert (cells & is_case).sum() == row["antall"]
        shown.append(cells)
    number = {one: place for place, one in enumerate(columns["id"])}
    for name in {row["liste"] for row in tables["saker"]}:
        places = [number[row["sak"]] for row in tables["saker"] if row["liste"] == name and not row["se_ogsa"]]
        known[name] = np.isin(np.arange(len(every)), places)
    labels = [("omrade", one) for one in AREAS] + [("niva", "a"), ("niva", "b"), ("arsak", "x"), ("arsak", "y")]
    labels += [("flagg", "f"), *(("site", one) for one in SITES), *(("region", one) for one in REGIONS)]
    small = [
        cells
        for place, one in enumerate(labels)
        for other in [("", ""), *labels[place + 1 :]]
        for period in ["alle", "2024", "2025", *(months if other == ("", "") else [])]
        if 0 < ((cells := at(period) & has(*one) & has(*other)) & is_case).sum() < 5
    ]
    return np.array(shown, float), list(known.values()), np.array(small, float), is_case


@pytest.mark.parametrize("seed", [1, 2])
def test_hidden_counts_cannot_be_worked_out_of_all_tables_together(report_of, seed):
    columns = columns_of(seed, n=300)
    _, folder = report_of(columns)
    tables = tables_in(folder)
    shown, lists, small, _ = figures_of(columns, tables)
    basis, values, _ = np.linalg.svd(np.array([*shown, *lists]).T, full_matrices=False)
    basis = basis[:, values > 1e-8]
    left = small - (small @ basis) @ basis.T

    assert len(small) > 20
    assert (np.abs(left).max(axis=1) > 1e-6).all()


@pytest.mark.parametrize("seed", [1, 2])
def test_no_list_tells_how_few_are_not_in_it(report_of, seed):
    columns = columns_of(seed, n=1000)
    _, folder = report_of(columns)
    tables = tables_in(folder)
    shown, lists, _, is_case = figures_of(columns, tables)

    assert len(lists)
    for listed in lists:
        around = [cells.astype(bool) & is_case for cells in shown if not (listed & ~cells.astype(bool)).any()]
        assert all((cells & ~listed).sum() not in range(1, 5) for cells in around)


def test_no_list_and_no_count_is_smaller_than_the_least(report_of):
    _, folder = report_of(columns_of(), min_cell=8)
    tables = tables_in(folder)

    counts = [row["antall"] for rows in tables.values() for row in rows if "antall" in row]
    assert min(counts) >= 8


def without_dates(columns: Columns) -> Columns:
    return {name: values for name, values in columns.items() if name != "dato"}


def in_three_forms(columns: Columns) -> Columns:
    dates = [str(day).split("-") for day in columns["dato"]]
    forms = ["{0}-{1}-{2}", "{2}.{1}.{0}", "{2}/{1}/{0}"]
    return {**columns, "dato": [forms[row % 3].format(*day) for row, day in enumerate(dates)]}


def with_future(columns: Columns) -> Columns:
    return {**columns, "dato": [*columns["dato"][:-9], *["2031-05-01"] * 9]}


def in_one_month(columns: Columns) -> Columns:
    return {**columns, "dato": [f"2025-03-{day[-2:]}" for day in columns["dato"]]}


def at_one_site(columns: Columns) -> Columns:
    return {**columns, "sted": ["Nord sykehjem"] * len(columns["id"])}


def without_labels(columns: Columns) -> Columns:
    return {**columns, **{name: [""] * len(columns["id"]) for name in ("niva", "omrade", "arsak", "flagg")}}


def of_two_models(columns: Columns) -> Columns:
    return {**columns, "model": [f"modell@{row % 2}" for row in range(len(columns["id"]))]}


@pytest.mark.parametrize(
    ("spoil", "said", "stays"),
    [
        pytest.param(without_dates, "ingen datokolonne", "kart-over", id="no date column"),
        pytest.param(in_three_forms, "skrevet på 3 måter", "utvikling", id="three forms"),
        pytest.param(with_future, "9 rader har en dato fram i tid", "utvikling", id="future"),
        pytest.param(in_one_month, "Med én periode", "kart-over", id="a single period"),
        pytest.param(at_one_site, "samme sted", "regioner", id="one site"),
        pytest.param(without_labels, "Ingen rad har en etikett", "regioner", id="no labels"),
        pytest.param(of_two_models, "merket av 2 modeller", "arstabell", id="two models"),
        pytest.param(lambda columns: {name: [] for name in columns}, "ingen rader", "metode", id="no rows"),
    ],
)
def test_faults_are_told_and_the_rest_of_the_report_stays(report_of, spoil, said, stays):
    report, folder = report_of(spoil(columns_of(n=300)))
    page = (folder / "index.html").read_text()

    assert any(said in note for note in report.notes)
    assert f'id="{stays}"' in page


def test_a_table_without_dates_tells_nothing_of_time(report_of):
    _, folder = report_of(without_dates(columns_of()))
    tables = tables_in(folder)

    assert {row["periode"] for row in tables["tellinger"]} == {"alle"}
    assert not tables["arstabell"]
    assert "2000" not in json.dumps(tables)


def test_few_rows_with_a_fault_are_no_number(report_of):
    columns = columns_of()
    report, _ = report_of({**columns, "dato": [*columns["dato"][:-3], "", "", ""]})

    assert "færre enn 5 rader mangler dato. De telles ikke i noe som går over tid." in report.notes


def test_the_same_table_gives_the_same_report(report_of, tmp_path):
    report_of(columns_of())
    before = {path.name: path.read_bytes() for path in (tmp_path / "rapport").iterdir()}
    report_of(columns_of())

    assert {path.name: path.read_bytes() for path in (tmp_path / "rapport").iterdir()} == before


def test_a_folder_with_something_else_is_left_alone(report_of, tmp_path):
    (tmp_path / "rapport").mkdir()
    (tmp_path / "rapport/notat.txt").write_text("mitt")

    with pytest.raises(OutputExistsError, match="har annet innhold enn en rapport fra pobo-nlp patterns"):
        report_of(columns_of())


def test_names_of_places_are_text_and_no_markup(report_of):
    columns = columns_of()
    columns["kommune"] = ["<script>Oslo" if one == "Oslo" else one for one in columns["kommune"]]
    _, folder = report_of(columns)

    assert "<script>" not in (folder / "index.html").read_text()


def test_hidden_human_shares_do_not_follow_from_those_of_lists_and_dimensions(report_of):
    columns = {**columns_of(n=600), "model": ["m@1"] * 600}
    columns["flagg_suggested"] = columns["flagg"]
    report, folder = report_of(columns)
    shown = report.counts.shown
    told = tables_in(folder)["kandidater"]

    assert told
    for row, one in zip(told, report.candidates, strict=True):
        assert shown.human_listed(candidate_name(one)) or row["andel_menneske"] is None
