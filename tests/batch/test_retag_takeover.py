"""Approved rows go into a copy, and the former table comes back byte for byte. Real files and databases."""

import gzip
import json
import sqlite3
import stat
from pathlib import Path

import pytest

from pobo_nlp.batch.label_map import LabelMap
from pobo_nlp.batch.review_list import ReviewRow, read_review_list, write_review_list
from pobo_nlp.batch.takeover import take_over
from pobo_nlp.batch.takeover_undo import undo
from pobo_nlp.errors import ColumnError, LabelsError, OutputExistsError, ReviewListError, TakeoverError
from pobo_nlp.tables import Place, open_table
from pobo_nlp.taxonomy import Taxonomy

TAXONOMY = Taxonomy.default()
MAP = LabelMap(
    (
        ("tjenesteomrade", (("101", ("fastlege",)), ("102", ("legevakt",)), ("200", ("kirurgi", "ortopedi")))),
        ("arsak", (("V", ("ventetid",)), ("A", ("avslag",)))),
    ),
    (("arsak", ";,"),),
)
COLUMNS = {"tjenesteomrade": "Område", "arsak": "Årsaker"}
# Quoted and unquoted cells, a line break and quotes within a text, an empty line.
CSV = (
    "id;Tekst;Område;Årsaker;Dato\r\n"
    '0017;"Første ""linje""\r\nog; andre";101;"V;A";01.02.2003\r\n'
    "\r\n"
    '18;Kort tekst;"200";V;02.02.2003\r\n'
    "19;Uten etikett;;;03.02.2003\r\n"
)


def line(row, row_id, dimension, old, suggested, decision, status="changed"):
    return ReviewRow(row, row_id, dimension, old, suggested, 0.91, 0.02, status, decision)


LINES = (
    line(2, "0017", "tjenesteomrade", "fastlege", "legevakt", "ja"),
    line(2, "0017", "arsak", "ventetid|avslag", "ventetid|informasjon", "ja"),
    line(5, "18", "tjenesteomrade", "kirurgi / ortopedi", "kirurgi", "Ortopedi", "refined"),
    line(5, "18", "arsak", "ventetid", "avslag", "nei"),
    line(6, "19", "tjenesteomrade", "", "fastlege", "JA", "new"),
    line(6, "19", "arsak", "", "avslag", "", "new"),
)


def as_place(path, **facts):
    return Place(str(path), **facts)


def listed(folder, place, lines, name="liste.csv"):
    path = folder / name
    write_review_list(path, lines, fingerprint=open_table(place).fingerprint())
    return read_review_list(path)


def taken_over(source, target, lists, *, columns=COLUMNS, label_map=MAP, **options):
    return take_over(
        lists,
        source,
        target,
        tuple(columns.items()),
        label_map=label_map,
        taxonomy=TAXONOMY,
        id_column="id",
        by="Kari",
        when="2026-01-01T12:00:00+01:00",
        **options,
    )


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "saker.csv"
    path.write_bytes(CSV.encode("utf-8-sig"))
    return path


@pytest.fixture
def copied(tmp_path, table):
    taken_over(as_place(table), as_place(tmp_path / "kopi.csv"), [listed(tmp_path, as_place(table), LINES)])
    return tmp_path / "kopi.csv"


def test_only_approved_cells_differ_in_the_copy(table, copied):
    expected = (
        CSV.replace(";101;", ";102;")
        .replace('"V;A"', '"V;informasjon"')
        .replace('"200"', '"ortopedi"')
        .replace("etikett;;", "etikett;101;")
    )

    assert copied.read_bytes() == expected.encode("utf-8-sig")
    assert table.read_bytes() == CSV.encode("utf-8-sig")


def test_undo_gives_back_the_former_bytes(tmp_path, table, copied):
    undo(as_place(copied), as_place(tmp_path / "tidligere.csv"))

    assert (tmp_path / "tidligere.csv").read_bytes() == table.read_bytes()


def test_the_change_file_tells_what_who_and_when_and_no_text(copied):
    record = copied.with_name("kopi.csv.changes.jsonl")
    content = record.read_text("utf-8")
    header, *changes = map(json.loads, content.splitlines())

    assert (header["by"], header["when"], header["former"]) == ("Kari", "2026-01-01T12:00:00+01:00", "saker.csv")
    assert [(c["row"], c["id"], c["dimension"], c["was"], c["became"]) for c in changes] == [
        (2, "0017", "tjenesteomrade", "101", "102"),
        (2, "0017", "arsak", "V;A", "V;informasjon"),
        (5, "18", "tjenesteomrade", "200", "ortopedi"),
        (6, "19", "tjenesteomrade", "", "101"),
    ]
    assert "linje" not in content
    assert stat.S_IMODE(record.stat().st_mode) == 0o600


