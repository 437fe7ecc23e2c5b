"""Tokens that the model took, month by month; one account for all profiles of a server (content.md 9)."""

from datetime import datetime

from sqlalchemy import BigInteger, Column, String, Table, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from server.store import upsert
from server.store.schema import metadata

model_usage = Table(
    "model_usage",
    metadata,
    Column("month", String(7), primary_key=True),
    Column("tokens", BigInteger, nullable=False),
)


async def used(connection: AsyncConnection, now: datetime) -> int:
    """Tokens of the month so far."""
    wanted = select(model_usage.c.tokens).where(model_usage.c.month == f"{now:%Y-%m}")
    return int(await connection.scalar(wanted) or 0)


async def use(connection: AsyncConnection, tokens: int, now: datetime) -> int:
    """Add tokens to the month; returns its sum."""
    month = f"{now:%Y-%m}"
    if not await upsert.add(connection, model_usage, {"month": month, "tokens": tokens}):
        more = update(model_usage).where(model_usage.c.month == month).values(tokens=model_usage.c.tokens + tokens)
        await connection.execute(more)
    return await used(connection, now)
