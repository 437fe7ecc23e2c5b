"""`/feed`: registering feeds that the server posts by itself (content.md 5)."""

from dataclasses import asdict
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from sqlalchemy.ext.asyncio import AsyncConnection

from pipeline.fetching import Blocked
from pipeline.fetching.addresses import check_url
from server.answers import ApiError
from server.auth import Caller
from server.feeds import discover, names
from server.routing import handles
from server.store import feed as store
from server.store.feed import StoredFeed
from server.store.posts import new_id
from server.store.schema import to_ms
from social.contract.feed import FeedDelete, FeedRequest, FeedUpdate
from social.contract.routes import ADD_FEED, DELETE_FEED, LIST_FEEDS, UPDATE_FEED
from social.instants import wire

if TYPE_CHECKING:
    from pipeline.sources.feeds import FeedReading
    from pipeline.sources.raw import Emblem

ID_LENGTH = 9


@handles(ADD_FEED)
async def add(caller: Caller, body: FeedRequest) -> dict[str, Any]:
    """Register a feed; what it holds now counts as seen. Once more the same address changes the switches only."""
    reading, address = await discover(caller.services, _address(body.url, body.type))
    parsed = reading.parsed
    wanted = StoredFeed(
        id=new_id()[:ID_LENGTH],
        profile_id=caller.profile_id,
        feed_url=address,
        type=body.type,
        title=(parsed.title if parsed else "") or urlsplit(address).netloc,
        link=(parsed.link if parsed else "") or body.url,
        description=parsed.description if parsed else "",
        image=_image(parsed.emblem) if parsed else None,
        use_first_image=body.use_first_image,
        auto_hashtag=body.auto_hashtag,
        created=caller.now,
        due_at=caller.now + timedelta(minutes=caller.settings.feed_minutes),
        failures=0,
        error="",
        asked_url=reading.state.url,
        etag=reading.state.etag,
        last_modified=reading.state.last_modified,
    )
    async with caller.database.begin() as connection:
        feed = await store.add(connection, wanted)
        if feed.id == wanted.id:
            await _see_all(connection, feed, reading)
    caller.services.feeds.notice(to_ms(feed.due_at))
    return {"status": "success"} | _shown(feed)


@handles(LIST_FEEDS)
async def listed(caller: Caller) -> dict[str, Any]:
    """The profile's feeds, oldest first; one whose last reading failed says why."""
    async with caller.database.read() as connection:
        found = await store.listed(connection, caller.profile_id)
    return {"status": "success", "feeds": [_shown(one) for one in found]}


@handles(UPDATE_FEED)
async def update(caller: Caller, body: FeedUpdate) -> dict[str, Any]:
    """Change the switches of a feed, or its address: then what is there counts as seen."""
    async with caller.database.read() as connection:
        await _mine(connection, caller, body.id)
    moved = await discover(caller.services, _address(body.url, "rss")) if body.url else None
    flags = {"use_first_image": body.use_first_image, "auto_hashtag": body.auto_hashtag}
    columns: dict[str, Any] = {name: value for name, value in flags.items() if value is not None}
    async with caller.database.begin() as connection:
        feed = await _mine(connection, caller, body.id)
        if moved is not None:
            columns |= await _move(connection, caller, feed, *moved)
        if columns:
            await store.change(connection, caller.profile_id, body.id, **columns)
        feed = await _mine(connection, caller, body.id)
    caller.services.feeds.notice(to_ms(feed.due_at))
    return {"status": "success"} | _shown(feed)


@handles(DELETE_FEED)
async def delete(caller: Caller, body: FeedDelete) -> dict[str, Any]:
    """Post a feed no more. What waits to be sent is sent."""
    async with caller.database.begin() as connection:
        if not await store.remove(connection, caller.profile_id, body.id):
            raise _unknown(body.id)
    return {"status": "success", "id": body.id}


async def _mine(connection: AsyncConnection, caller: Caller, feed_id: str) -> StoredFeed:
    feed = await store.get(connection, caller.profile_id, feed_id)
    if feed is None:
        raise _unknown(feed_id)
    return feed


async def _move(
    connection: AsyncConnection, caller: Caller, feed: StoredFeed, reading: "FeedReading", address: str
) -> dict[str, Any]:
    """The columns of a feed with a new address, at which everything that is there counts as seen."""
    others = await store.listed(connection, caller.profile_id)
    if any(one.feed_url == address and one.id != feed.id for one in others):
        raise ApiError(101, f"url: {address} is registered already.", action="update")
    await _see_all(connection, feed, reading)
    fresh = {"etag": None, "last_modified": None, "failures": 0, "error": None}
    return fresh | {"feed_url": address, "asked_url": reading.state.url, "due_at": to_ms(caller.now)}


async def _see_all(connection: AsyncConnection, feed: StoredFeed, reading: "FeedReading") -> None:
    for item in reading.parsed.items if reading.parsed else ():
        await store.see(connection, feed, names(item))


def _unknown(feed_id: str) -> ApiError:
    return ApiError(114, f"No feed {feed_id[:40]} in this profile: list them with GET /feed.", id=feed_id)


def _address(url: str, kind: str) -> str:
    """Where to look. Raises ApiError 101 for what is no http(s) address: a feed is never a file of this machine."""
    plain = url.strip()
    if "://" not in plain:
        plain = f"https://{plain}"
    try:
        check_url(plain)
    except Blocked as error:
        raise ApiError(101, f"url: {error}", action="create") from error
    parts = urlsplit(plain)
    if kind == "substack" and parts.path.strip("/") == "":
        return f"{parts.scheme}://{parts.netloc}/feed"
    return plain


def _image(emblem: "Emblem | None") -> dict[str, Any] | None:
    return {name: value for name, value in asdict(emblem).items() if value} if emblem else None


def _shown(feed: StoredFeed) -> dict[str, Any]:
    shown = {
        "id": feed.id,
        "type": feed.type,
        "title": feed.title,
        "link": feed.link,
        "websiteLink": feed.link,
        "rssURL": feed.feed_url,
        "feedURL": feed.feed_url,
        "useFirstImage": feed.use_first_image,
        "autoHashtag": feed.auto_hashtag,
        "created": wire(feed.created),
    }
    told = {"description": feed.description, "image": feed.image, "error": feed.error}
    return shown | {name: value for name, value in told.items() if value}
