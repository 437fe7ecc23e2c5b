"""Posts: the row a call of `POST /post` leaves behind, its changes and its history (posts.md 4–7, content.md 3)."""

import secrets
import string
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, bindparam, delete, exists, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from server.store.chunks import chunks
from server.store.deliveries import Delivery, DeliveryState
from server.store.deliveries import of_posts as deliveries_of
from server.store.schema import deliveries, from_ms, posts, profiles, to_ms

ALPHABET = string.ascii_letters + string.digits


class PostStatus(StrEnum):
    """Where a stored post stands (posts.md 4)."""

    PENDING = "pending"
    PROCESSING = "processing"
    PAUSED = "paused"
    AWAITING = "awaiting approval"
    SUCCESS = "success"
    ERROR = "error"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """One stored post with its deliveries, alphabetically by network. `request` is the body without its defaults."""

    id: str
    profile_id: int
    ref_id: str
    profile_title: str
    profile_is_primary: bool
    created: datetime
    due_at: datetime
    status: PostStatus
    type: str
    platforms: tuple[str, ...]
    request: dict[str, Any]
    text: str | dict[str, str]
    notes: str | None
    auto_repost_id: str | None
    auto_schedule_title: str | None
    requires_approval: bool
    approved_at: datetime | None
    retried: bool
    deliveries: tuple[Delivery, ...]

    @property
    def published_on(self) -> tuple[Delivery, ...]:
        """The deliveries a network has taken."""
        return tuple(one for one in self.deliveries if one.is_out)


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryFilter:
    """What of a profile's history is asked for (content.md 3.1). Bounds are inclusive and go by the due instant."""

    limit: int
    since: datetime | None = None
    until: datetime | None = None
    platforms: tuple[str, ...] = ()
    status: str | None = None
    type: str | None = None
    auto_repost_id: str | None = None


def new_id() -> str:
    """An id as the API's own: 20 letters and digits."""
    return "".join(secrets.choice(ALPHABET) for _ in range(20))


# Statements of the busiest call are built once.
_NEW_POSTS, _NEW_DELIVERIES = insert(posts), insert(deliveries)
_OF_KEY = select(posts.c.id).where(
    posts.c.profile_id == bindparam("profile_id"), posts.c.idempotency_key == bindparam("key")
)


async def add(connection: AsyncConnection, rows: Sequence[dict[str, Any]], parts: Sequence[dict[str, Any]]) -> None:
    """Store posts and their deliveries, given as columns. Raises IntegrityError for an idempotency key used before."""
    await connection.execute(_NEW_POSTS, rows)
    await connection.execute(_NEW_DELIVERIES, parts)


async def key_used(connection: AsyncConnection, profile_id: int, key: str) -> str | None:
    """The id of the post that used this idempotency key, or None."""
    found: str | None = await connection.scalar(_OF_KEY, {"profile_id": profile_id, "key": key})
    return found


async def get(connection: AsyncConnection, post_id: str, *, profile_id: int | None) -> Post | None:
    """One post of a profile, or of any profile when `profile_id` is None."""
    wanted = _selected().where(posts.c.id == post_id)
    if profile_id is not None:
        wanted = wanted.where(posts.c.profile_id == profile_id)
    found = await _load(connection, wanted)
    return found[0] if found else None


async def several(connection: AsyncConnection, ids: Iterable[str]) -> list[Post]:
    """The posts with these ids, in order of their due instants."""
    found = []
    for some in chunks(list(ids)):
        found += await _load(connection, _selected().where(posts.c.id.in_(some)))
    return sorted(found, key=lambda post: (post.due_at, post.id))


async def history(connection: AsyncConnection, profile_id: int, wanted: HistoryFilter) -> list[Post]:
    """A profile's posts, newest due instant first."""
    conditions = [posts.c.profile_id == profile_id, *_conditions(wanted)]
    newest = _selected().where(*conditions).order_by(posts.c.due_at.desc(), posts.c.id)
    return await _load(connection, newest.limit(wanted.limit))


