"""The server inside the caller's own process: an httpx transport that answers from memory, without a socket."""

from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from contextlib import asynccontextmanager
from typing import Any

import httpx
from starlette.types import ASGIApp, Receive, Scope, Send

from server.faults import EMBEDDED, WITHHELD
from server.host import Host
from server.settings import ServerSettings
from social.instants import Clock


class EmbeddedTransport(httpx.AsyncBaseTransport):
    """Answers requests with a host in memory. Each call first settles what has fallen due."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._asgi = httpx.ASGITransport(_marked(host.app), raise_app_exceptions=False)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer one request. Raises httpx.ReadTimeout where an injected fault withholds the answer."""
        await self._host.settle_due()
        response = await self._asgi.handle_async_request(request)
        if response.headers.get(EMBEDDED) == WITHHELD:
            raise httpx.ReadTimeout("injected fault: the answer is withheld", request=request)
        return response


@asynccontextmanager
async def embedded(
    settings: ServerSettings | None = None, clock: Clock | None = None
) -> AsyncIterator[EmbeddedTransport]:
    """Open a host in memory and yield the transport for `httpx.AsyncClient(transport=…)`."""
    async with Host(settings, clock) as host:
        yield EmbeddedTransport(host)


def _marked(app: ASGIApp) -> Callable[..., Awaitable[None]]:
    async def marked(scope: Scope, receive: Receive, send: Send) -> None:
        mine: MutableMapping[str, Any] = {**scope, EMBEDDED: True}
        await app(mine, receive, send)

    return marked
