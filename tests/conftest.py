"""What several rooms' tests may use: databases of both kinds, and a desk on the embedded API."""

import asyncio
import contextlib
import os
import shutil
import uuid
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser import browser  # noqa: F401 -- a fixture
from tests.desks import desk_at
from tests.postgres import cluster
from tests.site import site  # noqa: F401 -- a fixture

if TYPE_CHECKING:
    from pipeline.desk import Desk
    from server.host import Host
    from social.client import SocialClient


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The URL of a PostgreSQL server: the given one, or a throw-away cluster of the Debian binaries."""
    if given := os.environ.get("DOVECOTE_TEST_POSTGRES"):
        yield given
        return
    with cluster() as made:
        yield made.url


@pytest.fixture(scope="session")
def sqlite_template() -> Path | None:
    """A file that new SQLite databases are copies of. Where a folder's tests want tables from the start, it has them:
    to copy them is five times quicker than to make them."""
    return None


@pytest.fixture(scope="session")
def postgres_template() -> str:
    """The database that new PostgreSQL databases are copies of, for the same reason."""
    return "template1"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path, sqlite_template: Path | None) -> Iterator[str]:
    """The URL of a database of each kind, without a row. PostgreSQL skips where there is none."""
    if request.param == "sqlite":
        if sqlite_template:
            shutil.copy(sqlite_template, tmp_path / "store.db")
        yield f"sqlite:///{tmp_path / 'store.db'}"
        return
    yield request.getfixturevalue("postgresql_url")


@pytest.fixture
def postgresql_url(postgres_server: str, postgres_template: str) -> Iterator[str]:
    """The URL of a PostgreSQL database without a row."""
    with fresh_database(postgres_server, postgres_template) as url:
        yield url


@pytest.fixture(scope="session")
def empty_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with every table of the server's store and no row."""
    path = tmp_path_factory.mktemp("store") / "empty.db"
    asyncio.run(make_store(f"sqlite:///{path}"))
    return path


async def make_store(url: str) -> None:
    """Make the tables of the server's store."""
    from server.store.database import Database

    database = Database(url)
    await database.create()
    await database.close()


@contextlib.contextmanager
def fresh_database(server: str, template: str = "template1") -> Iterator[str]:
    """The URL of a PostgreSQL database that is a copy of another, and gone afterwards."""
    import asyncpg
    from sqlalchemy.engine import make_url

    name = f"dovecote_{uuid.uuid4().hex[:12]}"

    async def run(statement: str) -> None:
        connection = await asyncpg.connect(server)
        try:
            await connection.execute(statement)
        finally:
            await connection.close()

    asyncio.run(run(f"CREATE DATABASE {name} TEMPLATE {template}"))
    try:
        yield make_url(server).set(database=name).render_as_string(hide_password=False)
    finally:
        asyncio.run(run(f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture
async def embedded(tmp_path: Path, empty_store: Path) -> AsyncIterator[tuple["SocialClient", "Host"]]:
    """A client of the embedded API, and the API's host, whose clock can be moved."""
    from server.local import local_api

    shutil.copy(empty_store, tmp_path / "server.db")
    async with local_api(tmp_path, rate_limit=0) as opened:
        yield opened


@pytest.fixture
async def desk(tmp_path: Path, embedded: tuple["SocialClient", "Host"]) -> AsyncIterator["Desk"]:
    """What a run works with, on the embedded API and under `tmp_path`. Nothing lost is waited for."""
    from pipeline.ledger import Ledger

    client, host = embedded
    async with Ledger(f"sqlite:///{tmp_path / 'ledger.db'}", host.clock) as ledger:
        yield desk_at(tmp_path, client, ledger)
