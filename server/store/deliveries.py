"""Deliveries: what became of a post on each network. They also hold what duplicates and quotas are judged by."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, Text, bindparam, func, literal, or_, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from server.store.chunks import chunks
from server.store.schema import deliveries, from_ms, posts, to_ms

HALF_WINDOW = timedelta(hours=24)


class DeliveryState(StrEnum):
    """`ready` is taken by the network but not visible yet; `gone` was deleted there or withdrawn before."""

    PENDING = "pending"
    READY = "ready"
    COMPLETED = "completed"
    FAILED = "failed"
    GONE = "gone"


# A look into a table is quicker than asking the enumeration, and a page of the history asks often.
_STATES = {one.value: one for one in DeliveryState}
OUT = (DeliveryState.READY, DeliveryState.COMPLETED)
COUNTED = (DeliveryState.PENDING, *OUT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One network of one post. `social_id` and `url` are known from `ready` on, `errors` the contract's elements."""

    post_id: str
    platform: str
    at: datetime
    state: DeliveryState
    social_id: str | None
    url: str | None
    extra: dict[str, Any]
    errors: list[dict[str, Any]]
    published_at: datetime | None

    @property
    def is_out(self) -> bool:
        """Whether the network has taken it and still holds it."""
        return self.state in OUT

    def entry(self) -> dict[str, Any]:
        """The element of `postIds`."""
        return post_id_entry(self.platform, self.state, social_id=self.social_id, url=self.url, extra=self.extra)


def post_id_entry(
    platform: str, state: DeliveryState, *, social_id: str | None, url: str | None, extra: dict[str, Any]
) -> dict[str, Any]:
    """The element of `postIds` (posts.md 3.10). While a network still works on a post, its id is `pending`."""
    seen = {"id": "pending"} if state is DeliveryState.READY else {"id": social_id, "postUrl": url}
    known = {key: value for key, value in seen.items() if value is not None}
    return {"status": "success", "platform": platform} | known | extra


@dataclass(frozen=True, slots=True, kw_only=True)
class Twin:
    """A delivery that says the same within the window of posts.md 9.2."""

    platform: str
    post_id: str
    at: datetime


_COLUMNS = tuple(deliveries.c[one.name] for one in fields(Delivery))
# Asked for every page of a history, so built once.
_OF_POSTS = (
    select(*_COLUMNS).where(deliveries.c.post_id.in_(bindparam("ids", expanding=True))).order_by(deliveries.c.platform)
)


async def of_posts(connection: AsyncConnection, ids: Sequence[str]) -> dict[str, tuple[Delivery, ...]]:
    """The deliveries of several posts by post id, each alphabetically by network."""
    found: dict[str, list[Delivery]] = defaultdict(list)
    for some in chunks(ids):
        for row in (await connection.execute(_OF_POSTS, {"ids": some})).all():
            found[row[0]].append(_delivery(row))
    return {post_id: tuple(parts) for post_id, parts in found.items()}


async def by_social_id(connection: AsyncConnection, profile_id: int, platform: str, social_id: str) -> Delivery | None:
    """The delivery that a network knows under `social_id`, or None."""
    return await by_social_ids(connection, profile_id, platform, [social_id])


async def by_social_ids(
    connection: AsyncConnection, profile_id: int, platform: str, social_ids: Sequence[str]
) -> Delivery | None:
    """The delivery that a network knows under one of a few ids, or None."""
    wanted = select(*_COLUMNS).where(
        deliveries.c.social_id.in_(social_ids),
        deliveries.c.profile_id == profile_id,
        deliveries.c.platform == platform,
        deliveries.c.state.in_(OUT),
    )
    row = (await connection.execute(wanted)).first()
    return _delivery(row) if row else None


async def newest(
    connection: AsyncConnection, profile_id: int, platform: str, until: datetime, *, most: int
) -> list[Delivery]:
    """What a network shows of the profile's posts, published up to and with `until`, newest first."""
    shown = select(*_COLUMNS).where(
        deliveries.c.profile_id == profile_id,
        deliveries.c.platform == platform,
        deliveries.c.state == DeliveryState.COMPLETED,
        deliveries.c.published_at <= to_ms(until),
    )
    ordered = shown.order_by(deliveries.c.published_at.desc(), deliveries.c.post_id.desc()).limit(most)
    return [_delivery(row) for row in await connection.execute(ordered)]


# Asked for every post, so built once.
_SAME = select(deliveries.c.platform, deliveries.c.digest, deliveries.c.post_id, deliveries.c.at).where(
    deliveries.c.profile_id == bindparam("profile_id"),
    deliveries.c.digest.in_(bindparam("digests", expanding=True)),
    deliveries.c.at > bindparam("since"),
    deliveries.c.at < bindparam("until"),
    deliveries.c.state.in_(COUNTED),
    deliveries.c.post_id != bindparam("but"),
    # Of two that both wait, the later one is the duplicate.
    or_(
        literal("") == bindparam("but", type_=Text),
        deliveries.c.state != DeliveryState.PENDING,
        tuple_(deliveries.c.at, deliveries.c.post_id) < tuple_(bindparam("at"), bindparam("but", type_=Text)),
    ),
)


