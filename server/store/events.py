"""Events on their way to webhooks: stored with what caused them, sent later, kept until somebody took them.

Leases are those of `server/store/queue.py`: several server processes share one store, and what a dead one was sending
is sent again. So an event may arrive twice, never not at all (analytics.md 10.3).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    Row,
    String,
    Table,
    Text,
    bindparam,
    delete,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from server.store.queue import real_ms
from server.store.schema import from_ms, metadata, to_ms

KEPT = timedelta(days=7)
"""How long an event that was taken stays in the list."""

events = Table(
    "webhook_events",
    metadata,
    Column("id", String(20), primary_key=True),
    Column("hook_id", String(20), nullable=False),
    Column("profile_id", ForeignKey("profiles.id"), nullable=False),
    Column("action", String(30), nullable=False),
    Column("url", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("created", BigInteger, nullable=False),
    Column("state", String(10), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("due_at", BigInteger, nullable=False),
    Column("http_status", Integer),
    Column("error", Text),
    Column("lease_until", BigInteger),
    Column("lease_owner", String(32)),
    Index("events_due", "state", "due_at"),
    Index("events_listed", "profile_id", "created"),
)


class EventState(StrEnum):
    """`dead` was refused for good or tried for the last time: it waits for a replay."""

    PENDING = "pending"
    DELIVERED = "delivered"
    DEAD = "dead"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredEvent:
    """One event for one address. `profile_id` is whose webhook it is; `attempts` counts what was sent, or begun."""

    id: str
    hook_id: str
    profile_id: int
    action: str
    url: str
    body: str
    created: datetime
    state: EventState
    attempts: int
    due_at: datetime
    http_status: int | None
    error: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """How one attempt ended: the state it leads to, and when the next one is due."""

    id: str
    state: EventState
    due_at: datetime
    http_status: int | None
    error: str | None


async def add(connection: AsyncConnection, rows: Sequence[dict[str, Any]]) -> None:
    """Store events, given as columns, to be sent at once."""
    fresh = {"state": EventState.PENDING, "attempts": 0}
    await connection.execute(insert(events), [row | fresh for row in rows])


async def any_due(connection: AsyncConnection, now: datetime) -> bool:
    """Whether an event waits to be sent at `now`."""
    return await connection.scalar(select(events.c.id).where(_due(now)).limit(1)) is not None


async def claim(
    connection: AsyncConnection, now: datetime, *, owner: str, seconds: int, limit: int
) -> list[StoredEvent]:
    """Take up to `limit` due events, oldest first, for `seconds`, each with its attempt counted."""
    oldest = select(events).where(_due(now)).order_by(events.c.due_at, events.c.id).limit(limit)
    rows = (await connection.execute(oldest.with_for_update(skip_locked=True))).all()
    values = {"attempts": events.c.attempts + 1, "lease_owner": owner, "lease_until": real_ms() + seconds * 1000}
    await connection.execute(update(events).where(events.c.id.in_([row.id for row in rows])).values(values))
    return [_stored(row, row.attempts + 1) for row in rows]


async def settle(connection: AsyncConnection, owner: str, attempts: Iterable[Attempt]) -> None:
    """Write down how attempts ended, unless another process has taken an event over meanwhile."""
    statement = update(events).where(events.c.id == bindparam("of_event"), events.c.lease_owner == owner)
    columns = ("state", "due_at", "http_status", "error")
    rows = [
        {"of_event": one.id, "new_state": one.state, "new_due_at": to_ms(one.due_at)}
        | {"new_http_status": one.http_status, "new_error": one.error}
        for one in attempts
    ]
    values = {name: bindparam(f"new_{name}", type_=events.c[name].type) for name in columns}
    await connection.execute(statement.values(values | {"lease_owner": None, "lease_until": None}), rows)


async def listed(connection: AsyncConnection, profile_id: int, *, state: str | None, limit: int) -> list[StoredEvent]:
    """The newest events for a profile's webhooks."""
    wanted = select(events).where(events.c.profile_id == profile_id)
    if state is not None:
        wanted = wanted.where(events.c.state == state)
    rows = await connection.execute(wanted.order_by(events.c.created.desc(), events.c.id).limit(limit))
    return [_stored(row, row.attempts) for row in rows]


async def replay(connection: AsyncConnection, profile_id: int, now: datetime, event_id: str | None) -> int:
    """Send one event of a profile's webhooks again whatever became of it, or every dead one. Returns how many."""
    mine = events.c.profile_id == profile_id
    wanted = events.c.id == event_id if event_id is not None else events.c.state == EventState.DEAD
    fresh = {"state": EventState.PENDING, "attempts": 0, "due_at": to_ms(now)}
    again = await connection.execute(update(events).where(mine, wanted).values(fresh))
    return again.rowcount


async def forget(connection: AsyncConnection, now: datetime) -> None:
    """Drop what was taken a week ago."""
    old = (events.c.state == EventState.DELIVERED) & (events.c.due_at < to_ms(now - KEPT))
    await connection.execute(delete(events).where(old))


def _due(now: datetime) -> Any:  # noqa: ANN401 -- a clause
    free = or_(events.c.lease_until.is_(None), events.c.lease_until < real_ms())
    return (events.c.state == EventState.PENDING) & (events.c.due_at <= to_ms(now)) & free


def _stored(row: Row[Any], attempts: int) -> StoredEvent:
    return StoredEvent(
        id=row.id,
        hook_id=row.hook_id,
        profile_id=row.profile_id,
        action=row.action,
        url=row.url,
        body=row.body,
        created=from_ms(row.created),
        state=EventState(row.state),
        attempts=attempts,
        due_at=from_ms(row.due_at),
        http_status=row.http_status,
        error=row.error,
    )
