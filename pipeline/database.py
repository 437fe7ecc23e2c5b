"""One way to open a database, for the ledger and for the server's store: SQLite file by default, PostgreSQL by URL."""

import sqlite3
from contextlib import suppress
from functools import partial
from pathlib import Path

from sqlalchemy import Inspector, MetaData, Table, event, inspect, text
from sqlalchemy.engine import Connection, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.util.concurrency import in_greenlet

BUSY_SECONDS = 30


def make_tables(connection: Connection, metadata: MetaData) -> None:
    """Make missing tables, and columns and indexes that tables of an older version lack; such columns may be empty."""
    found = inspect(connection)
    old = set(found.get_table_names())
    metadata.create_all(connection)
    for table in metadata.sorted_tables:
        if table.name in old:
            _grow(connection, table, found)


def _grow(connection: Connection, table: Table, found: Inspector) -> None:
    known = {column["name"] for column in found.get_columns(table.name)}
    for column in table.c:
        if column.name not in known:
            kind = column.type.compile(connection.dialect)
            connection.execute(text(f'ALTER TABLE "{table.name}" ADD COLUMN "{column.name}" {kind}'))
    indexes = {index["name"] for index in found.get_indexes(table.name)}
    for index in table.indexes:
        if index.name not in indexes:
            index.create(connection)


def async_url(url: str) -> str:
    """The URL with the asynchronous driver: `sqlite:///x` and `postgresql://…` as people write them are accepted."""
    parsed = make_url(url)
    drivers = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg", "postgres": "postgresql+asyncpg"}
    return parsed.set(drivername=drivers.get(parsed.drivername, parsed.drivername)).render_as_string(
        hide_password=False
    )


def open_engine(url: str, *, durable: bool = True) -> AsyncEngine:
    """Open a database. A SQLite file's folder is made; SQLite runs in WAL mode with immediate write transactions.

    Several processes may share one SQLite file: writers wait up to 30 s for each other instead of failing. `durable`
    waits for the disk at each commit, so that even a power cut loses nothing that was confirmed.
    """
    parsed = make_url(async_url(url))
    if not parsed.drivername.startswith("sqlite"):
        return create_async_engine(parsed, pool_pre_ping=True)
    if parsed.database and parsed.database != ":memory:":
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_async_engine(parsed, connect_args={"timeout": BUSY_SECONDS})
    event.listen(engine.sync_engine, "connect", partial(_tune, synchronous="FULL" if durable else "NORMAL"))
    event.listen(engine.sync_engine, "begin", _begin_immediate)
    event.listen(engine.sync_engine, "invalidate", _roll_back)
    return engine


def _tune(connection: DBAPIConnection, _record: object, *, synchronous: str) -> None:
    # The driver's own implicit BEGIN is deferred, and a deferred transaction that turns writer fails at once instead of
    # waiting when another process writes; so its transaction handling is switched off and BEGIN IMMEDIATE sent below.
    setattr(connection, "isolation_level", None)  # noqa: B010 - only SQLite's driver has it
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", f"synchronous={synchronous}", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_immediate(connection: Connection) -> None:
    if not connection.get_execution_options().get("read_only"):
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def _roll_back(connection: DBAPIConnection, _record: object, _error: BaseException | None) -> None:
    # A task cancelled amid a statement has its connection closed; SQLite keeps such a connection, and its write lock,
    # alive until the statement is garbage collected. Whoever writes next would wait for that, up to BUSY_SECONDS.
    if in_greenlet():
        with suppress(sqlite3.Error, ValueError):
            connection.rollback()
