"""Posts: the row a call of `POST /post` leaves behind, its changes and its history (posts.md 4–7, content.md 3)."""

import secrets
import string
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, bindparam, delete, exists, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from server.store.chunks import chunks
from server.store.deliveries import Delivery, DeliveryState
from server.store.deliveries import of_posts as deliveries_of
from server.store.schema import deliveries, from_ms, posts, profiles, to_ms

ALPHABET = string.ascii_letters + string.digits
ID_LENGTH = 20
_IDS = len(ALPHABET) ** ID_LENGTH


class PostStatus(StrEnum):
    """Where a stored post stands (posts.md 4)."""

    PENDING = "pending"
    PROCESSING = "processing"
    PAUSED = "paused"
    AWAITING = "awaiting approval"
    SUCCESS = "success"
    ERROR = "error"
    DELETED = "deleted"


# A look into a table is quicker than asking the enumeration, and a page of the history asks often.
_STATUSES = {one.value: one for one in PostStatus}


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
    number = secrets.randbelow(_IDS)
    letters = []
    for _ in range(ID_LENGTH):
        number, place = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[place])
    return "".join(letters)


_OF_PROFILES = {"ref_id": "ref_id", "profile_title": "title", "profile_is_primary": "is_primary"}
_SELECTED = select(
    *(
        profiles.c[_OF_PROFILES[one.name]] if one.name in _OF_PROFILES else posts.c[one.name]
        for one in fields(Post)
        if one.name != "deliveries"
    )
).join(profiles, profiles.c.id == posts.c.profile_id)
_ONE = _SELECTED.where(posts.c.id == bindparam("wanted"))
_ONE_OF = _ONE.where(posts.c.profile_id == bindparam("mine"))
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
    wanted = _ONE if profile_id is None else _ONE_OF
    found = await _load(connection, wanted, {"wanted": post_id, "mine": profile_id})
    return found[0] if found else None


async def several(connection: AsyncConnection, ids: Iterable[str]) -> list[Post]:
    """The posts with these ids, in order of their due instants."""
    found = []
    for some in chunks(list(ids)):
        found += await _load(connection, _SELECTED.where(posts.c.id.in_(some)))
    return sorted(found, key=lambda post: (post.due_at, post.id))


async def history(connection: AsyncConnection, profile_id: int, wanted: HistoryFilter) -> list[Post]:
    """A profile's posts, newest due instant first."""
    given = {
        "since": to_ms(wanted.since) if wanted.since else None,
        "until": to_ms(wanted.until) if wanted.until else None,
        "type": wanted.type,
        "on": wanted.platforms or None,
        "series": wanted.auto_repost_id or None,
        "status": wanted.status or None,
    }
    values = {name: value for name, value in given.items() if value is not None}
    of_any_series = values.get("series") == "all"
    newest = _newest(frozenset(values), of_any_series=of_any_series)
    return await _load(connection, newest, values | {"mine": profile_id, "most": wanted.limit})


_ASKED: dict[str, ColumnElement[bool]] = {
    "since": posts.c.due_at >= bindparam("since"),
    "until": posts.c.due_at <= bindparam("until"),
    "type": posts.c.type == bindparam("type"),
    "on": exists().where(
        deliveries.c.post_id == posts.c.id, deliveries.c.platform.in_(bindparam("on", expanding=True))
    ),
    "series": posts.c.auto_repost_id == bindparam("series"),
    "status": posts.c.status == bindparam("status"),
}


@cache
def _newest(asked: frozenset[str], *, of_any_series: bool) -> Select[Any]:
    """The statement for a filter of these names. To build one takes longer than to answer it."""
    conditions = {name: _ASKED[name] for name in sorted(asked)}
    conditions.setdefault("status", posts.c.status != PostStatus.DELETED)
    if of_any_series:
        conditions["series"] = posts.c.auto_repost_id.is_not(None)
    mine = _SELECTED.where(posts.c.profile_id == bindparam("mine"), *conditions.values())
    return mine.order_by(posts.c.due_at.desc(), posts.c.id).limit(bindparam("most"))


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


async def _load(
    connection: AsyncConnection, wanted: Select[Any], values: Mapping[str, object] | None = None
) -> list[Post]:
    rows = (await connection.execute(wanted, values)).all()
    parts = await deliveries_of(connection, [row[0] for row in rows])
    return [_post(row, parts.get(row[0], ())) for row in rows]


def _post(row: Row[Any], parts: tuple[Delivery, ...]) -> Post:
    # By place, not by name: a page of the history has many of them.
    ident, profile_id, ref_id, title, is_primary, created, due_at, status, *more, approved_at, retried = row
    kind, platforms, request, text, notes, auto_repost_id, auto_schedule_title, requires_approval = more
    return Post(
        id=ident,
        profile_id=profile_id,
        ref_id=ref_id,
        profile_title=title,
        profile_is_primary=is_primary,
        created=from_ms(created),
        due_at=from_ms(due_at),
        status=_STATUSES[status],
        type=kind,
        platforms=tuple(platforms),
        request=request,
        text=text,
        notes=notes,
        auto_repost_id=auto_repost_id,
        auto_schedule_title=auto_schedule_title,
        requires_approval=requires_approval,
        approved_at=from_ms(approved_at) if approved_at is not None else None,
        retried=retried,
        deliveries=parts,
    )
