"""The social API as a block: embedded by default, hosted by its address and key."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Literal

from pydantic import Field, SecretStr

from blocks.base import Door, home
from social.client import SocialClient
from social.client.pacing import Pacer
from social.instants import Clock, SystemClock

if TYPE_CHECKING:
    from server.host import Host

EMBEDDED = "embedded"


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


class SocialApi(Door):
    """The API posts are scheduled through.

    Without any setting the API runs inside this process: nothing leaves the machine, posts go to a sandbox that behaves
    like the networks. Set `base_url` and `api_key` to use the hosted service, or your own `python -m server`.

    Example:
        ```python
        from pydantic import SecretStr
        from blocks import SocialApi

        hosted = SocialApi(base_url="https://api.ayrshare.com/api", api_key=SecretStr("your key"))
        hosted.save("default", overwrite=True)
        ```
    """

    _block_type_name = "Dovecote Social API"
    _block_type_slug = "dovecote-social-api"
    _description = "The unified social API posts go to: embedded sandbox, your own server, or the hosted service."
    _code_example = '```python\nfrom blocks import SocialApi\n\napi = SocialApi.load("default")\n```'

    base_url: str = Field(
        default=EMBEDDED, description="`embedded` runs the API in this process; else its address, ending in /api."
    )
    api_key: SecretStr = Field(
        default=SecretStr(""), description="API key of the primary profile. Not needed when embedded."
    )
    profile_key: SecretStr = Field(
        default=SecretStr(""), description="Key of the user profile to act for. Empty: primary."
    )
    x_api_key: SecretStr = Field(
        default=SecretStr(""), description="API key of your own X developer app, for posts to X."
    )
    x_api_secret: SecretStr = Field(default=SecretStr(""), description="API secret of your own X developer app.")
    requests_per_window: int = Field(
        default=300, ge=0, description="Requests per 5 minutes and profile the API allows; 0 means no limit."
    )
    quiet_seconds: float = Field(
        default=600, ge=0, description="How long after a lost answer a post must stay absent before it is sent again."
    )
    database: SecretStr = Field(
        default=SecretStr(""),
        description="Embedded only: database URL of the API. Empty: a SQLite file in the data folder.",
    )

    @asynccontextmanager
    async def connect(self) -> AsyncIterator[Connection]:
        """Open a client for the time of a `with`. Raises ValueError when a hosted API has no key."""
        if self.base_url == EMBEDDED:
            async with self._embedded() as connection:
                yield connection
            return
        if not self.api_key.get_secret_value():
            raise ValueError(
                f"the block dovecote-social-api has no api_key for {self.base_url}: add it in the Prefect UI"
            )
        clock = SystemClock()
        client = SocialClient(
            base_url=self.base_url,
            api_key=self.api_key,
            profile_key=self.profile_key.get_secret_value() or None,
            x_keys=self._x_keys(),
            pacer=Pacer(limit=self.requests_per_window, clock=clock),
        )
        async with client:
            yield Connection(client, clock, "api", self.quiet_seconds)

    @asynccontextmanager
    async def _embedded(self) -> AsyncIterator[Connection]:
        from server.local import local_api  # noqa: PLC0415  (FastAPI is slow to import, and only this needs it)

        opened = local_api(
            home(),
            database=self.database.get_secret_value(),
            rate_limit=self.requests_per_window,
            profile_key=self.profile_key.get_secret_value() or None,
        )
        async with opened as (client, host):
            # The API dies with this process, so nothing can still be on its way: no quiet time is needed.
            yield Connection(client, host.clock, "sandbox", 0.0, host)

    def _x_keys(self) -> tuple[str, str] | None:
        pair = (self.x_api_key.get_secret_value(), self.x_api_secret.get_secret_value())
        return pair if all(pair) else None
