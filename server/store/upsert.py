"""Insert unless it is there: the one statement that SQLite and PostgreSQL spell alike but SQLAlchemy builds apart."""

from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection


async def put(connection: AsyncConnection, table: Table, key: dict[str, Any], values: dict[str, Any]) -> None:
    """Insert the row, or change `values` of the one with the same `key` (columns of a unique constraint)."""
    if connection.dialect.name == "postgresql":
        replace = postgresql.insert(table).values(**key, **values)
        await connection.execute(replace.on_conflict_do_update(index_elements=list(key), set_=values))
    else:
        row = sqlite.insert(table).values(**key, **values)
        await connection.execute(row.on_conflict_do_update(index_elements=list(key), set_=values))


async def add(connection: AsyncConnection, table: Table, values: dict[str, Any]) -> bool:
    """Insert the row unless any unique constraint forbids it. Returns whether it is new."""
    if connection.dialect.name == "postgresql":
        done = await connection.execute(postgresql.insert(table).values(**values).on_conflict_do_nothing())
    else:
        done = await connection.execute(sqlite.insert(table).values(**values).on_conflict_do_nothing())
    return done.rowcount == 1
