"""What is set for user profiles, what was done to them, and sessions for linking accounts (analytics.md 8, 9).

Apart from `profiles`, which every call reads.
"""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    Row,
    String,
    Table,
    Text,
    delete,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from server.store import upsert
from server.store.profiles import Profile, read_profile
from server.store.schema import from_ms, link_clicks, links, metadata, profiles, to_ms

# A title stands here once, so that of two calls at the same time only one gets it.
profile_settings = Table(
    "profile_settings",
    metadata,
    Column("profile_id", ForeignKey("profiles.id"), primary_key=True),
    Column("title", String(200), nullable=False, unique=True),
    Column("settings", JSON, nullable=False),
)
profile_log = Table(
    "profile_log",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("action", String(20), nullable=False),
    Column("ref_id", String(40), nullable=False),
    Column("title", Text, nullable=False),
    Column("detail", Text),
    Index("profile_log_at", "at"),
)
link_sessions = Table(
    "link_sessions",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("profile_id", ForeignKey("profiles.id"), nullable=False),
    Column("options", JSON, nullable=False),
    Column("created", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Logged:
    """Something done to a profile. `detail` names the network of a link or unlink."""

    at: datetime
    action: str
    ref_id: str
    title: str
    detail: str


@dataclass(frozen=True, slots=True)
class StoredSession:
    """A linking session. `options` are those of the call that made it, in wire spelling."""

    id: str
    profile_id: int
    options: dict[str, Any]
    expires_at: datetime


async def settle(connection: AsyncConnection, profile_id: int, title: str, settings: dict[str, Any]) -> bool:
    """Set title and settings of a profile. False when another profile has the title."""
    taken = select(profiles.c.id).where(profiles.c.title == title, profiles.c.id != profile_id)
    if await connection.scalar(taken) is not None:
        return False
    row = {"profile_id": profile_id, "title": title, "settings": settings}
    if not await upsert.add(connection, profile_settings, row):
        of_title = select(profile_settings.c.profile_id).where(profile_settings.c.title == title)
        if await connection.scalar(of_title) not in {None, profile_id}:
            return False
        mine = profile_settings.c.profile_id == profile_id
        await connection.execute(update(profile_settings).where(mine).values(title=title, settings=settings))
    await connection.execute(update(profiles).where(profiles.c.id == profile_id).values(title=title))
    return True


async def of_profiles(connection: AsyncConnection, ids: Iterable[int]) -> dict[int, dict[str, Any]]:
    """What is set, by row id of the profile; a profile nothing was set for is absent."""
    wanted = select(profile_settings).where(profile_settings.c.profile_id.in_(list(ids)))
    return {row.profile_id: row.settings for row in await connection.execute(wanted)}


async def page(
    connection: AsyncConnection, *, after: int, most: int, title: str | None = None, ref_id: str | None = None
) -> list[Profile]:
    """User profiles in the order they were made, those behind the row id `after`."""
    wanted = select(profiles).where(profiles.c.is_primary.is_(False), profiles.c.id > after)
    if title is not None:
        wanted = wanted.where(profiles.c.title == title)
    if ref_id is not None:
        wanted = wanted.where(profiles.c.ref_id == ref_id)
    return [read_profile(row) for row in await connection.execute(wanted.order_by(profiles.c.id).limit(most))]


async def remove(connection: AsyncConnection, profile_id: int) -> list[str]:
    """Delete a profile and every row that belongs to it. Returns the file names of its media."""
    media = metadata.tables["media"]
    names = select(media.c.id, media.c.extension).where(media.c.profile_id == profile_id)
    files = [f"{row.id}.{row.extension}" for row in await connection.execute(names)]
    own_links = select(links.c.id).where(links.c.profile_id == profile_id)
    await connection.execute(delete(link_clicks).where(link_clicks.c.link_id.in_(own_links)))
    for table in reversed(metadata.sorted_tables):
        if "profile_id" in table.c:
            await connection.execute(delete(table).where(table.c.profile_id == profile_id))
    await connection.execute(delete(profiles).where(profiles.c.id == profile_id))
    return files


async def log(connection: AsyncConnection, action: str, profile: Profile, now: datetime, detail: str = "") -> None:
    """Write down that something was done to a profile."""
    values = {"at": to_ms(now), "action": action, "ref_id": profile.ref_id, "title": profile.title, "detail": detail}
    await connection.execute(insert(profile_log).values(values))


async def logged(connection: AsyncConnection, since: datetime, ref_id: str | None = None) -> list[Logged]:
    """What was done since an instant, newest first."""
    wanted = select(profile_log).where(profile_log.c.at >= to_ms(since))
    if ref_id is not None:
        wanted = wanted.where(profile_log.c.ref_id == ref_id)
    rows = await connection.execute(wanted.order_by(profile_log.c.at.desc(), profile_log.c.id.desc()))
    return [Logged(from_ms(row.at), row.action, row.ref_id, row.title, row.detail or "") for row in rows]


async def count(connection: AsyncConnection) -> int:
    """How many user profiles there are."""
    wanted = select(func.count()).select_from(profiles).where(profiles.c.is_primary.is_(False))
    return int(await connection.scalar(wanted) or 0)


async def open_session(
    connection: AsyncConnection, profile_id: int, options: dict[str, Any], now: datetime, until: datetime
) -> str:
    """Make a linking session; whoever knows its id may link and unlink until it expires."""
    session_id = f"ayr_ls_{secrets.token_urlsafe(32)}"
    values = {"id": session_id, "profile_id": profile_id, "options": options}
    values |= {"created": to_ms(now), "expires_at": to_ms(until)}
    await connection.execute(insert(link_sessions).values(values))
    return session_id


async def session(connection: AsyncConnection, session_id: str) -> StoredSession | None:
    """One linking session, or None."""
    row = (await connection.execute(select(link_sessions).where(link_sessions.c.id == session_id))).first()
    return None if row is None else _session(row)


def _session(row: Row[Any]) -> StoredSession:
    return StoredSession(row.id, row.profile_id, row.options, from_ms(row.expires_at))
