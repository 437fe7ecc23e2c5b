"""HTTP: the one door between the client and the network. Only here are httpx's errors seen, and turned into ours."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Self
from urllib.parse import quote

import httpx
from pydantic import SecretStr
from pydantic_core import to_json

from social.client import answers
from social.client.pacing import Pacer
from social.contract.base import Wire
from social.contract.route import FORM, A_co, Route
from social.errors import NotSent, OutcomeUnknown, RateLimited, Refused, SocialError

Secret = str | SecretStr
Body = Wire | str | bytes

# Shorter than the 5 s of common servers: a connection they are about to close would make a post's outcome unknown.
_LIMITS = httpx.Limits(max_connections=100, max_keepalive_connections=20, keepalive_expiry=4.0)
_NOT_SENT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
)
_PAUSES = (0.5, 2.0)
_CHUNK = 1 << 20
_SCRUBBED_FROM = 12


class Http:
    """Sends the calls of the catalogue, at the pacer's rate, as one profile. An error's class says what to do next.

    Calls that only read are repeated twice when they fail on the way; a call that creates something never is. Keys go
    into headers and nowhere else: should an answer repeat one, it is blotted out.
    """

    def __init__(
        self,
        *,
        base_url: str,
        api_key: Secret,
        profile_key: Secret | None = None,
        x_keys: tuple[Secret, Secret] | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
        timeout: float = 60.0,
        pacer: Pacer | None = None,
    ) -> None:
        keys = {
            "Authorization": _key("api_key", api_key),
            "Profile-Key": _key("profile_key", profile_key),
            "X-Twitter-OAuth1-Api-Key": _key("x_keys", x_keys and x_keys[0]),
            "X-Twitter-OAuth1-Api-Secret": _key("x_keys", x_keys and x_keys[1]),
        }
        if not keys["Authorization"]:
            raise ValueError("api_key is empty: give the API key of the primary profile")
        self._secrets = [key.encode() for key in keys.values() if len(key) >= _SCRUBBED_FROM]
        self._headers = httpx.Headers(
            {"Accept": "application/json", "Accept-Encoding": "deflate, gzip, br", "User-Agent": "dovecote"}
            | {name: key for name, key in keys.items() if key}
            | {"Authorization": f"Bearer {keys['Authorization']}"}
        )
        self._base = base_url.rstrip("/")
        self._urls: dict[str, httpx.URL] = {}
        self._pacer = pacer or Pacer()
        self._client = httpx.AsyncClient(transport=transport, timeout=timeout, limits=_LIMITS)
        self._extensions = {"timeout": httpx.Timeout(timeout).as_dict()}

    async def __aenter__(self) -> Self:
        await self._client.__aenter__()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def call(
        self,
        route: Route[A_co],
        *,
        path: dict[str, str] | None = None,
        body: Body | None = None,
        query: Wire | None = None,
    ) -> A_co:
        """Send one call and read its answer. A `body` of text or bytes goes out as it is: as JSON, text or file.

        Raises NotSent, RateLimited, Refused, KeySeen or OutcomeUnknown; ValueError for a path parameter that is empty.
        """
        return answers.one(route, await self._data(route, path, body, query))

    async def listed(self, route: Route[A_co], *, query: Wire | None = None) -> list[A_co]:
        """As `call`, for routes that answer with a bare array."""
        return answers.many(route, await self._data(route, None, None, query))

    async def put(self, url: str, data: bytes | Path, content_type: str) -> None:
        """`PUT` a file to a presigned address: no key is sent along, and it costs nothing of the API's rate.

        Raises NotSent, Refused or OutcomeUnknown, without the address, which is a secret of its own; OSError when
        the file cannot be read.
        """
        size = len(data) if isinstance(data, bytes) else (await asyncio.to_thread(data.stat)).st_size
        headers = {"Content-Type": content_type, "Content-Length": str(size), "User-Agent": "dovecote"}
        content = data if isinstance(data, bytes) else _chunks(data)
        request = httpx.Request("PUT", url, headers=headers, content=content, extensions=self._extensions)
        request.url = _Signed(url)
        response = await self._sent(request, "PUT upload address")
        if not response.is_success:
            kind = OutcomeUnknown if response.is_server_error else Refused
            raise kind(f"the storage answered HTTP {response.status_code}", route="PUT upload address")

    async def _data(self, route: Route, path: dict[str, str] | None, body: Body | None, query: Wire | None) -> object:
        request = self._request(route, path, body, query)
        for pause in _PAUSES if route.repeatable else ():
            try:
                return await self._once(route, request)
            except (NotSent, OutcomeUnknown):
                await self._pacer.clock.sleep(pause)
        return await self._once(route, request)

    def _request(
        self, route: Route, path: dict[str, str] | None, body: Body | None, query: Wire | None
    ) -> httpx.Request:
        # By hand instead of `build_request`, which merges URL, headers and cookies anew for each of 10,000 posts.
        url = self._url(route, path)
        if query is not None and (params := query.to_wire()):
            url = url.copy_merge_params(params)
        headers, extensions = self._headers, self._extensions
        if route.content_type == FORM:
            return httpx.Request(route.method, url, headers=headers, files={"file": _file(body)}, extensions=extensions)
        request = httpx.Request(route.method, url, headers=headers, content=_encoded(body), extensions=extensions)
        if body is not None:
            request.headers["Content-Type"] = route.content_type
        return request

    def _url(self, route: Route, path: dict[str, str] | None) -> httpx.URL:
        if path:
            return httpx.URL(
                self._base + route.path.format_map({name: _segment(route, name, path[name]) for name in path})
            )
        if route.path not in self._urls:
            self._urls[route.path] = httpx.URL(self._base + route.path)
        return self._urls[route.path]

    async def _once(self, route: Route, request: httpx.Request) -> Any:  # noqa: ANN401
        await self._pacer.take()
        headers: httpx.Headers | None = None
        try:
            response = await self._sent(request, str(route))
            headers = response.headers
        finally:
            self._pacer.landed(headers)
        content = self._scrubbed(response.content)
        try:
            return answers.accepted(route, response.status_code, content, headers, self._pacer.clock.now())
        except RateLimited as limit:
            if not limit.by_network:
                limit.retry_after = self._pacer.limited(limit.retry_after or None)
            raise

    async def _sent(self, request: httpx.Request, name: str) -> httpx.Response:
        try:
            return await self._client.send(request)
        except _NOT_SENT as error:
            raise self._translated(NotSent, "nothing was sent", error, name) from error
        except httpx.RequestError as error:
            raise self._translated(OutcomeUnknown, "no complete answer", error, name) from error

    def _translated(self, kind: type[SocialError], what: str, error: Exception, name: str) -> SocialError:
        cause = self._scrubbed(str(error).encode()).decode(errors="replace")
        return kind(f"{what}: {type(error).__name__}{f': {cause}' if cause else ''}", route=name)

    def _scrubbed(self, content: bytes) -> bytes:
        for secret in self._secrets:
            content = content.replace(secret, b"***")
        return content


class _Signed(httpx.URL):
    def __str__(self) -> str:
        # Its query is a secret, and httpx logs the address of every request.
        return str(self.copy_with(query=None))


def _key(name: str, key: Secret | None) -> str:
    text = (key.get_secret_value() if isinstance(key, SecretStr) else key or "").strip()
    if not (text.isascii() and text.isprintable()):
        raise ValueError(f"{name} holds characters no HTTP header can carry: copy it again")
    return text


def _segment(route: Route, name: str, value: str) -> str:
    if value in {"", ".", ".."}:
        raise ValueError(f"{route}: {value!r} is no {name}")
    return quote(value, safe="")


def _encoded(body: Body | None) -> bytes | None:
    if isinstance(body, Wire):
        return to_json(body.to_wire())
    return body.encode() if isinstance(body, str) else body


def _file(body: Body | None) -> tuple[str, bytes]:
    return "file", _encoded(body) or b""


async def _chunks(file: Path) -> AsyncIterator[bytes]:
    with await asyncio.to_thread(file.open, "rb") as stream:
        while chunk := await asyncio.to_thread(stream.read, _CHUNK):
            yield chunk
