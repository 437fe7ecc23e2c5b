"""The events that came, each once: `hookId` names an event through all attempts to send it (analytics.md 10.3)."""

from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

from sqlalchemy import BigInteger, Column, Index, MetaData, Table, Text, delete, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from pipeline.database import make_tables, open_engine, reader_of
from server.store.schema import from_ms, to_ms
from server.store.upsert import add
from social.contract.webhooks import Event

metadata = MetaData()
events = Table(
    "received_events",
    metadata,
    Column("hook_id", Text, primary_key=True),
    Column("action", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("received_at", BigInteger, nullable=False),
    Column("told_at", BigInteger),
    Index("received_events_by_time", "received_at"),
    Index("received_events_told", "told_at", "received_at"),
)
# Any number will do, as long as every process takes the same.
_TABLES_LOCK = 0x646F7668


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """An event as it came: `body` is the JSON that was signed."""

    hook_id: str
    action: str
    body: str
    received_at: datetime


class ReceivedEvents:
    """The events of one database. Use as `async with`; any number of receivers may share it."""

    def __init__(self, url: str) -> None:
        self._engine = open_engine(url)
        self._reader = reader_of(self._engine)

    async def __aenter__(self) -> Self:
        async with self._begin() as connection:
            if connection.dialect.name == "postgresql":
                await connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _TABLES_LOCK})
            await connection.run_sync(make_tables, metadata)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._engine.dispose()

    async def keep(self, event: Event, body: str, now: datetime) -> bool:
        """Keep an event, for good when this returns. False when it had come before."""
        row = {"hook_id": event.hook_id, "action": event.action, "body": body, "received_at": to_ms(now)}
        async with self._begin() as connection:
            return await add(connection, events, row)

    async def untold(self, most: int) -> list[Received]:
        """Events that Prefect has not been told of, oldest first."""
        wanted = select(events).where(events.c.told_at.is_(None)).order_by(events.c.received_at, events.c.hook_id)
        async with self._reader.connect() as connection:
            rows = (await connection.execute(wanted.limit(most))).all()
        return [
            Received(hook_id=row.hook_id, action=row.action, body=row.body, received_at=from_ms(row.received_at))
            for row in rows
        ]

    async def mark_told(self, hook_ids: Collection[str], now: datetime) -> None:
        """Prefect has been told of these."""
        async with self._begin() as connection:
            told = update(events).where(events.c.hook_id.in_(hook_ids)).values(told_at=to_ms(now))
            await connection.execute(told)

    async def forget(self, before: datetime) -> int:
        """Forget what came before an instant and was told. Returns how many."""
        old = (events.c.received_at < to_ms(before)) & events.c.told_at.is_not(None)
        async with self._begin() as connection:
            return (await connection.execute(delete(events).where(old))).rowcount

    @asynccontextmanager
    async def _begin(self) -> AsyncIterator[AsyncConnection]:
        async with self._engine.begin() as connection:
            yield connection


FORGET_EVERY = timedelta(hours=1)
"""How often old events are looked for."""
