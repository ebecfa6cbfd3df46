import copy
import json
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from pobo_nlp.taxonomy import Taxonomy
from training.page.html import html_report
from training.page.material import Docs, read_docs
from training.page.sections import sections
from training.page.words import INVARIANCE

VOID = {"meta", "br", "hr", "img", "input", "link"}
ALL_SECTIONS = [
    "figures",
    "labels",
    "confusions",
    "probabilities",
    "automation",
    "sets",
    "slices",
    "ceiling",
    "out-of-scope",
    "baselines",
    "masking",
    "learning-curve",
    "search",
    "method",
]
ONE_LABEL = """
version = "one"
[[dimension]]
id = "ene"
navn = "Ene"
kind = "single"
[[dimension]]
id = "å/b"
navn = "Flere"
kind = "multi"
[[ene]]
id = "x"
navn = "<Iks>"
[["å/b"]]
id = "y"
navn = "Ypsilon"
"""


class Page(HTMLParser):
    """What a page is made of; complains of tags that are not closed in order."""

    def __init__(self, content):
        super().__init__()
        self.open, self.ids, self.tags, self.words = [], [], [], []
        self.feed(content)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        self._see(tag, attributes)
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self._see(tag, attributes)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, text):
        if not {"script", "style"} & set(self.open):
            self.words.append(text)

    def _see(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        self.ids += [value for name, value in attributes if name == "id"]

    @property
    def text(self):
        return " ".join(" ".join(self.words).split())


@pytest.fixture
def docs(tmp_path, taxonomy):
    def figures(value):
        return {"value": value, "low": value - 0.1, "high": value + 0.1}

    agreed = {d.id: {"agreement" if d.kind == "single" else "micro_f1": figures(0.9)} for d in taxonomy.dimensions}
    points = [
        {"inquiries": n, "phrases": phrases, "figures": {d.id: figures(0.5 + n / 1000) for d in taxonomy.predicted}}
        for n in (50, 100)
        for phrases in (0, 10)
    ]
    tried = [
        {
            "name": name,
            "description": f"Kandidaten {name}",
            "what": "trekk",
            "train_s": 3.5,
            "dimensions": {d.id: {**figures(0.7), "difference": figures(0.0)} for d in taxonomy.predicted},
        }
        for name in ("ord", "tegn")
    ]
    nested = {"dimensions": {d.id: figures(0.7) for d in taxonomy.predicted}, "chosen_in_fold": ["ord", "tegn"]}
    search = {"chosen": "tegn", "reference": "ord", "candidates": tried, "nested": nested}
    row = {"spans": 4, "missed": 1, "predicted": 4, "wrong": 0, "recall": figures(0.75), "exact": figures(0.5)}
    judged = {
        "texts": 9,
        "texts_without_identifier": 5,
        "kinds": {"navn": {**row, "precision": figures(1.0)}, "url": {**row, "precision": None}},
        "hard": {"fru": {"texts": 2, "spans": 1, "missed": 1, "predicted": 0, "wrong": 0}},
        "requirements": [{"kind": "navn", "measure": "recall", "at_least": 0.93, "found": 0.75, "met": False}],
    }
    compared = {d.id: {"differences": {name: figures(0.001) for name in INVARIANCE}} for d in taxonomy.predicted}
    masking = {
        "rules": judged,
        "with_pipeline": {"pipeline": "nb", **judged},
        "model": "tiny@01234567",
        "invariance": {"at_most": 0.005, "files": {"test_natural": {"texts": 9, "dimensions": compared}}},
    }
    for name, content in {
        "masking": masking,
        "agreement": {"texts": 30, "dimensions": agreed},
        "learning-curve": {"judged_on": "test_balanced.jsonl", "points": points},
        "search": search,
    }.items():
        (tmp_path / f"{name}.json").write_text(json.dumps(content), "utf-8")
    return read_docs(tmp_path)


@pytest.fixture
def whole(material, docs):
    return replace(material, docs=docs)


def without(material, *names, everywhere=()):
    """The material with parts of its figures missing."""
    metrics = copy.deepcopy(material.metrics)
    for name in names:
        metrics.pop(name)
    for part in (metrics, *metrics.get("test_files", {}).values()):
        for name in everywhere:
            part.pop(name, None)
            for figures in part["dimensions"].values():
                figures.pop(name, None)
    return replace(material, metrics=metrics)


def check(content):
    """All that holds for every page."""
    page = Page(content)
    assert len(page.ids) == len(set(page.ids))
    referred = re.findall(r'href="#([^"]+)"|url\(#([^)]+)\)', content)
    assert {one or other for one, other in referred} <= set(page.ids)
    assert not re.search(r"https?:|//[a-z]|\bsrc=|@import|url\((?!#)|<link|<iframe", content)
    assert not re.search(r"\b(nan|none|undefined|inf|infinity)\b", page.text, re.IGNORECASE)
    assert all("scope" in attributes for tag, attributes in page.tags if tag == "th")
    tags = [tag for tag, _ in page.tags]
    assert tags.count("table") == tags.count("caption")
    assert tags.count("h1") == 1
    drawn = [attributes for tag, attributes in page.tags if tag == "svg" and "plot" in attributes.get("class", "")]
    assert all(set(attributes["aria-labelledby"].split()) <= set(page.ids) for attributes in drawn)
    return page


def test_a_page_with_everything_is_whole(whole):
    page = check(html_report(whole))

    assert [section.id for section in sections(whole)] == ALL_SECTIONS
    assert set(ALL_SECTIONS) <= set(page.ids)
    assert "Alle data er syntetiske." in page.text
    assert whole.model_id in page.text
    assert whole.metrics["provenance"]["data_sha256"] in page.text


def test_the_same_figures_give_the_same_page(whole):
    assert html_report(whole) == html_report(whole)


@pytest.mark.parametrize(
    ("dropped", "everywhere", "gone"),
    [
        pytest.param(["test_files"], [], [], id="no test files"),
        pytest.param(["out_of_scope"], [], ["out-of-scope"], id="nothing out of scope"),
        pytest.param([], ["slices", "pairs"], ["slices"], id="no slices"),
        pytest.param([], ["prediction_sets"], ["sets"], id="no prediction sets"),
        pytest.param([], ["baselines"], ["baselines"], id="no baselines"),
        pytest.param(["baseline_costs"], [], [], id="no costs"),
        pytest.param([], ["automation", "back_off"], ["automation"], id="no curves"),
        pytest.param([], ["confusions", "examples"], ["confusions"], id="no confusions"),
        pytest.param(
            ["test_files", "out_of_scope", "baseline_costs"],
            "brier calibration_error_interval reliability automation back_off confusions examples prediction_sets "
            "top_2 pairs".split(),
            ["confusions", "probabilities", "automation", "sets", "out-of-scope"],
            id="figures of an older run",
        ),
    ],
)
def test_what_is_missing_is_left_out(whole, dropped, everywhere, gone):
    material = without(whole, *dropped, everywhere=everywhere)

    page = check(html_report(material))

    assert not set(gone) & set(page.ids)
    assert {section for section in ALL_SECTIONS if section not in gone} <= set(page.ids)


def test_what_the_masking_misses_is_told(whole):
    page = check(html_report(whole))

    assert "Ikke nådd: navn, funnet 0,750 (skal være minst 0,930)." in page.text
    assert "Maskering er en hjelp, ingen garanti" in page.text


def test_differences_of_another_model_are_not_told(whole):
    other = replace(whole.docs, masking={**whole.docs.masking, "model": "another@01234567"})

    assert "hvem teksten enn handler om" in check(html_report(whole)).text
    assert "hvem teksten enn handler om" not in check(html_report(replace(whole, docs=other))).text


def test_figures_of_docs_are_left_out_where_they_are_of_another_scheme(whole):
    other = {"dimensions": {"helt_annet": {"agreement": {"value": 1.0, "low": 1.0, "high": 1.0}}}, "texts": 3}
    curve = {"judged_on": "x.jsonl", "points": [{"inquiries": 1, "phrases": 0, "figures": {"helt_annet": {}}}]}
    searched = {"chosen": "a", "reference": "a", "candidates": [{"name": "a", "dimensions": {"helt_annet": {}}}]}
    material = replace(whole, docs=Docs({"after": other}, curve, searched))

    page = check(html_report(material))

    assert not {"ceiling", "learning-curve", "search"} & set(page.ids)


def test_one_label_and_odd_ids_make_a_page(metrics_of, material):
    scheme = Taxonomy.from_toml(ONE_LABEL.encode(), source="one.toml")

    content = html_report(replace(material, taxonomy=scheme, metrics=metrics_of(scheme), texts={}))

    check(content)
    assert "&lt;Iks&gt;" in content


def test_a_label_without_texts_has_no_figure(material):
    metrics = copy.deepcopy(material.metrics)
    for part in (metrics, *metrics["test_files"].values()):
        row = part["dimensions"]["omraade"]["labels"]["tog"]
        row.update(precision=0.0, recall=0.0, f1=0.0, support=0, given=0, intervals={})
        part["dimensions"]["omraade"]["prediction_sets"]["labels"].pop("tog")

    check(html_report(replace(material, metrics=metrics)))


def test_few_texts_are_called_few(material):
    metrics = copy.deepcopy(material.metrics)
    for part in metrics["test_files"].values():
        part["dimensions"]["omraade"]["labels"]["tog"]["support"] = 4

    page = check(html_report(replace(material, metrics=metrics)))

    assert "for få tekster" in page.text


def test_examples_are_escaped_and_told_to_be_synthetic(material):
    content = html_report(material)

    assert "med &lt;b&gt;tegn&lt;/b&gt; &amp; «sitat»." in content
    assert "syntetiske testtekster" in content


def test_a_text_that_is_not_known_to_be_synthetic_is_an_id_alone(material):
    content = html_report(replace(material, texts={}))

    assert "med &lt;b&gt;" not in content
    assert "<code>test_balanced-" in content


def test_texts_of_other_sources_are_not_called_synthetic(material):
    metrics = copy.deepcopy(material.metrics)
    metrics["provenance"]["sources"] = ["office", "synthetic"]

    page = check(html_report(replace(material, metrics=metrics)))

    assert "Alle data er syntetiske" not in page.text
    assert "Tekstene er office og syntetiske." in page.text


def test_figures_before_the_correction_stand_beside_those_after_it(material):
    metrics = copy.deepcopy(material.metrics)
    metrics["test_files"]["test_natural"]["uncorrected"] = {"omraade": {"calibration_error": 0.4321}}

    page = check(html_report(replace(material, metrics=metrics)))

    assert "0,432" in page.text


def test_a_page_for_the_shipped_scheme_is_small(metrics_of, material):
    scheme = Taxonomy.default()

    content = html_report(replace(material, taxonomy=scheme, metrics=metrics_of(scheme)))

    page = check(content)
    assert "seldom-heard" in page.ids
    assert len(content.encode()) < 2 * 2**20