def test_nothing_else_is_left_beside_the_copy(tmp_path, copied):
    names = {path.name for path in tmp_path.iterdir()}

    assert names == {"saker.csv", "liste.csv", "kopi.csv", "kopi.csv.changes.jsonl"}


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(CSV.replace("\r\n", "\n").encode(), id="line feeds, no byte order mark"),
        pytest.param(CSV.encode("cp1252"), id="Windows-1252"),
        pytest.param(("sep=;\r\n" + CSV).encode(), id="Excel's hint"),
        pytest.param(CSV.encode().rstrip(), id="no line break at the end"),
        pytest.param(CSV.replace("Kort tekst", 'Kort 5" rør').encode(), id="a quote inside an unquoted cell"),
        pytest.param(CSV.replace("\r\n", "\r").encode(), id="carriage returns alone"),
    ],
)
def test_undo_is_exact_whatever_the_file_looks_like(tmp_path, content):
    table = tmp_path / "saker.csv"
    table.write_bytes(content)
    place = as_place(table)
    places = {
        row_id: row
        for chunk in open_table(place).chunks(10, 0)
        for row, row_id in zip(chunk.places, chunk.rows.column("id").to_pylist(), strict=True)
    }
    lines = [line(places["18"], "18", "tjenesteomrade", "kirurgi / ortopedi", "kirurgi", "ja")]

    taken_over(place, as_place(tmp_path / "kopi.csv"), [listed(tmp_path, place, lines)])
    undo(as_place(tmp_path / "kopi.csv"), as_place(tmp_path / "tidligere.csv"))

    rows = [row for chunk in open_table(tmp_path / "kopi.csv").chunks(10, 0) for row in chunk.rows.to_pylist()]
    assert [row["Område"] for row in rows] == ["101", "kirurgi", ""]
    assert (tmp_path / "tidligere.csv").read_bytes() == content


def test_undo_of_json_lines_is_exact(tmp_path):
    table = tmp_path / "saker.jsonl"
    content = (
        '{"id":"1", "Tekst": "a \\u00e5 {}", "Område" : "101",  "Årsaker": ["V", "A"] }\n'
        "\n"
        '{"id": "2", "Tekst": "b"}\n'
        '{"Årsaker": [], "id": "3", "Tekst": "c", "Område": null}\n'
    ).encode()
    table.write_bytes(content)
    lines = [
        line(1, "1", "tjenesteomrade", "fastlege", "legevakt", "ja"),
        line(1, "1", "arsak", "ventetid|avslag", "ventetid|avslag|informasjon", "ja"),
        line(3, "2", "tjenesteomrade", "", "kirurgi", "ja"),
        line(3, "2", "arsak", "", "ventetid", "ja"),
        line(4, "3", "arsak", "", "avslag", "ja"),
    ]

    taken_over(as_place(table), as_place(tmp_path / "kopi.jsonl"), [listed(tmp_path, as_place(table), lines)])
    undo(as_place(tmp_path / "kopi.jsonl"), as_place(tmp_path / "tidligere.jsonl"))

    first, second, third = [json.loads(row) for row in (tmp_path / "kopi.jsonl").read_text().splitlines() if row]
    assert (first["Område"], first["Årsaker"]) == ("102", ["V", "A", "informasjon"])
    assert (second["Område"], second["Årsaker"]) == ("kirurgi", ["V"])
    assert third == {"Årsaker": ["A"], "id": "3", "Tekst": "c", "Område": None}
    assert (tmp_path / "tidligere.jsonl").read_bytes() == content


def test_undo_of_a_compressed_file_is_exact(tmp_path):
    table = tmp_path / "saker.csv.gz"
    table.write_bytes(gzip.compress(CSV.encode(), compresslevel=1))

    taken_over(as_place(table), as_place(tmp_path / "kopi.csv.gz"), [listed(tmp_path, as_place(table), LINES)])
    undo(as_place(tmp_path / "kopi.csv.gz"), as_place(tmp_path / "tidligere.csv.gz"))

    assert (tmp_path / "tidligere.csv.gz").read_bytes() == table.read_bytes()
    assert ";102;" in gzip.decompress((tmp_path / "kopi.csv.gz").read_bytes()).decode()


