import datetime as dt
import socket
import threading
from contextlib import contextmanager, suppress
from decimal import Decimal

import psycopg
import pyarrow as pa
import pytest

from pobo_nlp.errors import ColumnError, OutputExistsError, TableError
from pobo_nlp.tables import Place, open_table, open_writer
from pobo_nlp.tables.sql import open_sql, open_sql_writer, table_exists
from pobo_nlp.tables.sql_database import Patience

HASTY = Patience(attempts=2, first_wait_s=0.01)


@pytest.fixture
def database(postgresql):
    """Runs orders in the database; returns what the last one answers."""

    def run(*orders):
        with psycopg.connect(postgresql) as connection:
            for order in orders:
                answer = connection.execute(order)
            return answer.fetchall() if answer.description else None

    return run


def read(place, *, rows_at_once=1000, skip=0):
    opened = open_table(place)
    return pa.Table.from_batches([chunk.rows for chunk in opened.chunks(rows_at_once, skip)], schema=opened.schema)


def write(place, rows, *, rows_at_once=2, **options):
    with open_sql_writer(place, rows.schema, like=None, **options) as writer:
        for batch in rows.to_batches(max_chunksize=rows_at_once):
            writer.write(batch)
    return writer


def test_types_are_those_of_the_server(database, postgresql):
    database(
        "CREATE TYPE farge AS ENUM ('rød', 'blå')",
        "CREATE TABLE saker (id text PRIMARY KEY, a smallint, b integer, c bigint, d real, e float8, f boolean, "
        "g numeric(10, 2), h numeric, i date, j timestamp, k timestamptz, l time, m bytea, n jsonb, o integer[], "
        "p farge, q interval, r char(4), s varchar(4), t uuid)",
        "SET TIME ZONE 'Europe/Oslo'",
        "INSERT INTO saker VALUES ('007', 1, 2, 9007199254740993, 0.5, 0.1, true, 12.3, 1.25, '2003-02-28', "
        "'2003-02-28 23:59:59.5', '2003-07-01 02:00', '08:30', '\\x00ff', '{\"a\": [1]}', '{1,2}', 'blå', '36 hours', "
        "'ab', 'æøå', '00000000-0000-0000-0000-00000000000a')",
        "INSERT INTO saker (id) VALUES ('008')",
    )

    found = read(Place(postgresql, table="saker"))

    assert [str(kind) for kind in found.schema.types] == [
        "string", "int16", "int32", "int64", "float", "double", "bool", "decimal128(10, 2)", "decimal128(38, 2)",
        "date32[day]", "timestamp[us]", "timestamp[us, tz=UTC]", "time64[us]", "binary", *["string"] * 7,
    ]  # fmt: skip
    assert list(found.to_pylist()[0].values()) == [
        "007", 1, 2, 9007199254740993, 0.5, 0.1, True, Decimal("12.30"), Decimal("1.25"), dt.date(2003, 2, 28),
        dt.datetime(2003, 2, 28, 23, 59, 59, 500000), dt.datetime(2003, 7, 1, tzinfo=dt.UTC), dt.time(8, 30),
        b"\x00\xff", '{"a": [1]}', "[1,2]", "blå", "36:00:00", "ab  ", "æøå", "00000000-0000-0000-0000-00000000000a",
    ]  # fmt: skip
    assert set(found.slice(1).drop_columns("id").to_pylist()[0].values()) == {None}
    assert [field.name for field in found.schema if (field.metadata or {}).get(b"json") == b"1"] == ["n", "o"]


