"""Comments that a profile wrote through the API, and what it deleted of others' (content.md 12)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Row,
    Select,
    String,
    Table,
    Text,
    insert,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from server.store import upsert
from server.store.schema import from_ms, metadata, to_ms

comments = Table(
    "comments",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("platform", String(20), primary_key=True),
    Column("profile_id", ForeignKey("profiles.id"), nullable=False),
    Column("post_id", String(40)),
    Column("post_social_id", Text, nullable=False),
    Column("social_id", Text, nullable=False),
    Column("parent_id", Text),
    Column("text", Text, nullable=False),
    Column("media_urls", JSON, nullable=False),
    Column("created", BigInteger, nullable=False),
    Column("deleted", Boolean, nullable=False, default=False),
    Index("comments_of_post", "profile_id", "post_social_id"),
    Index("comments_social_id", "profile_id", "social_id"),
)

# Comments that the store does not hold, for nobody wrote them here: strangers', and the first comment of a post.
hidden_comments = Table(
    "hidden_comments",
    metadata,
    Column("profile_id", ForeignKey("profiles.id"), primary_key=True),
    Column("platform", String(20), primary_key=True),
    Column("social_id", String(255), primary_key=True),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredComment:
    """A comment on one network; `id` is the API's, the same on each network it was written to at once.

    `post_id` is the API's id of the post, empty for one not sent through it; `parent_id` the network's id of the
    comment it answers, empty for none.
    """

    id: str
    platform: str
    post_id: str
    post_social_id: str
    social_id: str
    parent_id: str
    text: str
    media_urls: list[str]
    created: datetime


async def add(connection: AsyncConnection, profile_id: int, written: Sequence[StoredComment]) -> None:
    """Keep what was written, one row per network."""
    rows = [
        {
            "id": one.id,
            "platform": one.platform,
            "profile_id": profile_id,
            "post_id": one.post_id or None,
            "post_social_id": one.post_social_id,
            "social_id": one.social_id,
            "parent_id": one.parent_id or None,
            "text": one.text,
            "media_urls": one.media_urls,
            "created": to_ms(one.created),
        }
        for one in written
    ]
    await connection.execute(insert(comments), rows)


async def under(connection: AsyncConnection, profile_id: int, post_social_ids: Iterable[str]) -> list[StoredComment]:
    """The profile's comments under posts with these ids of networks, newest first."""
    wanted = _mine(profile_id).where(comments.c.post_social_id.in_(list(post_social_ids)))
    return await _read_all(connection, wanted)


async def by_id(connection: AsyncConnection, profile_id: int, comment_id: str) -> list[StoredComment]:
    """The comment with the API's id, one for each network that holds it."""
    return await _read_all(connection, _mine(profile_id).where(comments.c.id == comment_id))


async def of_post(connection: AsyncConnection, profile_id: int, post_id: str) -> list[StoredComment]:
    """What was sent through the API under the post with the API's id, newest first."""
    return await _read_all(connection, _mine(profile_id).where(comments.c.post_id == post_id))


async def by_social_id(
    connection: AsyncConnection, profile_id: int, platform: str, social_id: str
) -> StoredComment | None:
    """The comment that a network knows under its own id, or None."""
    wanted = _mine(profile_id).where(comments.c.platform == platform, comments.c.social_id == social_id)
    return next(iter(await _read_all(connection, wanted)), None)


async def delete(connection: AsyncConnection, profile_id: int, gone: Iterable[StoredComment]) -> None:
    """Mark comments as deleted."""
    for one in gone:
        mine = (comments.c.profile_id == profile_id) & (comments.c.id == one.id)
        await connection.execute(update(comments).where(mine, comments.c.platform == one.platform).values(deleted=True))


async def hide(connection: AsyncConnection, profile_id: int, platform: str, social_id: str) -> None:
    """Show a comment no more that is not stored here."""
    values = {"profile_id": profile_id, "platform": platform, "social_id": social_id}
    await upsert.add(connection, hidden_comments, values)


async def hidden(connection: AsyncConnection, profile_id: int, platforms: Iterable[str]) -> frozenset[str]:
    """The network's ids of hidden comments."""
    mine = (hidden_comments.c.profile_id == profile_id) & hidden_comments.c.platform.in_(list(platforms))
    rows = await connection.scalars(select(hidden_comments.c.social_id).where(mine))
    return frozenset(rows.all())


def _mine(profile_id: int) -> Select[tuple[object, ...]]:
    return select(comments).where(comments.c.profile_id == profile_id, comments.c.deleted.is_(False))


async def _read_all(connection: AsyncConnection, wanted: Select[tuple[object, ...]]) -> list[StoredComment]:
    rows = await connection.execute(wanted.order_by(comments.c.created.desc(), comments.c.id.desc()))
    return [_read(row) for row in rows]


def _read(row: Row[tuple[object, ...]]) -> StoredComment:
    return StoredComment(
        id=row.id,
        platform=row.platform,
        post_id=row.post_id or "",
        post_social_id=row.post_social_id,
        social_id=row.social_id,
        parent_id=row.parent_id or "",
        text=row.text,
        media_urls=row.media_urls,
        created=from_ms(row.created),
    )
