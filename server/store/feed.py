"""Registered feeds, what of them has been seen, and who reads which of them now (content.md 5)."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    Row,
    String,
    Table,
    Text,
    UniqueConstraint,
    delete,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from server.store import upsert
from server.store.queue import real_ms
from server.store.schema import from_ms, metadata, to_ms

feeds = Table(
    "feeds",
    metadata,
    Column("id", String(12), primary_key=True),
    Column("profile_id", ForeignKey("profiles.id"), nullable=False),
    Column("feed_url", String(2000), nullable=False),
    Column("type", String(20), nullable=False),
    Column("title", Text, nullable=False),
    Column("link", Text, nullable=False),
    Column("description", Text),
    Column("image", JSON),
    Column("use_first_image", Boolean, nullable=False),
    Column("auto_hashtag", Boolean, nullable=False),
    Column("created", BigInteger, nullable=False),
    Column("asked_url", Text),
    Column("etag", Text),
    Column("last_modified", Text),
    Column("due_at", BigInteger, nullable=False),
    Column("read_at", BigInteger),
    Column("failures", Integer, nullable=False),
    Column("error", Text),
    Column("lease_until", BigInteger),
    Column("lease_owner", String(32)),
    UniqueConstraint("profile_id", "feed_url", name="one_feed_per_profile"),
    Index("feeds_due", "due_at"),
)
feed_items = Table(
    "feed_items",
    metadata,
    Column("feed_id", String(12), primary_key=True),
    Column("mark", String(32), primary_key=True),
    Column("profile_id", ForeignKey("profiles.id"), nullable=False),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFeed:
    """One registered feed. `failures` counts the readings in a row that failed, `error` says how the last one did.

    `asked_url` is where to ask, the new address of a feed that moved; with `etag` and `last_modified` from last time.
    """

    id: str
    profile_id: int
    feed_url: str
    type: str
    title: str
    link: str
    description: str
    image: dict[str, Any] | None
    use_first_image: bool
    auto_hashtag: bool
    created: datetime
    due_at: datetime
    failures: int
    error: str
    asked_url: str
    etag: str | None
    last_modified: str | None


async def add(connection: AsyncConnection, feed: StoredFeed) -> StoredFeed:
    """Keep a feed. Where the profile has one of this address, that one is changed and comes back."""
    row = {
        "id": feed.id,
        "type": feed.type,
        "title": feed.title,
        "link": feed.link,
        "description": feed.description,
        "image": feed.image,
        "created": to_ms(feed.created),
        "due_at": to_ms(feed.due_at),
        "failures": 0,
        "etag": feed.etag,
        "last_modified": feed.last_modified,
        "asked_url": feed.asked_url,
    }
    flags = {"use_first_image": feed.use_first_image, "auto_hashtag": feed.auto_hashtag}
    key = {"profile_id": feed.profile_id, "feed_url": feed.feed_url}
    if not await upsert.add(connection, feeds, row | flags | key):
        mine = (feeds.c.profile_id == feed.profile_id) & (feeds.c.feed_url == feed.feed_url)
        await connection.execute(update(feeds).where(mine).values(flags))
    wanted = select(feeds).where(feeds.c.profile_id == feed.profile_id, feeds.c.feed_url == feed.feed_url)
    return _read((await connection.execute(wanted)).one())


async def listed(connection: AsyncConnection, profile_id: int) -> list[StoredFeed]:
    """The feeds of a profile, oldest first."""
    wanted = select(feeds).where(feeds.c.profile_id == profile_id).order_by(feeds.c.created, feeds.c.id)
    return [_read(row) for row in await connection.execute(wanted)]


async def get(connection: AsyncConnection, profile_id: int, feed_id: str) -> StoredFeed | None:
    """One feed of the profile, or None."""
    wanted = select(feeds).where(feeds.c.profile_id == profile_id, feeds.c.id == feed_id)
    row = (await connection.execute(wanted)).first()
    return None if row is None else _read(row)


async def change(connection: AsyncConnection, profile_id: int, feed_id: str, **columns: object) -> None:
    """Change columns of a feed."""
    mine = (feeds.c.profile_id == profile_id) & (feeds.c.id == feed_id)
    await connection.execute(update(feeds).where(mine).values(columns))


async def remove(connection: AsyncConnection, profile_id: int, feed_id: str) -> bool:
    """Forget a feed and what of it was seen. False when the profile has no such feed."""
    mine = (feeds.c.profile_id == profile_id) & (feeds.c.id == feed_id)
    gone = await connection.execute(delete(feeds).where(mine))
    if gone.rowcount:
        await connection.execute(delete(feed_items).where(feed_items.c.feed_id == feed_id))
    return bool(gone.rowcount)


async def see(connection: AsyncConnection, feed: StoredFeed, names: Iterable[str]) -> bool:
    """Mark an item as seen under each of its names. Returns whether it was new under all of them."""
    new = True
    for name in names:
        row = {"feed_id": feed.id, "mark": _mark(name), "profile_id": feed.profile_id}
        new = await upsert.add(connection, feed_items, row) and new
    return new


async def seen(connection: AsyncConnection, feed: StoredFeed, names: Iterable[str]) -> bool:
    """Whether an item was seen under one of its names."""
    marks = [_mark(name) for name in names]
    wanted = select(feed_items.c.mark).where(feed_items.c.feed_id == feed.id, feed_items.c.mark.in_(marks))
    return await connection.scalar(wanted.limit(1)) is not None


async def next_due(connection: AsyncConnection) -> int | None:
    """When the next feed is to be read, in milliseconds; None without feeds. One that is being read does not count."""
    free = or_(feeds.c.lease_until.is_(None), feeds.c.lease_until < real_ms())
    due: int | None = await connection.scalar(select(func.min(feeds.c.due_at)).where(free))
    return due


async def claim(connection: AsyncConnection, now: datetime, *, owner: str, seconds: int) -> StoredFeed | None:
    """Take one due feed for `seconds`, the longest overdue first."""
    free = or_(feeds.c.lease_until.is_(None), feeds.c.lease_until < real_ms())
    due = select(feeds).where(feeds.c.due_at <= to_ms(now), free).order_by(feeds.c.due_at, feeds.c.id).limit(1)
    row = (await connection.execute(due.with_for_update(skip_locked=True))).first()
    if row is None:
        return None
    values = {"lease_owner": owner, "lease_until": real_ms() + seconds * 1000}
    await connection.execute(update(feeds).where(feeds.c.id == row.id).values(values))
    return _read(row)


async def settle(connection: AsyncConnection, feed_id: str, owner: str, values: dict[str, Any]) -> bool:
    """Write down how a reading ended and let go. False when the feed is gone or another process has taken it over."""
    mine = (feeds.c.id == feed_id) & (feeds.c.lease_owner == owner)
    done = await connection.execute(
        update(feeds).where(mine).values(values | {"lease_owner": None, "lease_until": None})
    )
    return bool(done.rowcount)


def _mark(name: str) -> str:
    return hashlib.sha256(name.encode("utf-8", "replace")).hexdigest()[:32]


def _read(row: Row[Any]) -> StoredFeed:
    return StoredFeed(
        id=row.id,
        profile_id=row.profile_id,
        feed_url=row.feed_url,
        type=row.type,
        title=row.title,
        link=row.link,
        description=row.description or "",
        image=row.image,
        use_first_image=row.use_first_image,
        auto_hashtag=row.auto_hashtag,
        created=from_ms(row.created),
        due_at=from_ms(row.due_at),
        failures=row.failures,
        error=row.error or "",
        asked_url=row.asked_url or row.feed_url,
        etag=row.etag,
        last_modified=row.last_modified,
    )
