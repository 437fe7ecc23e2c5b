"""Reading registered feeds and posting what is new in them, each item once (content.md 5).

A due feed is claimed under a lease, read outside of any transaction, and settled in one: the marks of its items, their
posts, the event and the time of the next reading stand or fall together. So a process that dies in between leaves the
feed as it was, and of two that read the same one only the holder of the lease posts.
"""

import secrets
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy.ext.asyncio import AsyncConnection

from pipeline.fetching import FetchError
from server.answers import ApiError
from server.delivery.dispatch import waiting
from server.events import Event, emit
from server.services import Services
from server.store import feed as store
from server.store import posts, profiles
from server.store.feed import StoredFeed
from server.store.posts import PostStatus, new_id
from server.store.schema import to_ms
from server.verification.files import look_at
from server.verification.recent import counts_as, fingerprint
from server.verification.submission import Part
from social.contract.posts import PostRequest
from social.contract.webhooks import Action
from social.instants import wire
from social.networks import NETWORKS
from social.networks.base import MediaFacts

if TYPE_CHECKING:
    from pipeline.records import Item
    from pipeline.sources.feeds import FeedReading

ALWAYS = ("facebook", "linkedin", "telegram", "twitter")
WITH_PICTURE = ("instagram", "pinterest")
MOST_TAGS = 3
MOST_AT_ONCE = 20
"""New items that one reading posts. A feed that brings more at once has changed all its names, or was away for months:
the newest are posted, the others only marked."""

LONGEST_GAP = timedelta(days=1)
LEASE_SECONDS = 300
HINT_SECONDS = 1.0


class Reader:
    """Reads the due feeds of one store. `settle` costs one query a second while nothing is due."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._owner = secrets.token_hex(16)
        self._looked_at = float("-inf")

    async def settle(self) -> int:
        """Read every feed that is due by the server's clock; returns how many. Each one once, however long ago."""
        read = 0
        while await self._anything_due():
            async with self._services.database.begin() as connection:
                feed = await store.claim(
                    connection, self._services.clock.now(), owner=self._owner, seconds=LEASE_SECONDS
                )
            self._looked_at = float("-inf")
            if feed is None:
                break
            await self._read(feed)
            read += 1
        return read

    async def _anything_due(self) -> bool:
        due = self._services.feeds
        if time.monotonic() - self._looked_at > HINT_SECONDS:
            async with self._services.database.read() as connection:
                due.at = await store.next_due(connection)
            self._looked_at = time.monotonic()
        return due.at is not None and due.at <= to_ms(self._services.clock.now())

    async def _read(self, feed: StoredFeed) -> None:
        reading = await read(self._services, feed)
        fresh = await self._with_pictures(feed, _oldest_first(reading))
        async with self._services.database.begin() as connection:
            now = self._services.clock.now()
            gap = timedelta(minutes=self._services.settings.feed_minutes)
            if not await store.settle(connection, feed.id, self._owner, _outcome(feed, reading, to_ms(now), gap)):
                return
            if reading.status == "failed":
                if not feed.failures:
                    await emit(connection, now, _failed(feed, reading.reason))
                return
            new = [one for one in fresh if await store.see(connection, feed, names(one[0]))][-MOST_AT_ONCE:]
            await self._post(connection, feed, new)
            if new:
                await emit(connection, now, _told(feed, [item for item, _ in new]))

    async def _with_pictures(self, feed: StoredFeed, items: Sequence["Item"]) -> list[tuple["Item", str]]:
        """Each item with a picture that networks can be given, empty for none."""
        async with self._services.database.read() as connection:
            marked = {id(item): await store.seen(connection, feed, names(item)) for item in items}
        urls = {id(item): item.pictures[0].url for item in items if item.pictures and not marked[id(item)]}
        looked = await look_at(self._services, list(urls.values()), is_video=False)
        good = {url for url, facts in looked.items() if isinstance(facts, MediaFacts)}
        return [(item, url if (url := urls.get(id(item), "")) in good else "") for item in items]

    async def _post(self, connection: AsyncConnection, feed: StoredFeed, new: Sequence[tuple["Item", str]]) -> None:
        """Posts that are due now: the worker sends them next, as it sends any other."""
        profile = await profiles.by_id(connection, feed.profile_id)
        if profile is None:
            return
        now = to_ms(self._services.clock.now())
        for place, (item, picture) in enumerate(new):
            platforms = [*ALWAYS, *(WITH_PICTURE if picture else ())]
            body = request(feed, item, picture, [name for name in sorted(platforms) if name in profile.linked])
            if not body.platforms:
                continue
            # A millisecond apart: so they go out in the order of the feed.
            at = now - len(new) + 1 + place
            row = _row(feed, body, at)
            parts = [Part(platform=name, text=body.post[name], options={}) for name in body.platforms]  # type: ignore[index]
            ready = [
                waiting(row["id"], part.platform, at)
                | {"profile_id": feed.profile_id, "digest": fingerprint(part), "counts_as": counts_as(part)}
                for part in parts
            ]
            await posts.add(connection, [row], ready)
            self._services.due.notice(at)


