"""Some days of the simulated world for each test run; `make simulate` lets years pass. And the auditor audited."""

import asyncio
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from random import Random
from types import SimpleNamespace
from typing import Any

import pytest

HERE = Path(__file__).parent


def simulated(seed: int, days: float, *more: str) -> dict[str, Any]:
    command = [sys.executable, str(HERE / "run.py"), "--seed", str(seed), "--days", str(days), *more]
    done = subprocess.run(
        command, env=os.environ | {"PYTHONHASHSEED": "0"}, capture_output=True, text=True, timeout=150, check=False
    )
    assert done.stdout, done.stderr[-2000:]
    figures = json.loads(done.stdout)
    assert (done.returncode, figures["broken"]) == (0, []), done.stderr
    return figures


@pytest.mark.parametrize("seed", [11, 12])
def test_every_promise_holds_whatever_goes_wrong(seed: int) -> None:
    figures = simulated(seed, 1, "--busy", "5", "--trouble", "0.1")
    assert figures["deaths"] >= 2
    assert len(figures["faults"]) >= 6
    assert figures["deliveries"] > 100


def test_a_seed_is_the_same_run_again() -> None:
    one, again = (simulated(21, 0.25) for _ in range(2))
    assert {**one, "seconds": 0} == {**again, "seconds": 0}
    assert simulated(22, 0.25)["digest"] != one["digest"]


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimpleNamespace]:
    """A world that has lived for half a day, the folder with all it left, and the simulation's modules."""
    folder = tmp_path_factory.mktemp("world")
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(HERE))
        patch.chdir(folder)
        import auditor
        import determinism
        import run
        import wire
        import world

        made = world.World(1, Path(), trouble=0.0, busy=3)
        start = made.clock.now()

        async def live() -> None:
            with determinism.deterministic("1", lambda: run.seconds(made, start)):
                async with made.open():
                    await made.live(0.5)
                    await made.calm()

        asyncio.run(live())
        yield SimpleNamespace(audit=auditor.audit, process=wire.Process, world=made, start=start, folder=folder)


def double(folder: Path) -> None:
    with sqlite3.connect(folder / "server.db") as store:
        columns = [row[1] for row in store.execute("PRAGMA table_info(posts)") if row[1] != "id"]
        names = ", ".join(f'"{name}"' for name in columns)
        unique = "idempotency_key" in columns
        chosen = names.replace('"idempotency_key"', "NULL") if unique else names
        store.execute(f"INSERT INTO posts (id, {names}) SELECT 'twin', {chosen} FROM posts LIMIT 1")  # noqa: S608


def lose(folder: Path) -> None:
    with sqlite3.connect(folder / "server.db") as store:
        store.execute("PRAGMA foreign_keys = OFF")
        store.execute("DELETE FROM posts WHERE id = (SELECT id FROM posts LIMIT 1)")


def forget(folder: Path) -> None:
    with sqlite3.connect(folder / "ledger.db") as ledger:
        ledger.execute("UPDATE items SET state = 'admitted' WHERE rowid = (SELECT min(rowid) FROM items)")


def reopen(folder: Path) -> None:
    with sqlite3.connect(folder / "ledger.db") as ledger:
        ledger.execute("UPDATE claims SET outcome = 'unknown' WHERE rowid = (SELECT min(rowid) FROM claims)")


def burn(folder: Path) -> None:
    shutil.rmtree(folder / "lake" / "receipts")


def hurry(folder: Path) -> None:
    with sqlite3.connect(folder / "server.db") as store:
        store.execute("UPDATE deliveries SET sent_at = at - 60000 WHERE sent_at IS NOT NULL")


def stray(folder: Path) -> None:
    with sqlite3.connect(folder / "server.db") as store:
        profiles = [row[0] for row in store.execute("SELECT DISTINCT profile_id FROM posts ORDER BY profile_id")]
        assert len(profiles) == 2
        store.execute(
            "UPDATE posts SET profile_id = ? WHERE id = (SELECT id FROM posts WHERE profile_id = ? LIMIT 1)", profiles
        )


@pytest.mark.xdist_group("world")
@pytest.mark.parametrize(
    ("sabotage", "promise"),
    [
        (None, ""),
        (double, "at most once"),
        (lose, "agreement"),
        (forget, "exactly once"),
        (reopen, "exactly once"),
        (burn, "agreement"),
        (hurry, "time"),
        (stray, "at most once"),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_the_auditor_sees_a_broken_promise(
    lived: SimpleNamespace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sabotage: Any, promise: str
) -> None:
    async def audited() -> list[str]:
        looker = lived.process("audit", Random(1))
        async with world.open(), world.desk(looker, None) as desk, world.desk(looker, "shop") as shop:
            end = world.clock.now() + timedelta(days=1)
            span = lived.start - timedelta(days=1), end
            found = await lived.audit(desk, world.server, *span, {"shop": shop.client})
        return list(found.broken)

    world, folder = lived.world, tmp_path / "copy"
    shutil.copytree(lived.folder, folder)
    monkeypatch.chdir(folder)
    if sabotage:
        sabotage(folder)
    broken = asyncio.run(audited())
    assert bool(broken) == bool(promise), broken
    if promise:
        assert any(one.startswith(promise) for one in broken), broken
