"""The server's store as one object: made once, opened per transaction."""

import asyncio
import hashlib
import importlib
import pkgutil
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from pipeline.database import make_tables, open_engine, reader_of
from server import store
from server.store import meta
from server.store.schema import metadata

MAKING_TABLES = 0x446F7665
TABLES = "tables"


class Database:
    """The store behind one URL. `begin` writes, `read` only looks."""

    def __init__(self, url: str, *, durable: bool = True) -> None:
        self.engine = open_engine(url, durable=durable)
        self._reader = reader_of(self.engine)
        # SQLite lets one writer in and has the others poll; within one process they rather queue here.
        self._turn: AbstractAsyncContextManager[object] = (
            asyncio.Lock() if self.engine.dialect.name == "sqlite" else nullcontext()
        )

    async def create(self) -> None:
        """Make what is missing of the tables. Safe when several processes start at once."""
        # A noun's tables stand with its functions, in a module that nobody may have imported yet.
        for module in pkgutil.iter_modules(store.__path__, f"{store.__name__}."):
            importlib.import_module(module.name)
        if await self._is_complete():
            return
        async with self.begin() as connection:
            if connection.dialect.name == "postgresql":
                await connection.execute(text(f"SELECT pg_advisory_xact_lock({MAKING_TABLES})"))
            await connection.run_sync(make_tables, metadata)
            await meta.put(connection, TABLES, _print_of_tables())

    async def _is_complete(self) -> bool:
        """Whether the store was made, or made complete, by a version with the same tables: to look is quicker."""
        try:
            async with self.read() as connection:
                return await meta.get(connection, TABLES) == _print_of_tables()
        except DBAPIError:
            # There is no table yet.
            return False

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


def _print_of_tables() -> str:
    """Tells whether the tables are those of this version."""
    names = [f"{table.name}.{column.name}" for table in metadata.sorted_tables for column in table.c]
    return hashlib.sha256(" ".join(names).encode()).hexdigest()
