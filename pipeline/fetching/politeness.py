"""Politeness: at most so many requests at a time to one host, and a pause between two of them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from social.instants import Clock


@dataclass(slots=True)
class _Host:
    turns: asyncio.Semaphore
    free_at: datetime | None = None


class Politeness:
    """Hands out turns per host. `min_interval` is the least time in seconds between the starts of two requests."""

    def __init__(self, clock: Clock, *, per_host: int, min_interval: float) -> None:
        self._clock = clock
        self._per_host = per_host
        self._interval = timedelta(seconds=min_interval)
        self._hosts: dict[str, _Host] = {}

    @asynccontextmanager
    async def turn(self, host: str) -> AsyncIterator[None]:
        """Wait for a turn at `host` and hold it."""
        known = self._hosts.setdefault(host.lower(), _Host(asyncio.Semaphore(self._per_host)))
        async with known.turns:
            await self._clock.sleep(self._pause(known))
            yield

    def _pause(self, host: _Host) -> float:
        now = self._clock.now()
        start = max(now, host.free_at or now)
        host.free_at = start + self._interval
        return (start - now).total_seconds()