def test_undo_of_parquet_is_exact_and_types_survive(tmp_path):
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = tmp_path / "saker.parquet"
    columns = {
        "id": ["a", "b"],
        "Tekst": ["x", "y"],
        "Område": pa.array([101, 200], pa.int16()),
        "Årsaker": [["V"], []],
    }
    pq.write_table(pa.table(columns), table, compression="gzip")
    lines = [
        line(1, "a", "tjenesteomrade", "fastlege", "legevakt", "ja"),
        line(2, "b", "arsak", "", "avslag|ventetid", "ja"),
    ]

    taken_over(as_place(table), as_place(tmp_path / "kopi.parquet"), [listed(tmp_path, as_place(table), lines)])
    undo(as_place(tmp_path / "kopi.parquet"), as_place(tmp_path / "tidligere.parquet"))

    copy = pq.read_table(tmp_path / "kopi.parquet")
    assert copy.schema.field("Område").type == pa.int16()
    assert copy.column("Område").to_pylist() == [102, 200]
    assert copy.column("Årsaker").to_pylist() == [["V"], ["A", "V"]]
    assert (tmp_path / "tidligere.parquet").read_bytes() == table.read_bytes()


def test_a_code_that_the_column_cannot_hold_is_told(tmp_path):
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = tmp_path / "saker.parquet"
    pq.write_table(pa.table({"id": ["a"], "Tekst": ["x"], "Område": [101], "Årsaker": ["V"]}), table)
    lines = [line(1, "a", "tjenesteomrade", "fastlege", "onkologi", "ja")]

    with pytest.raises(TakeoverError, match="typen int64 og tar ikke"):
        taken_over(as_place(table), as_place(tmp_path / "kopi.parquet"), [listed(tmp_path, as_place(table), lines)])

    assert not (tmp_path / "kopi.parquet").exists()


def test_a_database_table_is_copied_and_given_back(tmp_path):
    file = tmp_path / "arkiv.db"
    address = f"sqlite:///{file}"
    with sqlite3.connect(file) as connection:
        connection.execute('CREATE TABLE saker (nr INTEGER PRIMARY KEY, id TEXT, "Tekst" TEXT, "Område" TEXT)')
        rows = [(1, "a", "x", "101"), (2, "b", "y", None), (3, "c", "z", "200")]
        connection.executemany("INSERT INTO saker VALUES (?, ?, ?, ?)", rows)
    connection.close()
    source, copy = Place(address, table="saker"), Place(address, table="kopi")
    lines = [line(2, "b", "tjenesteomrade", "", "legevakt", "ja"), line(3, "c", "tjenesteomrade", "", "x", "nei")]
    lists = [listed(tmp_path, source, lines)]

    taken_over(source, copy, lists, columns={"tjenesteomrade": "Område"}, changes_folder=tmp_path)
    undo(copy, Place(address, table="tidligere"), changes_folder=tmp_path)

    connection = sqlite3.connect(file)
    query = "SELECT * FROM {} ORDER BY nr"
    assert connection.execute(query.format("kopi")).fetchall() == [rows[0], (2, "b", "y", "102"), rows[2]]
    assert connection.execute(query.format("tidligere")).fetchall() == rows
    connection.execute('UPDATE kopi SET "Tekst" = ? WHERE nr = 2', ("rettet",))
    connection.commit()
    connection.close()
    with pytest.raises(TakeoverError, match="endret etter"):
        undo(copy, Place(address, table="igjen"), changes_folder=tmp_path)


def test_a_copy_that_was_changed_is_not_undone(tmp_path, copied):
    copied.write_bytes(copied.read_bytes().replace(b"Kort tekst", b"Lang tekst"))

    with pytest.raises(TakeoverError, match="endret etter"):
        undo(as_place(copied), as_place(tmp_path / "tidligere.csv"))

    assert not (tmp_path / "tidligere.csv").exists()


def test_a_former_file_that_was_changed_is_not_given_back(tmp_path):
    table = tmp_path / "saker.csv.gz"
    table.write_bytes(gzip.compress(CSV.encode()))
    taken_over(as_place(table), as_place(tmp_path / "kopi.csv.gz"), [listed(tmp_path, as_place(table), LINES)])
    (tmp_path / "kopi.csv.gz.former").write_bytes(b"annet")

    with pytest.raises(TakeoverError, match="mangler eller er endret"):
        undo(as_place(tmp_path / "kopi.csv.gz"), as_place(tmp_path / "tidligere.csv.gz"))


def test_a_damaged_change_file_is_told(tmp_path, copied):
    record = copied.with_name("kopi.csv.changes.jsonl")
    record.write_text("\n".join(record.read_text("utf-8").splitlines()[:-1]), "utf-8")

    with pytest.raises(TakeoverError, match="skadet"):
        undo(as_place(copied), as_place(tmp_path / "tidligere.csv"))


def test_a_table_that_changed_since_the_list_is_refused(tmp_path, table):
    lists = [listed(tmp_path, as_place(table), LINES)]
    table.write_bytes(table.read_bytes() + b"20;Ny;;;04.02.2003\r\n")

    with pytest.raises(TakeoverError, match="er endret siden"):
        taken_over(as_place(table), as_place(tmp_path / "kopi.csv"), lists)


