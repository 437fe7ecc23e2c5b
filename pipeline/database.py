"""One way to open a database, for the ledger and for the server's store: SQLite file by default, PostgreSQL by URL."""

import json
import time
from pathlib import Path

from pydantic_core import from_json
from sqlalchemy import Inspector, MetaData, Table, event, inspect, text
from sqlalchemy.engine import URL, Connection, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from pipeline.sqlite import open_sqlite


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


def open_engine(url: str, *, durable: bool = True) -> AsyncEngine:
    """Open a database. A SQLite file's folder is made; SQLite runs in WAL mode with immediate write transactions.

    Several processes may share one SQLite file: writers wait up to 30 s for each other instead of failing. `durable`
    waits for the disk at each commit, so that even a power cut loses nothing that was confirmed.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return _open_postgresql(parsed)
    if parsed.database and parsed.database != ":memory:":
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    return open_sqlite(parsed, durable=durable, json_deserializer=_read_json)


def reader_of(engine: AsyncEngine) -> AsyncEngine:
    """The same engine for looking only: no write lock on SQLite, no transaction on PostgreSQL to begin and to end."""
    alone = {} if engine.dialect.name == "sqlite" else {"isolation_level": "AUTOCOMMIT"}
    return engine.execution_options(read_only=True, **alone)


def _open_postgresql(url: URL) -> AsyncEngine:
    # What is over the size of the pool is connected anew each time, which takes longer than any statement here.
    engine = create_async_engine(
        url.set(drivername="postgresql+asyncpg"), json_deserializer=_read_json, pool_size=10, max_overflow=10
    )

    # As `pool_pre_ping`, which asks each time: a connection that was used a moment ago is believed to be alive.
    def rests(_connection: object, record: ConnectionPoolEntry) -> None:
        record.info[_RESTS] = time.monotonic()

    def wakes(connection: DBAPIConnection, record: ConnectionPoolEntry, _proxy: object) -> None:
        if time.monotonic() - record.info.get(_RESTS, float("inf")) > _BELIEVED_SECONDS:
            try:
                engine.dialect.do_ping(connection)
            except Exception as error:
                raise DisconnectionError("the database has closed the connection") from error

    event.listen(engine.sync_engine, "checkin", rests)
    event.listen(engine.sync_engine, "checkout", wakes)
    return engine


_RESTS = "rests"
_BELIEVED_SECONDS = 1.0


def _read_json(text: str) -> object:
    try:
        known: object = from_json(text)
    except ValueError:
        # Half of a surrogate pair, which a broken feed can hold and only the slower reader takes.
        found: object = json.loads(text)
        return found
    return known
