"""Tables in one DuckDB file: a lake that is a single file, asked with SQL by whoever opens it."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa

from pipeline.analytics.storage.base import MissingExtra
from pipeline.analytics.storage.sql import SqlStorage, Value

try:
    import duckdb
except ImportError as error:
    raise MissingExtra("a DuckDB file", "duckdb") from error

BUSY_SECONDS = 30.0
_STEP = 0.05
# Threads of one process share the file, and their transactions would refuse each other.
_TURN = threading.Lock()


class DuckdbStorage(SqlStorage):
    """The schema `lake` of the DuckDB file `path`, opened for each transaction: only one process may hold it open.

    Another process is waited for, up to 30 s; then duckdb.IOException is raised.
    """

    prepare = ("CREATE SCHEMA IF NOT EXISTS lake", "CREATE SEQUENCE IF NOT EXISTS lake.numbers")
    numbering = "DEFAULT nextval('lake.numbers') PRIMARY KEY"

    def __init__(self, path: str) -> None:
        self._path = Path(path).expanduser().absolute()

    @contextmanager
    def begin(self) -> Iterator["_Session"]:
        """A transaction on the file, opened and closed for it."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with _TURN, _opened(self._path) as connection:
            connection.execute("SET TimeZone = 'UTC'")
            connection.begin()
            try:
                yield _Session(connection)
            except BaseException:
                connection.rollback()
                raise
            connection.commit()


def _opened(path: Path) -> duckdb.DuckDBPyConnection:
    # Attached under a name of our own: a file's name is its catalog's, and one called lake would hide the schema.
    place = str(path).replace("'", "''")
    until = time.monotonic() + BUSY_SECONDS
    connection = duckdb.connect()
    while True:
        try:
            return connection.execute(f"ATTACH '{place}' AS storage; USE storage")
        except duckdb.IOException as error:
            if "lock" not in str(error).lower() or time.monotonic() > until:
                connection.close()
                raise
            time.sleep(_STEP)


class _Session:
    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection

    def run(self, statement: str, *values: Value) -> list[tuple[Any, ...]]:
        return self._connection.execute(statement, list(values)).fetchall()

    def query(self, statement: str, *values: Value) -> pa.Table:
        return self._connection.sql(statement, params=list(values)).to_arrow_table()

    def ingest(self, table: str, rows: pa.Table) -> None:
        self._connection.register("incoming", rows)
        self._connection.execute(f'INSERT INTO lake."{table}" BY NAME SELECT * FROM incoming')  # noqa: S608
        self._connection.unregister("incoming")
