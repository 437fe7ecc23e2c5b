"""SQLite for asynchronous code without a thread for each connection.

A statement on a file in the page cache takes microseconds, and handing it to a thread and back takes ten times as long.
So statements run in place. Only what really waits is waited for without holding up the event loop: another process's
write lock, and the disk at a commit.
"""

import asyncio
import sqlite3
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from sqlalchemy import event
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.engine import URL, Connection
from sqlalchemy.engine.interfaces import ConnectArgsType, DBAPIConnection, DBAPICursor
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool, Pool, PoolProxiedConnection, StaticPool
from sqlalchemy.util import await_only

BUSY_SECONDS = 30.0
"""How long a writer waits for the others before it gives up."""

Values = Sequence[Any] | Mapping[str, Any] | None
ManyValues = Sequence[Sequence[Any]] | Sequence[Mapping[str, Any]]
DRIVER = "sqlite+inplace"
_SHORTEST, _LONGEST = 0.001, 0.05


class _Cursor(sqlite3.Cursor):
    async def _async_soft_close(self) -> None:
        """Asked of every cursor of an asynchronous engine; this one has nothing to let go of before it is read."""


class _Connection(sqlite3.Connection):
    def cursor(self, factory: object = _Cursor) -> sqlite3.Cursor:  # type: ignore[override]
        return super().cursor(factory)  # type: ignore[call-overload,no-any-return]


class InPlace(SQLiteDialect_pysqlite):
    """SQLAlchemy's dialect of the standard library's `sqlite3`, for its asynchronous engines."""

    driver = "inplace"
    is_async = True
    supports_statement_cache = True
    durable = True

    @classmethod
    def get_pool_class(cls, url: URL) -> type[Pool]:
        """Several connections to a file, one to a database in memory, which ends with it."""
        return AsyncAdaptedQueuePool if url.database and url.database != ":memory:" else StaticPool

    def create_connect_args(self, url: URL) -> ConnectArgsType:
        """Connections may be closed, and commit, in another thread than the one that opened them."""
        arguments, named = super().create_connect_args(url)
        return arguments, {**named, "check_same_thread": False, "isolation_level": None, "factory": _Connection}

    def do_execute(self, cursor: DBAPICursor, statement: str, parameters: Values, context: object = None) -> None:
        """Execute a statement."""
        # The engine insists on a driver that awaits something.
        await_only(_nothing())
        cursor.execute(statement, parameters)

    def do_executemany(
        self, cursor: DBAPICursor, statement: str, parameters: ManyValues, context: object = None
    ) -> None:
        """Execute a statement for several rows."""
        await_only(_nothing())
        cursor.executemany(statement, parameters)

    def do_commit(self, dbapi_connection: PoolProxiedConnection) -> None:
        """Commit, and let others work while the disk does."""
        if self.durable:
            await_only(_to_the_end(dbapi_connection.commit))
        else:
            dbapi_connection.commit()


registry.register("sqlite.inplace", __name__, InPlace.__name__)


def open_sqlite(url: URL, *, durable: bool, json_deserializer: Callable[[str], object]) -> AsyncEngine:
    """Open a SQLite file in WAL mode with immediate write transactions; see `pipeline.database.open_engine`."""
    engine = create_async_engine(url.set(drivername=DRIVER), json_deserializer=json_deserializer)
    setattr(engine.dialect, "durable", durable)  # noqa: B010 - only this dialect has it
    event.listen(engine.sync_engine, "connect", partial(_tune, synchronous="FULL" if durable else "NORMAL"))
    event.listen(engine.sync_engine, "begin", _begin_immediate)
    return engine


def _tune(connection: DBAPIConnection, _record: object, *, synchronous: str) -> None:
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", f"synchronous={synchronous}", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_immediate(connection: Connection) -> None:
    # A deferred transaction that turns writer fails at once instead of waiting when another process writes.
    if connection.get_execution_options().get("read_only"):
        return
    raw = connection.connection.cursor()
    until = time.monotonic() + BUSY_SECONDS
    pause = _SHORTEST
    while (busy := _try_to_begin(raw)) is not None:
        if time.monotonic() >= until:
            raise OperationalError("BEGIN IMMEDIATE", None, busy)
        await_only(asyncio.sleep(pause))
        pause = min(2 * pause, _LONGEST)


def _try_to_begin(cursor: DBAPICursor) -> sqlite3.OperationalError | None:
    # SQLite's own waiting would stand in the way of the task in this very process that holds the lock.
    cursor.execute("PRAGMA busy_timeout=0")
    try:
        cursor.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
            raise
        return error
    finally:
        cursor.execute("PRAGMA busy_timeout=5000")
    return None


async def _nothing() -> None:
    pass


async def _to_the_end(work: Callable[[], None]) -> None:
    """Do the work in a thread. Whoever is cancelled meanwhile learns of it when the work is done."""
    working = asyncio.ensure_future(asyncio.to_thread(work))
    try:
        await asyncio.shield(working)
    except asyncio.CancelledError:
        await asyncio.wait([working])
        raise
