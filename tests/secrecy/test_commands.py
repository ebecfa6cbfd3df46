"""No command writes or says a text, an id, a note or a cell but where it was asked for; on good and on bad input.

The steps are run one after the other in one folder, since some go on with what others wrote.
"""

import csv
import shutil
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.main import get_command

from pobo_nlp.cli import app
from pobo_nlp.inquiry import Inquiry
from pobo_nlp.store import Answer, Decision, Store
from pobo_nlp.taxonomy import Taxonomy

TEXT, ID, NOTE, CELL = "zqxblåkvist", "zqxidnår", "zqxmerkflåte", "zqxrutestål"
ALL = frozenset({"text", "id", "note", "cell"})
IDS = frozenset({"id"})
LABELS = ("--labels", "tjenesteomrade=omrade", "--labels", "arsak=aarsak")
TABLE_OF_DB = ("--table", "saker")


@dataclass(frozen=True)
class Step:
    """A command, and what it was asked to write.

    Attributes
    ----------
    files : what it writes, to the kinds of words that belong there.
    said : kinds that belong on standard output.
    complained : kinds that belong on standard error.
    code : exit code.
    before : makes ready.
    """

    arguments: tuple[str, ...]
    files: Mapping[str, frozenset[str]] = field(default_factory=dict)
    said: frozenset[str] = frozenset()
    complained: frozenset[str] = frozenset()
    code: int | tuple[int, ...] = 0
    given: str = ""
    before: Callable[[Path], None] = lambda work: None