@pytest.mark.parametrize(
    ("declared", "values", "expected"),
    [
        pytest.param("date", ["2003-01-01", "infinity"], ["2003-01-01", "infinity"], id="no end"),
        pytest.param("date", ["0044-03-15 BC"], ["0044-03-15 BC"], id="before our era"),
        pytest.param("timestamptz", ["-infinity"], ["-infinity"], id="no beginning"),
        pytest.param("time", ["24:00"], ["24:00:00"], id="midnight at the end"),
        pytest.param("numeric", ["NaN", "1.50"], ["NaN", "1.50"], id="no number"),
        pytest.param("numeric(50, 2)", [f"{10**45}.25"], [Decimal("1" + "0" * 45 + ".25")], id="fifty digits"),
        pytest.param("numeric", ["0." + "0" * 40 + "1"], ["0." + "0" * 40 + "1"], id="forty decimals"),
    ],
)
def test_values_that_arrow_cannot_hold_are_read_as_text(database, postgresql, declared, values, expected):
    rows = ", ".join(f"({n}, '{value}')" for n, value in enumerate(values))
    database(f"CREATE TABLE saker (id integer PRIMARY KEY, verdi {declared})")
    database(f"INSERT INTO saker VALUES {rows}")  # noqa: S608

    found = read(Place(postgresql, table="saker"))

    assert str(found.schema.field("verdi").type) == "string"
    assert found["verdi"].to_pylist() == [str(value) for value in expected]


@pytest.mark.parametrize(
    ("key", "value"),
    [
        pytest.param("integer", "n", id="number"),
        pytest.param("text", "lpad(n::text, 4, '0')", id="text"),
        pytest.param("uuid", "md5(n::text)::uuid", id="uuid"),
        pytest.param("timestamptz", "timestamptz '2003-01-01' + n * interval '1 microsecond'", id="moment"),
        pytest.param("date", "date '2003-01-01' + n", id="day"),
        pytest.param("numeric", "n / 7.0", id="decimal"),
        pytest.param("char(9)", "n::text", id="padded"),
    ],
)
def test_all_rows_are_read_once_whatever_the_key(database, postgresql, key, value):
    database(
        f"CREATE TABLE saker (id {key} PRIMARY KEY, n integer)",
        f"INSERT INTO saker SELECT {value}, n FROM generate_series(1, 250) n",  # noqa: S608
    )

    found = read(Place(postgresql, table="saker"), rows_at_once=70)
    rest = read(Place(postgresql, table="saker"), rows_at_once=70, skip=123)

    assert sorted(found["n"].to_pylist()) == list(range(1, 251))
    assert rest["n"].to_pylist() == found["n"].to_pylist()[123:]


def test_a_query_is_read_by_a_key_of_two_columns(database, postgresql):
    database(
        "CREATE TABLE saker (a integer, b text)", "INSERT INTO saker SELECT n / 7, n FROM generate_series(0, 99) n"
    )
    query = "SELECT a, b, b::integer % 2 = 0 AS \"par %s\", 'kl 12:30 100 %' AS fast FROM saker -- alle;"

    found = read(Place(postgresql, query=query, key="a,b"), rows_at_once=9)

    assert sorted(found["b"].to_pylist()) == sorted(map(str, range(100)))
    assert str(found.schema.field("par %s").type) == "bool"
    assert set(found["fast"].to_pylist()) == {"kl 12:30 100 %"}


def test_a_table_of_a_schema_and_a_view_are_read(database, postgresql):
    database(
        "CREATE SCHEMA arkiv",
        "CREATE TABLE arkiv.saker (id integer PRIMARY KEY)",
        "INSERT INTO arkiv.saker VALUES (1), (2)",
        "CREATE VIEW blikk AS SELECT * FROM arkiv.saker",
        "CREATE MATERIALIZED VIEW kopi AS SELECT * FROM arkiv.saker",
    )

    for place in (Place(postgresql, table="arkiv.saker"), *(Place(postgresql, table=t, key="id") for t in VIEWS)):
        assert read(place)["id"].to_pylist() == [1, 2]
    with pytest.raises(ColumnError, match="ingen primærnøkkel"):
        open_table(Place(postgresql, table="blikk"))


VIEWS = ("blikk", "kopi")


