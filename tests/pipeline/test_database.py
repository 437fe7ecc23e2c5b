"""Connections to PostgreSQL that died while nobody used them are not handed out."""

import asyncpg
from sqlalchemy import text

from pipeline import database


async def backends(url: str, *, end: bool) -> int:
    """How many other connections the database has; with `end`, the server ends them."""
    connection = await asyncpg.connect(url)
    others = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    try:
        if end:
            await connection.execute(f"SELECT pg_terminate_backend(pid) {others}")
        return int(await connection.fetchval(f"SELECT count(*) {others}"))
    finally:
        await connection.close()


async def test_connections_that_ended_at_rest_are_made_anew(postgresql_url, monkeypatch):
    monkeypatch.setattr(database, "_BELIEVED_SECONDS", -1.0)
    engine = database.open_engine(postgresql_url)
    reader = database.reader_of(engine)
    try:
        for _ in range(3):
            async with engine.begin() as connection:
                await connection.execute(text("CREATE TABLE IF NOT EXISTS notes (id INTEGER)"))
            async with reader.connect() as connection:
                assert await connection.scalar(text("SELECT count(*) FROM notes")) == 0
            await backends(postgresql_url, end=True)
    finally:
        await engine.dispose()


async def test_as_many_as_are_used_at_once_stay_open(postgresql_url):
    engine = database.open_engine(postgresql_url)
    try:
        opened = [await engine.connect() for _ in range(8)]
        for connection in opened:
            await connection.execute(text("SELECT 1"))
            await connection.close()
        assert await backends(postgresql_url, end=False) == 8
    finally:
        await engine.dispose()


async def test_readers_of_postgresql_see_what_is_committed_meanwhile(postgresql_url):
    engine = database.open_engine(postgresql_url)
    try:
        async with engine.begin() as connection:
            await connection.execute(text("CREATE TABLE notes (id INTEGER)"))
        async with database.reader_of(engine).connect() as looking:
            assert await looking.scalar(text("SELECT count(*) FROM notes")) == 0
            async with engine.begin() as writing:
                await writing.execute(text("INSERT INTO notes VALUES (1)"))
            assert await looking.scalar(text("SELECT count(*) FROM notes")) == 1
    finally:
        await engine.dispose()
