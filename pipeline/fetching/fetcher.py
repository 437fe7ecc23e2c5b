"""The guarded fetcher: everything foreign (feeds, pictures, pages) comes into the house through `Fetcher.get`."""

import asyncio
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from types import TracebackType
from typing import TYPE_CHECKING, Self
from urllib.parse import urljoin, urlsplit

from pipeline.fetching.addresses import check_url
from pipeline.fetching.bodies import Body, inflate
from pipeline.fetching.errors import Blocked, FetchError, HttpStatus, TimedOut, TooLarge
from pipeline.fetching.limits import Fetched, FetchLimits
from pipeline.fetching.politeness import Politeness
from social.instants import Clock, SystemClock

if TYPE_CHECKING:
    from pipeline.fetching.wire import Answer, Resolver, Wire

USER_AGENT = "Dovecote/0.1 (feed reader)"
_FINE = 2
_PERMANENT = (301, 308)
_REDIRECTS = (301, 302, 303, 307, 308)


@dataclass(slots=True)
class _Journey:
    """One fetch on its way through redirects."""

    method: str
    conditions: dict[str, str]
    limits: FetchLimits
    url: str
    content: bytes | None = None
    permanent: str | None = None
    only_permanent: bool = True
    seconds_left: float = 0.0
    seen: list[str] = field(default_factory=list)

    def follow(self, status: int, location: str) -> None:
        self.seen.append(self.url)
        self.conditions.pop("authorization", None)
        self.url = urljoin(self.url, location).partition("#")[0]
        if self.url in self.seen:
            raise Blocked(self.seen[0], f"redirects in a loop (back to {self.url}): its owner must mend it")
        if len(self.seen) > self.limits.max_redirects:
            raise Blocked(
                self.seen[0], f"redirects more than {self.limits.max_redirects} times: give the final address"
            )
        self.only_permanent = self.only_permanent and status in _PERMANENT
        if self.only_permanent:
            self.permanent = self.url


