import importlib.resources
import sqlite3
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from pobo_nlp.errors import DatabaseError, StoreError
from pobo_nlp.store import Store
from pobo_nlp.store.schema import HEAD, VERSION_TABLE, metadata


def test_migrations_lead_to_the_tables_that_are_used(store):
    def differences(connection):
        context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
        return compare_metadata(context, metadata)

    assert store.database.read(differences) == []


def test_the_newest_migration_is_known():
    folder = importlib.resources.files("pobo_nlp.store") / "migrations"

    assert ScriptDirectory(str(folder)).get_current_head() == HEAD


def test_a_store_may_be_made_by_several_at_once(address, taxonomy, decision):
    with ThreadPoolExecutor(4) as pool:
        stores = list(pool.map(lambda _: Store(address, taxonomy), range(4)))

    assert len({store.database.key for store in stores}) == 1
    assert sum(store.database.is_new for store in stores) >= 1
    stores[0].save(decision(), seen=0, save_key="a")
    assert len(stores[3].history("17")) == 1


def test_a_migration_is_whole_or_not_at_all(tmp_path, taxonomy):
    path = tmp_path / "lager.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE pobo_queue (id)")
    connection.close()

    with pytest.raises(DatabaseError, match="SQL"):
        Store(path, taxonomy)

    with sqlite3.connect(path) as connection:
        names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    connection.close()
    assert names == ["pobo_queue"]


def test_a_store_of_a_newer_version_is_refused(address, store, taxonomy):
    newer = sqlalchemy.table(VERSION_TABLE, sqlalchemy.column("version_num")).update().values(version_num="9999")
    store.database.write(lambda connection: connection.execute(newer))

    with pytest.raises(StoreError, match=r"form \(9999\).*Oppgrader pobo-nlp"):
        Store(address, taxonomy)


def test_only_a_store_in_another_form_needs_alembic(tmp_path, taxonomy):
    Store(tmp_path / "lager.db", taxonomy)
    code = (
        "import sys; sys.modules['alembic'] = None; from pobo_nlp.store import Store;"
        "from pobo_nlp.taxonomy import Taxonomy; Store(sys.argv[1], Taxonomy.default())"
    )

    old, new = (
        subprocess.run([sys.executable, "-c", code, tmp_path / name], capture_output=True, text=True, check=False)
        for name in ("lager.db", "ny.db")
    )

    assert (old.returncode, old.stderr) == (0, "")
    assert "Alembic er ikke installert. Installer med: pip install 'pobo-nlp[web]'" in new.stderr


def test_sqlite_lets_others_read_while_one_writes(tmp_path, taxonomy):
    Store(tmp_path / "lager.db", taxonomy)

    connection = sqlite3.connect(tmp_path / "lager.db")
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    connection.close()
    assert stat.S_IMODE((tmp_path / "lager.db").stat().st_mode) == 0o600


def test_a_file_that_is_gone_is_told_and_not_made_anew(tmp_path, taxonomy, decision):
    store = Store(tmp_path / "lager.db", taxonomy)
    (tmp_path / "lager.db").rename(tmp_path / "flyttet.db")

    with pytest.raises(DatabaseError, match="finnes ikke lenger"):
        store.save(decision(), seen=0, save_key="a")
    assert not (tmp_path / "lager.db").exists()

    (tmp_path / "flyttet.db").rename(tmp_path / "lager.db")
    assert store.save(decision(), seen=0, save_key="a").version == 1


def test_a_file_that_may_not_be_written_is_told(tmp_path, taxonomy, decision):
    store = Store(tmp_path / "lager.db", taxonomy)
    full = sqlalchemy.text("PRAGMA max_page_count = 1")

    def write(connection):
        connection.execute(full)
        connection.execute(sqlalchemy.text("CREATE TABLE x AS SELECT zeroblob(1000000)"))

    with pytest.raises(DatabaseError, match="disken er full"):
        store.database.write(write)
    assert store.save(decision(), seen=0, save_key="a").version == 1


@pytest.mark.parametrize(
    ("address", "told"),
    [
        pytest.param("mysql://x/y", "SQLite eller PostgreSQL", id="another database"),
        pytest.param("sqlite://", "må være en fil", id="memory"),
        pytest.param("{folder}/ingen/lager.db", "mappen finnes ikke", id="folder"),
        pytest.param("{folder}", "kan ikke åpnes", id="a folder"),
        pytest.param("{folder}/tekst.db", "ikke en SQLite-database", id="another file"),
        pytest.param("postgresql://kari:hemmelig@127.0.0.1:1/x", "ingen forbindelse", id="no server"),
    ],
)
def test_what_cannot_be_a_store_is_told(tmp_path, taxonomy, address, told, all_words_of):
    (tmp_path / "tekst.db").write_text("ikke en database " * 100)

    with pytest.raises((StoreError, DatabaseError), match=told) as caught:
        Store(address.format(folder=tmp_path), taxonomy)

    assert "hemmelig" not in all_words_of(caught.value)


def test_what_must_exist_is_not_made(tmp_path, schema, taxonomy):
    with pytest.raises(StoreError, match="finnes ikke"):
        Store(tmp_path / "lager.db", taxonomy, must_exist=True)
    with pytest.raises(StoreError, match="ikke noe lager"):
        Store(schema, taxonomy, must_exist=True)

    assert list(tmp_path.iterdir()) == []
