"""What the threat model says is shown by a test, is shown by a test that is there."""

import ast
import re

import pytest

NAMED = re.compile(r"`(tests/[\w/]+\.py)::([\w:]+)`")


@pytest.fixture(scope="module")
def model(root):
    return (root / "docs" / "threat-model.md").read_text("utf-8")


def rows(text, heading):
    """Return the cells of the table below a heading, without its two first lines."""
    part = text.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    lines = [line for line in part.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def named_in(path):
    """Return the names of the tests of a file, those of a class as `Class::test`."""
    found = set()
    for node in ast.parse(path.read_text("utf-8")).body:
        if isinstance(node, ast.FunctionDef):
            found.add(node.name)
        elif isinstance(node, ast.ClassDef):
            found |= {f"{node.name}::{inner.name}" for inner in node.body if isinstance(inner, ast.FunctionDef)}
    return {name for name in found if name.split("::")[-1].startswith("test_")}


def test_every_test_that_is_named_exists(model, root):
    named = NAMED.findall(model)

    missing = [f"{file}::{name}" for file, name in named if not (root / file).is_file()]
    missing += [
        f"{file}::{name}" for file, name in named if (root / file).is_file() and name not in named_in(root / file)
    ]
    assert len(named) > 60
    assert missing == []


def test_every_measure_is_shown_by_a_test(model):
    without = [threat for threat, *_, shown in rows(model, "Measures") if not NAMED.search(shown)]

    assert without == []


def test_a_measure_is_shown_by_tests_alone(model):
    rest = {threat: NAMED.sub("", shown).strip() for threat, *_, shown in rows(model, "Measures")}

    assert {threat: words for threat, words in rest.items() if words} == {}


def test_every_asset_actor_and_entry_point_is_met_by_a_measure(model):
    measures = rows(model, "Measures")
    ids = {heading: {row[0] for row in rows(model, heading)} for heading in ("Assets", "Actors", "Entry points")}

    def mentioned(cell):
        """Return the ids of a cell; `E1-E4` stands for all from E1 to E4."""
        found = set()
        for letter, first, last in re.findall(r"([ATE])(\d)(?:-[ATE](\d))?", cell):
            found |= {f"{letter}{number}" for number in range(int(first), int(last or first) + 1)}
        return found

    met = set().union(*(mentioned(f"{row[1]} {row[2]}") for row in measures))
    assert met == set().union(*ids.values())


@pytest.mark.parametrize("name", ["docs/threat-model.md", "docs/personvern.md", "SECURITY.md"])
def test_links_lead_somewhere(root, name):
    links = re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", (root / name).read_text("utf-8"))

    assert links
    assert [link for link in links if "://" not in link and not ((root / name).parent / link).exists()] == []


def test_the_assessment_names_what_the_office_has_to_fill_in(root):
    text = (root / "docs" / "personvern.md").read_text("utf-8")

    sections = re.split(r"(?m)^## ", text)[1:]
    left_open = {section.split(".")[0] for section in sections if "**Kontoret fyller ut:**" in section}
    assert {"3", "4", "5", "7", "8", "9", "11"} <= left_open
