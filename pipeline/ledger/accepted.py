"""Accepted posts as later steps need them: what is still under way, and what can be measured."""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, bindparam, or_, select, union_all, update
from sqlalchemy.ext.asyncio import AsyncConnection

from pipeline.cadence import Look
from pipeline.ledger.schema import claims, receipts, told_metrics
from pipeline.ledger.sql import insert, of_profile, parts
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
    look: Look | None = None
    social_ids: dict[str, str] = field(default_factory=dict)

    @property
    def networks(self) -> tuple[str, ...]:
        """The networks that took the post, alphabetically."""
        return tuple(sorted(self.social_ids))


async def accepted_posts(
    connection: AsyncConnection, campaign: str | None, profile: str | None, *, published: bool
) -> list[AcceptedPost]:
    """Posts the API took and nobody deleted, oldest first; only those already out when `published`."""
    standing = claims.c.outcome == Outcome.ACCEPTED, claims.c.status != "deleted"
    accepted = select(claims).where(*standing, of_profile(profile))
    if campaign is not None:
        accepted = accepted.where(claims.c.campaign == campaign)
    if published:
        accepted = accepted.where(claims.c.published_at.is_not(None))
    return await _posts(connection, accepted.order_by(claims.c.claimed_at, claims.c.rank))


async def under_way(
    connection: AsyncConnection, campaign: str | None, profile: str | None, now: datetime
) -> list[AcceptedPost]:
    """Accepted posts whose time has come and whose result the ledger does not know yet."""
    due = select(claims).where(
        claims.c.outcome == Outcome.ACCEPTED,
        claims.c.status.in_(UNDER_WAY),
        or_(claims.c.scheduled_for.is_(None), claims.c.scheduled_for <= now),
        of_profile(profile),
    )
    if campaign is not None:
        due = due.where(claims.c.campaign == campaign)
    return await _posts(connection, due.order_by(claims.c.claimed_at, claims.c.rank))


async def to_measure(connection: AsyncConnection, profile: str | None, now: datetime, most: int) -> list[AcceptedPost]:
    """Posts that are out and whose numbers should be looked at by now; of more than `most` the youngest."""
    keys = list((await connection.scalars(_due(profile), {"now": now, "most": most})).all())
    found = {}
    for some in parts(keys):
        for post in await _posts(connection, select(claims).where(claims.c.key.in_(some))):
            found[post.key] = post
    return [found[key] for key in keys]


# Two searches in one index that holds all they ask for: of a million posts the few that are due are found in no time.
_OUT = (
    claims.c.outcome == Outcome.ACCEPTED,
    claims.c.status != "deleted",
    claims.c.published_at <= bindparam("now", type_=claims.c.published_at.type),
)
_LOOKED = select(claims.c.key, claims.c.published_at)


def _due(profile: str | None) -> Select[tuple[str]]:
    ours = *_OUT, of_profile(profile)
    waiting = union_all(
        _LOOKED.where(claims.c.next_look.is_(None), *ours),
        _LOOKED.where(claims.c.next_look <= bindparam("now", type_=claims.c.next_look.type), *ours),
    ).subquery()
    return select(waiting.c.key).order_by(waiting.c.published_at.desc(), waiting.c.key).limit(bindparam("most"))


async def social_ids(connection: AsyncConnection, networks: Collection[str]) -> dict[str, set[str]]:
    """The networks' own ids of every post that went out through the API, by network."""
    wanted = select(receipts.c.platform, receipts.c.social_id).where(
        receipts.c.platform.in_(list(networks)), receipts.c.social_id != ""
    )
    found: defaultdict[str, set[str]] = defaultdict(set)
    for row in await connection.execute(wanted):
        found[row.platform].add(row.social_id)
    return dict(found)


async def mark_measured(connection: AsyncConnection, looks: Mapping[str, Look], at: datetime) -> None:
    """Remember what was learnt of these posts, by post id, and when to look again."""
    sets = {names_id(look.told): " ".join(sorted(look.told)) for look in looks.values() if look.told}
    if sets:
        known = insert(connection, told_metrics).on_conflict_do_nothing()
        await connection.execute(known, [{"id": key, "names": names} for key, names in sets.items()])
    moment = claims.c.next_look.type
    looked = (
        update(claims)
        .where(claims.c.post_id == bindparam("b_post"))
        .values(
            measured_at=at,
            next_look=bindparam("b_next", type_=moment),
            unchanged=bindparam("b_unchanged"),
            numbers=bindparam("b_numbers"),
            told=bindparam("b_told"),
        )
    )
    rows = [
        {
            "b_post": post_id,
            "b_next": look.next_look,
            "b_unchanged": look.unchanged,
            "b_numbers": look.numbers,
            "b_told": names_id(look.told),
        }
        for post_id, look in looks.items()
        if post_id
    ]
    if rows:
        await connection.execute(looked, rows)


def names_id(names: Collection[str]) -> str:
    """What a set of metric names is kept under; empty for none."""
    return hashlib.sha256(" ".join(sorted(names)).encode()).hexdigest()[:32] if names else ""


async def _posts(connection: AsyncConnection, chosen: Select[Any]) -> list[AcceptedPost]:
    rows = (await connection.execute(chosen)).all()
    # The order stays: with a limit it decides which ones are meant.
    keys = chosen.with_only_columns(claims.c.key)
    told = select(receipts.c.key, receipts.c.platform, receipts.c.social_id).where(
        receipts.c.key.in_(keys), receipts.c.outcome == Outcome.ACCEPTED
    )
    social_ids: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for row in await connection.execute(told):
        social_ids[row.key][row.platform] = row.social_id
    sets = await _told(connection, {row.told for row in rows if row.told})
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
            look=_look(row, sets),
            social_ids=social_ids[row.key],
        )
        for row in rows
    ]


async def _told(connection: AsyncConnection, ids: Collection[str]) -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for some in parts(sorted(ids)):
        for row in await connection.execute(select(told_metrics).where(told_metrics.c.id.in_(some))):
            found[row.id] = frozenset(row.names.split())
    return found


def _look(row: Row[Any], sets: Mapping[str, frozenset[str]]) -> Look | None:
    if row.next_look is None:
        return None
    told = sets.get(row.told or "", frozenset())
    return Look(next_look=row.next_look, unchanged=row.unchanged or 0, numbers=row.numbers or "", told=told)
