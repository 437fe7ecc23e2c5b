"""Media of a post: is each URL one that may be used, does it answer, and what is behind it (posts.md 9.3)."""

import asyncio
from collections.abc import Iterable
from dataclasses import replace

from pipeline.fetching import FetchError, FetchLimits
from pipeline.media import MediaError, facts_by_name, facts_of
from server import studio
from server.services import Services
from server.store import media
from social.networks.base import MediaFacts, MediaKind, Problem
from social.networks.checks import check_url

MEASURED = FetchLimits(max_bytes=30 * 1024 * 1024, max_redirects=0)

Looked = dict[str, MediaFacts | Problem]


async def look_at(services: Services, urls: Iterable[str], *, is_video: bool) -> Looked:
    """What each URL is, or why it cannot be used. Own files are looked up, foreign ones fetched and measured."""
    wanted = list(dict.fromkeys(urls))
    if not wanted:
        return {}
    found = await asyncio.gather(*(_look(services, url, is_video=is_video) for url in wanted))
    return dict(zip(wanted, found, strict=True))


async def _look(services: Services, url: str, *, is_video: bool) -> MediaFacts | Problem:
    # Own files first: a server for trying things out may have a plain http address.
    if url.startswith(services.settings.public_url + "/"):
        facts = await _own(services, url)
        return _as_told(facts, is_video=is_video) if facts else _wrong(url, "no such file was uploaded here")
    if problem := check_url(url):
        return problem
    if not services.settings.strict_media:
        return _as_told(_by_name(url), is_video=is_video)
    try:
        measured = await _measure(services, url, is_video=is_video)
    except (FetchError, MediaError) as error:
        return _wrong(url, error.reason)
    if measured.kind is MediaKind.VIDEO and not is_video and _promised(url) is not MediaKind.VIDEO:
        return _wrong(url, "a video whose URL does not end as one; send isVideo: true")
    return _as_told(measured, is_video=is_video)


async def _own(services: Services, url: str) -> MediaFacts | None:
    if drawn := await asyncio.to_thread(studio.drawn, url.removeprefix(services.settings.public_url)):
        return facts_of(drawn, url=url, content_type="image/jpeg")
    async with services.database.read() as connection:
        return await media.facts(connection, url)


async def _measure(services: Services, url: str, *, is_video: bool) -> MediaFacts:
    head = await services.fetcher.head(url, limits=MEASURED)
    if is_video or (head.content_type or "").startswith("video/") or _promised(url) is MediaKind.VIDEO:
        # A video is not downloaded to learn its length: what was not measured is not held against it.
        size = head.headers.get("content-length", "")
        named = replace(_by_name(url), kind=MediaKind.VIDEO)
        return replace(named, size=int(size) if size.isdecimal() else None)
    fetched = await services.fetcher.get(url, limits=MEASURED)
    return facts_of(fetched.body, url=url, content_type=fetched.content_type)


def _promised(url: str) -> MediaKind | None:
    named = facts_by_name(url) if "?" not in url else None
    return named.kind if named else None


def _by_name(url: str) -> MediaFacts:
    return facts_by_name(url) or MediaFacts(url=url, kind=MediaKind.IMAGE)


def _as_told(facts: MediaFacts, *, is_video: bool) -> MediaFacts:
    unmeasured = facts.kind is MediaKind.IMAGE and facts.width is None
    return replace(facts, kind=MediaKind.VIDEO) if is_video and (unmeasured or facts.kind is MediaKind.GIF) else facts


def _wrong(url: str, reason: str) -> Problem:
    return Problem(code=136, message=f"mediaUrls: {url} is not usable: {reason}", field="mediaUrls")
