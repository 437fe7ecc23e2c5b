"""What can happen to a request on its way to the API and back, by name."""

from collections.abc import Awaitable, Callable

import httpx


async def _lose(inner: httpx.AsyncBaseTransport, request: httpx.Request) -> httpx.Response:
    await inner.handle_async_request(request)
    raise httpx.ReadTimeout("the answer got lost", request=request)


async def _reset(inner: httpx.AsyncBaseTransport, request: httpx.Request) -> httpx.Response:
    await inner.handle_async_request(request)
    raise httpx.RemoteProtocolError("server disconnected", request=request)


async def _fail_after(inner: httpx.AsyncBaseTransport, request: httpx.Request) -> httpx.Response:
    await inner.handle_async_request(request)
    return httpx.Response(500, json={"status": "error", "message": "oops"}, request=request)


async def _fail_before(_inner: httpx.AsyncBaseTransport, request: httpx.Request) -> httpx.Response:
    return httpx.Response(503, text="<html>gateway</html>", request=request)


async def _vanish(_inner: httpx.AsyncBaseTransport, request: httpx.Request) -> httpx.Response:
    raise httpx.WriteError("gone before it arrived", request=request)


async def _refuse_connection(_inner: httpx.AsyncBaseTransport, request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("connection refused", request=request)


async def _slow_down(_inner: httpx.AsyncBaseTransport, request: httpx.Request) -> httpx.Response:
    return httpx.Response(429, json={"status": "error", "message": "slow down"}, request=request)


async def _shut_out(_inner: httpx.AsyncBaseTransport, request: httpx.Request) -> httpx.Response:
    return httpx.Response(403, json={"status": "error", "code": 102, "message": "API key not valid"}, request=request)


FAULTS: dict[str, Callable[[httpx.AsyncBaseTransport, httpx.Request], Awaitable[httpx.Response]]] = {
    "accepted then lost": _lose,
    "accepted then reset": _reset,
    "accepted then 500": _fail_after,
    "503 before": _fail_before,
    "lost on the way": _vanish,
    "no connection": _refuse_connection,
    "429": _slow_down,
    "403": _shut_out,
}
