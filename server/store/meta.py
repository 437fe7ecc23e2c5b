"""Single values that belong to the store as a whole, such as the offset of its clock."""

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from server.store.schema import meta


async def get(connection: AsyncConnection, name: str) -> str | None:
    """The value called `name`, or None."""
    found: str | None = await connection.scalar(select(meta.c.value).where(meta.c.name == name))
    return found


async def put(connection: AsyncConnection, name: str, value: str) -> None:
    """Set the value called `name`."""
    changed = await connection.execute(update(meta).where(meta.c.name == name).values(value=value))
    if changed.rowcount == 0:
        await connection.execute(insert(meta).values(name=name, value=value))
