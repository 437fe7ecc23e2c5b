"""The embedded API with a client at hand: how everything runs as cloned, without an account and without a socket."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from server.clock import MovableClock
from server.embedded import EmbeddedTransport
from server.host import Host
from server.settings import ServerSettings
from social.client import SocialClient
from social.client.pacing import Pacer

BASE_URL = "http://embedded/api"
# The embedded API never reaches X, but asks for the two headers as the hosted one does (posts.md 1).
_X_KEYS = ("sandbox", "sandbox")


@asynccontextmanager
async def local_api(
    home: Path, *, database: str = "", rate_limit: int = 300, profile_key: str | None = None
) -> AsyncIterator[tuple[SocialClient, Host]]:
    """Open the API in this process, its files under `home`, and a client of it.

    `database` is a URL, by default a SQLite file in `home`; `rate_limit` the requests per five minutes, 0 for no limit.
    """
    settings = ServerSettings(
        database=database or f"sqlite:///{home / 'server.db'}", media_dir=home / "media", rate_limit=rate_limit
    )
    async with Host(settings, MovableClock()) as host:
        client = SocialClient(
            base_url=BASE_URL,
            api_key=settings.api_key,
            profile_key=profile_key,
            x_keys=_X_KEYS,
            transport=EmbeddedTransport(host),
            pacer=Pacer(limit=rate_limit, clock=host.clock),
        )
        courier = asyncio.create_task(host.courier.run())
        try:
            async with client:
                yield client, host
        finally:
            courier.cancel()
            await asyncio.gather(courier, return_exceptions=True)
