"""The server's store as one object: made once, opened per transaction."""

import asyncio
import importlib
import pkgutil
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext

from sqlalchemy import Connection, inspect, text
from sqlalchemy.ext.asyncio import AsyncConnection

from pipeline.database import open_engine
from server import store
from server.store.schema import metadata

MAKING_TABLES = 0x446F7665


class Database:
    """The store behind one URL. `begin` writes, `read` only looks."""

    def __init__(self, url: str, *, durable: bool = True) -> None:
        self.engine = open_engine(url, durable=durable)
        self._reader = self.engine.execution_options(read_only=True)
        # SQLite lets one writer in and has the others poll; within one process they rather queue here.
        self._turn: AbstractAsyncContextManager[object] = (
            asyncio.Lock() if self.engine.dialect.name == "sqlite" else nullcontext()
        )

    async def create(self) -> None:
        """Make what is missing of the tables. Safe when several processes start at once."""
        # A noun's tables stand with its functions, in a module that nobody may have imported yet.
        for module in pkgutil.iter_modules(store.__path__, f"{store.__name__}."):
            importlib.import_module(module.name)
        async with self.begin() as connection:
            if connection.dialect.name == "postgresql":
                await connection.execute(text(f"SELECT pg_advisory_xact_lock({MAKING_TABLES})"))
            await connection.run_sync(_make_tables)

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[AsyncConnection]:
        """A write transaction: committed at the end, rolled back when the body raises."""
        async with self._turn, self.engine.begin() as connection:
            yield connection

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """A connection for looking only: takes no write lock."""
        async with self._reader.connect() as connection:
            yield connection

    async def close(self) -> None:
        """Give back every connection."""
        await self.engine.dispose()


def _make_tables(connection: Connection) -> None:
    """Make missing tables, and columns that tables of an older store lack; such columns may be empty."""
    found = inspect(connection)
    old = set(found.get_table_names())
    metadata.create_all(connection)
    for table in metadata.sorted_tables:
        if table.name not in old:
            continue
        known = {column["name"] for column in found.get_columns(table.name)}
        for column in table.c:
            if column.name not in known:
                kind = column.type.compile(connection.dialect)
                connection.execute(text(f'ALTER TABLE "{table.name}" ADD COLUMN "{column.name}" {kind}'))
