"""Boosts: each post is made an ad at most once, and never more money is committed than was allowed.

A boost is claimed, with the money it may cost, before the first byte leaves. A claim nobody settled is open: its money
counts as committed until the API's list of ads has been looked at.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import Column, Integer, Row, String, Table, Text, delete, func, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from pipeline.ledger.schema import Moment, metadata
from pipeline.ledger.sql import insert

boosts = Table(
    "boosts",
    metadata,
    Column("key", String(300), primary_key=True),
    Column("budget", String(64), nullable=False, index=True),
    Column("network", String(32), nullable=False),
    Column("post_id", String(100), nullable=False),
    Column("cents", Integer, nullable=False),
    Column("state", String(16), nullable=False),
    Column("reason", Text, nullable=False, default=""),
    Column("ad_id", Text, nullable=False, default=""),
    Column("claimed_at", Moment, nullable=False),
    Column("settled_at", Moment),
)
# Any number will do, as long as every process takes the same.
_SUM_LOCK = 0x646F7669


class BoostState(StrEnum):
    """Where a boost stands."""

    CLAIMED = "claimed"
    BOOSTED = "boosted"
    REFUSED = "refused"
    UNKNOWN = "unknown"


OPEN = (BoostState.CLAIMED, BoostState.UNKNOWN)


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownBoost:
    """A boost as remembered; `amount` is what it may cost over its whole run."""

    key: str
    network: str
    post_id: str
    amount: Decimal
    state: BoostState
    claimed_at: datetime


def boost_key(network: str, post_id: str) -> str:
    """What names the boost of a post for good: one for each network."""
    return f"{network}:{post_id}"


async def committed(connection: AsyncConnection, budget: str, since: datetime) -> Decimal:
    """What boosts of a budget claimed since then may cost; refused ones cost nothing."""
    mine = (boosts.c.budget == budget) & (boosts.c.claimed_at >= since) & (boosts.c.state != BoostState.REFUSED)
    cents = await connection.scalar(select(func.coalesce(func.sum(boosts.c.cents), 0)).where(mine))
    return Decimal(int(cents or 0)) / 100


async def claim(
    connection: AsyncConnection,
    network: str,
    post_id: str,
    *,
    budget: str,
    amount: Decimal,
    limit: Decimal,
    since: datetime,
    now: datetime,
) -> bool:
    """Win the right to boost a post. False when it was boosted, or `budget` would go beyond `limit`."""
    if connection.dialect.name == "postgresql":
        # Two runs that add up at once would each see room for theirs.
        await connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _SUM_LOCK})
    if await committed(connection, budget, since) + amount > limit:
        return False
    row: dict[str, object] = {
        "key": boost_key(network, post_id),
        "budget": budget,
        "network": network,
        "post_id": post_id,
    }
    row |= {"cents": int(amount * 100), "state": BoostState.CLAIMED, "claimed_at": now, "reason": "", "ad_id": ""}
    return (await connection.execute(insert(connection, boosts).values(row).on_conflict_do_nothing())).rowcount == 1


async def settle(
    connection: AsyncConnection, key: str, state: BoostState, now: datetime, *, reason: str = "", ad_id: str = ""
) -> None:
    """Write down what became of a boost."""
    values = {"state": state, "reason": reason[:1000], "ad_id": ad_id, "settled_at": now}
    await connection.execute(update(boosts).where(boosts.c.key == key).values(values))


async def release(connection: AsyncConnection, key: str) -> None:
    """Let a post be boosted after all: the API was looked at, and has no ad of it."""
    await connection.execute(delete(boosts).where(boosts.c.key == key, boosts.c.state.in_(OPEN)))


async def known(connection: AsyncConnection, network: str) -> dict[str, KnownBoost]:
    """Every boost on a network, by key."""
    rows = await connection.execute(select(boosts).where(boosts.c.network == network))
    return {row.key: _known(row) for row in rows}


def _known(row: Row[tuple[object, ...]]) -> KnownBoost:
    return KnownBoost(
        key=row.key,
        network=row.network,
        post_id=row.post_id,
        amount=Decimal(row.cents) / 100,
        state=BoostState(row.state),
        claimed_at=row.claimed_at,
    )
