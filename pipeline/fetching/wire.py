"""The connection itself: httpcore with a network backend that resolves, checks and connects to the checked address.

Because the address that was checked is the one connected to, a name that answers differently the second time (DNS
rebinding) gains nothing. TLS still verifies the host name.
"""

import asyncio
import socket
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from ipaddress import ip_address

import httpcore
import httpx

from pipeline.fetching.addresses import Address, literal, refusal
from pipeline.fetching.errors import Blocked, FetchError, TimedOut, Unreachable
from pipeline.fetching.limits import FetchLimits

Resolver = Callable[[str, int], Awaitable[Sequence[str]]]
SocketOption = tuple[int, int, int] | tuple[int, int, bytes | bytearray] | tuple[int, int, None, int]


async def resolve(host: str, port: int) -> Sequence[str]:
    """The addresses the system's resolver gives for `host`. Raises OSError."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]).partition("%")[0] for entry in found))


class GuardedBackend(httpcore.AsyncNetworkBackend):
    """Opens connections to checked addresses only. Raises Blocked from `connect_tcp`."""

    def __init__(self, resolver: Resolver, *, allow_private: bool) -> None:
        self._inner = httpcore.AnyIOBackend()
        self._resolver = resolver
        self._allow_private = allow_private

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's signature
        local_address: str | None = None,
        socket_options: Iterable[SocketOption] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Resolve `host`, check every address it has, connect to the first that answers."""
        failure: Exception = httpcore.ConnectError(f"{host} has no address")
        for address in await self._checked(host, port, timeout):
            try:
                return await self._inner.connect_tcp(str(address), port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure

    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's signature
        socket_options: Iterable[SocketOption] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Never: a URL cannot name a socket file."""
        raise Blocked(path, "socket files are not fetched")

    async def sleep(self, seconds: float) -> None:
        """Wait between httpcore's own connection attempts."""
        await asyncio.sleep(seconds)

    async def _checked(self, host: str, port: int, patience: float | None) -> list[Address]:
        spelled = literal(host)
        addresses = [spelled] if spelled is not None else await self._resolved(host, port, patience)
        for address in addresses:
            if reason := refusal(address, allow_private=self._allow_private):
                raise Blocked(host, f"{reason}: {_OWN_NETWORK}")
        return addresses

    async def _resolved(self, host: str, port: int, patience: float | None) -> list[Address]:
        try:
            async with asyncio.timeout(patience):
                return [ip_address(text) for text in await self._resolver(host, port)]
        except TimeoutError as error:
            raise httpcore.ConnectTimeout(f"no answer from the name server about {host}") from error
        except (OSError, UnicodeError) as error:
            # A label that is empty or longer than DNS allows fails as text, before any name server is asked.
            reason = getattr(error, "strerror", None) or error
            raise httpcore.ConnectError(f"name {host} not found ({reason})") from error


_OWN_NETWORK = "only public addresses are fetched (allow_private_addresses opens your own network)"


@dataclass(slots=True)
class Answer:
    """The head of an answer, its body still on the wire. Header names are lower case; repeated ones are joined."""

    status: int
    headers: dict[str, str]
    chunks: AsyncIterable[bytes]


class Wire:
    """The connections of one fetcher. Proxy settings of the environment are not used: they would bypass the guard."""

    def __init__(self, backend: GuardedBackend, *, connections: int) -> None:
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=httpx.create_ssl_context(),
            max_connections=connections,
            max_keepalive_connections=connections,
            keepalive_expiry=5.0,
            network_backend=backend,
        )

    async def close(self) -> None:
        """Close every connection."""
        await self._pool.aclose()

    @asynccontextmanager
    async def ask(
        self, method: str, url: str, headers: dict[str, str], limits: FetchLimits, content: bytes | None = None
    ) -> AsyncIterator[Answer]:
        """Send a request and give the answer. Raises Blocked, Unreachable or TimedOut, also while the body is read."""
        try:
            response = await self._send(_request(method, url, headers, limits, content))
        except (Blocked, *_FAILURES) as error:
            raise _translated(url, error) from error
        try:
            yield Answer(response.status, _joined(response.headers), response.aiter_stream())
        except _FAILURES as error:
            raise _translated(url, error) from error
        finally:
            await response.aclose()

    async def _send(self, request: httpcore.Request) -> httpcore.Response:
        try:
            return await self._pool.handle_async_request(request)
        except (httpcore.NetworkError, httpcore.RemoteProtocolError):
            # The one retry: nothing was answered. Often a kept-alive connection the server had closed meanwhile.
            return await self._pool.handle_async_request(request)


_FAILURES = (httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException)


def _request(
    method: str, url: str, headers: dict[str, str], limits: FetchLimits, content: bytes | None
) -> httpcore.Request:
    try:
        parsed = httpx.URL(url)
        target = parsed.raw_path or b"/"
        core = httpcore.URL(scheme=parsed.raw_scheme, host=parsed.raw_host, port=parsed.port, target=target)
    except (httpx.InvalidURL, UnicodeError) as error:
        raise Blocked(url, f"not a URL ({error}): check its spelling") from error
    pairs = [(name.encode("ascii"), value.encode("latin-1", "replace")) for name, value in headers.items()]
    bounds = {"connect": limits.connect, "read": limits.read, "write": limits.read, "pool": limits.total}
    if content is not None:
        pairs.append((b"content-length", str(len(content)).encode()))
    all_headers = [(b"host", parsed.netloc), *pairs]
    return httpcore.Request(method, core, headers=all_headers, content=content, extensions={"timeout": bounds})


def _joined(pairs: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    headers: dict[str, str] = {}
    for raw_name, raw_value in pairs:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return headers


def _translated(url: str, error: Exception) -> FetchError:
    if isinstance(error, Blocked):
        return Blocked(url, error.reason)
    if isinstance(error, httpcore.TimeoutException):
        waited = "no connection in time" if isinstance(error, httpcore.ConnectTimeout) else "silence for too long"
        return TimedOut(url, f"{waited}: the server is too slow, try again later")
    if isinstance(error, httpcore.ConnectError):
        return Unreachable(url, f"no connection ({error}): check the address, or try again later")
    return Unreachable(url, f"the answer broke off ({error}): try again later")