def _conditions(wanted: HistoryFilter) -> Iterable[ColumnElement[bool]]:
    if wanted.since:
        yield posts.c.due_at >= to_ms(wanted.since)
    if wanted.until:
        yield posts.c.due_at <= to_ms(wanted.until)
    if wanted.type:
        yield posts.c.type == wanted.type
    if wanted.platforms:
        yield exists().where(deliveries.c.post_id == posts.c.id, deliveries.c.platform.in_(wanted.platforms))
    if wanted.auto_repost_id == "all":
        yield posts.c.auto_repost_id.is_not(None)
    elif wanted.auto_repost_id:
        yield posts.c.auto_repost_id == wanted.auto_repost_id
    yield posts.c.status == wanted.status if wanted.status else posts.c.status != PostStatus.DELETED


async def waiting(connection: AsyncConnection, profile_id: int) -> list[str]:
    """The ids of every post of the profile that is still to be sent."""
    mine = (posts.c.profile_id == profile_id) & posts.c.status.in_(WAITING)
    return list((await connection.scalars(select(posts.c.id).where(mine).order_by(posts.c.due_at))).all())


WAITING = (PostStatus.PENDING, PostStatus.PAUSED, PostStatus.AWAITING)


async def withdraw(connection: AsyncConnection, profile_id: int, ids: Sequence[str]) -> dict[str, PostStatus]:
    """Delete those of the profile's posts that wait; returns in which state each one that exists was until now."""
    before: dict[str, PostStatus] = {}
    for some in chunks(ids):
        mine = select(posts.c.id, posts.c.status).where(posts.c.profile_id == profile_id, posts.c.id.in_(some))
        rows = (await connection.execute(mine.with_for_update())).all()
        before |= {row.id: PostStatus(row.status) for row in rows}
        going = [row.id for row in rows if row.status in WAITING]
        await connection.execute(update(posts).where(posts.c.id.in_(going)).values(status=PostStatus.DELETED))
        gone = update(deliveries).where(deliveries.c.post_id.in_(going))
        await connection.execute(gone.values(state=DeliveryState.GONE))
    return before


async def change(
    connection: AsyncConnection, post_id: str, *, when: Iterable[PostStatus] = (), values: dict[str, Any]
) -> bool:
    """Change columns of a post. With `when` only while it has one of these states; False when it had not."""
    statement = update(posts).where(posts.c.id == post_id)
    if states := list(when):
        statement = statement.where(posts.c.status.in_(states))
    return (await connection.execute(statement.values(**values))).rowcount == 1


async def move(connection: AsyncConnection, post_id: str, due_at: datetime) -> None:
    """Give a post another due instant; what counts against duplicates and quotas moves with it."""
    await connection.execute(update(posts).where(posts.c.id == post_id).values(due_at=to_ms(due_at)))
    await connection.execute(update(deliveries).where(deliveries.c.post_id == post_id).values(at=to_ms(due_at)))


async def remove(connection: AsyncConnection, post_id: str) -> None:
    """Take a row away altogether, with its deliveries."""
    await connection.execute(delete(deliveries).where(deliveries.c.post_id == post_id))
    await connection.execute(delete(posts).where(posts.c.id == post_id))


def _selected() -> Select[Any]:
    return select(posts, profiles.c.ref_id, profiles.c.title, profiles.c.is_primary).join(profiles)


async def _load(connection: AsyncConnection, wanted: Select[Any]) -> list[Post]:
    rows = (await connection.execute(wanted)).all()
    parts = await deliveries_of(connection, [row.id for row in rows])
    return [_post(row, parts.get(row.id, ())) for row in rows]


def _post(row: Row[Any], parts: tuple[Delivery, ...]) -> Post:
    return Post(
        id=row.id,
        profile_id=row.profile_id,
        ref_id=row.ref_id,
        profile_title=row.title,
        profile_is_primary=row.is_primary,
        created=from_ms(row.created),
        due_at=from_ms(row.due_at),
        status=PostStatus(row.status),
        type=row.type,
        platforms=tuple(row.platforms),
        request=row.request,
        text=row.text,
        notes=row.notes,
        auto_repost_id=row.auto_repost_id,
        auto_schedule_title=row.auto_schedule_title,
        requires_approval=row.requires_approval,
        approved_at=from_ms(row.approved_at) if row.approved_at is not None else None,
        retried=row.retried,
        deliveries=parts,
    )
