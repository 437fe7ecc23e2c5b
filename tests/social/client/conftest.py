"""Clients whose answers the test writes: over a mock transport, or over a real server on 127.0.0.1."""

import asyncio
import json
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime

import httpx
import pytest

from social.client import SocialClient
from social.client.pacing import Pacer
from social.instants import ManualClock

KEY = "AAAAAAA-BBBBBBB-CCCCCCC-DDDDDDD"


@pytest.fixture
def clock():
    return ManualClock(datetime(2026, 10, 1, 8, tzinfo=UTC))


@pytest.fixture
async def connect(clock):
    """`connect(handler)` gives a client whose requests `handler` answers; `handler` takes and gives httpx objects."""
    async with AsyncExitStack() as stack:

        async def opened(handler=None, **settings):
            settings.setdefault("pacer", Pacer(limit=0, clock=clock))
            settings.setdefault("transport", httpx.MockTransport(handler) if handler else None)
            settings.setdefault("base_url", "http://api.example/api")
            return await stack.enter_async_context(SocialClient(**({"api_key": KEY} | settings)))

        yield opened


@pytest.fixture
def answering(connect):
    """`answering(status, body, headers)` gives a client that always gets this answer, and the requests it made."""

    async def made(status, body, headers=None, **settings):
        requests = []
        content = body if isinstance(body, bytes) else json.dumps(body).encode()

        def handler(request):
            requests.append(request)
            return httpx.Response(status, content=content, headers=headers)

        return await connect(handler, **settings), requests

    return made


@pytest.fixture
def tcp_server():
    """`async with tcp_server(talk) as url`: a real server. `talk(reader, writer, requests)` speaks once per request.

    Each whole request is read and appended to `requests`, as bytes, before `talk` is called.
    """

    @asynccontextmanager
    async def serving(talk):
        requests = []

        async def connected(reader, writer):
            try:
                while (request := await whole_request(reader)) is not None:
                    requests.append(request)
                    await talk(reader, writer, requests)
            except (ConnectionError, asyncio.IncompleteReadError):
                return
            finally:
                writer.close()

        server = await asyncio.start_server(connected, "127.0.0.1", 0)
        try:
            yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/api", requests
        finally:
            server.close()
            await server.wait_closed()

    return serving


async def whole_request(reader):
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return None
    lengths = [line.split(b":")[1] for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    return head + (await reader.readexactly(int(lengths[0])) if lengths else b"")
