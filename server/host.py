"""One server: its parts put together, opened and closed. The same host serves in memory, as a process and in tests."""

from datetime import datetime, timedelta
from typing import Self

from fastapi import FastAPI

from server.app import make_app
from server.auth import Profiles
from server.clock import Movable, MovableClock
from server.delivery.sandbox import SandboxCarrier
from server.faults import Faults
from server.fetching import LazyFetcher
from server.ratelimit import RateLimiter
from server.services import Services
from server.settings import ServerSettings
from server.store import profiles
from server.store.database import Database
from server.webhooks import Courier
from server.worker import Worker
from social.instants import Clock, SystemClock


class Host:
    """A server over one store. Use as `async with Host(settings) as host`, or `open` and `close`."""

    app: FastAPI

    def __init__(self, settings: ServerSettings | None = None, clock: Clock | None = None) -> None:
        self.settings = settings or ServerSettings()
        self.clock: Clock = clock or SystemClock()
        self.database = Database(self.settings.database, durable=self.settings.durable)
        self.services = Services(
            settings=self.settings,
            database=self.database,
            clock=self.clock,
            profiles=Profiles(self.database),
            limiter=RateLimiter(self.settings.rate_limit, self.settings.rate_window),
            faults=Faults(self.database),
            fetcher=LazyFetcher(allow_private=self.settings.allow_private_addresses),
            carrier=SandboxCarrier(self.settings.guise),
        )
        self.worker = Worker(self.services)
        self.courier = Courier(self.services)
        self.app = make_app(self.services)
        self.app.state.worker = self.worker

    async def open(self) -> None:
        """Make the store if it is new, and the primary profile in it."""
        await self.database.create()
        if isinstance(self.clock, MovableClock):
            await self.clock.load(self.database)
        await profiles.ensure_primary(
            self.database,
            key=self.settings.api_key.get_secret_value(),
            linked=self.settings.linked,
            now=self.clock.now(),
            seed=self.settings.sandbox_seed,
        )

    async def advance(self, by: timedelta) -> datetime:
        """Move the server's clock forward, for good, and publish what falls due on the way. Returns the new present.

        Raises TypeError when the host runs on a clock that cannot be moved.
        """
        if not isinstance(self.clock, Movable):
            raise TypeError("this server runs on the machine's own clock, which cannot be moved")
        self.clock.advance(by)
        if isinstance(self.clock, MovableClock):
            await self.clock.save(self.database)
        await self.worker.settle()
        return self.clock.now()

    async def settle_due(self) -> None:
        """Publish what has fallen due by the server's clock."""
        await self.worker.settle()

    async def close(self) -> None:
        """Give everything back."""
        await self.courier.close()
        await self.services.fetcher.close()
        await self.database.close()

    async def __aenter__(self) -> Self:
        await self.open()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()
