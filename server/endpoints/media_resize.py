"""`POST /media/resize`: a picture in a network's size, kept in the gallery (content.md 6.6)."""

import asyncio
from typing import Any

from pydantic_core import from_json
from starlette.requests import Request

from pipeline.media import facts_of
from server.answers import ApiError
from server.auth import Caller
from server.bytes_of import media_bytes
from server.gallery import keep
from server.parsing import fit, read_body
from server.resizing import NotAPicture, Wanted, resized
from server.routing import handles
from server.uploads import MOST_ON_THE_WIRE, read_file
from social.contract.media import MAX_UPLOAD_BYTES, SIZES, Dimensions, Effects, ResizeRequest
from social.contract.routes import RESIZE_MEDIA

ACTION = "resize"
_JSON_FIELDS = frozenset({"dimensions", "watermark", "effects"})


@handles(RESIZE_MEDIA, raw=True)
async def resize(caller: Caller) -> dict[str, Any]:
    """The picture in its new size. Raises ApiError: 101 for what is asked, 136 for a picture that cannot be had."""
    body, data = await _read(caller.request)
    size, at = _size(body)
    if not data:
        url = body.media_url or body.image_url
        if not url:
            raise ApiError(101, "mediaUrl: missing; send it, or the part file of a form.", action=ACTION)
        data = await _bytes_of(caller, url, "mediaUrl")
    mark = body.watermark.url if body.watermark else body.watermark_url
    wanted = Wanted(
        size=size,
        mode=body.mode,
        at=at,
        mark=await _bytes_of(caller, mark, "watermark") if mark else b"",
        mark_position=body.watermark.position if body.watermark else "southeast",
        effects=body.effects or Effects(),
        format="JPEG" if body.convert_to_jpg else "WEBP" if body.convert_to_web_p else "",
    )
    try:
        made, extension = await asyncio.to_thread(resized, data, wanted)
    except NotAPicture as error:
        raise ApiError(136, f"The picture cannot be resized: {error}.", action=ACTION) from error
    facts = await asyncio.to_thread(facts_of, made, url=f"resized.{extension}")
    stored = await keep(caller, made, facts, extension=extension)
    shown: dict[str, Any] = {"status": "success", "url": stored.url(caller.settings.public_url), "mode": body.mode}
    named = {"platform": body.platform} if body.platform else {}
    return shown | named | {"effects": body.effects.to_wire() if body.effects else {}}


async def _read(request: Request) -> tuple[ResizeRequest, bytes]:
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        return await read_body(request, ResizeRequest), b""
    too_large = ApiError(101, f"file: more than {MAX_UPLOAD_BYTES // 1_000_000} MB.", action=ACTION)
    _, data, form = await read_file(request, MOST_ON_THE_WIRE, too_large)
    fields = {name: value for name, value in form.multi_items() if isinstance(value, str) and value}
    try:
        given = {name: from_json(value) if name in _JSON_FIELDS else value for name, value in fields.items()}
    except ValueError as error:
        message = f"The form: {', '.join(sorted(_JSON_FIELDS))} are JSON ({error})."
        raise ApiError(101, message, action=ACTION) from error
    return fit(ResizeRequest, given), data


def _size(body: ResizeRequest) -> tuple[tuple[int, int], tuple[int, int]]:
    if body.dimensions is not None:
        wanted: Dimensions = body.dimensions
        return (wanted.width, wanted.height), (wanted.x_coordinate, wanted.y_coordinate)
    if body.platform is None:
        raise ApiError(101, "platform: missing; send it, or dimensions.", action=ACTION)
    if body.platform.lower() not in SIZES:
        message = f"platform: {body.platform[:40]!r} has no size; choose from {', '.join(SIZES)}."
        raise ApiError(101, message, action=ACTION)
    return SIZES[body.platform.lower()], (0, 0)


async def _bytes_of(caller: Caller, url: str, field: str) -> bytes:
    return await media_bytes(caller, url, field, most=MAX_UPLOAD_BYTES, action=ACTION)