@pytest.mark.parametrize(
    ("query", "told"),
    [
        pytest.param("SELECT id, 'hemlig'::integer AS x FROM saker", "databasen avviste", id="data in the message"),
        pytest.param("SELECT hemlig FROM saker", "nevner en kolonne som ikke finnes", id="no such column"),
        pytest.param("DELETE FROM saker RETURNING id", "feil i SQL", id="an order that deletes"),
        pytest.param("SELECT tøm() AS id", "bare lesing er tillatt", id="a function that deletes"),
        pytest.param("SELECT id, id FROM saker", "flere kolonner heter id", id="same name"),
        pytest.param("SELECT id, 1 / 0 AS x FROM saker", "databasen avviste", id="division"),
    ],
)
def test_a_query_that_fails_is_told_without_the_words_of_the_driver(database, postgresql, all_words_of, query, told):
    database(
        "CREATE TABLE saker (id integer PRIMARY KEY)",
        "INSERT INTO saker VALUES (1)",
        "CREATE FUNCTION tøm() RETURNS integer LANGUAGE sql AS 'DELETE FROM saker RETURNING id'",
    )

    with pytest.raises(TableError, match=told) as caught:
        list(open_table(Place(postgresql, query=query, key="id")).chunks(10, 0))

    words = all_words_of(caught.value)
    assert [word for word in ("hemlig", "pobo:", "SELECT", "psycopg.") if word in words] == []
    assert database("SELECT * FROM saker") == [(1,)]


@pytest.mark.parametrize(
    "change",
    [
        pytest.param("UPDATE saker SET t = 'ny' WHERE id = 17", id="value"),
        pytest.param("UPDATE saker SET t = NULL WHERE id = 17", id="no value"),
        pytest.param("DELETE FROM saker WHERE id = 17", id="row less"),
    ],
)
def test_fingerprint_changes_when_the_table_does(database, postgresql, change):
    database(
        "CREATE TABLE saker (id integer PRIMARY KEY, t text)",
        "INSERT INTO saker SELECT n, 'x' FROM generate_series(1, 30) n",
    )
    before = [open_table(Place(postgresql, table="saker")).fingerprint() for _ in range(2)]

    database(change)

    assert before[0] == before[1] != open_table(Place(postgresql, table="saker")).fingerprint()


@pytest.mark.parametrize(
    "address",
    [
        pytest.param(lambda good: good.replace("hemlig", "gjettet"), id="password"),
        pytest.param(lambda good: good.replace("//pobo", "//ukjent"), id="user"),
        pytest.param(lambda good: good + "_borte", id="database"),
        pytest.param(lambda good: good.replace("127.0.0.1:", "127.0.0.1:1"), id="port"),
    ],
)
def test_a_server_that_does_not_let_us_in_is_told_at_once(postgresql, address, all_words_of):
    with pytest.raises(TableError, match=r"ingen forbindelse|kan ikke leses") as caught:
        open_table(Place(address(postgresql), table="saker"))

    words = all_words_of(caught.value)
    assert [word for word in ("hemlig", "gjettet", "pobo@", "pobo:", "ukjent") if word in words] == []


@pytest.fixture
def saker(database, postgresql):
    database(
        "CREATE TABLE saker (id text PRIMARY KEY, n integer)",
        "INSERT INTO saker SELECT lpad(n::text, 5, '0'), n FROM generate_series(1, 500) n",
    )
    return Place(postgresql, table="saker")


def test_reading_goes_on_when_the_connection_is_cut(saker, database, postgresql_server, capfd):
    database("INSERT INTO saker SELECT lpad(n::text, 5, '0'), n FROM generate_series(501, 45000) n")
    opened = open_table(saker)

    found, cuts = [], 0
    for chunk in opened.chunks(20_000, 0):
        found += chunk.rows["n"].to_pylist()
        cuts += postgresql_server.cut()

    assert found == list(range(1, 45_001))
    assert cuts == 4
    assert capfd.readouterr() == ("", "")


