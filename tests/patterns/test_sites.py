import itertools
import json
import unicodedata

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pobo_nlp.patterns.cases import read_cases
from pobo_nlp.patterns.sites import SiteBook, SiteProposals, mentions, propose
from pobo_nlp.patterns.texts import read_texts
from pobo_nlp.tables import open_table
from pobo_nlp.taxonomy import Taxonomy

BOOK = SiteBook.read()
ANY_WORDS = [
    "Bergen",
    "i",
    "på",
    "kommune",
    "Helse",
    "st",
    "Olavs",
    "sykehus",
    "Sykehuset",
    "Våler",
    "HUS",
    ".",
    "-",
    "s",
]


@pytest.fixture(scope="module")
def sentences(root):
    lines = (root / "tests/data/sites.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines]


def name_of(text, book=BOOK):
    site = propose(text, book)
    return None if site is None else site.name


def shares(hits, false, missed):
    return hits / (hits + false), hits / (hits + missed)


def test_sentences_are_annotated_as_they_stand(sentences):
    names = {site.name for site in BOOK.sites()}

    assert len(sentences) >= 150
    assert len({sentence["text"] for sentence in sentences}) == len(sentences)
    assert sum(not sentence["sites"] for sentence in sentences) >= 60
    for sentence in sentences:
        assert sentence["site"] is None or sentence["site"] in names
        for site in sentence["sites"]:
            assert site["site"] in names
            assert 0 <= site["start"] < site["end"] <= len(sentence["text"])


def test_mentions_are_found_and_nothing_else(sentences):
    wanted = {(row["id"], one["site"], one["start"], one["end"]) for row in sentences for one in row["sites"]}
    found = {(row["id"], one.site.name, one.start, one.end) for row in sentences for one in mentions(row["text"], BOOK)}

    precision, recall = shares(len(wanted & found), len(found - wanted), len(wanted - found))
    assert precision >= 0.98
    assert recall >= 0.96


def test_the_site_that_a_text_is_about_is_proposed(sentences):
    proposed = [(row["site"], name_of(row["text"])) for row in sentences]
    right = sum(wanted is not None and wanted == found for wanted, found in proposed)
    false = sum(found is not None and wanted != found for wanted, found in proposed)
    missed = sum(wanted is not None and wanted != found for wanted, found in proposed)

    precision, recall = shares(right, false, missed)
    assert precision >= 0.98
    assert recall >= 0.96


@pytest.mark.parametrize(
    ("text", "name"),
    [
        pytest.param("Helse Bergen i Bergen", "Helse Bergen", id="the trust wins over its town"),
        pytest.param("helse bergen svarer ikke", "Helse Bergen", id="small letters"),
        pytest.param("Jeg bor i Bergen.", "Bergen kommune", id="the town alone"),
        pytest.param("Bergens tilbud er dårlig", "Bergen kommune", id="genitive"),
        pytest.param("Os' legevakt i Os", "Os kommune", id="genitive of a name on s"),
        pytest.param("Kommunen i Askøy, altså kommuna Askøy", "Askøy kommune", id="nynorsk definite form"),
        pytest.param("Skedsmo kommune", "Lillestrøm kommune", id="a former name"),
        pytest.param("Tysfjord kommune", None, id="a former municipality that was divided"),
        pytest.param("tidligere Bø kommune", "Midt-Telemark kommune", id="former, where one of today is called so too"),
        pytest.param("Bø kommune", "Bø kommune", id="as of today"),
        pytest.param("Universitetssjukehuset Nord-Noreg", "Universitetssykehuset Nord-Norge", id="Noreg"),
        pytest.param("sjukehuset i Førde", "Førde sentralsjukehus", id="the hospital in a town"),
        pytest.param("sykehuset i Oslo", None, id="one of several hospitals in a town"),
        pytest.param("UNN", "Universitetssykehuset Nord-Norge", id="UNN"),
        pytest.param("OUS", "Oslo universitetssykehus", id="OUS"),
        pytest.param("SUS", "Stavanger universitetssjukehus", id="SUS"),
        pytest.param("Ahus", "Akershus universitetssykehus", id="Ahus"),
        pytest.param("St. Olavs", "St. Olavs hospital", id="St. Olavs"),
        pytest.param("Bergen helseforetak", "Helse Bergen", id="the trust, named by its town"),
        pytest.param("SSHF avdeling Kristiansand", "Sørlandet sykehus Kristiansand", id="a trust's hospital in a town"),
        pytest.param("STHF avd. Skien", "Sykehuset Telemark Skien", id="the same, shortened"),
        pytest.param("Nordlandssjukehuset i Vesterålen", "Nordlandssykehuset Vesterålen", id="the same, in nynorsk"),
        pytest.param("Helse Møre og Romsdal, Volda", "Volda sjukehus", id="the same, after a comma"),
        pytest.param("Helse Førde i Førde", "Helse Førde", id="a trust in the town that it is named for"),
        pytest.param("HAN ER I EGET HUS NÅ", None, id="a word in a shouted text"),
        pytest.param("", None, id="no text"),
        pytest.param("Bergen", "Bergen kommune", id="nothing but the name"),
        pytest.param("🏥 Bergen\x00kommune\ud800", "Bergen kommune", id="signs that no one writes"),
    ],
)
def test_rules(text, name):
    assert name_of(text) == name


def test_a_decomposed_text_has_the_same_sites_at_places_of_its_own():
    text = unicodedata.normalize("NFD", "Vi bor på Askøy. Tro\u00adms\u00adø kommune svarer ikke.")

    assert [(one.site.name, text[one.start : one.end]) for one in mentions(text, BOOK)] == [
        ("Askøy kommune", "Askøy"),
        ("Tromsø kommune", "Tro\u00adms\u00adø kommune"),
    ]


@given(st.lists(st.sampled_from(ANY_WORDS), max_size=40).map(" ".join))
def test_mentions_are_in_order_and_without_overlap(text):
    found = mentions(text, BOOK)

    assert all(one.start < one.end <= len(text) for one in found)
    assert all(before.end <= after.start for before, after in itertools.pairwise(found))
    assert found == mentions(text, BOOK)


@given(st.text())
def test_any_text_is_read(text):
    site = propose(text, BOOK)

    assert site is None or site in {one.site for one in mentions(text, BOOK)}


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "saker.csv"
    path.write_text(
        "id,dato,sted,tekst\n"
        "1,2026-01-05,,Ventet lenge på Ahus.\n"
        "2,2026-01-06,Solbakken sykehjem,Mor bor i Skien.\n"
        "3,2026-01-07, ,Ingen svarer meg.\n"
        "4,2026-01-08,,\n"
        "5,2026-01-09,,Skien kommune ga avslag.\n",
        "utf-8",
    )
    return open_table(path)


def test_sites_are_proposed_only_where_the_cell_is_empty(table):
    cases = read_cases(table, Taxonomy.default())
    proposals = SiteProposals(cases, BOOK)

    read_texts(table, None, [proposals], rows_at_once=2)

    assert proposals.n_empty == 4
    assert [(one.place, one.site.name) for one in proposals.found] == [
        (0, "Akershus universitetssykehus"),
        (4, "Skien kommune"),
    ]


def test_proposed_sites_fill_empty_cells_alone(table):
    cases = read_cases(table, Taxonomy.default())
    proposals = SiteProposals(cases, BOOK)
    read_texts(table, None, [proposals])

    filled = proposals.filled(cases)

    assert [filled.site_names[code] if code >= 0 else None for code in filled.site] == [
        "Akershus universitetssykehus",
        "Solbakken sykehjem",
        None,
        None,
        "Skien kommune",
    ]
    assert list(filled.site_names) == sorted(filled.site_names)
    assert cases.site_names == ("Solbakken sykehjem",)
    assert np.array_equal(filled.rows, cases.rows)
    assert proposals.counts() == [("Akershus universitetssykehus", 1), ("Skien kommune", 1)]
