"""`/sandbox/pictures/…`: the pictures of the sandbox's accounts, people and older posts, made when asked for."""

import asyncio
import re

from starlette.requests import Request
from starlette.responses import Response

from server import studio
from server.answers import ApiError
from server.routing import public
from server.services import Services

SIZES = {"accounts": (400, 400), "people": (200, 200), "posts": studio.PICTURE}
_KEY = re.compile(r"[0-9a-f]{16}\.jpg")
# The same name is the same picture for good.
_HEADERS = {"Cache-Control": "public, max-age=31536000, immutable"}


@public("GET", "/sandbox/pictures/{kind}/{name}")
async def picture(_services: Services, _request: Request, kind: str, name: str) -> Response:
    """A JPEG drawn from the name alone; nothing is stored. 404 for a name that no answer of the server holds."""
    size = SIZES.get(kind)
    if size is None or not _KEY.fullmatch(name):
        raise ApiError(404, f"There is no sandbox picture {kind}/{name}.")
    drawn = await asyncio.to_thread(studio.picture, f"{kind} {name[:4]}", size)
    return Response(drawn, media_type="image/jpeg", headers=_HEADERS)
