"""Tables in PostgreSQL: for teams whose analysts ask with SQL, and whose backups cover a database already."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pyarrow as pa

from pipeline.analytics.storage.base import MissingExtra
from pipeline.analytics.storage.sql import SqlStorage, Value

try:
    from adbc_driver_postgresql import dbapi
except ImportError as error:
    raise MissingExtra("PostgreSQL", "postgresql-lake") from error

_LOCK = 0x646F766C


class PostgresqlStorage(SqlStorage):
    """The schema `lake` of the database behind `url`."""

    # Who makes the same table at the same time waits, and appends are numbered in the order of their commits.
    prepare = (f"SELECT pg_advisory_xact_lock({_LOCK})", "CREATE SCHEMA IF NOT EXISTS lake")
    clock = "clock_timestamp()"
    numbering = "GENERATED ALWAYS AS IDENTITY PRIMARY KEY"

    def __init__(self, url: str) -> None:
        self._url = url

    @contextmanager
    def begin(self) -> Iterator["_Session"]:
        """A transaction on a connection of its own."""
        with dbapi.connect(self._url) as connection:
            try:
                yield _Session(connection)
            except BaseException:
                connection.rollback()
                raise
            connection.commit()


class _Session:
    def __init__(self, connection: dbapi.Connection) -> None:
        self._connection = connection

    def run(self, statement: str, *values: Value) -> list[tuple[Any, ...]]:
        with self._connection.cursor() as cursor:
            cursor.execute(statement, values or None)
            return list(cursor.fetchall()) if cursor.description else []

    def query(self, statement: str, *values: Value) -> pa.Table:
        with self._connection.cursor() as cursor:
            cursor.execute(statement, values or None)
            found: pa.Table = cursor.fetch_arrow_table()
            return found

    def ingest(self, table: str, rows: pa.Table) -> None:
        with self._connection.cursor() as cursor:
            cursor.adbc_ingest(table, rows, mode="append", db_schema_name="lake")
