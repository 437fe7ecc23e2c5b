"""`python tests/simulation/run.py --seed 7 --days 30`: one seed's world, its figures, and whether every promise held.

Exit status 1 when one did not; the seed replays it. Started without PYTHONHASHSEED, it starts itself anew with 0.
"""

import argparse
import asyncio
import hashlib
import json
import os
import sys
import tempfile
import time
from contextlib import chdir
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from auditor import audit
from determinism import deterministic, is_repeatable
from wire import Process
from world import SHOP, World


def seconds(world: World, start: datetime) -> float:
    """How long the world has been living, by its own clock."""
    return (world.clock.now() - start).total_seconds()


async def simulate(seed: int, days: float, folder: Path, *, trouble: float, busy: float) -> dict[str, Any]:
    """Let one world live; its figures, `broken` among them, and a `digest` of all that is known in the end."""
    began = time.perf_counter()
    world = World(seed, folder, trouble=trouble, busy=busy)
    start = world.clock.now()
    with deterministic(str(seed), lambda: seconds(world, start)):
        async with world.open():
            await world.live(days)
            rounds = await world.calm()
            looker = Process("audit", Random(seed))
            async with world.desk(looker, None) as desk, world.desk(looker, SHOP) as shop:
                claims = await desk.ledger.frame("claims")
                last = max([world.clock.now(), *claims["scheduled_for"].dropna()])
                span = start - timedelta(days=1), last + timedelta(days=1)
                found = await audit(desk, world.server, *span, {SHOP: shop.client})
    told = "\n".join(
        sorted(f"{row.key} {row.outcome} {row.post_id} {row.scheduled_for}" for row in claims.itertuples())
    )
    figures = world.figures
    return {
        "seed": seed,
        "days": days,
        "broken": found.broken,
        "runs": figures.runs,
        "deaths": figures.deaths,
        "failed runs": sum(figures.failures.values()),
        "faults": dict(sorted(figures.faults.items())),
        "items": found.items,
        "posts": found.posts,
        "deliveries": found.deliveries,
        "refused": found.refused,
        "rounds to rest": rounds,
        "latest": round(found.latest.total_seconds()),
        "digest": hashlib.sha256(told.encode()).hexdigest()[:16],
        "seconds": round(time.perf_counter() - began, 1),
    }


def main() -> None:
    """Simulate seeds one after the other; a line of JSON for each."""
    parser = argparse.ArgumentParser(prog="simulate", description=__doc__)
    parser.add_argument("--seed", type=int, default=1, help="the first seed")
    parser.add_argument("--seeds", type=int, default=1, help="how many seeds, counted on from the first")
    parser.add_argument("--days", type=float, default=30, help="days that each world lives with faults")
    parser.add_argument("--trouble", type=float, default=0.08, help="share of calls and the like that go wrong")
    parser.add_argument("--busy", type=float, default=1.5, help="items the feed brings every three hours")
    given = parser.parse_args()
    if not is_repeatable():
        os.environ["PYTHONHASHSEED"] = "0"
        os.execv(sys.executable, [sys.executable, *sys.argv])  # noqa: S606
    broken = 0
    for seed in range(given.seed, given.seed + given.seeds):
        # On a disk in memory where there is one: thousands of small commits would mostly wait for the disk.
        memory = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108
        # Keys of posts are made from the names of sources: in the folder they are called the same each time.
        with tempfile.TemporaryDirectory(prefix="dovecote-simulation-", dir=memory) as folder, chdir(folder):
            told = asyncio.run(simulate(seed, given.days, Path(), trouble=given.trouble, busy=given.busy))
        print(json.dumps(told), flush=True)
        broken += len(told["broken"])
        if told["broken"]:
            replay = f"make simulate SEED={seed} DAYS={given.days:g}"
            print(f"seed {seed} broke {len(told['broken'])} promises; replay: {replay}", file=sys.stderr)
    sys.exit(1 if broken else 0)


if __name__ == "__main__":
    main()
