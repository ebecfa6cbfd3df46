"""The page of a report in a browser: accessible, whole on paper, and with a table that is copied with its headers."""

import re

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pa_parquet
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

from pobo_nlp.model.location import default_model
from pobo_nlp.patterns.error_rates import find_error_rates
from pobo_nlp.patterns.run import Options, make_report
from pobo_nlp.tables import Place
from pobo_nlp.taxonomy import Taxonomy


def error_rates():
    folder = default_model()
    return find_error_rates(folder, Taxonomy.load(folder / "taxonomy.toml"))


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    """Return the folder of a report with every section: surges, candidates, groups, drift and the annual table."""
    folder = tmp_path_factory.mktemp("report")
    random, n = np.random.default_rng(3), 900
    days = np.sort(np.datetime64("2024-01-01") + random.integers(0, 731, n))
    is_new = (days >= np.datetime64("2025-10-01")) & (random.random(n) < 0.5)
    area = np.where(is_new, "sykehjem_langtid", random.choice(["ortopedi", "fastlege", "sykehjem_langtid"], n))
    level = np.where(area == "ortopedi", "spesialisthelsetjenesten", "kommunal")
    table = {
        "id": [f"sak-{row}" for row in range(n)],
        "dato": days,
        "sted": np.where(is_new, "Solbakken sykehjem", random.choice(["Nord sykehus", "Sør legesenter"], n)),
        "kommune": random.choice(["Bergen", "Oslo"], n),
        "tjenesteniva": level,
        "tjenesteomrade": area,
        "arsak": random.choice(["ventetid", "informasjon"], n),
        "systemflagg": np.where(is_new, "ulovlige_restriksjoner", ""),
        "model": [error_rates().model] * n,
        "malform": ["nb"] * n,
        "review": [""] * n,
    }
    pa_parquet.write_table(pa.table(table), folder / "saker.parquet")
    make_report(Place(str(folder / "saker.parquet")), folder / "rapport", options=Options())
    return folder / "rapport"


@pytest.fixture
def page(chromium, report):
    """Return the page, opened."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        opened = browser.new_page()
        opened.goto((report / "index.html").as_uri())
        yield opened
        browser.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_violation(page, scheme):
    page.emulate_media(color_scheme=scheme)
    page.eval_on_selector_all("details", "all => all.forEach(one => one.open = true)")
    found = Axe().run(page).response["violations"]

    assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []


def test_each_figure_of_a_model_stands_with_its_corrected_count_and_its_human_share(page):
    corrected = r"[\d\s]+ \([\d\s]+–[\d\s]+\)"
    page.eval_on_selector_all("details", "all => all.forEach(one => one.open = true)")
    cells = [one for one in page.locator("#kart-over td").all_inner_texts() if one != "–"]
    surges = page.locator("#okninger tbody tr").all_inner_texts()
    candidates = page.locator("#kandidater .card .note").all_inner_texts()
    regions = page.locator("#regioner tbody td:nth-last-child(-n+2)").all_inner_texts()

    assert all((cells, surges, candidates, regions))
    for told in (*cells, *candidates, *regions):
        assert re.search(f"(?i)rettet.*{corrected}", told)
        assert "0 %" in told.replace("\xa0", " ")
    for row in surges:
        assert len(re.findall(corrected, row)) == 2


def test_paper_says_where_the_ids_are(page):
    told = page.locator("p.paper")

    assert not told.is_visible()
    page.emulate_media(media="print")
    assert told.is_visible()
    assert "saker.csv" in told.inner_text()
    assert not page.locator("details").first.is_visible()


def test_a_copied_annual_table_keeps_its_headers(page):
    copied = page.evaluate(
        """() => {
            const range = document.createRange();
            range.selectNode(document.querySelector("#arstabell table"));
            const holder = document.createElement("div");
            holder.append(range.cloneContents());
            return holder.innerHTML;
        }"""
    )

    assert copied.startswith("<table")
    assert "<caption>" in copied
    assert re.findall(r'<th scope="col"[^>]*>(.*?)</th>', copied)[:3] == ["Etikett", "2024", "2025"]
    assert copied.count('<th scope="row">') == copied.count("<tr") - 1
