"""Webhooks: which address wants a profile's events, and what signs them (analytics.md 10.1)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import BigInteger, Column, ForeignKey, String, Table, Text, delete, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from server.store.schema import from_ms, metadata, profiles, to_ms
from server.store.upsert import put

OVERLAP = timedelta(hours=24)
"""How long the secret before the newest one signs beside it (analytics.md 10.1)."""

webhooks = Table(
    "webhooks",
    metadata,
    Column("profile_id", ForeignKey("profiles.id"), primary_key=True),
    Column("action", String(30), primary_key=True),
    Column("source", String(200), primary_key=True),
    Column("url", Text, nullable=False),
    Column("updated", BigInteger, nullable=False),
)

webhook_secrets = Table(
    "webhook_secrets",
    metadata,
    Column("profile_id", ForeignKey("profiles.id"), primary_key=True),
    Column("secret", Text, nullable=False),
    Column("previous", Text),
    Column("previous_until", BigInteger),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """One registered address. `source` is its tag, empty for none."""

    profile_id: int
    ref_id: str
    is_primary: bool
    action: str
    source: str
    url: str
    updated: datetime


async def register(
    connection: AsyncConnection, profile_id: int, action: str, url: str, *, source: str, now: datetime
) -> None:
    """Send a profile's events of an action to `url`, in place of an earlier address."""
    key = {"profile_id": profile_id, "action": action, "source": source}
    await put(connection, webhooks, key, {"url": url, "updated": to_ms(now)})


async def unregister(connection: AsyncConnection, profile_id: int, action: str, *, source: str) -> None:
    """Forget the address of an action, if there is one."""
    mine = (webhooks.c.profile_id == profile_id) & (webhooks.c.action == action) & (webhooks.c.source == source)
    await connection.execute(delete(webhooks).where(mine))


async def listed(
    connection: AsyncConnection,
    profile_ids: Iterable[int] | None,
    *,
    actions: Iterable[str] | None = None,
    and_primary: bool = False,
) -> list[Webhook]:
    """The webhooks of some profiles, or of all for None, by profile, tag and action."""
    wanted = select(webhooks, profiles.c.ref_id, profiles.c.is_primary).join(profiles)
    if profile_ids is not None:
        theirs = webhooks.c.profile_id.in_(list(profile_ids))
        wanted = wanted.where(or_(theirs, profiles.c.is_primary) if and_primary else theirs)
    if actions is not None:
        wanted = wanted.where(webhooks.c.action.in_(list(actions)))
    rows = await connection.execute(wanted.order_by(webhooks.c.profile_id, webhooks.c.source, webhooks.c.action))
    return [
        Webhook(
            profile_id=row.profile_id,
            ref_id=row.ref_id,
            is_primary=row.is_primary,
            action=row.action,
            source=row.source,
            url=row.url,
            updated=from_ms(row.updated),
        )
        for row in rows
    ]


async def set_secret(connection: AsyncConnection, profile_id: int, secret: str, now: datetime) -> None:
    """Sign with `secret` from now on; the one before signs beside it for a day."""
    before = await connection.scalar(
        select(webhook_secrets.c.secret).where(webhook_secrets.c.profile_id == profile_id).with_for_update()
    )
    if before == secret:
        return
    until = to_ms(now + OVERLAP) if before is not None else None
    values = {"secret": secret, "previous": before, "previous_until": until}
    await put(connection, webhook_secrets, {"profile_id": profile_id}, values)


async def secrets_of(
    connection: AsyncConnection, profile_ids: Iterable[int], now: datetime
) -> dict[int, tuple[str, ...]]:
    """The secrets that sign now, newest first, by profile; nothing for profiles without any."""
    wanted = select(webhook_secrets).where(webhook_secrets.c.profile_id.in_(list(profile_ids)))
    found: dict[int, tuple[str, ...]] = {}
    for row in await connection.execute(wanted):
        overlaps = row.previous is not None and row.previous_until > to_ms(now)
        found[row.profile_id] = (row.secret, row.previous) if overlaps else (row.secret,)
    return found
