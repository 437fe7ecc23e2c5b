"""What a post leaves to the server: a random text, random media, pictures by word (posts.md 3.1).

Done first, so that everything after it sees a post like any other.
"""

import asyncio
import secrets
from dataclasses import dataclass, field

from pipeline.media import facts_of
from pipeline.videos import measured
from server import studio
from server.answers import ApiError
from server.auth import Caller
from server.gallery import keep
from server.unsplash import RANDOM, photo
from social.contract.posts import PostRequest
from social.networks.base import MediaFacts, MediaKind

TEXTS = (
    "A loft full of doves, and each one knows its way home.",
    "The best letter is the one that arrives.",
    "Small wings, long flights.",
    "Good morning from the dovecote.",
)
# No network takes more (posts.md 12.3).
MOST_PICTURES = 35


@dataclass(frozen=True, slots=True)
class Filled:
    """A post with nothing left to add. `made` are the facts of media that the server made for it, by address."""

    body: PostRequest
    made: dict[str, MediaFacts] = field(default_factory=dict)


async def fill(caller: Caller, body: PostRequest, *, dry_run: bool = False) -> Filled:
    """The post with its random and searched parts. In a dry run nothing that is made is kept.

    Raises ApiError 101 for more pictures than any network takes, 136 when Unsplash has no answer.
    """
    if body.random_post:
        body = body.model_copy(update={"post": f"{secrets.choice(TEXTS)} ({secrets.token_hex(4)})"})
    if not (body.random_media_url or body.unsplash):
        return Filled(body)
    maker = _Maker(caller, dry_run=dry_run)
    urls = [await maker.random(body)] if body.random_media_url else []
    urls += await maker.photos(body.unsplash)
    return Filled(body.model_copy(update={"media_urls": _with(body, urls)}), maker.made)


class _Maker:
    """Makes the media of one post and remembers their facts."""

    def __init__(self, caller: Caller, *, dry_run: bool) -> None:
        self._caller = caller
        self._dry_run = dry_run
        self.made: dict[str, MediaFacts] = {}

    async def random(self, body: PostRequest) -> str:
        """A random picture or, where the post wants a video, the film of its orientation."""
        if not (body.is_video or body.is_landscape_video or body.is_portrait_video):
            return await self._picture(secrets.token_hex(4), "Random picture")
        size = studio.LANDSCAPE if body.is_landscape_video else studio.PORTRAIT
        return await self._keep(await asyncio.to_thread(studio.film, size), "mp4", "Random video")

    async def photos(self, asked: str | list[str] | None) -> list[str]:
        """The pictures of `unsplash`: one for a phrase, one for each id."""
        wanted = [asked] if isinstance(asked, str) else asked or []
        if len(wanted) > MOST_PICTURES:
            raise ApiError(101, f"unsplash: {len(wanted)} photos; no network takes more than {MOST_PICTURES}.")
        if not self._caller.settings.unsplash_access_key.get_secret_value():
            captions = (secrets.token_hex(4) if one == RANDOM else one for one in wanted)
            return [await self._picture(caption, f"unsplash {caption}") for caption in captions]
        by_id, used = isinstance(asked, list), not self._dry_run
        return [await photo(self._caller.services, one, by_id=by_id, used=used) for one in wanted]

    async def _picture(self, caption: str, what: str) -> str:
        return await self._keep(await asyncio.to_thread(studio.picture, caption), "jpg", what)

    async def _keep(self, data: bytes, extension: str, what: str) -> str:
        base, facts = self._caller.settings.public_url, facts_of(data, url=f"made.{extension}")
        if facts.kind is MediaKind.VIDEO:
            facts = await asyncio.to_thread(measured, data, facts)
        if self._dry_run:
            url = f"{base}/media/{secrets.token_hex(16)}.{extension}"
        else:
            # The gallery is where the contract has room to say that a picture is none of Unsplash's.
            description = f"{what}: made by the sandbox"
            url = (await keep(self._caller, data, facts, extension=extension, description=description)).url(base)
        self.made[url] = facts
        return url


def _with(body: PostRequest, urls: list[str]) -> list[str] | dict[str, str | list[str]]:
    given = [] if body.random_media_url else body.media_urls
    if not isinstance(given, dict):
        return [*given, *urls]
    own = {name: [one] if isinstance(one, str) else one for name, one in given.items()}
    return {name: [*own.get(name, []), *urls] for name in ("default", *own)}