FAULTS = {
    "unknown row": (line(4, "x", "arsak", "ventetid", "avslag", "ja"), "rad 4 finnes ikke"),
    "another id": (line(2, "17", "arsak", "ventetid", "avslag", "ja"), "annen id"),
    "another old label": (line(2, "0017", "arsak", "tvang", "avslag", "ja"), "en annen enn da listen ble laget"),
    "unknown label": (line(2, "0017", "arsak", "ventetid", "avslag", "kanskje"), "verken «ja»"),
    "yes to nothing": (line(2, "0017", "arsak", "ventetid", "", "ja"), "verken «ja»"),
    "two of a single": (line(2, "0017", "tjenesteomrade", "fastlege", "", "kirurgi|ortopedi"), "verken «ja»"),
    "unknown dimension": (line(2, "0017", "seksjon", "", "a", "ja"), "har ingen kolonne"),
}


@pytest.mark.parametrize(("fault", "told"), [pytest.param(*fault, id=name) for name, fault in FAULTS.items()])
def test_a_decision_that_does_not_fit_is_told_and_nothing_is_written(tmp_path, table, fault, told):
    with pytest.raises(TakeoverError, match=told):
        taken_over(as_place(table), as_place(tmp_path / "kopi.csv"), [listed(tmp_path, as_place(table), [fault])])

    assert {path.name for path in tmp_path.iterdir()} == {"saker.csv", "liste.csv"}


def test_faults_are_told_together(tmp_path, table):
    lines = [fault for fault, _ in (FAULTS["unknown row"], FAULTS["another id"])]

    with pytest.raises(TakeoverError, match="2 feil"):
        taken_over(as_place(table), as_place(tmp_path / "kopi.csv"), [listed(tmp_path, as_place(table), lines)])


def test_a_cell_that_was_decided_twice_is_told(tmp_path, table):
    lists = [listed(tmp_path, as_place(table), LINES[:1], name) for name in ("en.csv", "to.csv")]

    with pytest.raises(TakeoverError, match=r"to\.csv, rad 2: rad 2 i tabellen er alt avgjort i en\.csv, rad 2"):
        taken_over(as_place(table), as_place(tmp_path / "kopi.csv"), lists)


@pytest.mark.parametrize(
    ("columns", "error", "told"),
    [
        pytest.param({"seksjon": "Område"}, LabelsError, "ukjent dimensjon", id="dimension"),
        pytest.param({"arsak": "Grunn"}, ColumnError, "«Grunn» finnes ikke", id="column"),
    ],
)
def test_what_does_not_exist_is_told(tmp_path, table, columns, error, told):
    with pytest.raises(error, match=told):
        taken_over(
            as_place(table), as_place(tmp_path / "kopi.csv"), [listed(tmp_path, as_place(table), [])], columns=columns
        )


@pytest.mark.parametrize(
    ("target", "error"),
    [
        pytest.param("finnes.csv", OutputExistsError, id="exists"),
        pytest.param("saker.csv", OutputExistsError, id="the table itself"),
        pytest.param("kopi.parquet", TakeoverError, id="another format"),
    ],
)
def test_a_copy_never_replaces_a_file_or_changes_the_format(tmp_path, table, target, error):
    (tmp_path / "finnes.csv").write_text("mitt")

    with pytest.raises(error):
        taken_over(as_place(table), as_place(tmp_path / target), [listed(tmp_path, as_place(table), LINES)])

    assert (tmp_path / "finnes.csv").read_text() == "mitt"
    assert table.read_bytes() == CSV.encode("utf-8-sig")


def test_a_list_is_read_as_another_program_saves_it(tmp_path, table):
    listed(tmp_path, as_place(table), LINES)
    path = tmp_path / "liste.csv"
    saved = path.read_text("utf-8-sig").replace("0.9100", "0,91").replace(";", "\t")
    path.write_text(saved, "cp1252", newline="")

    review = read_review_list(path)

    assert [one.decision for one in review.rows] == ["ja", "ja", "Ortopedi", "nei", "JA", ""]
    assert review.rows[0].probability == 0.91


def test_a_file_that_is_no_list_is_told_with_all_that_is_missing(tmp_path, table):
    with pytest.raises(ReviewListError, match="9 feil"):
        read_review_list(table)


def test_lists_of_several_tables_in_one_file_are_refused(tmp_path, table):
    write_review_list(tmp_path / "a.csv", LINES[:1], fingerprint="a" * 64)
    write_review_list(tmp_path / "b.csv", LINES[:1], fingerprint="b" * 64)
    both = Path(tmp_path / "a.csv").read_text("utf-8") + (tmp_path / "b.csv").read_text("utf-8").splitlines()[1]
    (tmp_path / "a.csv").write_text(both, "utf-8")

    with pytest.raises(ReviewListError, match="ulike tabeller"):
        read_review_list(tmp_path / "a.csv")
