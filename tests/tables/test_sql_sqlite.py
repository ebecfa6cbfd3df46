import datetime as dt
import resource
import signal
import sqlite3
import stat
import sys
from contextlib import closing, contextmanager, suppress
from decimal import Decimal

import pyarrow as pa
import pytest
from sqlalchemy import column, create_engine, literal, select, table

from pobo_nlp.errors import ColumnError, InputNotFoundError, OutputExistsError, PoboError, TableError
from pobo_nlp.tables import Place, open_table, open_writer
from pobo_nlp.tables.sql import open_sql, open_sql_writer, table_exists
from pobo_nlp.tables.sql_database import Patience
from pobo_nlp.tables.sql_reader import after
from pobo_nlp.tables.sql_source import Source
from pobo_nlp.tables.sql_types import selection_of_another

HASTY = Patience(attempts=1, first_wait_s=0.01)


@pytest.fixture
def database(tmp_path):
    """Runs orders in a database; returns what they answer."""

    def run(*orders, rows=()):
        with closing(sqlite3.connect(tmp_path / "saker.db")) as connection, connection:
            answers = [connection.execute(order).fetchall() for order in orders]
            for order, values in rows:
                connection.executemany(order, values)
        return answers[-1] if answers else None

    return run


@pytest.fixture
def address(tmp_path):
    return f"sqlite:///{tmp_path / 'saker.db'}"


def read(place, *, rows_at_once=1000, skip=0):
    opened = open_table(place)
    batches = [chunk.rows for chunk in opened.chunks(rows_at_once, skip)]
    return pa.Table.from_batches(batches, schema=opened.schema)


def test_rows_come_in_chunks_in_the_order_of_the_primary_key(database, address):
    database("CREATE TABLE saker (id TEXT PRIMARY KEY, n INTEGER)")
    database(rows=[("INSERT INTO saker VALUES (?, ?)", [(f"{n:05}", n) for n in reversed(range(250))])])

    chunks = list(open_table(Place(address, table="saker")).chunks(70, 0))

    assert [chunk.rows.num_rows for chunk in chunks] == [70, 30, 70, 70, 10]
    assert [chunk.places[0] for chunk in chunks] == [1, 71, 101, 171, 241]
    assert [row["n"] for chunk in chunks for row in chunk.rows.to_pylist()] == list(range(250))


