"""The sentences that masking is tested on are what MASKING.md says they are."""

import json
import re
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest

DATA = Path(__file__).parent
PARTS = {"test": DATA / "masking.jsonl", "development": DATA / "masking_dev.jsonl"}
KINDS = {"fnr", "telefon", "epost", "url", "konto", "adresse", "fodselsdato", "skilt", "saksnummer", "navn"}
REGISTERS = {"skjema", "telefonnotat", "brev", "kort"}


def rows_of(part):
    return [json.loads(line) for line in PARTS[part].read_text("utf-8").splitlines()]


def counts(part):
    """How often each kind, class, form and register is there, and how many passages."""
    rows = rows_of(part)
    return Counter(
        {
            "passages": len(rows),
            "passages without an identifier": sum(not row["spans"] for row in rows),
            "passages without a name": sum(all(kind != "navn" for kind, _, _ in row["spans"]) for row in rows),
            **Counter(kind for row in rows for kind, _, _ in row["spans"]),
            **Counter(f"class {name}" for row in rows for name in set(row["hard"])),
            **Counter(name for row in rows for name in (row["malform"], row["register"])),
        }
    )


@pytest.mark.parametrize("part", PARTS)
def test_every_span_is_a_stretch_of_its_text_without_blanks_around_it(part):
    wrong = [
        row["id"]
        for row in rows_of(part)
        for kind, start, end in row["spans"]
        if kind not in KINDS
        or not 0 <= start < end <= len(row["text"])
        or row["text"][start:end].strip() != row["text"][start:end]
    ]

    assert wrong == []


@pytest.mark.parametrize("part", PARTS)
def test_spans_come_in_order_and_do_not_overlap(part):
    wrong = [row["id"] for row in rows_of(part) for one, two in pairwise(row["spans"]) if one[2] > two[1]]

    assert wrong == []


def test_ids_are_unique_and_no_passage_is_in_both_files():
    rows = [row for part in PARTS for row in rows_of(part)]
    folded = [re.sub(r"\W+", " ", row["text"]).casefold().strip() for row in rows]

    assert len({row["id"] for row in rows}) == len(rows)
    assert len(set(folded)) == len(rows)


def test_the_test_has_at_least_600_passages_and_every_kind_in_every_form_of_norwegian():
    rows = rows_of("test")

    assert len(rows) >= 600
    assert {kind for row in rows for kind, _, _ in row["spans"]} == KINDS
    assert {row["register"] for row in rows} == REGISTERS
    assert {"nb", "nn", "en"} == {row["malform"] for row in rows}


def test_counts_in_the_description_are_those_of_the_files():
    described = re.findall(
        r"^\| ([^|]+?) \| (\d+) \| (\d+) \|$", (DATA / "MASKING.md").read_text("utf-8"), re.MULTILINE
    )
    test, development = counts("test"), counts("development")

    assert {name: (int(one), int(two)) for name, one, two in described} == {
        name: (test[name], development[name]) for name in test.keys() | development.keys()
    }
