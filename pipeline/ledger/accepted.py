"""Accepted posts as later steps need them: what is still under way, and what can be measured."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Select, bindparam, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from pipeline.ledger.schema import claims, receipts
from pipeline.records import Outcome

UNDER_WAY = ("scheduled", "pending", "processing", "awaiting approval", "paused")
"""Statuses of an accepted post that something will still happen to (posts.md 4)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptedPost:
    """A post the API took. `social_ids` holds the networks that took it; an id may still be empty or `pending`."""

    key: str
    campaign: str
    title: str
    target: str
    post_id: str
    status: str
    claimed_at: datetime
    scheduled_for: datetime | None = None
    published_at: datetime | None = None
    last_measured_at: datetime | None = None
    next_update: datetime | None = None
    social_ids: dict[str, str] = field(default_factory=dict)

    @property
    def networks(self) -> tuple[str, ...]:
        """The networks that took the post, alphabetically."""
        return tuple(sorted(self.social_ids))


async def accepted_posts(connection: AsyncConnection, campaign: str | None, *, published: bool) -> list[AcceptedPost]:
    """Posts the API took and nobody deleted, oldest first; only those already out when `published`."""
    accepted = select(claims).where(claims.c.outcome == Outcome.ACCEPTED, claims.c.status != "deleted")
    if campaign is not None:
        accepted = accepted.where(claims.c.campaign == campaign)
    if published:
        accepted = accepted.where(claims.c.published_at.is_not(None))
    return await _posts(connection, accepted.order_by(claims.c.claimed_at, claims.c.rank))


async def under_way(connection: AsyncConnection, campaign: str | None, now: datetime) -> list[AcceptedPost]:
    """Accepted posts whose time has come and whose result the ledger does not know yet."""
    due = select(claims).where(
        claims.c.outcome == Outcome.ACCEPTED,
        claims.c.status.in_(UNDER_WAY),
        or_(claims.c.scheduled_for.is_(None), claims.c.scheduled_for <= now),
    )
    if campaign is not None:
        due = due.where(claims.c.campaign == campaign)
    return await _posts(connection, due.order_by(claims.c.claimed_at, claims.c.rank))


async def mark_measured(
    connection: AsyncConnection, post_ids: Sequence[str], at: datetime, next_updates: Mapping[str, datetime]
) -> None:
    """Remember when these posts were last looked at, and when new numbers are promised."""
    rows = [{"b_post": post_id, "b_next": next_updates.get(post_id)} for post_id in post_ids if post_id]
    moment = claims.c.next_update.type
    looked = (
        update(claims)
        .where(claims.c.post_id == bindparam("b_post"))
        .values(measured_at=at, next_update=func.coalesce(bindparam("b_next", type_=moment), claims.c.next_update))
    )
    if rows:
        await connection.execute(looked, rows)


async def _posts(connection: AsyncConnection, chosen: Select[Any]) -> list[AcceptedPost]:
    rows = (await connection.execute(chosen)).all()
    keys = chosen.with_only_columns(claims.c.key).order_by(None)
    told = select(receipts.c.key, receipts.c.platform, receipts.c.social_id).where(
        receipts.c.key.in_(keys), receipts.c.outcome == Outcome.ACCEPTED
    )
    social_ids: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for row in await connection.execute(told):
        social_ids[row.key][row.platform] = row.social_id
    return [
        AcceptedPost(
            key=row.key,
            campaign=row.campaign,
            title=row.title,
            target=row.target,
            post_id=row.post_id,
            status=row.status,
            claimed_at=row.claimed_at,
            scheduled_for=row.scheduled_for,
            published_at=row.published_at,
            last_measured_at=row.measured_at,
            next_update=row.next_update,
            social_ids=social_ids[row.key],
        )
        for row in rows
    ]