class Fetcher:
    """Fetches foreign URLs within limits, politely, and never from an address that is not public.

    `allow_private` opens loopback and private addresses (your own network only). `per_host` and `min_interval`
    (seconds) keep us polite. `resolver` answers (host, port) with addresses; the system's by default.
    Use as `async with`. There are no retries, except one when the connection failed before anything was answered.
    """

    def __init__(
        self,
        *,
        allow_private: bool = False,
        limits: FetchLimits = FetchLimits(),  # noqa: B008 - frozen
        clock: Clock | None = None,
        per_host: int = 2,
        min_interval: float = 0.0,
        resolver: "Resolver | None" = None,
        user_agent: str = USER_AGENT,
        connections: int = 20,
    ) -> None:
        self.limits = limits
        self._allow_private = allow_private
        self._politeness = Politeness(clock or SystemClock(), per_host=per_host, min_interval=min_interval)
        self._resolver = resolver
        self._user_agent = user_agent
        self._connections = connections
        self._open = False
        self._wire: Wire | None = None

    async def __aenter__(self) -> Self:
        self._open = True
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open = False
        wire, self._wire = self._wire, None
        if wire is not None:
            await wire.close()

    async def get(
        self,
        url: str,
        *,
        etag: str | None = None,
        last_modified: str | None = None,
        authorization: str | None = None,
        limits: FetchLimits | None = None,
    ) -> Fetched:
        """Fetch `url`. With `etag` or `last_modified` of an earlier answer, an unchanged body is not sent again.

        `authorization` is a header for this address alone: a redirect is followed without it.
        Raises FetchError: Blocked, Unreachable, TimedOut, TooLarge, BadBody or HttpStatus.
        """
        conditions = {"if-none-match": etag, "if-modified-since": last_modified, "authorization": authorization}
        return await self._fetch("GET", url, {k: v for k, v in conditions.items() if v}, limits or self.limits)

    async def head(self, url: str, *, limits: FetchLimits | None = None) -> Fetched:
        """As `get`, but only status and headers. Raises FetchError."""
        return await self._fetch("HEAD", url, {}, limits or self.limits)

    async def post(self, url: str, content: bytes, *, headers: dict[str, str], limits: FetchLimits) -> Fetched:
        """Send `content` to a foreign address; what it answers is not read, and a redirect is not followed.

        Raises FetchError: Blocked also for a redirect, HttpStatus for an answer outside 2xx.
        """
        return await self._fetch("POST", url, headers, replace(limits, max_redirects=0), content)

    async def _fetch(
        self, method: str, url: str, headers: dict[str, str], limits: FetchLimits, content: bytes | None = None
    ) -> Fetched:
        start = url.strip().partition("#")[0]
        journey = _Journey(method, headers, limits, start, content, seconds_left=limits.total)
        while True:
            check_url(journey.url)
            async with self._politeness.turn(urlsplit(journey.url).netloc):
                fetched = await self._hop(journey)
            if fetched is not None:
                return fetched

    async def _hop(self, journey: _Journey) -> Fetched | None:
        loop = asyncio.get_running_loop()
        started = loop.time()
        try:
            async with asyncio.timeout(journey.seconds_left):
                return await self._answer(journey)
        except TimeoutError as error:
            limit = f"took longer than {journey.limits.total:g} s: the server is too slow, try again later"
            raise TimedOut(journey.url, limit) from error
        finally:
            journey.seconds_left = max(0.001, journey.seconds_left - (loop.time() - started))

    async def _answer(self, journey: _Journey) -> Fetched | None:
        if not self._open:
            raise FetchError(journey.url, "the fetcher is not open: use it as `async with Fetcher() as fetcher`")
        asked = self._connected().ask(
            journey.method, journey.url, self._headers(journey), journey.limits, journey.content
        )
        async with asked as answer:
            if answer.status in _REDIRECTS and "location" in answer.headers:
                journey.follow(answer.status, answer.headers["location"])
                return None
            unchanged = (
                answer.status == HTTPStatus.NOT_MODIFIED and journey.method == "GET" and bool(journey.conditions)
            )
            if not (unchanged or answer.status // 100 == _FINE):
                raise HttpStatus(
                    journey.url, answer.status, retry_after=_seconds(answer.headers.get("retry-after", ""))
                )
            body = await _read(answer, journey) if journey.method == "GET" and not unchanged else b""
        return Fetched(
            url=journey.url,
            status=answer.status,
            headers=answer.headers,
            body=body,
            content_type=answer.headers.get("content-type"),
            etag=answer.headers.get("etag"),
            last_modified=answer.headers.get("last-modified"),
            not_modified=unchanged,
            permanent_url=journey.permanent,
        )

    def _connected(self) -> "Wire":
        if self._wire is None:
            # httpx takes 0.1 s to import, TLS another 0.03 s to set up: who fetches nothing never pays for them.
            from pipeline.fetching.wire import GuardedBackend, Wire, resolve  # noqa: PLC0415

            backend = GuardedBackend(self._resolver or resolve, allow_private=self._allow_private)
            self._wire = Wire(backend, connections=self._connections)
        return self._wire

    def _headers(self, journey: _Journey) -> dict[str, str]:
        ours = {"user-agent": self._user_agent, "accept": "*/*", "accept-encoding": "gzip, deflate"}
        return ours | journey.conditions


async def _read(answer: "Answer", journey: _Journey) -> bytes:
    said = answer.headers.get("content-length", "")
    if said.isdecimal() and int(said) > journey.limits.max_bytes:
        most = journey.limits.max_bytes
        raise TooLarge(journey.url, f"{said} bytes, more than the {most} allowed: ask its owner for a smaller one")
    body = Body(journey.url, answer.headers.get("content-encoding", ""), journey.limits)
    async for chunk in answer.chunks:
        body.feed(chunk)
    return inflate(body.close(), journey.url, journey.limits)


def _seconds(retry_after: str) -> float | None:
    return float(retry_after) if retry_after.isdecimal() else None
