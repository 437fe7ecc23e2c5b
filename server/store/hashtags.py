"""Which tags a profile searched for: Instagram allows 30 different ones in seven days (content.md 7)."""

from datetime import datetime, timedelta

from sqlalchemy import BigInteger, Column, ForeignKey, String, Table, delete, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from server.store import upsert
from server.store.schema import metadata, to_ms

MOST = 30
WINDOW = timedelta(days=7)

hashtag_searches = Table(
    "hashtag_searches",
    metadata,
    Column("profile_id", ForeignKey("profiles.id"), primary_key=True),
    Column("tag", String(200), primary_key=True),
    Column("at", BigInteger, nullable=False),
)


async def search(connection: AsyncConnection, profile_id: int, tag: str, now: datetime) -> bool:
    """Count a search. False when the profile has searched for too many others; one more time for the same is free."""
    mine = hashtag_searches.c.profile_id == profile_id
    await connection.execute(delete(hashtag_searches).where(mine, hashtag_searches.c.at <= to_ms(now - WINDOW)))
    known = select(hashtag_searches.c.tag).where(mine, hashtag_searches.c.tag == tag)
    if await connection.scalar(known) is not None:
        return True
    if int(await connection.scalar(select(func.count()).select_from(hashtag_searches).where(mine)) or 0) >= MOST:
        return False
    await upsert.add(connection, hashtag_searches, {"profile_id": profile_id, "tag": tag, "at": to_ms(now)})
    return True
