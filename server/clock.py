"""The clock of a server process: the machine's, ahead by an offset that `/sandbox/clock` moves and the store keeps."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Protocol, runtime_checkable

from server.store import meta
from server.store.database import Database

OFFSET = "clock_offset_seconds"


@runtime_checkable
class Movable(Protocol):
    """A clock that can be moved forward, such as `ManualClock` and `MovableClock`."""

    def advance(self, by: timedelta) -> datetime:
        """Move forward by `by` and return the new present."""
        ...


class MovableClock:
    """System time plus an offset. It outlives the process: the store would otherwise hold posts of the future."""

    def __init__(self) -> None:
        self._offset = timedelta(0)

    def now(self) -> datetime:
        """The present in UTC, offset included."""
        return datetime.now(UTC) + self._offset

    async def sleep(self, seconds: float) -> None:
        """Wait in real time."""
        await asyncio.sleep(seconds)

    def advance(self, by: timedelta) -> datetime:
        """Move forward by `by` (never negative) and return the new present."""
        if by < timedelta(0):
            raise ValueError(f"a clock cannot be moved back ({by})")
        self._offset += by
        return self.now()

    async def load(self, database: Database) -> None:
        """Take over the store's offset, which another process may have moved."""
        async with database.read() as connection:
            stored = await meta.get(connection, OFFSET)
        self._offset = max(self._offset, timedelta(seconds=float(stored or 0)))

    async def save(self, database: Database) -> None:
        """Put the offset into the store."""
        async with database.begin() as connection:
            await meta.put(connection, OFFSET, str(self._offset.total_seconds()))
