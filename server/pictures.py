"""Pictures for a model: as data, so that it is never handed an address to fetch."""

import base64

from pipeline.media import MediaError, facts_of
from server.answers import ApiError
from social.networks.base import MediaKind

MOST_PICTURE = 20_000_000
_TYPES = {"jpeg": "image/jpeg", "png": "image/png", "gif": "image/gif", "webp": "image/webp", "bmp": "image/bmp"}


def data_uri(data: bytes, url: str) -> str:
    """A picture as a data URI. Raises ApiError 136 for what is none."""
    try:
        facts = facts_of(data, url=url)
    except MediaError as error:
        raise ApiError(136, f"{url[:200]} {error.reason}.") from error
    if facts.kind not in {MediaKind.IMAGE, MediaKind.GIF} or facts.format not in _TYPES:
        raise ApiError(136, f"{url[:200]} is no JPEG, PNG, GIF, WEBP or BMP picture.")
    return f"data:{_TYPES[facts.format]};base64,{base64.b64encode(data).decode()}"
