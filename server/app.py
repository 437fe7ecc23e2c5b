"""The ASGI application: every handler of `server/endpoints/`, and the envelope for what no handler answers."""

import importlib
import logging
import pkgutil
from http import HTTPStatus

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from server import endpoints
from server.answers import ApiError
from server.openapi import describe
from server.routing import HANDLERS, Straight, answer, make_router, public
from server.services import Services

log = logging.getLogger(__name__)


def make_app(services: Services) -> FastAPI:
    """The application of one host."""
    for module in pkgutil.iter_modules(endpoints.__path__, f"{endpoints.__name__}."):
        importlib.import_module(module.name)
    app = FastAPI(
        title="Dovecote sandbox of the social API", version="1", redirect_slashes=False, docs_url=None, redoc_url=None
    )
    app.state.services = services
    # Not `include_router`: it makes every route anew for each application, 40 ms of work at its first request.
    routes = make_router().routes
    app.router.routes.extend([Straight(routes), *routes])
    describe(app, [handled[0] for handled in HANDLERS.values()])
    app.add_exception_handler(HTTPException, _no_endpoint)
    app.add_exception_handler(Exception, _broken)
    return app


@public("GET", "/health")
async def health(services: Services, _request: Request) -> Response:
    """Alive, and what time the server believes it is."""
    return answer({"status": "success", "now": services.clock.now().isoformat()})


@public("GET", "/docs")
async def docs(_services: Services, request: Request) -> Response:
    """The description of every call, as a page."""
    # The page is seldom asked for, and what renders it takes a while to import.
    from server.docs_page import render  # noqa: PLC0415

    return HTMLResponse(render(request.app.openapi()))


async def _no_endpoint(_request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    if status == HTTPStatus.BAD_REQUEST:
        # Code 400 of the contract means something else; a form that cannot be read is a wrong parameter.
        return answer(ApiError(101, str(getattr(error, "detail", ""))).body(), status)
    # A wrong method is answered with the right ones, in `Allow`.
    return answer(ApiError(status, status=status).body(), status, dict(getattr(error, "headers", None) or {}))


async def _broken(request: Request, error: Exception) -> Response:
    log.error("%s %s failed", request.method, request.url.path, exc_info=error)
    return answer(ApiError(500).body(), 500)
