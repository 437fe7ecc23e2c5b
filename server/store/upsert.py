"""Insert unless it is there: the one statement that SQLite and PostgreSQL spell alike but SQLAlchemy builds apart."""

from typing import TYPE_CHECKING, Any

from sqlalchemy import Table
from sqlalchemy.dialects import sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql


async def put(connection: AsyncConnection, table: Table, key: dict[str, Any], values: dict[str, Any]) -> None:
    """Insert the row, or change `values` of the one with the same `key` (columns of a unique constraint)."""
    row = _insert(connection, table).values(**key, **values)
    await connection.execute(row.on_conflict_do_update(index_elements=list(key), set_=values))


async def add(connection: AsyncConnection, table: Table, values: dict[str, Any]) -> bool:
    """Insert the row unless any unique constraint forbids it. Returns whether it is new."""
    done = await connection.execute(_insert(connection, table).values(**values).on_conflict_do_nothing())
    return done.rowcount == 1


def _insert(connection: AsyncConnection, table: Table) -> "sqlite.Insert | postgresql.Insert":
    if connection.dialect.name == "postgresql":
        from sqlalchemy.dialects import postgresql  # noqa: PLC0415  (slow to import, and seldom needed)

        return postgresql.insert(table)
    return sqlite.insert(table)