async def twins(
    connection: AsyncConnection, profile_id: int, digests: Iterable[str], at: datetime, *, but: str = ""
) -> dict[tuple[str, str], Twin]:
    """Deliveries less than 24 h from `at` with one of these digests, by (network, digest).

    With `but`, the post at `at` whose time has come, that post and those waiting behind it are left out.
    """
    window = {"since": to_ms(at - HALF_WINDOW), "until": to_ms(at + HALF_WINDOW), "at": to_ms(at)}
    rows = (
        await connection.execute(
            _SAME, window | {"profile_id": profile_id, "digests": sorted(set(digests)), "but": but}
        )
    ).all()
    return {
        (row.platform, row.digest): Twin(platform=row.platform, post_id=row.post_id, at=from_ms(row.at)) for row in rows
    }


async def count(
    connection: AsyncConnection,
    profile_id: int,
    platform: str,
    *,
    since: datetime,
    until: datetime,
    counts_as: str | None = None,
    but: str = "",
) -> int:
    """How many posts a network got, or will get, after `since` up to and with `until`."""
    wanted = select(func.count()).where(
        deliveries.c.profile_id == profile_id,
        deliveries.c.platform == platform,
        deliveries.c.at > to_ms(since),
        deliveries.c.at <= to_ms(until),
        deliveries.c.state.in_(COUNTED),
        deliveries.c.post_id != but,
    )
    if counts_as is not None:
        wanted = wanted.where(deliveries.c.counts_as == counts_as)
    return int(await connection.scalar(wanted) or 0)


async def settle(connection: AsyncConnection, outcomes: Sequence[dict[str, Any]]) -> None:
    """Write what became of deliveries: dicts of `post_id`, `platform` and the columns of the outcome."""
    statement = update(deliveries).where(
        deliveries.c.post_id == bindparam("of_post"), deliveries.c.platform == bindparam("on_platform")
    )
    columns = ("state", "social_id", "url", "extra", "errors", "published_at", "completes_at", "sent_at", "at")
    rows = [
        {"of_post": one["post_id"], "on_platform": one["platform"]} | {f"new_{name}": one[name] for name in columns}
        for one in outcomes
    ]
    await connection.execute(
        statement.values({name: bindparam(f"new_{name}", type_=deliveries.c[name].type) for name in columns}), rows
    )


async def complete_ready(connection: AsyncConnection, now: datetime) -> list[tuple[str, str]]:
    """Let networks finish what they have been working on until `now`. Returns which: post and network."""
    done = (deliveries.c.state == DeliveryState.READY) & (deliveries.c.completes_at <= to_ms(now))
    completed = update(deliveries).where(done).values(state=DeliveryState.COMPLETED, completes_at=None)
    rows = await connection.execute(completed.returning(deliveries.c.post_id, deliveries.c.platform))
    return [(row.post_id, row.platform) for row in rows]


async def set_state(
    connection: AsyncConnection, post_id: str, state: DeliveryState, *, platforms: Iterable[str] | None = None
) -> None:
    """Put the deliveries of a post, or those on some networks, into another state."""
    statement = update(deliveries).where(deliveries.c.post_id == post_id)
    if platforms is not None:
        statement = statement.where(deliveries.c.platform.in_(list(platforms)))
    await connection.execute(statement.values(state=state))


async def reopen(connection: AsyncConnection, post_id: str, now: datetime) -> None:
    """Let what failed be sent once more."""
    failed = (deliveries.c.post_id == post_id) & (deliveries.c.state == DeliveryState.FAILED)
    values = {"state": DeliveryState.PENDING, "errors": [], "at": to_ms(now)}
    await connection.execute(update(deliveries).where(failed).values(values))


async def published_in(connection: AsyncConnection, profile_id: int, since: datetime) -> int:
    """How many posts of a profile were created since an instant: `monthlyPostCount` of GET /user."""
    mine = (posts.c.profile_id == profile_id) & (posts.c.created >= to_ms(since))
    return int(await connection.scalar(select(func.count()).select_from(posts).where(mine)) or 0)


def _delivery(row: Row[Any]) -> Delivery:
    # By place, not by name: a page of the history has many of them.
    post_id, platform, at, state, social_id, url, extra, errors, published_at = row
    return Delivery(
        post_id=post_id,
        platform=platform,
        at=from_ms(at),
        state=_STATES[state],
        social_id=social_id,
        url=url,
        extra=extra or {},
        errors=errors or [],
        published_at=from_ms(published_at) if published_at is not None else None,
    )
