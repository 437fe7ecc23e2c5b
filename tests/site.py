"""A web site on loopback whose answers are raw bytes, so that broken and hostile servers can be played."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field

import pytest

Play = Callable[["Request", asyncio.StreamWriter], Awaitable[None]]


@dataclass
class Request:
    method: str
    path: str
    headers: dict[str, str]
    body: bytes = b""


@dataclass
class Site:
    """Paths and what they answer: (status, headers, body), or a coroutine that writes to the connection itself."""

    port: int = 0
    pages: dict[str, tuple[int, dict[str, str], bytes] | Play] = field(default_factory=dict)
    asked: list[Request] = field(default_factory=list)
    busy: int = 0
    most_busy: int = 0

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def url(self, path: str) -> str:
        return self.base + path

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while (request := await read_request(reader)) is not None:
                self.asked.append(request)
                self.busy += 1
                self.most_busy = max(self.busy, self.most_busy)
                try:
                    await self.answer(request, writer)
                finally:
                    self.busy -= 1
                if writer.is_closing():
                    break
        except (ConnectionError, TimeoutError):
            return
        finally:
            writer.close()

    async def answer(self, request: Request, writer: asyncio.StreamWriter) -> None:
        page = self.pages.get(request.path, (404, {}, b"nothing here"))
        if callable(page):
            await page(request, writer)
            return
        status, headers, body = page
        headers = {"content-length": str(len(body)), "content-type": "text/plain"} | headers
        lines = [f"HTTP/1.1 {status} X", *(f"{name}: {value}" for name, value in headers.items())]
        writer.write("\r\n".join(lines).encode("latin-1") + b"\r\n\r\n")
        writer.write(b"" if request.method == "HEAD" or status == 304 else body)
        await writer.drain()


async def read_request(reader: asyncio.StreamReader) -> Request | None:
    first = await reader.readline()
    if not first:
        return None
    method, path, _ = first.decode("latin-1").split(" ", 2)
    headers = {}
    while line := (await reader.readline()).strip():
        name, _, value = line.decode("latin-1").partition(":")
        headers[name.lower()] = value.strip()
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Request(method, path, headers, body)


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    site = Site()
    server = await asyncio.start_server(site.serve, "127.0.0.1", 0)
    site.port = server.sockets[0].getsockname()[1]
    yield site
    server.close()