def test_reading_goes_on_when_the_server_has_been_down(saker, postgresql_server):
    chunks = open_table(saker).chunks(70, 0)
    found = next(chunks).rows["n"].to_pylist()

    postgresql_server.stop()
    starting = threading.Timer(0.3, postgresql_server.start)
    starting.start()
    found += [n for chunk in chunks for n in chunk.rows["n"].to_pylist()]
    starting.join()

    assert found == list(range(1, 501))


def test_a_server_that_stays_away_is_told(saker, postgresql_server, all_words_of):
    chunks = open_sql(saker, patience=HASTY).chunks(70, 0)
    next(chunks)

    postgresql_server.stop()
    try:
        with pytest.raises(TableError, match="ble brutt og kom ikke tilbake") as caught:
            list(chunks)
    finally:
        postgresql_server.start()

    assert "hemlig" not in all_words_of(caught.value)


def test_types_values_and_names_survive(postgresql):
    rows = pa.table(
        {
            "id": pa.array(["001", "002", None]),
            "select": pa.array([1, -(2**63), None], pa.int64()),
            "Stor ÆØÅ": pa.array([2**64 - 1, 0, None], pa.uint64()),
            'a"b:c %s (x)': pa.array([0.1, float("inf"), None]),
            "liten": pa.array([1, -1, None], pa.int16()),
            "f": pa.array([0.5, 2**-20, None], pa.float32()),
            "ok": pa.array([True, False, None]),
            "lang": pa.array([Decimal("0.10000000000000000001"), Decimal("1"), None], pa.decimal128(38, 20)),
            "dag": pa.array([dt.date(2003, 1, 2), dt.date(1900, 1, 1), None]),
            "tid": pa.array([dt.datetime(2003, 1, 2, 3, 4, 5, 6), dt.datetime(2003, 1, 2), None], pa.timestamp("us")),
            "sone": pa.array([dt.datetime(2003, 1, 2, 3, tzinfo=dt.UTC), None, None], pa.timestamp("us", tz="UTC")),
            "kl": pa.array([dt.time(8, 30), dt.time(23, 59, 59, 999999), None], pa.time64("us")),
            "b": pa.array([b"\x00\xff", b"", None]),
            "tekst": pa.array(["", "linje\r\nlinje\t\\N \\. 'x' \U0001f600", None]),
            "nr": pa.array(range(3), pa.int32()),
        }
    )

    write(Place(postgresql, table='order "%s'), rows)
    found = read(Place(postgresql, table='order "%s', key="nr"))

    assert found.to_pylist() == rows.to_pylist()
    changed = {"Stor ÆØÅ": "decimal128(20, 0)"}
    assert {field.name: str(field.type) for field in found.schema} == {
        field.name: changed.get(field.name, str(field.type)) for field in rows.schema
    }


def test_a_nul_in_a_text_becomes_a_sign_that_is_seen(postgresql):
    rows = pa.table({"id": [1, 2, 3], "tekst": ["a\0b\0", "ren", None]})

    writer = write(Place(postgresql, table="ny"), rows)

    assert read(Place(postgresql, table="ny", key="id"))["tekst"].to_pylist() == ["a\ufffdb\ufffd", "ren", None]
    assert writer.texts_with_nul == 1


def test_a_table_that_is_there_is_not_touched(saker, database):
    with pytest.raises(OutputExistsError, match="tabellen saker finnes allerede"):
        write(saker, pa.table({"id": ["x"]}))

    assert database("SELECT count(*) FROM saker") == [(500,)]
    assert table_exists(saker)


def test_a_table_is_made_in_the_schema_that_its_name_begins_with(database, postgresql):
    database("CREATE SCHEMA ut")

    write(Place(postgresql, table="ut.saker"), pa.table({"id": [1]}))
    write(Place(postgresql, table="borte.saker"), pa.table({"id": [1]}))

    assert database('SELECT * FROM ut.saker UNION ALL SELECT * FROM "borte.saker"') == [(1,), (1,)]


