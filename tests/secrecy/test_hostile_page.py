"""Ids, sites and labels that are HTML, scripts, templates or formulas stand on the patterns page as what they are."""

import csv
import json
import re
from html.parser import HTMLParser

import pytest

HOSTILE = {
    "script": "<script>alert(1)</script>",
    "attribute": "\"><img src=x onerror='alert(2)'>",
    "quotation mark": "' onmouseover='alert(3)",
    "end of the style": "</style><svg onload=alert(4)>",
    "template": "{{ 7 * 191 }}{% raw %}",
    "address": "javascript:alert(5)",
    "entity": "&lt;b&gt;&#60;script&#62;",
    "comment": "<!-- --><iframe src=//x.example>",
    "markdown": "[a](javascript:alert(6)) **b** `c`",
    "formula": '=HYPERLINK("http://x.example";"a")',
}
LABELS = ("--labels", "tjenesteomrade=omrade", "--labels", "arsak=aarsak")
DANGEROUS = {"iframe", "img", "object", "embed", "form", "base", "meta:refresh"}


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags, self.attributes, self.addresses, self.text = [], set(), [], ""

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.attributes |= {name for name, _ in attributes}
        self.addresses += [value or "" for name, value in attributes if name in ("href", "src", "xlink:href", "action")]

    def handle_data(self, data):
        self.text += data


@pytest.fixture(scope="module")
def report(new_box):
    """A report of cases whose ids, sites, municipalities and texts are hostile; and the same with harmless words."""
    box = new_box()
    found = {}
    for name in ("hostile", "harmless"):
        with (box.work / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, delimiter=";")
            writer.writerow(["saksnr", "dato", "sted", "kommune", "tekst", "omrade", "aarsak"])
            for number in range(160):
                words = list(HOSTILE.values()) if name == "hostile" else [f"Sted {place}" for place in range(10)]
                word = words[number % len(words)]
                date = f"2025-{number % 12 + 1:02}-{number % 27 + 1:02}"
                text = f"Mor på sykehjemmet får bare besøk mellom klokka 14 og 15, og det gjelder alle. {word}"
                writer.writerow([f"{word}{number}", date, word, word, text, "sykehjem_langtid", "ventetid"])
        done = box.run("patterns", f"{name}.csv", "--out", name, "--with-quotes", *LABELS)

        assert done.returncode == 0, done.stderr[-300:]
        page = _Page()
        page.feed((box.work / name / "index.html").read_text("utf-8"))
        found[name] = page
    return box.work / "hostile", found["hostile"], found["harmless"]


def test_the_page_has_no_element_that_another_table_does_not_bring(report):
    _, hostile, harmless = report

    assert set(hostile.tags) <= set(harmless.tags)
    assert not set(hostile.tags) & DANGEROUS
    assert not {name for name in hostile.attributes if name.startswith("on")}
    assert hostile.tags.count("script") == harmless.tags.count("script")


def test_no_address_leads_out_or_runs(report):
    assert all(
        address.startswith(("#", "data:,")) or re.fullmatch(r"[\w.-]+", address) for address in report[1].addresses
    )


def test_what_is_hostile_is_shown_as_it_was_written(report):
    folder, page, _ = report
    content = (folder / "index.html").read_text("utf-8")

    assert HOSTILE["script"] in page.text
    assert "1337" not in content
    assert HOSTILE["script"] not in content


def test_tables_and_json_hold_no_formula_and_no_markup_that_ends_a_script(report):
    folder = report[0]

    for path in folder.glob("*.csv"):
        with path.open(encoding="utf-8-sig", newline="") as file:
            cells = [cell for row in csv.reader(file) for cell in row]

        assert not any(cell.startswith(("=", "+", "@")) for cell in cells)
    assert json.loads((folder / "rapport.json").read_text("utf-8"))
