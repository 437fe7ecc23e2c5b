"""Compressed answers for a server process: brotli, gzip or deflate, in this order (analytics.md 1, "Compression").

Only what goes through a socket is compressed: the embedded API hands its answers over in memory.
"""

import zlib
from typing import Protocol

import brotli
from starlette.datastructures import Headers
from starlette.middleware.gzip import IdentityResponder
from starlette.types import ASGIApp, Receive, Scope, Send

SMALLEST = 1025
"""Bodies up to 1,024 bytes go out as they are."""

# Brotli takes half to a third of the time of gzip's default level here, for bodies within a twentieth of its size.
_QUALITY = 3
_WINDOW = {"gzip": 16 + zlib.MAX_WBITS, "deflate": zlib.MAX_WBITS}
_PREFERRED = ("br", "gzip", "deflate")


class Compressed:
    """An ASGI application whose answers are compressed as the client accepts. Pictures and videos are left alone."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        coding = best(Headers(scope=scope).get("accept-encoding", ""))
        # Without a coding Starlette's own responder only says that the answer depends on what is accepted.
        responder = _Responder(self._app, coding) if coding else IdentityResponder(self._app, SMALLEST)
        await responder(scope, receive, send)


def best(accepted: str) -> str | None:
    """The coding to answer an `Accept-Encoding` header with; None for a plain answer."""
    weights: dict[str, float] = {}
    for one in accepted.lower().split(","):
        name, _, parameter = one.partition(";")
        weights[name.strip()] = _weight(parameter)
    others = weights.get("*", 0.0)
    return next((name for name in _PREFERRED if weights.get(name, others) > 0), None)


def _weight(parameter: str) -> float:
    name, _, value = parameter.partition("=")
    try:
        return float(value) if name.strip() == "q" else 1.0
    except ValueError:
        return 0.0


class _Packer(Protocol):
    def pack(self, body: bytes, *, last: bool) -> bytes: ...


class _Brotli:
    def __init__(self) -> None:
        self._inner = brotli.Compressor(quality=_QUALITY, mode=brotli.MODE_TEXT)

    def pack(self, body: bytes, *, last: bool) -> bytes:
        packed: bytes = self._inner.process(body) + (self._inner.finish() if last else self._inner.flush())
        return packed


class _Zlib:
    def __init__(self, coding: str) -> None:
        self._inner = zlib.compressobj(wbits=_WINDOW[coding])

    def pack(self, body: bytes, *, last: bool) -> bytes:
        return self._inner.compress(body) + self._inner.flush(zlib.Z_FINISH if last else zlib.Z_SYNC_FLUSH)


class _Responder(IdentityResponder):
    def __init__(self, app: ASGIApp, coding: str) -> None:
        super().__init__(app, SMALLEST)
        self.content_encoding = coding
        self._packer: _Packer | None = None

    async def apply_compression(self, body: bytes, *, more_body: bool) -> bytes:
        if self._packer is None:
            self._packer = _Brotli() if self.content_encoding == "br" else _Zlib(self.content_encoding)
        return self._packer.pack(body, last=not more_body)
