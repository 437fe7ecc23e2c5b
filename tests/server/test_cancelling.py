"""A task cancelled amid a transaction leaves nothing behind: no lock, no half-written post."""

import asyncio

import pytest
from sqlalchemy import select

from server.store import meta
from server.store.database import Database
from server.store.schema import meta as table


@pytest.fixture
async def store(database_url):
    database = Database(database_url, durable=False)
    await database.create()
    yield database
    await database.close()


async def write(store, reads):
    async with store.begin() as connection:
        await meta.put(connection, "half", "written")
        for _ in range(reads):
            await connection.execute(select(table))
            await asyncio.sleep(0)


@pytest.mark.parametrize("steps", range(0, 60, 3))
async def test_the_next_writer_need_not_wait(store, steps):
    writer = asyncio.create_task(write(store, reads=100))
    for _ in range(steps):
        await asyncio.sleep(0)
    writer.cancel()
    # The error is kept while the next one writes: its traceback holds on to the statement that was under way.
    (error,) = await asyncio.gather(writer, return_exceptions=True)
    async with asyncio.timeout(5), store.begin() as connection:
        assert await meta.get(connection, "half") is None
        await meta.put(connection, "whole", "written")
    assert isinstance(error, asyncio.CancelledError)
