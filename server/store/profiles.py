"""Profiles: the primary one of the API key, and user profiles with keys of their own (analytics.md 8.1)."""

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from server.store.database import Database
from server.store.schema import from_ms, profiles, to_ms


@dataclass(frozen=True, slots=True)
class Profile:
    """One profile as stored. `ref_id` is its public id, `linked` its networks."""

    id: int
    ref_id: str
    title: str
    linked: frozenset[str]
    is_primary: bool
    suspended: bool
    created: datetime
    key_hash: str


def key_hash(key: str) -> str:
    """How a key is stored: SHA-256 in hex. Keys are long random strings, so no slow hash is needed."""
    return hashlib.sha256(key.encode()).hexdigest()


async def ensure_primary(database: Database, *, key: str, linked: Iterable[str], now: datetime, seed: str = "") -> None:
    """Make the primary profile of a fresh store; in an old one, let it answer to the key given now.

    A `seed` makes the profile's `refId`, and with it its sandbox world, the same in every store; so in `create`.
    """
    try:
        async with database.begin() as connection:
            found = await connection.execute(
                update(profiles).where(profiles.c.is_primary.is_(True)).values(key_hash=key_hash(key))
            )
            if found.rowcount == 0:
                await _insert(connection, key, "Primary Profile", linked=linked, now=now, seed=seed, is_primary=True)
    except IntegrityError:
        # Another process made it between our update and our insert.
        async with database.read() as connection:
            if await by_key(connection, key) is None:
                raise


async def create(
    connection: AsyncConnection, *, title: str, linked: Iterable[str], now: datetime, seed: str = ""
) -> tuple[str, str]:
    """Make a user profile. Returns its key, which cannot be read again later, and its `refId`."""
    key = "-".join(secrets.token_hex(4).upper() for _ in range(4))
    return key, await _insert(connection, key, title, linked=linked, now=now, seed=seed, is_primary=False)


async def _insert(
    connection: AsyncConnection,
    key: str,
    title: str,
    *,
    linked: Iterable[str],
    now: datetime,
    seed: str,
    is_primary: bool,
) -> str:
    ref_id = secrets.token_hex(20)
    row_id = await connection.scalar(
        insert(profiles)
        .values(
            ref_id=ref_id,
            key_hash=key_hash(key),
            is_primary=is_primary,
            title=title,
            linked=sorted(linked),
            created=to_ms(now),
        )
        .returning(profiles.c.id)
    )
    if seed:
        ref_id = hashlib.sha256(f"{seed}:{row_id}".encode()).hexdigest()[:40]
        await connection.execute(update(profiles).where(profiles.c.id == row_id).values(ref_id=ref_id))
    return ref_id


async def by_key(connection: AsyncConnection, key: str) -> Profile | None:
    """The profile that answers to `key`, or None."""
    row = (await connection.execute(select(profiles).where(profiles.c.key_hash == key_hash(key)))).first()
    return None if row is None else read_profile(row)


async def by_id(connection: AsyncConnection, profile_id: int) -> Profile | None:
    """The profile with this row id, or None."""
    row = (await connection.execute(select(profiles).where(profiles.c.id == profile_id))).first()
    return None if row is None else read_profile(row)


def read_profile(row: Row[Any]) -> Profile:
    """A row of the table as a profile."""
    return Profile(
        id=row.id,
        ref_id=row.ref_id,
        title=row.title,
        linked=frozenset(row.linked),
        is_primary=row.is_primary,
        suspended=row.suspended,
        created=from_ms(row.created),
        key_hash=row.key_hash,
    )


async def linked_of(connection: AsyncConnection, ids: Iterable[int]) -> dict[int, frozenset[str]]:
    """The linked networks of several profiles by row id."""
    rows = await connection.execute(select(profiles.c.id, profiles.c.linked).where(profiles.c.id.in_(list(ids))))
    return {row.id: frozenset(row.linked) for row in rows}


async def link(connection: AsyncConnection, profile_id: int, linked: Iterable[str]) -> None:
    """Replace the set of linked networks."""
    await connection.execute(update(profiles).where(profiles.c.id == profile_id).values(linked=sorted(linked)))


async def suspend(connection: AsyncConnection, profile_id: int, *, suspended: bool = True) -> None:
    """Suspend a profile, or lift it."""
    await connection.execute(update(profiles).where(profiles.c.id == profile_id).values(suspended=suspended))