def _decide(work: Path) -> None:
    """Fill in a review list, as a person does."""
    path = next(path for path in sorted((work / "forskjell").glob("*.csv")) if _rows(path))
    rows = _rows(path)
    with (work / "avgjort.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys(), delimiter=";")
        writer.writeheader()
        writer.writerows([row | {"decision": "nei"} for row in rows[:3]])


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        found = list(csv.DictReader(file, delimiter=";"))
    return found if found and "decision" in found[0] else []


def _save_decisions(work: Path) -> None:
    _decisions(Store(work / "avgjorelser.db", Taxonomy.default(), keep_text=True))


def _save_old_decisions(work: Path) -> None:
    store = Store(
        work / "gammel.db", Taxonomy.default(), keep_text=True, clock=lambda: datetime(2020, 1, 1, tzinfo=UTC)
    )
    _decisions(store)
    store.queue.add("mars", [Inquiry(f"{ID}-9", TEXT)])
    held = b"".join(path.read_bytes() for path in work.glob("gammel.db*"))

    assert all(word.encode() in held for word in (TEXT, ID, NOTE))


def _decisions(store: Store) -> None:
    answers = {"arsak": Answer("decided", ("ventetid",))}
    for number in range(3):
        text = f"Vi heter {TEXT}, og ingen kommer."
        decision = Decision(f"{ID}-{number}", answers, "KN", text=text, note=f"{NOTE} {number}")
        store.save(decision, seen=0, save_key=f"n{number}")


GOOD = {
    "suggest": Step(("suggest", f"Ingen kommer for å hjelpe {TEXT}."), said=ALL),
    "suggest json": Step(("suggest", "--json", "-"), said=ALL, given=f"Ingen kommer for å hjelpe {TEXT}."),
    "suggest table": Step(("suggest", "--file", "saker.csv", "--json"), said=ALL),
    "labels": Step(("labels",)),
    "batch": Step(("batch", "saker.csv", "ut.csv"), {"ut.csv": ALL}),
    "batch columns": Step(("batch", "saker.csv", "tynn.csv", "--columns", "tjenesteomrade,arsak", "--json")),
    "batch excel": Step(("batch", "saker.parquet", "ut.xlsx", "--json"), {"ut.xlsx": ALL}),
    "batch excel in": Step(("batch", "ut.xlsx", "ut.parquet"), {"ut.parquet": ALL}),
    "batch workers": Step(
        ("batch", "saker.jsonl.gz", "ut.jsonl.zst", "--workers", "2", "--rows-at-once", "8"), {"ut.jsonl.zst": ALL}
    ),
    "batch database": Step(
        ("batch", "sqlite:///saker.db", "sqlite:///ut.db", *TABLE_OF_DB, "--out-table", "ny"), {"ut.db": ALL}
    ),
    "batch shown": Step(("batch", "saker.csv", "vist.csv", "--show"), {"vist.csv": ALL}, said=ALL),
    "batch errors": Step(("batch", "nul.csv", "feil.csv"), {"feil.csv": ALL, "feil.csv.errors.csv": IDS}),
    "retag run": Step(("retag", "saker.csv", "nye.csv", *LABELS), {"nye.csv": ALL}),
    "diff": Step(("diff", "saker.csv", "nye.csv", "--out", "forskjell", *LABELS), {"forskjell": IDS}),
    "diff json": Step(
        ("diff", "saker_annerledes.csv", "nye.csv", "--out", "forskjell2", "--json", *LABELS), {"forskjell2": IDS}
    ),
    "retag apply": Step(
        ("retag", "apply", "avgjort.csv", "--to", "saker.csv", "--out", "kopi.csv", *LABELS),
        {"kopi.csv": ALL, "avgjort.csv": IDS, "kopi.csv.endringer.jsonl": IDS, "kopi.csv.changes.jsonl": IDS},
        before=_decide,
    ),
    "retag undo": Step(("retag", "undo", "kopi.csv", "--out", "tilbake.csv"), {"tilbake.csv": ALL}),
    "patterns": Step(("patterns", "ut.csv", "--out", "rapport"), {"rapport": IDS}),
    "patterns quotes": Step(
        ("patterns", "ut.csv", "--out", "rapport_sitat", "--with-quotes", "--json"),
        {"rapport_sitat": frozenset({"id", "text"})},
    ),
    "patterns aliases": Step(
        ("patterns", "ut.parquet", "--out", "rapport_navn", "--min-cell", "5"), {"rapport_navn": IDS}
    ),
    "mask": Step(("mask", "saker.csv", "maskert.csv"), {"maskert.csv": ALL}),
    "mask json": Step(
        ("mask", "saker.parquet", "maskert.xlsx", "--text-column", "tekst", "--json"), {"maskert.xlsx": ALL}
    ),
    "similar": Step(("similar", "--in", "saker.csv", f"Ingen hjelper {TEXT} om kvelden."), said=IDS),
    "similar quotes": Step(
        ("similar", "--in", "saker.csv", "--with-quotes", "--json", "-"),
        said=frozenset({"id", "text"}),
        given="Ingen hjelper mor om kvelden.",
    ),
    "model info": Step(("model", "info")),
    "model verify": Step(("model", "verify")),
    "store import": Step(
        ("store", "import", "saker.csv", "--queue", "mars"),
        before=_save_decisions,
    ),
    "store info": Step(("store", "info")),
    "store info json": Step(("store", "info", "--json")),
    "store export": Step(("store", "export", "--to", "annotations", "trening.jsonl"), {"trening.jsonl": ALL}),
    "store export table": Step(("store", "export", "--to", "table", "telling.csv"), {"telling.csv": IDS}),
    "store purge": Step(("store", "purge", "--older-than", "1y", "--store", "gammel.db"), before=_save_old_decisions),
    "store new-key": Step(("store", "new-key")),
}
BAD = {
    "unknown command": Step((f"{TEXT} {ID}",), code=2),
    "unknown option": Step(("suggest", f"--{TEXT}-{ID}"), code=2),
    "unknown option with a value": Step(("batch", "saker.csv", "x.csv", f"--{NOTE}={TEXT}"), code=2),
    "text without quotation marks": Step(("suggest", "Jeg", "heter", TEXT), code=2),
    "text for a number": Step(("batch", "saker.csv", "x.csv", "--workers", TEXT), code=2),
    "text for a date": Step(("patterns", "ut.csv", "--out", "x", "--since", TEXT), code=2),
    "text for a choice": Step(("batch", "saker.csv", "x.csv", "--engine", TEXT), code=2),
    "text for a pair": Step(("diff", "saker.csv", "nye.csv", "--out", "x", "--labels", TEXT), code=2),
    "text for a setting": Step(("batch", "saker.csv", "x.csv", "--engine", "spark", "--spark-conf", TEXT), code=2),
    "flag with a text": Step(("batch", "saker.csv", "x.csv", f"--show={TEXT}"), code=2),
    "text for an age": Step(("store", "purge", "--older-than", TEXT), code=1),
    "retag unknown option": Step(("retag", "saker.csv", "x.csv", f"--{TEXT}"), code=2),
    "store unknown command": Step(("store", TEXT), code=2),
    "no text": Step(("suggest", "-"), said=frozenset(), code=0, given=""),
    "no column of texts": Step(("batch", "uten_overskrift.csv", "x.csv"), code=1),
    "uneven rows": Step(("batch", "ujevn.csv", "x1.csv"), {"x1.csv": ALL, "x1.csv.errors.csv": IDS}, code=(0, 1)),
    "open quotation mark": Step(
        ("batch", "apen.csv", "x2.csv"), {"x2.csv": ALL, "x2.csv.errors.csv": IDS}, code=(0, 1)
    ),
    "utf-16": Step(("batch", "utf16.csv", "x3.csv"), {"x3.csv": ALL}, code=(0, 1)),
    "half of a line": Step(("batch", "halv.jsonl", "x.jsonl"), code=1),
    "list for an object": Step(("batch", "liste.jsonl", "x.jsonl"), code=1),
    "no workbook": Step(("batch", "ikke.xlsx", "x.csv"), code=1),
    "no Parquet": Step(("batch", "ikke.parquet", "x.csv"), code=1),
    "short Parquet": Step(("mask", "kort.parquet", "x.csv"), code=1),
    "no database": Step(("batch", "sqlite:///ikke.db", "x.csv", *TABLE_OF_DB), code=1),
    "no gzip": Step(("similar", "--in", "ikke.gz.csv.gz", "hei på deg du"), code=1),
    "no Zstandard": Step(("store", "import", "ikke.jsonl.zst", "--queue", "a"), code=1),
    "wrong SQL": Step(
        ("batch", "sqlite:///saker.db", "x.csv", "--query", f"SELEKT '{TEXT}' FROM saker", "--key", "nr"), code=1
    ),
    "a key that repeats": Step(
        ("batch", "sqlite:///saker.db", "x.csv", "--query", "SELECT * FROM saker", "--key", "kommune"), code=1
    ),
    # A code of the office, which its map has to hold; a text in its place is counted only.
    "an unknown code": Step(("retag", "ukjent_kode.csv", "x4.csv", *LABELS), code=1, complained=frozenset({"cell"})),
    "texts for codes": Step(("retag", "saker.csv", "x.csv", "--labels", "arsak=merknad"), code=1),
    "an unknown label": Step(("diff", "ukjent_kode.csv", "nye.csv", "--out", "x5", *LABELS), {"x5": IDS}, code=(0, 1)),
    "an unknown label to count": Step(
        ("patterns", "ukjent_kode.csv", "--out", "x6", *LABELS), {"x6": IDS}, code=(0, 1)
    ),
    "a date that is none": Step(("patterns", "dato.csv", "--out", "x7", *LABELS), {"x7": IDS}, code=(0, 1)),
    "a map of nothing": Step(("retag", "saker.csv", "x.csv", "--map", "odelagt.toml", *LABELS), code=1),
    "a list that is none": Step(
        ("retag", "apply", "liste.csv", "--to", "saker.csv", "--out", "x.csv", *LABELS), code=1
    ),
    "a copy that is none": Step(("retag", "undo", "saker.csv", "--out", "x.csv"), code=1),
    "names of sites that are none": Step(
        ("patterns", "ut.csv", "--out", "x8", "--site-aliases", "steder.tsv"), {"x8": IDS}, code=(0, 1)
    ),
    "a scheme that is none": Step(("labels", "--taxonomy", "odelagt.toml"), code=1),
    "an output that is there": Step(("mask", "saker.csv", "ut.csv"), code=1),
    "a folder that is none": Step(("batch", "saker.csv", "borte/x.csv"), code=1),
    "a port that is none": Step(("serve", "--port", TEXT), code=2),
    "a model that is none": Step(("suggest", "--model", "borte", TEXT), code=1),
}
# Tried in test_server.py.
ELSEWHERE = {"serve"}
STEPS = {**GOOD, **BAD}
# What is decided and what waits belongs in the store.
STORE = dict.fromkeys(("avgjorelser.db", "avgjorelser.db-wal"), ALL)


def _names(command: object, name: tuple[str, ...] = ()) -> set[str]:
    commands = getattr(command, "commands", None)
    if commands is None:
        return {" ".join(name)}
    return set().union(*(_names(one, (*name, part)) for part, one in commands.items()))


def test_every_command_is_tried():
    every = _names(get_command(app))
    tried = {name for name in every for step in GOOD if step == name or step.startswith(f"{name} ")}

    assert every - tried == ELSEWHERE


@pytest.fixture(scope="module")
def told(new_box, material, sentinels) -> dict[str, tuple[int, set[str], set[str], list[str], str]]:
    """Run all steps; for each, return exit code, kinds said on both streams, what leaked into files, what was said."""
    box = new_box()
    material.make(box.work)
    box.leaks({".": ALL})
    found = {}
    for name, step in GOOD.items():
        step.before(box.work)
        done = box.run(*step.arguments, given=step.given.encode())
        found[name] = _found(done, box.leaks({**STORE, **step.files}), sentinels)
    with ThreadPoolExecutor(2) as threads:
        ended = threads.map(lambda step: box.run(*step.arguments, given=step.given.encode()), BAD.values())
        found |= {name: _found(done, [], sentinels) for name, done in zip(BAD, ended, strict=True)}
    asked = {name: kinds for step in BAD.values() for name, kinds in step.files.items()}
    found["all of them"] = (0, set(), set(), box.leaks({**STORE, **asked}), "")
    shutil.rmtree(box.folder)
    return found


def _found(done, leaked, sentinels):
    said = done.stderr.decode("utf-8", "replace")
    return done.returncode, sentinels.kinds_in(done.stdout), sentinels.kinds_in(done.stderr), leaked, said


@pytest.mark.parametrize("name", STEPS)
def test_nothing_stands_where_it_was_not_asked_for(told, sentinels, name):
    _, said, said_of_errors, leaked, _ = told[name]

    assert leaked == []
    assert said <= STEPS[name].said
    assert said_of_errors <= STEPS[name].complained


def test_no_bad_input_leaves_anything_behind(told):
    assert told["all of them"][3] == []


@pytest.mark.parametrize("name", STEPS)
def test_it_ends_as_it_should(told, sentinels, name):
    code, _, _, _, said = told[name]
    expected = STEPS[name].code

    assert code in (expected if isinstance(expected, tuple) else (expected,)), said[-500:]
    assert "Traceback" not in said
    assert "Feil i programmet" not in said


@pytest.mark.parametrize("level", [10, 30])
def test_no_level_of_logging_tells_more(new_box, material, sentinels, level):
    box = new_box()
    material.make(box.work)

    done = box.run("batch", "sqlite:///saker.db", "ut.csv", *TABLE_OF_DB, "--restart", level=level)

    assert (done.returncode, sentinels.kinds_in(done.stdout + done.stderr)) == (0, set())


def test_the_way_out_says_nothing_of_an_error_that_nobody_foresaw(new_box, sentinels):
    box = new_box()
    code = (
        "import threading, typer, warnings\n"
        "from pobo_nlp.cli.door import run\n"
        "app = typer.Typer()\n"
        "def fail(text): raise ValueError(text)\n"
        "@app.command()\n"
        "def command(text: str):\n"
        "    thread = threading.Thread(target=fail, args=[text]); thread.start(); thread.join()\n"
        "    fail(text)\n"
        "run(app)"
    )

    done = box.run(TEXT, code=code)

    assert done.returncode == 1
    assert done.stderr.count(b"ValueError") == 2
    assert b"Traceback" not in done.stderr
    assert sentinels.kinds_in(done.stdout + done.stderr) == set()