async def read(services: Services, feed: StoredFeed) -> "FeedReading":
    """What a feed holds now. Never raises for the feed."""
    # Reading feeds needs libraries that take half a second to import, and most servers have no feeds.
    from pipeline.sources.feeds import FeedState, read_feed  # noqa: PLC0415

    state = FeedState(url=feed.asked_url, etag=feed.etag, last_modified=feed.last_modified, title=feed.title)
    return await read_feed(state.url, fetcher=await services.fetcher.opened(), state=state)


async def discover(services: Services, url: str) -> "tuple[FeedReading, str]":
    """The feed at `url`, or the first one that the page at `url` names, and its address. Raises ApiError 101."""
    from pipeline.sources.feeds import FeedState, read_feed  # noqa: PLC0415
    from pipeline.sources.pages import feeds_of_page  # noqa: PLC0415

    fetcher = await services.fetcher.opened()
    reading = await read_feed(url, fetcher=fetcher, state=FeedState(url=url))
    if reading.status == "ok":
        return reading, url
    reason = reading.reason
    try:
        page = await fetcher.get(url)
    except FetchError as error:
        raise ApiError(101, f"url: {error}", action="create") from error
    for address in feeds_of_page(page):
        reading = await read_feed(address, fetcher=fetcher, state=FeedState(url=address))
        if reading.status == "ok":
            return reading, address
    raise ApiError(101, f"url: no feed there, and the page names none that can be read ({reason}).", action="create")


def names(item: "Item") -> Iterator[str]:
    """What an item is known by: feeds change the guids of their items, or the links, seldom both at once."""
    yield f"item:{item.identity}"
    if item.link:
        yield f"link:{item.link}"


def request(feed: StoredFeed, item: "Item", picture: str, platforms: list[str]) -> PostRequest:
    """The post of an item: its title and its link, in each network's length."""
    from pipeline.compose.fitting import fit  # noqa: PLC0415
    from pipeline.compose.hashtags import suggest  # noqa: PLC0415

    text = "\n".join(part for part in (item.name, item.link) if part)
    tags = suggest(f"{item.title}\n{item.text}", most=MOST_TAGS) if feed.auto_hashtag else []
    suffix = " ".join(f"#{tag.lstrip('#')}" for tag in tags)
    texts = {name: fit(text, NETWORKS[name], suffix=suffix).text for name in platforms}
    everywhere = picture and feed.use_first_image
    shown = {name: [picture] for name in platforms if picture and (everywhere or name in WITH_PICTURE)}
    return PostRequest(
        post=texts, platforms=platforms, media_urls=shown, notes=f"feed {feed.id}", validate_scheduled=False
    )


def _oldest_first(reading: "FeedReading") -> list["Item"]:
    items = list(reading.parsed.items)[::-1] if reading.parsed else []
    # Feeds have their newest entry first; where dates are missing that order is all there is.
    return sorted(items, key=lambda item: item.published.timestamp() if item.published else 0.0)


def _row(feed: StoredFeed, body: PostRequest, at_ms: int) -> dict[str, Any]:
    return {
        "id": new_id(),
        "profile_id": feed.profile_id,
        "created": at_ms,
        "due_at": at_ms,
        "status": PostStatus.PENDING,
        "type": "now",
        "platforms": body.platforms,
        "request": body.to_wire(),
        "text": body.post,
        "notes": body.notes,
        "idempotency_key": None,
        "auto_repost_id": None,
        "auto_schedule_title": None,
        "requires_approval": False,
    }


def _outcome(feed: StoredFeed, reading: "FeedReading", now: int, gap: timedelta) -> dict[str, Any]:
    if reading.status == "failed":
        wait = min(gap * 2 ** min(feed.failures, 10), LONGEST_GAP)
        due = {"due_at": now + wait // timedelta(milliseconds=1)}
        return due | {"failures": feed.failures + 1, "error": reading.reason[:1000]}
    state = replace(reading.state, title=reading.state.title or feed.title)
    return {
        "due_at": now + gap // timedelta(milliseconds=1),
        "read_at": now,
        "failures": 0,
        "error": None,
        "asked_url": state.url,
        "etag": state.etag,
        "last_modified": state.last_modified,
        "title": state.title,
    }


def _told(feed: StoredFeed, items: Iterable["Item"]) -> Event:
    shown = [
        {"title": item.name, "link": item.link} | ({"published": wire(item.published)} if item.published else {})
        for item in items
    ]
    newest = shown[-1]
    told = {"status": "success", "id": feed.id, "feedUrl": feed.feed_url, "items": shown[::-1]}
    return Event(feed.profile_id, Action.FEED, told | {"title": newest["title"], "link": newest["link"]})


def _failed(feed: StoredFeed, reason: str) -> Event:
    told = {"status": "error", "id": feed.id, "feedUrl": feed.feed_url, "title": feed.title, "message": reason}
    return Event(feed.profile_id, Action.FEED, told)
