"""`/sandbox/pictures/…`: the pictures of the sandbox's accounts, people and older posts, made when asked for."""

import asyncio

from starlette.requests import Request
from starlette.responses import Response

from server import studio
from server.answers import ApiError
from server.routing import public
from server.services import Services

# The same name is the same picture for good.
_HEADERS = {"Cache-Control": "public, max-age=31536000, immutable"}


@public("GET", "/sandbox/pictures/{kind}/{name}")
async def picture(_services: Services, request: Request, kind: str, name: str) -> Response:
    """A JPEG drawn from the name alone; nothing is stored. 404 for a name that no answer of the server holds."""
    drawn = await asyncio.to_thread(studio.drawn, request.url.path)
    if drawn is None:
        raise ApiError(404, f"There is no sandbox picture {kind}/{name}.")
    return Response(drawn, media_type="image/jpeg", headers=_HEADERS)