@pytest.mark.parametrize(
    ("names", "told"),
    [
        pytest.param(["id", "ctid"], "navnet ctid har PostgreSQL tatt i bruk selv", id="of the system"),
        pytest.param(["æ" * 32], "er på 64 byte, men databasen tar høyst 63", id="too long"),
        pytest.param(["id", ""], "kolonne 2 har ikke et navn", id="no name"),
        pytest.param([f"k{n}" for n in range(1601)], "1601 kolonner, men databasen tar høyst 1600", id="too many"),
    ],
)
def test_a_table_that_the_database_cannot_hold_is_refused(postgresql, names, told):
    schema = pa.schema([(name, pa.string()) for name in names])

    with pytest.raises(TableError, match=told), open_sql_writer(Place(postgresql, table="ny"), schema, like=None):
        pass

    assert not table_exists(Place(postgresql, table="ny"))


def test_a_row_that_is_too_wide_is_told(postgresql):
    rows = pa.table({f"k{n}": ["en tekst"] for n in range(1600)})

    with pytest.raises(TableError, match="en rad er for stor for databasen"):
        write(Place(postgresql, table="ny"), rows)


def test_names_as_long_as_they_may_be_are_kept(postgresql):
    rows = pa.table({"æ" * 31 + "a": [1], "æ" * 31 + "b": [2]})

    write(Place(postgresql, table="t" * 63), rows)

    assert read(Place(postgresql, table="t" * 63, key="æ" * 31 + "a")).to_pylist() == rows.to_pylist()


ROWS = pa.table({"id": list(range(500)), "tekst": [f"tekst {n}" for n in range(500)]})


def test_writing_goes_on_when_the_connection_is_cut(postgresql, postgresql_server, database, capfd):
    with open_sql_writer(Place(postgresql, table="ny"), ROWS.schema, like=None) as writer:
        for batch in ROWS.to_batches(max_chunksize=100):
            postgresql_server.cut()
            writer.write(batch)

    assert writer.rows_written == 500
    assert database("SELECT count(*), count(DISTINCT id) FROM ny") == [(500, 500)]
    assert capfd.readouterr() == ("", "")


def table_that_cuts(row):
    """Return the orders for a table whose connection is cut, once, at a row that is written.

    A sequence counts on when its transaction does not.
    """
    return (
        "CREATE TABLE ny (id bigint, tekst text)",
        "CREATE SEQUENCE rader",
        f"CREATE FUNCTION kutt() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF nextval('rader') = {row} THEN "
        "PERFORM pg_terminate_backend(pg_backend_pid()); PERFORM pg_sleep(5); END IF; RETURN NEW; END $$",
        "CREATE TRIGGER kutt BEFORE INSERT ON ny FOR EACH ROW EXECUTE FUNCTION kutt()",
    )


def test_a_chunk_that_is_cut_in_the_middle_is_written_whole(postgresql, database):
    database(*table_that_cuts(250))

    write(Place(postgresql, table="ny"), ROWS, rows_at_once=100, resume=True)

    assert database("SELECT last_value FROM rader") == [(550,)]
    assert read(Place(postgresql, table="ny", key="id")).to_pylist() == ROWS.to_pylist()


@pytest.mark.parametrize("arrives", [True, False], ids=["the answer is lost", "the commit is lost"])
@pytest.mark.parametrize("number", [pytest.param(3, id="new table"), pytest.param(5, id="second chunk")])
def test_a_commit_that_is_not_answered_writes_nothing_twice(postgresql, database, number, arrives):
    """The first two commits are those of the session's settings and of looking for the table."""
    with cutting_at_commit(postgresql, number=number, arrives=arrives) as address:
        writer = write(Place(address, table="ny"), ROWS, rows_at_once=100)

    assert writer.rows_written == 500
    assert database("SELECT count(*), count(DISTINCT id) FROM ny") == [(500, 500)]


