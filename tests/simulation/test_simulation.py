"""Some days of the simulated world for each test run; `make simulate` lets years pass. And the auditor audited."""

import asyncio
import json
import os
import shutil
import sqlite3
import subprocess
import sys
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
    figures = simulated(seed, 1.5, "--busy", "5", "--trouble", "0.1")
    assert figures["deaths"] >= 2
    assert len(figures["faults"]) >= 6
    assert figures["deliveries"] > 100


def test_a_seed_is_the_same_run_again() -> None:
    one, again = (simulated(21, 0.5) for _ in range(2))
    assert {**one, "seconds": 0} == {**again, "seconds": 0}
    assert simulated(22, 0.5)["digest"] != one["digest"]


@pytest.fixture
def rig(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """The simulation's modules, and a folder they work in."""
    monkeypatch.syspath_prepend(str(HERE))
    monkeypatch.chdir(tmp_path)
    import auditor
    import determinism
    import run
    import wire
    import world

    return SimpleNamespace(auditor=auditor, run=run, determinism=determinism, wire=wire, world=world, folder=tmp_path)


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
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_the_auditor_sees_a_broken_promise(rig: SimpleNamespace, sabotage: Any, promise: str) -> None:
    async def live() -> list[str]:
        world = rig.world.World(1, Path(), trouble=0.0, busy=3)
        start = world.clock.now()
        with rig.determinism.deterministic("1", lambda: rig.run.seconds(world, start)):
            async with world.open():
                await world.live(0.5)
                await world.calm()
            if sabotage:
                sabotage(rig.folder)
            async with world.open(), world.desk(rig.wire.Process("audit", Random(1))) as desk:
                end = world.clock.now() + timedelta(days=1)
                found = await rig.auditor.audit(desk, world.server, start - timedelta(days=1), end)
        return list(found.broken)

    broken = asyncio.run(live())
    assert bool(broken) == bool(promise), broken
    if promise:
        assert any(one.startswith(promise) for one in broken), broken
