"""Unpacking bodies as they stream in, with bounds: a small packed body may be a bomb."""

import zlib
from collections.abc import Iterator

from pipeline.fetching.errors import BadBody, TooLarge
from pipeline.fetching.limits import MIB, FetchLimits

GZIP_MAGIC = b"\x1f\x8b\x08"
_STEP = 256 * 1024
_MOST_LAYERS = 2
_WBITS = {"gzip": 31, "x-gzip": 31, "deflate": 15}


class Body:
    """Collects a body: counts it on the wire, unpacks `encoding`, and stops at the limits."""

    def __init__(self, url: str, encoding: str, limits: FetchLimits) -> None:
        self.url = url
        self.limits = limits
        self.wire = 0
        self._plain = bytearray()
        self._layers = [_Layer(url, name) for name in _names(url, encoding)]

    def feed(self, chunk: bytes) -> None:
        """Take the next bytes from the wire. Raises TooLarge or BadBody."""
        self.wire += len(chunk)
        if self.wire > self.limits.max_bytes:
            raise TooLarge(self.url, f"more than {_size(self.limits.max_bytes)}: {_SMALLER}")
        self._unpack(chunk, self._layers)

    def close(self) -> bytes:
        """The whole body, unpacked. Raises BadBody when the packed data ends early."""
        for layer in self._layers:
            layer.close()
        return bytes(self._plain)

    def _unpack(self, chunk: bytes, layers: list["_Layer"]) -> None:
        if not layers:
            self._keep(chunk)
            return
        first, *rest = layers
        for piece in first.pieces(chunk):
            self._unpack(piece, rest)

    def _keep(self, piece: bytes) -> None:
        self._plain += piece
        size = len(self._plain)
        if size > self.limits.max_bytes:
            raise TooLarge(self.url, f"unpacks to more than {_size(self.limits.max_bytes)}: {_SMALLER}")
        if size > MIB and size > self.wire * self.limits.max_ratio:
            raise TooLarge(self.url, f"unpacks to more than {self.limits.max_ratio} times its size: looks like a bomb")


_SMALLER = "ask its owner for a smaller one"


def inflate(body: bytes, url: str, limits: FetchLimits) -> bytes:
    """Unpack gzip that does not say so, once; other bytes come back as they are. Raises TooLarge or BadBody."""
    if not body.startswith(GZIP_MAGIC):
        return body
    inner = Body(url, "gzip", limits)
    inner.feed(body)
    return inner.close()


class _Layer:
    """One content coding, unpacked in steps of bounded size."""

    def __init__(self, url: str, name: str) -> None:
        self.url = url
        self.name = name
        self._zlib = zlib.decompressobj(_WBITS[name])
        self._started = False

    def pieces(self, chunk: bytes) -> Iterator[bytes]:
        while chunk:
            yield self._step(chunk)
            chunk = self._zlib.unconsumed_tail or self._next_member()

    def close(self) -> None:
        if self._started and not self._zlib.eof:
            raise BadBody(self.url, f"the {self.name} body ends early: try again later")

    def _step(self, chunk: bytes) -> bytes:
        try:
            piece = self._zlib.decompress(chunk, _STEP)
        except zlib.error as error:
            if self._started or self.name != "deflate":
                raise BadBody(self.url, f"the {self.name} body is damaged ({error}): try again later") from error
            # Some servers send raw deflate without the zlib wrapper that RFC 9110 asks for.
            self._zlib = zlib.decompressobj(-15)
            self._started = True
            return self._step(chunk)
        self._started = True
        return piece

    def _next_member(self) -> bytes:
        rest = self._zlib.unused_data
        if not (self._zlib.eof and self.name != "deflate" and rest.startswith(GZIP_MAGIC)):
            return b""
        self._zlib = zlib.decompressobj(31)
        return rest


def _names(url: str, encoding: str) -> list[str]:
    names = [name.strip().lower() for name in encoding.split(",")]
    wanted = [name for name in reversed(names) if name and name != "identity"]
    for name in wanted:
        if name not in _WBITS:
            raise BadBody(url, f"packed as {name!r}, which was not asked for: only gzip and deflate are read")
    if len(wanted) > _MOST_LAYERS:
        raise BadBody(url, f"packed {len(wanted)} times over: looks like a bomb")
    return wanted


def _size(count: int) -> str:
    return f"{count / MIB:.0f} MiB" if count >= MIB else f"{count} bytes"