@pytest.mark.parametrize("skip", [0, 1, 69, 70, 249, 250])
def test_reading_goes_on_after_rows_that_are_done(database, address, skip):
    database("CREATE TABLE saker (a INTEGER, b TEXT, PRIMARY KEY (a, b))")
    database(rows=[("INSERT INTO saker VALUES (?, ?)", [(n // 7, f"{n % 7}") for n in range(250)])])
    opened = open_table(Place(address, table="saker"))

    chunks = list(opened.chunks(70, skip))

    rows = [tuple(row.values()) for chunk in chunks for row in chunk.rows.to_pylist()]
    assert rows == [(n // 7, f"{n % 7}") for n in range(skip, 250)]
    assert [place for chunk in chunks for place in chunk.places] == list(range(skip + 1, 251))


def test_more_rows_done_than_there_are_is_told(database, address):
    database("CREATE TABLE saker (id INTEGER PRIMARY KEY)", "INSERT INTO saker VALUES (1)")

    with pytest.raises(TableError, match="fikk eller mistet rader"):
        list(open_table(Place(address, table="saker")).chunks(10, 2))


def test_types_are_those_that_are_declared(database, address):
    database(
        "CREATE TABLE saker (id TEXT PRIMARY KEY, n INTEGER, x REAL, ok BOOLEAN, kr NUMERIC(10, 2), dag DATE, "
        "tid DATETIME, sone TIMESTAMP WITH TIME ZONE, kl TIME, b BLOB, tom BIGINT)",
        "INSERT INTO saker VALUES ('007', 9007199254740993, 0.5, 1, 12.3, '2003-02-28', '2003-02-28 23:59:59.5', "
        "'2003-07-01T02:00:00+02:00', '08:30', x'00ff', NULL)",
    )

    found = read(Place(address, table="saker"))

    assert [str(kind) for kind in found.schema.types] == [
        "string", "int64", "double", "bool", "decimal128(10, 2)", "date32[day]", "timestamp[us]",
        "timestamp[us, tz=UTC]", "time64[us]", "binary", "int64",
    ]  # fmt: skip
    row = found.to_pylist()[0]
    assert list(row.values()) == [
        "007", 9007199254740993, 0.5, True, Decimal("12.30"), dt.date(2003, 2, 28),
        dt.datetime(2003, 2, 28, 23, 59, 59, 500000), dt.datetime(2003, 7, 1, tzinfo=dt.UTC), dt.time(8, 30),
        b"\x00\xff", None,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("declared", "values", "kind", "expected"),
    [
        pytest.param("INTEGER", [1, "ukjent"], "string", ["1", "ukjent"], id="text among numbers"),
        pytest.param("INTEGER", [1, 2.5], "double", [1.0, 2.5], id="fractions among whole numbers"),
        pytest.param("NUMERIC", [2**53 + 1, 0.5], "string", ["9007199254740993", "0.5"], id="too long for a float"),
        pytest.param("BOOLEAN", [0, 2], "int64", [0, 2], id="no truth value"),
        pytest.param("DATE", ["2003-02-29", None], "string", ["2003-02-29", None], id="no such day"),
        pytest.param("DATE", ["28.02.2003"], "string", ["28.02.2003"], id="a day as Norwegians write it"),
        pytest.param("TIMESTAMP", ["2003-01-01 10:00:00.1234567"], "string", ["2003-01-01 10:00:00.1234567"], id="ns"),
        pytest.param("NUMERIC(5, 2)", [0.125], "double", [0.125], id="more decimals than declared"),
        pytest.param("", ["01", 1], "string", ["01", "1"], id="no type at all"),
        pytest.param("VARCHAR(3)", ["0001"], "string", ["0001"], id="longer than declared"),
    ],
)
def test_a_column_whose_values_do_not_fit_its_type_keeps_them(database, address, declared, values, kind, expected):
    database(f"CREATE TABLE saker (id INTEGER PRIMARY KEY, verdi {declared})")
    database(rows=[("INSERT INTO saker (verdi) VALUES (?)", [(value,) for value in values])])

    found = read(Place(address, table="saker"))

    assert str(found.schema.field("verdi").type) == kind
    assert found["verdi"].to_pylist() == expected


def test_bytes_among_texts_are_told_with_their_row(database, address, all_words_of):
    database("CREATE TABLE saker (id INTEGER PRIMARY KEY, tekst TEXT)")
    database(rows=[("INSERT INTO saker (tekst) VALUES (?)", [("a",), (b"hemlig",), ("c",)])])

    with pytest.raises(TableError, match="rad 2: verdien i kolonnen tekst passer ikke i typen TEXT") as caught:
        read(Place(address, table="saker"))

    assert caught.value.row == 2
    assert "hemlig" not in all_words_of(caught.value)


def test_a_value_that_comes_after_the_look_at_the_table_is_told(database, address):
    database("CREATE TABLE saker (id INTEGER PRIMARY KEY, n INTEGER)", "INSERT INTO saker VALUES (1, 1)")
    opened = open_table(Place(address, table="saker"))
    database("INSERT INTO saker VALUES (2, 'ukjent')")

    with pytest.raises(TableError, match="rad 2: verdien i kolonnen n passer ikke i typen INTEGER"):
        list(opened.chunks(10, 0))


def test_text_in_another_encoding_is_told_without_the_text(database, address, all_words_of):
    database(
        "CREATE TABLE saker (id INTEGER PRIMARY KEY, t TEXT)", "INSERT INTO saker VALUES (1, CAST(x'61e6' AS TEXT))"
    )

    with pytest.raises(TableError, match="annen tegnkoding") as caught:
        read(Place(address, table="saker"))

    assert "with text" not in all_words_of(caught.value)


def test_a_query_is_read_by_its_key(database, address):
    database('CREATE TABLE saker (id TEXT, dag DATE, "kl 8:30" TEXT)')
    database(rows=[("INSERT INTO saker VALUES (?, '2003-01-01', ?)", [(f"{n:03}", f"{n} %s") for n in range(30)])])
    query = "SELECT id, dag, \"kl 8:30\", length(id) AS n, 'kl 12:30 :x 100 %' AS fast FROM saker -- slutt"

    found = read(Place(address, query=query, key="id"), rows_at_once=7)

    assert str(found.schema.field("dag").type) == "date32[day]"
    assert str(found.schema.field("n").type) == "int64"
    assert found["id"].to_pylist() == [f"{n:03}" for n in range(30)]
    assert found["kl 8:30"].to_pylist() == [f"{n} %s" for n in range(30)]
    assert set(found["fast"].to_pylist()) == {"kl 12:30 :x 100 %"}


def test_a_view_and_a_semicolon_are_taken(database, address):
    database("CREATE TABLE saker (id INTEGER PRIMARY KEY)", "CREATE VIEW blikk AS SELECT id AS nr FROM saker")
    database("INSERT INTO saker VALUES (2), (1)")

    assert read(Place(address, table="blikk", key="nr"))["nr"].to_pylist() == [1, 2]
    assert read(Place(address, query="SELECT nr FROM blikk ; ", key="nr"))["nr"].to_pylist() == [1, 2]


@pytest.mark.parametrize(
    ("place", "told"),
    [
        pytest.param({"table": "uten"}, "ingen primærnøkkel. Oppgi med --key", id="no primary key"),
        pytest.param({"query": "SELECT a FROM uten"}, "en spørring trenger en nøkkel. Oppgi med --key", id="query"),
        pytest.param({"table": "uten", "key": "b"}, "nøkkelen b er tom i 1 rader", id="null"),
        pytest.param({"table": "uten", "key": "c"}, "1 verdier av nøkkelen c finnes flere ganger", id="twice"),
        pytest.param({"table": "uten", "key": "c, d"}, r"nøkkelen c \+ d finnes flere ganger", id="twice of two"),
        pytest.param({"table": "tekst"}, "nøkkelen id er tom i 2 rader", id="null in a primary key of SQLite"),
        pytest.param({"table": "uten", "key": "x"}, "nøkkelkolonnen x finnes ikke. Kolonner: a, b, c, d", id="none"),
        pytest.param({"query": "SELECT a, b AS a FROM uten", "key": "a"}, "flere kolonner heter a.*AS", id="same name"),
    ],
)
def test_a_key_that_does_not_tell_rows_apart_is_refused(database, address, place, told):
    database(
        "CREATE TABLE uten (a INTEGER, b INTEGER, c TEXT, d TEXT)",
        "INSERT INTO uten VALUES (1, 1, 'x', 'y'), (2, NULL, 'x', 'y')",
        "CREATE TABLE tekst (id TEXT PRIMARY KEY)",
        "INSERT INTO tekst VALUES (NULL), (NULL), ('a')",
    )

    with pytest.raises(ColumnError, match=told):
        open_table(Place(address, **place))


@pytest.mark.parametrize(
    ("place", "told"),
    [
        pytest.param({}, "tabell mangler. Oppgi enten --table eller --query", id="neither"),
        pytest.param({"table": "saker", "query": "SELECT 1"}, "både tabell og spørring", id="both"),
        pytest.param({"table": "Sak"}, "tabellen Sak finnes ikke", id="no such table"),
        pytest.param({"query": " ; ", "key": "id"}, "spørringen er tom", id="empty query"),
        pytest.param({"query": "SELEKT 'hemlig'", "key": "id"}, "feil i SQL", id="syntax"),
        pytest.param({"query": "DELETE FROM saker", "key": "id"}, "kan bare leses", id="an order that deletes"),
        pytest.param({"query": "SELECT 1; DROP TABLE saker", "key": "id"}, "databasen avviste", id="two orders"),
    ],
)
def test_what_cannot_be_read_is_told(database, address, all_words_of, place, told):
    database("CREATE TABLE saker (id INTEGER PRIMARY KEY)", "INSERT INTO saker VALUES (1)")

    with pytest.raises(TableError, match=told) as caught:
        open_table(Place(address, **place))

    assert "hemlig" not in all_words_of(caught.value)
    assert database("SELECT * FROM saker") == [(1,)]


@pytest.mark.parametrize("how", ["deleted", "inserted"])
def test_a_table_that_changes_while_it_is_read_is_told(database, address, how):
    database("CREATE TABLE saker (id INTEGER PRIMARY KEY)")
    database(rows=[("INSERT INTO saker VALUES (?)", [(n,) for n in range(0, 100, 2)])])
    chunks = open_table(Place(address, table="saker")).chunks(20, 0)
    next(chunks)

    database("DELETE FROM saker WHERE id = 4" if how == "deleted" else "INSERT INTO saker VALUES (3)")

    with pytest.raises(TableError, match="fikk eller mistet rader mens den ble lest"):
        list(chunks)


def test_rows_that_come_at_the_end_while_a_table_is_read_are_read(database, address):
    database("CREATE TABLE saker (id INTEGER PRIMARY KEY)")
    database(rows=[("INSERT INTO saker VALUES (?)", [(n,) for n in range(30)])])
    chunks = open_table(Place(address, table="saker")).chunks(20, 0)
    first = next(chunks)

    database("INSERT INTO saker VALUES (1000)")

    assert first.rows.num_rows + sum(chunk.rows.num_rows for chunk in chunks) == 31


@pytest.mark.parametrize(
    "change",
    [
        pytest.param("UPDATE saker SET t = 'ny' WHERE id = 17", id="value"),
        pytest.param("DELETE FROM saker WHERE id = 17", id="row less"),
        pytest.param("INSERT INTO saker VALUES (1000, 'x')", id="row more"),
        pytest.param("ALTER TABLE saker ADD COLUMN ny TEXT", id="column more"),
    ],
)
def test_fingerprint_changes_when_the_table_does(database, address, change):
    database("CREATE TABLE saker (id INTEGER PRIMARY KEY, t TEXT)")
    database(rows=[("INSERT INTO saker VALUES (?, 'x')", [(n,) for n in range(30)])])
    before = open_table(Place(address, table="saker")).fingerprint()
    again = open_table(Place(address, table="saker")).fingerprint()

    database(change)

    assert before == again != open_table(Place(address, table="saker")).fingerprint()


def test_fingerprint_is_that_of_the_selection(database, address):
    database("CREATE TABLE saker (id INTEGER PRIMARY KEY, nr INTEGER)", "INSERT INTO saker VALUES (1, 1), (2, 2)")
    places = [Place(address, table="saker"), Place(address, table="saker", key="nr")]
    queries = ("SELECT * FROM saker", "SELECT * FROM saker WHERE id > 0")
    places += [Place(address, query=query, key="id") for query in queries]

    assert len({open_table(place).fingerprint() for place in places}) == 4


def test_a_table_without_rows_has_no_chunks(database, address):
    database("CREATE TABLE saker (id INTEGER PRIMARY KEY, t TEXT)")

    opened = open_table(Place(address, table="saker"))

    assert list(opened.chunks(10, 0)) == []
    assert [str(kind) for kind in opened.schema.types] == ["int64", "string"]


def test_chunks_are_small_where_rows_are_large(database, address):
    database("CREATE TABLE saker (id INTEGER PRIMARY KEY, t TEXT)")
    database(rows=[("INSERT INTO saker VALUES (?, ?)", [(n, "x" * 2**20) for n in range(170)])])

    sizes = [chunk.rows.num_rows for chunk in open_table(Place(address, table="saker")).chunks(1000, 0)]

    assert sum(sizes) == 170
    assert set(sizes[1:-1]) == {31}


def test_a_file_that_is_not_there_is_told_and_not_made(tmp_path):
    with pytest.raises(InputNotFoundError, match=r"borte\.db finnes ikke"):
        open_table(Place(f"sqlite:///{tmp_path}/borte.db", table="saker"))

    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_no_database_is_told(tmp_path):
    (tmp_path / "saker.db").write_bytes(b"id;tekst\r\n" * 500)

    with pytest.raises(TableError, match="ikke en SQLite-database"):
        open_table(Place(f"sqlite:///{tmp_path}/saker.db", table="saker"))


@pytest.mark.parametrize(
    ("address", "told"),
    [
        pytest.param("postgresql+psycopg://kari:hemlig@[tjener/base", "ingen forbindelse", id="no host"),
        pytest.param("postgresql://kari:hemlig@tjener:hemlig/base", "kan ikke leses", id="no port"),
        pytest.param("oppdiktet://kari:hemlig@tjener/base", "databasetypen er ukjent", id="no such database"),
        pytest.param("mysql+pymysql://kari:hemlig@tjener/base", "Python-pakken", id="no driver"),
        pytest.param("sqlite://", "en database i minnet er tom", id="in memory"),
    ],
)
def test_an_address_that_cannot_be_used_is_told_without_its_password(address, told, all_words_of):
    with pytest.raises(PoboError, match=told) as caught:
        open_table(Place(address, table="saker"))

    assert "hemlig" not in all_words_of(caught.value)
    assert "kari" not in all_words_of(caught.value)


def test_a_missing_driver_of_postgresql_names_the_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "psycopg", None)

    with pytest.raises(PoboError, match=r"pip install 'pobo-nlp\[postgresql\]'"):
        open_table(Place("postgresql://tjener/base", table="saker"))


EVERYTHING = pa.table(
    {
        "id": pa.array(["001", "002", None]),
        "select": pa.array([1, -(2**63), None], pa.int64()),
        "Stor ÆØÅ": pa.array([2**64 - 1, 0, None], pa.uint64()),
        'a"b:c %s (x)': pa.array([0.1, float("inf"), None]),
        "ok": pa.array([True, False, None]),
        "kr": pa.array([Decimal("12.30"), Decimal("-0.01"), None], pa.decimal128(10, 2)),
        "lang": pa.array([Decimal("0.10000000000000000001"), Decimal("1"), None], pa.decimal128(38, 20)),
        "dag": pa.array([dt.date(2003, 1, 2), dt.date(1, 1, 1), None]),
        "tid": pa.array([dt.datetime(2003, 1, 2, 3, 4, 5, 6), dt.datetime(2003, 1, 2), None], pa.timestamp("us")),
        "sone": pa.array([dt.datetime(2003, 1, 2, 3, tzinfo=dt.UTC), None, None], pa.timestamp("us", tz="UTC")),
        "kl": pa.array([dt.time(8, 30), dt.time(23, 59, 59, 999999), None], pa.time64("us")),
        "b": pa.array([b"\x00\xff", b"", None]),
        "tekst": pa.array(["", "linje\r\nlinje\t\\N \\. 'x' \U0001f600", None]),
    }
)


def write(place, rows, **options):
    with open_sql_writer(place, rows.schema, like=None, **options) as writer:
        for batch in rows.to_batches(max_chunksize=2):
            writer.write(batch)
    return writer


def test_types_values_and_names_survive(address):
    rows = EVERYTHING.append_column("nr", pa.array(range(3), pa.int64()))

    write(Place(address, table="order"), rows)
    found = read(Place(address, table="order", key="nr"))

    assert found.to_pylist() == rows.to_pylist()
    changed = {"Stor ÆØÅ": "decimal128(20, 0)"}
    assert {field.name: str(field.type) for field in found.schema} == {
        field.name: changed.get(field.name, str(field.type)) for field in rows.schema
    }


def test_other_types_of_arrow_are_put_down_as_what_they_mean(address):
    rows = pa.table(
        {
            "id": pa.array([1, 2], pa.int8()),
            "liste": pa.array([["a", "å"], None]),
            "valg": pa.array(["x", "y"]).dictionary_encode(),
            "ns": pa.array([dt.datetime(2003, 1, 1, 1), None], pa.timestamp("ns")),
            "sone": pa.array([dt.datetime(2003, 7, 1, tzinfo=dt.UTC), None], pa.timestamp("s", tz="Europe/Oslo")),
            "tom": pa.nulls(2),
            "f": pa.array([0.5, float("nan")], pa.float32()),
        }
    )

    write(Place(address, table="ny"), rows)
    found = read(Place(address, table="ny", key="id")).to_pylist()

    assert found[0] == {
        "id": 1, "liste": '["a", "å"]', "valg": "x", "ns": dt.datetime(2003, 1, 1, 1),
        "sone": dt.datetime(2003, 7, 1, tzinfo=dt.UTC), "tom": None, "f": 0.5,
    }  # fmt: skip
    assert found[1]["f"] is None


def test_nanoseconds_that_would_be_lost_are_told(address):
    rows = pa.table({"ns": pa.array([1, 2], pa.timestamp("ns"))})

    with pytest.raises(TableError, match="radene 1-2 har i kolonnen ns en verdi som databasen ikke kan lagre helt"):
        write(Place(address, table="ny"), rows)

    assert not table_exists(Place(address, table="ny"))


def test_a_table_that_is_there_is_not_touched(database, address):
    database("CREATE TABLE saker (id INTEGER)", "INSERT INTO saker VALUES (1)")

    with pytest.raises(OutputExistsError, match="tabellen saker finnes allerede"):
        write(Place(address, table="saker"), pa.table({"id": [2]}))

    assert database("SELECT * FROM saker") == [(1,)]
    assert table_exists(Place(address, table="saker"))
    assert not table_exists(Place(address, table="ny"))


def test_a_file_that_is_not_there_has_no_table(tmp_path):
    assert not table_exists(Place(f"sqlite:///{tmp_path}/ny.db", table="saker"))
    assert list(tmp_path.iterdir()) == []


def test_a_new_file_is_its_owners_alone(address, tmp_path):
    write(Place(address, table="ny"), pa.table({"id": [1]}))

    assert stat.S_IMODE((tmp_path / "saker.db").stat().st_mode) == 0o600


def test_writing_goes_on_where_it_stopped(address):
    rows = pa.table({"id": list(range(10)), "tekst": [f"t{n}" for n in range(10)]})
    place = Place(address, table="ny")

    with suppress(ZeroDivisionError), open_sql_writer(place, rows.schema, like=None) as writer:
        writer.write(rows.slice(0, 4).to_batches()[0])
        _ = 1 / 0

    with open_sql_writer(place, rows.schema, like=None, resume=True) as writer:
        assert writer.rows_written == 4
        writer.write(rows.slice(4).to_batches()[0])
    assert read(Place(address, table="ny", key="id")).to_pylist() == rows.to_pylist()


def test_going_on_where_nothing_was_written_begins(address):
    rows = pa.table({"id": [1]})

    assert write(Place(address, table="ny"), rows, resume=True).rows_written == 1


def test_going_on_with_another_table_is_refused(database, address):
    database("CREATE TABLE saker (id INTEGER, annet TEXT)")

    with pytest.raises(TableError, match="andre kolonner"):
        write(Place(address, table="saker"), pa.table({"id": [1]}), resume=True)


def test_a_table_that_got_no_row_is_gone_after_an_error(address):
    rows = pa.table({"id": [1]})

    with pytest.raises(ZeroDivisionError), open_sql_writer(Place(address, table="ny"), rows.schema, like=None):
        _ = 1 / 0

    assert not table_exists(Place(address, table="ny"))


@pytest.mark.parametrize(
    ("names", "told"),
    [
        pytest.param(["id", "ID"], "kolonnene id og ID har samme navn", id="same but for capitals"),
        pytest.param(["id", ""], "kolonne 2 har ikke et navn", id="no name"),
        pytest.param([f"k{n}" for n in range(2001)], "2001 kolonner, men databasen tar høyst 2000", id="too many"),
    ],
)
def test_a_table_that_the_database_cannot_hold_is_refused(address, tmp_path, names, told):
    schema = pa.schema([(name, pa.string()) for name in names])

    with pytest.raises(TableError, match=told), open_sql_writer(Place(address, table="ny"), schema, like=None):
        pass

    assert list(tmp_path.iterdir()) == []


def test_two_thousand_columns_are_written_and_read(address):
    rows = pa.table({f"k{n}": [n] for n in range(2000)})

    write(Place(address, table="ny"), rows)

    assert read(Place(address, table="ny", key="k0")).to_pylist() == rows.to_pylist()


def test_a_full_disk_is_told_and_whole_chunks_stay(address, database):
    rows = pa.table({"id": list(range(200)), "tekst": ["x" * 500] * 200})

    first, second, *_ = rows.to_batches(max_chunksize=100)
    with open_sql_writer(Place(address, table="ny"), rows.schema, like=None) as writer:
        writer.write(first)
        with limited_files(80_000), pytest.raises(TableError, match=r"disken er full|ikke leses eller skrives"):
            writer.write(second)

    assert database("SELECT count(*), max(id) FROM ny") == [(100, 99)]


@contextmanager
def limited_files(most_bytes):
    """Let no file of this process grow further, as on a full disk."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, handler)


def test_a_file_that_may_only_be_read_is_told(address, database, tmp_path):
    database("CREATE TABLE saker (id INTEGER)")
    place = Place(f"sqlite:///file:{tmp_path}/saker.db?mode=ro&uri=true", table="ny")

    with pytest.raises(TableError, match="kan bare leses"):
        write(place, pa.table({"id": [1]}))


def test_a_table_that_another_program_holds_is_told(address, database, tmp_path):
    database("CREATE TABLE saker (id INTEGER PRIMARY KEY)", "INSERT INTO saker VALUES (1)")
    opened = open_sql(Place(f"{address}?timeout=0.01", table="saker"), patience=HASTY)

    with closing(sqlite3.connect(tmp_path / "saker.db", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(TableError, match="låst av et annet program"):
            list(opened.chunks(10, 0))
        other.execute("ROLLBACK")

    assert len(list(opened.chunks(10, 0))) == 1


def test_the_writer_of_any_table_takes_an_address(address, tmp_path):
    (tmp_path / "inn.csv").write_text("id;tekst\r\n001;æ\r\n", "utf-8")
    source = open_table(tmp_path / "inn.csv")

    with open_writer(Place(address, table="ny"), source.schema, like=source) as writer:
        for chunk in source.chunks(10, 0):
            writer.write(chunk.rows)

    assert read(Place(address, table="ny", key="id")).to_pylist() == [{"id": "001", "tekst": "æ"}]


def test_a_database_of_another_kind_is_read_by_its_declared_types(database, tmp_path):
    database(
        "CREATE TABLE t (a INTEGER, b VARCHAR(9), c DATE, d DATETIME, e NUMERIC(9, 2), f FLOAT, g BOOLEAN, h BLOB)"
    )
    engine = create_engine(f"sqlite:///{tmp_path}/saker.db")
    with engine.connect() as connection:
        selection = selection_of_another(connection, Source(table="t"))
    engine.dispose()

    assert [str(column.type) for column in selection.columns] == [
        "int64", "string", "date32[day]", "timestamp[us]", "decimal128(9, 2)", "double", "bool", "binary",
    ]  # fmt: skip


def test_a_key_of_several_columns_without_comparison_of_rows(database, tmp_path):
    database("CREATE TABLE t (a INTEGER, b INTEGER, c INTEGER)")
    rows = [(n // 9, n // 3 % 3, n % 3) for n in range(27)]
    database(rows=[("INSERT INTO t VALUES (?, ?, ?)", rows)])
    keys = [column(name) for name in "abc"]
    engine = create_engine(f"sqlite:///{tmp_path}/saker.db")

    with engine.connect() as connection:
        for last in rows:
            condition = after(keys, [literal(value) for value in last])
            found = connection.execute(select(*keys).select_from(table("t")).where(condition).order_by(*keys))

            assert [tuple(row) for row in found] == [row for row in rows if row > last]
    engine.dispose()
