"""Pictures of the real Unsplash, for servers with an access key (posts.md 3.1)."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

from pydantic import BaseModel, ValidationError
from pydantic_core import from_json

from pipeline.fetching import FetchError, FetchLimits, HttpStatus
from server.answers import ApiError
from server.services import Services

LIMITS = FetchLimits(total=15.0, max_bytes=1_000_000, max_redirects=0)
RANDOM = "random"
_MISSING = 404


class _Urls(BaseModel):
    regular: str


class _Photo(BaseModel):
    urls: _Urls
    links: dict[str, Any] = {}


async def photo(services: Services, asked: str, *, by_id: bool, used: bool) -> str:
    """The address of one photo, 1,080 pixels wide: by id, by search phrase, or any (`random`).

    With `used` Unsplash is told that the photo goes out, as its terms want. Raises ApiError 136 when there is none.
    """
    base = services.settings.unsplash_url
    query = f"?{urlencode({'query': asked})}" if asked != RANDOM else ""
    found = await _ask(services, f"{base}/photos/{quote(asked, safe='') if by_id else RANDOM + query}", asked)
    try:
        chosen = _Photo.model_validate(found)
    except ValidationError as error:
        raise ApiError(136, f"unsplash: the answer for {asked!r} names no photo.") from error
    notice = chosen.links.get("download_location")
    if used and isinstance(notice, str) and notice.startswith(base + "/"):
        await _ask(services, notice, asked)
    return chosen.urls.regular


async def _ask(services: Services, url: str, asked: str) -> Mapping[str, Any]:
    key = services.settings.unsplash_access_key.get_secret_value()
    try:
        fetched = await services.fetcher.get(url, limits=LIMITS, authorization=f"Client-ID {key}")
        found = from_json(fetched.body)
    except HttpStatus as error:
        known = "there is no such photo" if error.status == _MISSING else error.reason
        raise ApiError(136, f"unsplash: {asked!r}: {known}.") from error
    except (FetchError, ValueError) as error:
        reason = error.reason if isinstance(error, FetchError) else "the answer is not JSON"
        raise ApiError(136, f"unsplash: {asked!r}: {reason}.") from error
    return found if isinstance(found, dict) else {}
