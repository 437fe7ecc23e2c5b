"""Boosted posts, and what was changed of Google's campaigns (content.md 16). Money is kept in cents."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Row,
    String,
    Table,
    Text,
    insert,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from server.delivery.ads import Boost
from server.store import upsert
from server.store.schema import from_ms, metadata, to_ms

ads = Table(
    "ads",
    metadata,
    Column("id", String(20), primary_key=True),
    Column("campaign_id", String(20), nullable=False),
    Column("ad_set_id", String(20), nullable=False),
    Column("profile_id", ForeignKey("profiles.id"), nullable=False),
    Column("platform", String(20), nullable=False),
    Column("post_id", String(40)),
    Column("social_post_id", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("goal", Text, nullable=False),
    Column("budget", BigInteger, nullable=False),
    Column("request", JSON, nullable=False),
    Column("status", String(20), nullable=False),
    Column("states", JSON, nullable=False),
    Column("start_at", BigInteger, nullable=False),
    Column("end_at", BigInteger),
    Column("created", BigInteger, nullable=False),
    Index("ads_of_profile", "profile_id", "platform", "created"),
)
google_campaigns = Table(
    "google_campaigns",
    metadata,
    Column("profile_id", ForeignKey("profiles.id"), primary_key=True),
    Column("campaign_id", String(20), primary_key=True),
    Column("status", String(20), nullable=False),
    Column("budget", BigInteger, nullable=False),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredAd:
    """One ad. `status` is active, paused, deleted or archived; `request` the call that made it."""

    campaign_id: str
    ad_set_id: str
    platform: str
    post_id: str
    social_post_id: str
    name: str
    status: str
    request: dict[str, Any]
    boost: Boost


async def add(connection: AsyncConnection, profile_id: int, ad: StoredAd) -> None:
    """Keep an ad."""
    boost = ad.boost
    row = {
        "id": boost.ad_id,
        "campaign_id": ad.campaign_id,
        "ad_set_id": ad.ad_set_id,
        "profile_id": profile_id,
        "platform": ad.platform,
        "post_id": ad.post_id or None,
        "social_post_id": ad.social_post_id,
        "name": ad.name,
        "goal": boost.goal,
        "budget": boost.budget,
        "request": ad.request,
        "status": ad.status,
        "states": [[to_ms(at), active] for at, active in boost.states],
        "start_at": to_ms(boost.start),
        "end_at": to_ms(boost.end) if boost.end else None,
        "created": to_ms(boost.created),
    }
    await connection.execute(insert(ads).values(row))


async def listed(connection: AsyncConnection, profile_id: int, platform: str) -> list[StoredAd]:
    """The profile's ads on a network, newest first."""
    wanted = select(ads).where(ads.c.profile_id == profile_id, ads.c.platform == platform)
    return [_read(row) for row in await connection.execute(wanted.order_by(ads.c.created.desc(), ads.c.id))]


async def set_status(connection: AsyncConnection, profile_id: int, ad: StoredAd, status: str, now: datetime) -> None:
    """Let an ad run, pause it, or end it for good."""
    active = status == "active"
    states = [[to_ms(at), was] for at, was in ad.boost.states]
    if states[-1][1] != active:
        states.append([to_ms(now), active])
    mine = (ads.c.profile_id == profile_id) & (ads.c.id == ad.boost.ad_id)
    await connection.execute(update(ads).where(mine).values(status=status, states=states))


async def google(connection: AsyncConnection, profile_id: int) -> dict[str, tuple[str, int]]:
    """What was changed of Google's campaigns: status and daily budget in cents by campaign."""
    rows = await connection.execute(select(google_campaigns).where(google_campaigns.c.profile_id == profile_id))
    return {row.campaign_id: (row.status, row.budget) for row in rows}


async def set_google(
    connection: AsyncConnection, profile_id: int, campaign_id: str, *, status: str, budget: int
) -> None:
    """Change a campaign of Google."""
    key = {"profile_id": profile_id, "campaign_id": campaign_id}
    await upsert.put(connection, google_campaigns, key, {"status": status, "budget": budget})


def new_ad_id() -> str:
    """An id of Meta's shape."""
    return str(10**17 + secrets.randbelow(9 * 10**17))


def _read(row: Row[Any]) -> StoredAd:
    return StoredAd(
        campaign_id=row.campaign_id,
        ad_set_id=row.ad_set_id,
        platform=row.platform,
        post_id=row.post_id or "",
        social_post_id=row.social_post_id,
        name=row.name,
        status=row.status,
        request=row.request,
        boost=Boost(
            ad_id=row.id,
            created=from_ms(row.created),
            start=from_ms(row.start_at),
            end=from_ms(row.end_at) if row.end_at is not None else None,
            budget=row.budget,
            goal=row.goal,
            states=[(from_ms(at), active) for at, active in row.states],
        ),
    )
