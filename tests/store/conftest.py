"""Stores in SQLite and in PostgreSQL, and decisions to put into them."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count

import psycopg
import pytest

from pobo_nlp.store import Answer, Decision, Store, Suggested
from pobo_nlp.store.decision import SuggestedLabel
from pobo_nlp.taxonomy import Taxonomy

SENTINEL = "hemmelegord"
_NUMBERS = count()


class Clock:
    """Time that a test moves."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 1, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **span: float) -> None:
        self.now += timedelta(**span)


@pytest.fixture(scope="session")
def taxonomy() -> Taxonomy:
    return Taxonomy.default()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def database_of_stores(postgresql_server) -> str:
    return postgresql_server.new_database()


@pytest.fixture
def schema(database_of_stores) -> str:
    """Return the address of an empty schema, which is made much faster than a database."""
    name = f"store_{next(_NUMBERS)}"
    with psycopg.connect(database_of_stores, autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {name}")
    return f"{database_of_stores}?options=-csearch_path%3D{name}"


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request, tmp_path) -> str:
    if request.param == "sqlite":
        return str(tmp_path / "lager.db")
    return str(request.getfixturevalue("schema"))


@pytest.fixture
def store(address, taxonomy, clock) -> Store:
    return Store(address, taxonomy, clock=clock)


@pytest.fixture(scope="session")
def suggested() -> Suggested:
    return Suggested(
        "default@12345678",
        "nb",
        {
            "tjenesteomrade": (
                SuggestedLabel("hjemmesykepleie", 0.9, True),
                SuggestedLabel("praktisk_bistand", 0.06, False),
                SuggestedLabel("fastlege", 0.02, False),
            ),
            "arsak": (
                SuggestedLabel("ventetid", 0.8, True),
                SuggestedLabel("omfang", 0.7, True),
                SuggestedLabel("informasjon", 0.3, False),
            ),
            "systemflagg": (),
            "henvendelsestype": (SuggestedLabel("sak", 0.95, True), SuggestedLabel("foresporsel", 0.05, False)),
        },
        {"tjenesteomrade": "tjenesteomrade"},
        ("low_probability",),
    )


@pytest.fixture(scope="session")
def decision(suggested) -> Callable[..., Decision]:
    """Return a decision of all dimensions, unless another is asked for."""

    def make(inquiry_id: str = "17", **changes) -> Decision:
        answers = {
            "tjenesteomrade": Answer("decided", ("hjemmesykepleie",)),
            "arsak": Answer("decided", ("ventetid",)),
            "systemflagg": Answer("decided"),
            "henvendelsestype": Answer("decided", ("sak",)),
        } | changes.pop("answers", {})
        return Decision(
            inquiry_id,
            answers,
            **{"by": "KN", "suggested": suggested, "text": f"Ingen kommer om kvelden, {SENTINEL}."} | changes,
        )

    return make
