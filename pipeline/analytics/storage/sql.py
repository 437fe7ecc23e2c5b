"""What the two SQL databases share: the schema `lake` with one table for each of ours, and the list of appends.

Every row carries the number of the append that brought it (`append_number`): that is how a batch is added once, and how
a table is read as it stood. All names in statements come from the declarations of `pipeline/analytics/tables.py`.
"""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any, Protocol

import pyarrow as pa

from pipeline.analytics.storage.base import AsOf, Period
from pipeline.analytics.tables import SCHEMA_VERSION, Kind, declared
from social.instants import utc

NUMBER = "append_number"
Value = str | int | datetime | None
_TYPES = {Kind.INSTANT: "TIMESTAMPTZ", Kind.WHOLE: "BIGINT", Kind.NUMBER: "DOUBLE PRECISION", Kind.FLAG: "BOOLEAN"}


_APPENDS = (
    "CREATE TABLE IF NOT EXISTS lake.appends (number BIGINT {number}, table_name TEXT NOT NULL, batch TEXT, "
    "row_count BIGINT NOT NULL, schema_version INTEGER NOT NULL, "
    "written_at TIMESTAMPTZ NOT NULL DEFAULT {clock}, UNIQUE (table_name, batch))"
)


class Session(Protocol):
    """One transaction. Values stand in statements as `$1`, `$2` and so on."""

    def run(self, statement: str, *values: Value) -> list[tuple[Any, ...]]:
        """Execute a statement and fetch its rows."""
        ...

    def query(self, statement: str, *values: Value) -> pa.Table:
        """Execute a SELECT and fetch its rows as Arrow."""
        ...

    def ingest(self, table: str, rows: pa.Table) -> None:
        """Add rows to the table `lake.<table>`, columns by name."""
        ...


class SqlStorage:
    """Tables in a database. A subclass opens sessions and names what its dialect says differently."""

    prepare: tuple[str, ...] = ()
    """Statements that come first in a transaction which writes."""
    numbering = ""
    """The column definition that numbers appends."""
    clock = "current_timestamp"
    """What the database calls the present."""

    def begin(self) -> AbstractContextManager[Session]:
        """A transaction: committed at the end, rolled back when the body raises."""
        raise TypeError(f"{type(self).__name__} has no way to open a session")

    def append(self, table: str, rows: pa.Table, batch: str) -> bool:
        """Add rows in one transaction."""
        with self.begin() as session:
            for statement in (*self.prepare, _APPENDS.format(number=self.numbering, clock=self.clock)):
                session.run(statement)
            for statement in _changes(table, _columns(session, table)):
                session.run(statement)
            found = session.run(
                "INSERT INTO lake.appends (table_name, batch, row_count, schema_version) VALUES ($1, $2, $3, $4) "
                "ON CONFLICT DO NOTHING RETURNING number",
                table,
                batch or None,
                rows.num_rows,
                SCHEMA_VERSION,
            )
            if not found:
                return False
            number = pa.repeat(pa.scalar(int(found[0][0]), pa.int64()), rows.num_rows)
            session.ingest(table, rows.append_column(NUMBER, number))
        return True

    def read(self, table: str, names: Sequence[str], period: Period, as_of: AsOf) -> pa.Table | None:
        """The asked-for columns of the rows within the period."""
        with self.begin() as session:
            there = _columns(session, table)
            last = _last(session, table, as_of) if there else None
            if last is None:
                return None
            read = [name for name in names if name in there]
            tests = {f"{NUMBER} <=": last} | _tests(period)
            where = " AND ".join(f"{test} ${place}" for place, test in enumerate(tests, 1))
            picked = ", ".join(f'"{name}"' for name in read)
            return session.query(f'SELECT {picked} FROM lake."{table}" WHERE {where}', *tests.values())  # noqa: S608

    def exists(self, table: str) -> bool:
        """Whether the table was ever written."""
        with self.begin() as session:
            return bool(_columns(session, table))

    def tidy(self, table: str) -> int:
        """A database looks after its own files."""
        del table
        return 0


def _tests(period: Period) -> dict[str, datetime]:
    bounds = {f"{period.column} >=": period.since, f"{period.column} <": period.until}
    return {test: utc(bound) for test, bound in bounds.items() if bound is not None}


def _changes(table: str, there: set[str]) -> list[str]:
    kinds = {column.name: _TYPES.get(column.kind, "TEXT") for column in declared(table).columns} | {NUMBER: "BIGINT"}
    missing = [f'"{name}" {kind}' for name, kind in kinds.items() if name not in there]
    if not there:
        return [f'CREATE TABLE lake."{table}" ({", ".join(missing)})']
    return [f'ALTER TABLE lake."{table}" ADD COLUMN {column}' for column in missing]


def _columns(session: Session, table: str) -> set[str]:
    asked = "SELECT column_name FROM information_schema.columns WHERE table_schema = 'lake' AND table_name = $1"
    return {str(row[0]) for row in session.run(asked, table)}


def _last(session: Session, table: str, as_of: AsOf) -> int | None:
    """The last append that counts; None when there was none yet."""
    if isinstance(as_of, datetime):
        asked = "SELECT max(number) FROM lake.appends WHERE table_name = $1 AND written_at <= $2"
        found = session.run(asked, table, utc(as_of))
    elif as_of is not None:
        asked = "SELECT number FROM lake.appends WHERE table_name = $1 ORDER BY number LIMIT $2"
        found = session.run(asked, table, as_of + 1)[-1:] if as_of >= 0 else []
    else:
        found = session.run("SELECT max(number) FROM lake.appends WHERE table_name = $1", table)
    return None if not found or found[0][0] is None else int(found[0][0])
