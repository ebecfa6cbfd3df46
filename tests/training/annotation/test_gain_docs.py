"""The page about the queue tells the figures that its command has written."""

import json

import pytest


@pytest.fixture(scope="module")
def figures(root):
    return json.loads((root / "docs" / "queue-gain.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def page(root):
    return (root / "docs" / "queue-gain.md").read_text("utf-8")


def interval(found):
    return f"{found['value']:.3f} ({found['low']:.3f}-{found['high']:.3f})"


def test_the_table_is_that_of_the_file(figures, page):
    curves = {(one["order"], one["annotated"]): interval(one["macro_f1"]) for one in figures["curves"]}
    rows = [
        f"| {one['annotated']} | {curves['queue', one['annotated']]} | {curves['random', one['annotated']]} "
        f"| {interval(one['macro_f1'])} |"
        for one in figures["gain"]
    ]

    assert len(rows) > 5
    assert [line for line in page.splitlines() if line.startswith("| ") and line[2].isdigit()] == rows


def test_the_share_of_decisions_is_that_of_the_file(figures, page):
    share = figures["decisions_needed"]["of_mean_curves"]
    seeds = figures["decisions_needed"]["seeds"].values()

    assert (
        f"**{share['value']:.2f}** of the decisions (95 % interval {share['low']:.2f} to {share['high']:.2f};" in page
    )
    assert ", ".join(f"{one['value']:.2f} ({one['low']:.2f}-{one['high']:.2f})" for one in seeds) in page
    assert share["value"] <= figures["decisions_needed"]["wanted"]
