"""From the catalogue of routes to endpoints: who calls, what came, one handler, one answer.

A handler is registered for its route and called with the caller, the path's values, then body and query if the route
has them:

    @handles(GET_POST)
    async def get(caller: Caller, post_id: str) -> dict[str, Any]: ...

It answers JSON data, a wire model, or a `Reply`; it refuses by raising ApiError.
"""

from collections.abc import Awaitable, Callable, Iterable
from functools import cache
from typing import Any

from fastapi import APIRouter
from fastapi.routing import APIRoute
from pydantic_core import to_json
from starlette.convertors import StringConvertor, register_url_convertor
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Match
from starlette.types import Receive, Scope, Send

from server.answers import ApiError, Reply
from server.auth import Caller, authenticate
from server.events import Event, emit
from server.openapi import PARAMETER, operation
from server.parsing import NUL, NUL_FOUND, read_body, read_query
from server.services import Services
from server.store import profiles
from social.contract.base import Wire
from social.contract.route import Route
from social.contract.webhooks import Action
from social.networks import NETWORKS

Handler = Callable[..., Awaitable[Any]]
JSON = "application/json; charset=utf-8"
ACTIONS = {"GET": "get", "POST": "post", "PUT": "update", "PATCH": "update", "DELETE": "delete"}


class _NetworkName(StringConvertor):
    """`{platform}` in a path is a network's name and nothing else, so that `/history/{id}` may stand beside it."""

    regex = "|".join(NETWORKS)


register_url_convertor("network", _NetworkName())
# What a parameter may be, where it is not any text without a slash: Bluesky's own ids hold slashes.
_KINDS = {"platform": "network", "native_id": "path"}

HANDLERS: dict[str, tuple[Route, Handler, str, bool]] = {}
PUBLIC: list[tuple[str, str, Handler]] = []


def handles(route: Route, *, prefix: str = "/api", raw: bool = False) -> Callable[[Handler], Handler]:
    """Register the handler of a route. With `raw` it gets no body and reads `caller.request` itself."""

    def register(handler: Handler) -> Handler:
        HANDLERS[route.name] = (route, handler, prefix, raw)
        return handler

    return register


def public(method: str, path: str) -> Callable[[Handler], Handler]:
    """Register a handler outside of the API, without a key: `handler(services, request, *path values) -> Response`."""

    def register(handler: Handler) -> Handler:
        PUBLIC.append((method, path, handler))
        return handler

    return register


@cache
def make_router() -> APIRouter:
    """Everything that is registered as one router. Made once: every server of a process has the same calls."""
    router = APIRouter()
    for route, handler, prefix, raw in HANDLERS.values():
        # The sandbox's own controls are beside the contract: a profile over its limit can still move the clock.
        endpoint = _endpoint(route, handler, raw=raw, limited=bool(prefix))
        places: list[tuple[str, str]] = [(route.method, route.path), *route.aliases]
        for method, path in places:
            router.add_api_route(
                prefix + _converted(path),
                endpoint,
                methods=[method],
                name=f"{route.name} {method} {path}",
                summary=route.summary,
                tags=[route.name.partition(".")[0]],
                deprecated=path != route.path or None,
                response_model=None,
                openapi_extra=operation(route),
            )
    for method, path, handler in PUBLIC:
        router.add_api_route(path, _public(handler), methods=[method], include_in_schema=False, response_model=None)
    return router


class Straight(BaseRoute):
    """Every path without parameters, found by one look into a table instead of a walk along all routes.

    A path or method that it does not know is left to the routes behind it.
    """

    def __init__(self, routes: Iterable[BaseRoute]) -> None:
        self._endpoints = {
            (method, route.path): route.endpoint
            for route in routes
            if isinstance(route, APIRoute) and "{" not in route.path
            for method in route.methods or ()
        }

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Whether the request is for one of the paths."""
        if scope["type"] != "http" or scope.get("root_path"):
            return Match.NONE, {}
        endpoint = self._endpoints.get((scope["method"], scope["path"]))
        return (Match.NONE, {}) if endpoint is None else (Match.FULL, {"endpoint": endpoint, "path_params": {}})

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer the request."""
        response = await scope["endpoint"](Request(scope, receive, send))
        await response(scope, receive, send)


def _converted(path: str) -> str:
    for name, kind in _KINDS.items():
        path = path.replace(f"{{{name}}}", f"{{{name}:{kind}}}")
    return path


def answer(content: object, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """JSON as the contract sends it."""
    body = to_json(content.to_wire() if isinstance(content, Wire) else content)
    return Response(body, status, headers, media_type=JSON)


def _endpoint(route: Route, handler: Handler, *, raw: bool, limited: bool) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        services: Services = request.app.state.services
        headers: dict[str, str] = {}
        try:
            caller = await authenticate(services, request)
            if limited:
                count = services.limiter.count(caller.profile_id, caller.now)
                headers = services.limiter.headers(count)
                if services.limiter.refuses(count):
                    await _refuse(caller)
            fault = await services.faults.before(caller)
            models = await _models(route, request, raw=raw)
            reply = await handler(caller, *_places(request, PARAMETER.findall(route.path)), *models)
        except ApiError as error:
            return answer(error.body(ACTIONS[request.method]), error.status, headers | error.headers)
        if fault is not None:
            return await services.faults.after(fault, request)
        if isinstance(reply, Reply):
            return answer(reply.content, reply.status, headers | reply.headers)
        return answer(reply, 200, headers)

    return endpoint


async def _models(route: Route, request: Request, *, raw: bool) -> list[Wire]:
    models: list[Wire] = []
    if route.body is not None and not raw:
        models.append(await read_body(request, route.body))
    if route.query is not None:
        models.append(read_query(request, route.query))
    return models


def _places(request: Request, names: Iterable[str]) -> list[str]:
    # An alias may lack a parameter that its route has in the path (`/comments?id=`): the handler looks elsewhere then.
    given: dict[str, str] = request.path_params
    if any(NUL in value for value in given.values()):
        raise ApiError(101, NUL_FOUND)
    return [given.get(name, "") for name in names]


async def _refuse(caller: Caller) -> None:
    services = caller.services
    if services.limiter.suspends(caller.profile_id, caller.now):
        async with services.database.begin() as connection:
            await profiles.suspend(connection, caller.profile_id)
            told = {"status": "success", "suspended": True, "reason": "too many calls over the limit within a day"}
            await emit(connection, caller.now, Event(caller.profile_id, Action.SUSPENDED, told))
        services.profiles.forget()
    raise ApiError(429, action="request")


def _public(handler: Handler) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        try:
            places = _places(request, request.path_params)
            response: Response = await handler(request.app.state.services, request, *places)
        except ApiError as error:
            return answer(error.body(ACTIONS.get(request.method, "request")), error.status)
        return response

    return endpoint
