"""From settings to an open client of the API, wherever it is: in this process, on a machine of one's own, or hosted."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pydantic import SecretStr

from social.client import SocialClient
from social.client.pacing import Pacer
from social.instants import Clock, SystemClock

if TYPE_CHECKING:
    from server.host import Host

EMBEDDED = "embedded"
_NO_SECRET = SecretStr("")


@dataclass(frozen=True, slots=True)
class Connection:
    """An open client with the clock its answers live by, and where its numbers come from (`sandbox` or `api`).

    `host` is the embedded server, None when the API is elsewhere.
    """

    client: SocialClient
    clock: Clock
    source: Literal["sandbox", "api"]
    quiet_seconds: float
    host: "Host | None" = None

    async def advance(self, by: timedelta) -> None:
        """Move the sandbox forward in time. Raises RuntimeError for a real API: its time cannot be moved."""
        if self.host is None:
            raise RuntimeError("only the embedded API can be moved in time")
        await self.host.advance(by)


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """Where the API is and how it lets us in. `base_url` is `embedded`, or an address ending in `/api`.

    `requests_per_window` of 0 means no limit; `quiet_seconds` is how long a lost post must stay absent; `database` and
    `home` (the folder of the embedded API's files) count only where it is embedded.
    """

    home: Path
    base_url: str = EMBEDDED
    api_key: SecretStr = _NO_SECRET
    profile_key: SecretStr = _NO_SECRET
    x_api_key: SecretStr = _NO_SECRET
    x_api_secret: SecretStr = _NO_SECRET
    requests_per_window: int = 300
    quiet_seconds: float = 600.0
    database: SecretStr = _NO_SECRET

    @property
    def x_keys(self) -> tuple[str, str] | None:
        """Key and secret of the X developer app; None unless both are there."""
        pair = (self.x_api_key.get_secret_value(), self.x_api_secret.get_secret_value())
        return pair if all(pair) else None

    @asynccontextmanager
    async def connect(self) -> AsyncIterator[Connection]:
        """Open a client for the time of a `with`. Raises ValueError when a hosted API has no key."""
        if self.base_url == EMBEDDED:
            async with self._embedded() as connection:
                yield connection
            return
        if not self.api_key.get_secret_value():
            raise ValueError(
                f"there is no API key for {self.base_url}: add api_key to the block dovecote-social-api in the Prefect "
                "UI, or set DOVECOTE_API_KEY for the console"
            )
        clock = SystemClock()
        client = SocialClient(
            base_url=self.base_url,
            api_key=self.api_key,
            profile_key=self.profile_key.get_secret_value() or None,
            x_keys=self.x_keys,
            pacer=Pacer(limit=self.requests_per_window, clock=clock),
        )
        async with client:
            yield Connection(client, clock, "api", self.quiet_seconds)

    @asynccontextmanager
    async def _embedded(self) -> AsyncIterator[Connection]:
        from server.local import local_api  # noqa: PLC0415  (FastAPI is slow to import, and only this needs it)

        opened = local_api(
            self.home,
            database=self.database.get_secret_value(),
            rate_limit=self.requests_per_window,
            profile_key=self.profile_key.get_secret_value() or None,
        )
        async with opened as (client, host):
            # The API dies with this process, so nothing can still be on its way: no quiet time is needed.
            yield Connection(client, host.clock, "sandbox", 0.0, host)
