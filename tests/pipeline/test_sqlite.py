"""SQLite in place: writers wait for each other without holding up the loop, commits last, cancelling leaves no lock."""

import asyncio
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from sqlalchemy import JSON, Column, Integer, MetaData, Table, Text, func, insert, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine

from pipeline import sqlite
from pipeline.database import open_engine

METADATA = MetaData()
NOTES = Table("notes", METADATA, Column("id", Integer, primary_key=True), Column("text", Text), Column("more", JSON))
HOLD = """
import sqlite3, sys
database = sqlite3.connect(sys.argv[1], isolation_level=None)
database.execute("BEGIN IMMEDIATE")
database.execute("INSERT INTO notes (text) VALUES ('the other process')")
print("held", flush=True)
sys.stdin.readline()
database.execute("COMMIT")
"""


@asynccontextmanager
async def opened(file: Path, *, durable: bool = True) -> AsyncIterator[AsyncEngine]:
    engine = open_engine(f"sqlite:///{file}", durable=durable)
    try:
        async with engine.begin() as connection:
            await connection.run_sync(METADATA.create_all)
        yield engine
    finally:
        await engine.dispose()


async def write(engine: AsyncEngine, text: str, more: object = None) -> None:
    async with engine.begin() as connection:
        await connection.execute(insert(NOTES).values(text=text, more=more))
        # Others get their turn amid the transaction.
        await asyncio.sleep(0)


async def count(engine: AsyncEngine) -> int:
    async with engine.execution_options(read_only=True).connect() as connection:
        return int(await connection.scalar(select(func.count()).select_from(NOTES)) or 0)


@pytest.mark.parametrize("durable", [True, False])
async def test_many_writers_of_one_process_all_come_through(tmp_path: Path, durable: bool) -> None:
    async with opened(tmp_path / "a.db", durable=durable) as engine:
        await asyncio.gather(*(write(engine, f"note {number}") for number in range(40)))
        assert await count(engine) == 40
        with sqlite3.connect(tmp_path / "a.db") as seen:
            assert seen.execute("SELECT count(*) FROM notes").fetchone() == (40,)


async def test_the_loop_goes_on_while_another_process_holds_the_lock(tmp_path: Path) -> None:
    file = tmp_path / "a.db"
    async with opened(file) as engine:
        with subprocess.Popen(
            [sys.executable, "-c", HOLD, str(file)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as other:
            assert other.stdout is not None
            assert other.stdin is not None
            assert other.stdout.readline() == "held\n"
            waiting = asyncio.create_task(write(engine, "ours"))
            for _ in range(20):
                await asyncio.sleep(0.005)
                # Readers are not held up, and what is not committed is not seen.
                assert await count(engine) == 0
            assert not waiting.done()
            other.stdin.write("\n")
            other.stdin.flush()
            await asyncio.wait_for(waiting, 20)
        assert await count(engine) == 2


async def test_a_writer_gives_up_after_its_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite, "BUSY_SECONDS", 0.05)
    async with opened(tmp_path / "a.db") as engine, engine.begin() as holder:
        await holder.execute(insert(NOTES).values(text="held"))
        with pytest.raises(OperationalError, match="database is locked"):
            await write(engine, "too late")
    async with opened(tmp_path / "a.db") as engine:
        assert await count(engine) == 1


async def test_a_writer_cancelled_while_it_waits_or_commits_leaves_no_lock(tmp_path: Path) -> None:
    async with opened(tmp_path / "a.db") as engine:
        kept = 0
        for turns in range(12):
            task = asyncio.create_task(write(engine, f"cancelled after {turns}"))
            for _ in range(turns):
                await asyncio.sleep(0)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            await asyncio.wait_for(write(engine, "after it"), 5)
            kept += 1
        texts = [text async for text in _texts(engine)]
        assert texts.count("after it") == kept
        # Each of the cancelled ones is there once or not at all.
        assert len(set(texts) - {"after it"}) == len(texts) - kept


async def _texts(engine: AsyncEngine) -> AsyncIterator[str]:
    async with engine.connect() as connection:
        for row in await connection.execute(select(NOTES.c.text)):
            yield row.text


async def test_what_is_rolled_back_was_never_there(tmp_path: Path) -> None:
    async with opened(tmp_path / "a.db") as engine:
        async with engine.connect() as connection:
            await connection.execute(insert(NOTES).values(text="no"))
            await connection.rollback()
        assert await count(engine) == 0


async def test_json_comes_back_as_it_was_also_half_a_surrogate_pair(tmp_path: Path) -> None:
    told = {"a": [1, 2.5, None, "é"], "half": "\ud83d", "whole": "😀"}
    async with opened(tmp_path / "a.db") as engine:
        await write(engine, "json", told)
        async with engine.connect() as connection:
            assert await connection.scalar(select(NOTES.c.more)) == told


async def test_a_database_in_memory_is_one() -> None:
    engine = open_engine("sqlite://")
    async with engine.begin() as connection:
        await connection.run_sync(METADATA.create_all)
    await write(engine, "kept")
    assert await count(engine) == 1
    await engine.dispose()