@contextmanager
def cutting_at_commit(address, *, number, arrives):
    """Give the address of a way to the server that breaks at one commit, before or after the server hears of it."""
    port = int(address.split("@")[1].split(":")[1].split("/")[0])
    seen = []

    def carry(source, target, *, is_ours):
        with suppress(OSError):
            while data := source.recv(65536):
                if is_ours and b"COMMIT" in data:
                    seen.append(data)
                    if len(seen) == number:
                        if arrives:
                            target.sendall(data)
                        break
                target.sendall(data)
        for end in (source, target):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def accept():
        with suppress(OSError):
            while True:
                ours = listening.accept()[0]
                theirs = socket.create_connection(("127.0.0.1", port))
                ends.extend([ours, theirs])
                for source, target in ((ours, theirs), (theirs, ours)):
                    carrier = threading.Thread(target=carry, args=(source, target), kwargs={"is_ours": source is ours})
                    carrier.start()
                    carriers.append(carrier)

    ends, carriers = [], []
    with socket.create_server(("127.0.0.1", 0)) as listening:
        accepting = threading.Thread(target=accept)
        accepting.start()
        try:
            yield address.replace(str(port), str(listening.getsockname()[1]))
        finally:
            listening.shutdown(socket.SHUT_RDWR)
            accepting.join()
            for end in ends:
                with suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)
            for carrier in carriers:
                carrier.join()
            for end in ends:
                end.close()
    assert len(seen) >= number


def test_rows_of_someone_else_are_told_after_a_cut(postgresql, database):
    first, second, *_ = ROWS.to_batches(max_chunksize=100)
    database(*table_that_cuts(150))

    with open_sql_writer(Place(postgresql, table="ny"), ROWS.schema, like=None, resume=True) as writer:
        writer.write(first)
        database("INSERT INTO ny VALUES (1000, 'fra en annen')")
        with pytest.raises(TableError, match="101 rader i tabellen, men 100 er skrevet herfra"):
            writer.write(second)


def test_a_server_that_stays_away_leaves_whole_chunks_to_go_on_from(postgresql, postgresql_server, all_words_of):
    batches = ROWS.to_batches(max_chunksize=200)
    place = Place(postgresql, table="ny")

    with open_sql_writer(place, ROWS.schema, like=None, patience=HASTY) as writer:
        writer.write(batches[0])
        postgresql_server.stop()
        try:
            with pytest.raises(TableError, match="Kjør samme kommando igjen når databasen svarer") as caught:
                writer.write(batches[1])
        finally:
            postgresql_server.start()

    assert "hemlig" not in all_words_of(caught.value)
    with open_sql_writer(place, ROWS.schema, like=None, resume=True) as writer:
        assert writer.rows_written == 200
        for batch in batches[1:]:
            writer.write(batch)
    assert read(Place(postgresql, table="ny", key="id")).to_pylist() == ROWS.to_pylist()


def test_a_full_disk_is_told(postgresql, database, all_words_of):
    database(
        "CREATE TABLE ny (id bigint, tekst text)",
        "CREATE FUNCTION fullt() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "RAISE 'no space for %', NEW.tekst USING ERRCODE = 'disk_full'; END $$",
        "CREATE TRIGGER fullt BEFORE INSERT ON ny FOR EACH ROW EXECUTE FUNCTION fullt()",
    )

    with pytest.raises(TableError, match=r"disken er full\. Frigjør plass") as caught:
        write(Place(postgresql, table="ny"), ROWS, resume=True)

    assert "tekst 0" not in all_words_of(caught.value)


def test_from_one_database_to_another(saker, tmp_path, postgresql):
    source = open_table(saker)
    middle = Place(f"sqlite:///{tmp_path}/kopi.db", table="kopi", key="id")

    for target, opened in ((middle, lambda: source), (Place(postgresql, table="ny"), lambda: open_table(middle))):
        with open_writer(target, opened().schema, like=opened()) as writer:
            for chunk in opened().chunks(70, 0):
                writer.write(chunk.rows)

    assert read(Place(postgresql, table="ny", key="id")).to_pylist() == read(saker).to_pylist()
