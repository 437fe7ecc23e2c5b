"""Processes that can die at any moment, and the wire, the ledger's database and the lake between which they stand.

A process dies at one of the points where the world outside can notice it: around each request, each transaction, each
append. From then on nothing it does leaves it, as after SIGKILL: clean-up code may run, but reaches nobody.
"""

import errno
import random
import sqlite3
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import httpx
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine

from pipeline.analytics.lake import Lake
from social.instants import ManualClock


class Killed(BaseException):
    """The process is dead."""


@dataclass
class Process:
    """A process of the simulation. It dies when `die_at` points were passed; 0 never."""

    name: str
    chance: random.Random
    trouble: float = 0.0
    die_at: int = 0
    passed: int = 0
    faults: Counter[str] = field(default_factory=Counter)

    @property
    def dead(self) -> bool:
        return bool(self.die_at) and self.passed >= self.die_at

    def point(self) -> None:
        """Pass a point. Raises Killed when it is the last one, or was passed before."""
        if not self.dead:
            self.passed += 1
        if self.dead:
            raise Killed(self.name)

    def unlucky(self, what: str, share: float = 1.0) -> bool:
        """Whether a fault happens here; counted by what it is."""
        if self.trouble and self.chance.random() < self.trouble * share:
            self.faults[what] += 1
            return True
        return False


class Wire(httpx.AsyncBaseTransport):
    """Carries requests of one process to the server, or not, or not the answer."""

    def __init__(self, process: Process, inner: httpx.AsyncBaseTransport, clock: ManualClock) -> None:
        self._process = process
        self._inner = inner
        self._clock = clock
        self._ways: tuple[tuple[str, Callable[[httpx.Request], Awaitable[httpx.Response]]], ...] = (
            ("connection refused", self._refused),
            ("reset before the server had it", self._reset),
            ("answer lost after it was taken", self._lost),
            ("500 after it was taken", self._failed_after),
            ("500 before it was taken", self._failed_before),
            ("429 with Retry-After", self._too_many),
            ("429 without Retry-After", self._too_many_untold),
            ("slow answer", self._slow),
            ("key revoked for a moment", self._not_let_in),
        )

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        process = self._process
        process.point()
        for what, way in self._ways:
            if process.unlucky(what, 1 / len(self._ways)):
                return await way(request)
        answer = await self._inner.handle_async_request(request)
        process.point()
        return answer

    async def _refused(self, request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("simulated: connection refused", request=request)

    async def _reset(self, request: httpx.Request) -> httpx.Response:
        raise httpx.WriteError("simulated: connection reset while sending", request=request)

    async def _lost(self, request: httpx.Request) -> httpx.Response:
        await self._inner.handle_async_request(request)
        raise httpx.ReadTimeout("simulated: no answer", request=request)

    async def _failed_after(self, request: httpx.Request) -> httpx.Response:
        await self._inner.handle_async_request(request)
        return httpx.Response(500, text="simulated: failed after the fact", request=request)

    async def _failed_before(self, request: httpx.Request) -> httpx.Response:
        return httpx.Response(503, text="simulated: failed before", request=request)

    async def _too_many(self, request: httpx.Request) -> httpx.Response:
        body = {"action": "request", "status": "error", "code": 429, "message": "simulated"}
        return httpx.Response(429, json=body, headers={"Retry-After": "30"}, request=request)

    async def _too_many_untold(self, request: httpx.Request) -> httpx.Response:
        return httpx.Response(429, json={"status": "error", "code": 429, "message": "simulated"}, request=request)

    async def _slow(self, request: httpx.Request) -> httpx.Response:
        answer = await self._inner.handle_async_request(request)
        await self._clock.sleep(self._process.chance.uniform(5, 400))
        return answer

    async def _not_let_in(self, request: httpx.Request) -> httpx.Response:
        body = {"action": "request", "status": "error", "code": 102, "message": "simulated: API Key not valid."}
        return httpx.Response(403, json=body, request=request)


def watch(engine: AsyncEngine, process: Process) -> None:
    """Let the database's transactions be points of the process, and now and then be locked."""

    def begin(_connection: object) -> None:
        process.point()
        if process.unlucky("database is locked", 0.1):
            raise sqlite3.OperationalError("database is locked (simulated)")

    def commit(_connection: object) -> None:
        process.point()
        if process.unlucky("disk full at a commit", 0.05):
            raise sqlite3.OperationalError("database or disk is full (simulated)")

    # Before the statement that begins: a transaction that nobody ends would lock everybody out.
    event.listen(engine.sync_engine, "begin", begin, insert=True)
    event.listen(engine.sync_engine, "commit", commit)


class WatchedLake(Lake):
    """A lake whose appends are points of a process, and whose disk is full now and then."""

    process: Process

    def append(self, table: str, rows: Any, *, batch: str = "") -> int:
        self.process.point()
        if self.process.unlucky("disk full at the lake", 0.3):
            raise OSError(errno.ENOSPC, "No space left on device (simulated)")
        added = super().append(table, rows, batch=batch)
        self.process.point()
        return added
