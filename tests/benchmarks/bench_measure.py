"""What measuring adds to asking: numbers of many posts into the lake, against a bare client loop and one append.

Both run in a fresh process against the embedded API with the same published posts; what is timed is asking, reading
and writing. Ours asks about so many at a time as a run of the flow does, and appends them. The bare loop keeps what it
was told as it is: no dictionary of metrics, no cadence, no failures, no second run.
"""

import asyncio
import json
import os
import resource
import sqlite3
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rig import workplace
from rows import QUICK, REPEATS, Row, child, number, ratio, spread, tell

POSTS = int(os.environ.get("BENCH_POSTS", "300" if QUICK else "20000"))
TURNS = min(REPEATS, 3)
IN_FLIGHT = 5
SEEDS = 100
NETWORKS = ["bluesky", "facebook"]


@asynccontextmanager
async def client(folder: Path) -> AsyncIterator[tuple[Any, Any]]:
    """A bare httpx client of the embedded API, and the API's host."""
    import httpx

    from server.clock import MovableClock
    from server.embedded import EmbeddedTransport
    from server.host import Host
    from server.settings import ServerSettings

    settings = ServerSettings(database=f"sqlite:///{folder / 'server.db'}", media_dir=folder / "media", rate_limit=0)
    headers = {"Authorization": f"Bearer {settings.api_key.get_secret_value()}"}
    async with Host(settings, MovableClock()) as host:
        transport = EmbeddedTransport(host)
        async with httpx.AsyncClient(base_url="http://embedded/api", headers=headers, transport=transport) as opened:
            yield opened, host


async def fill(folder: Path) -> None:
    """Publish some posts, and copy their rows until there are enough."""
    async with client(folder) as (opened, _):
        for place in range(SEEDS):
            words = " ".join(f"{(place * step) % 7919:04x}" for step in (3, 5, 7, 11, 13))
            answer = await opened.post("/post", json={"post": f"Letter {place}: {words}", "platforms": NETWORKS})
            answer.raise_for_status()
    with sqlite3.connect(folder / "server.db") as store:
        numbers = "WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < :times) "
        for table, key in (("posts", "id"), ("deliveries", "post_id")):
            columns = [row[1] for row in store.execute(f"PRAGMA table_info({table})")]
            names = ", ".join(f'"{name}"' for name in columns)
            told = ", ".join(
                f"substr({key}, 1, 12) || printf('%08d', n)" if name == key else
                "social_id || n" if name == "social_id" else f'"{name}"'
                for name in columns
            )  # fmt: skip
            copy = f"INSERT INTO {table} ({names}) {numbers} SELECT {told} FROM {table}, n"  # noqa: S608 -- names of our own tables
            store.execute(copy, {"times": POSTS // SEEDS - 1})


def known(folder: Path) -> list[str]:
    with sqlite3.connect(folder / "server.db") as store:
        return [row[0] for row in store.execute("SELECT id FROM posts ORDER BY id")]


async def ours(folder: Path, lake: Path) -> dict[str, float]:
    """Child: measure every post by our code, so many at a time as a run of the flow asks about."""
    from flows.measure import MOST
    from pipeline.analytics.lake import Lake
    from pipeline.desk import Desk
    from pipeline.ledger import Ledger
    from pipeline.ledger.sql import parts
    from pipeline.measuring import PostToMeasure, measure
    from pipeline.recording import record_measured
    from server.embedded import EmbeddedTransport
    from social.client import SocialClient
    from social.client.pacing import Pacer

    published = datetime.now(UTC)
    posts = [PostToMeasure(post_id=one, networks=tuple(NETWORKS), published_at=published) for one in known(folder)]
    async with client(folder) as (_, host):
        speaking = SocialClient(
            base_url="http://embedded/api",
            api_key=host.settings.api_key.get_secret_value(),
            transport=EmbeddedTransport(host),
            pacer=Pacer(limit=0),
        )
        async with speaking, Ledger(f"sqlite:///{lake}-ledger.db", host.clock) as ledger:
            desk = Desk(
                client=speaking, clock=host.clock, ledger=ledger, open_lake=lambda: Lake(lake), source="sandbox",
                quiet_seconds=600, reports=lake,
            )  # fmt: skip
            start, cpu = time.perf_counter(), time.process_time()
            added = 0
            for number, part in enumerate(parts(posts, MOST)):
                measured = await measure(part, client=speaking, clock=host.clock, in_flight=IN_FLIGHT, source="sandbox")
                assert measured.asked == len(part), measured.errors[:1]
                added += await desk.at_lake(record_measured, desk, {"post_metrics": measured}, run_id=f"bench-{number}")
            return told(start, cpu) | {"samples": added}


async def bare(folder: Path, lake: Path) -> dict[str, float]:
    """Child: ask for every post in a loop, and append what came once."""
    import pyarrow as pa
    from deltalake import write_deltalake

    rows: list[dict[str, Any]] = []

    async def lane(opened: Any, queue: Iterator[str]) -> None:
        for post_id in queue:
            answer = await opened.post("/analytics/post", json={"id": post_id, "platforms": NETWORKS})
            found = answer.raise_for_status().json()
            for network in NETWORKS:
                metrics = found[network]["analytics"].items()
                rows.extend(
                    {"post_id": post_id, "network": network, "metric": name, "value": float(value)}
                    for name, value in metrics
                    if isinstance(value, int | float)
                )

    async with client(folder) as (opened, _):
        queue = iter(known(folder))
        start, cpu = time.perf_counter(), time.process_time()
        await asyncio.gather(*(lane(opened, queue) for _ in range(IN_FLIGHT)))
        write_deltalake(str(lake), pa.Table.from_pylist(rows))
        return told(start, cpu) | {"samples": len(rows)}


def told(start: float, cpu: float) -> dict[str, float]:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"seconds": time.perf_counter() - start, "cpu": time.process_time() - cpu, "peak_mb": peak}


def main() -> None:
    """Measure, or be one of the measured processes."""
    match sys.argv[1:]:
        case ["ours", folder, lake]:
            print(json.dumps(asyncio.run(ours(Path(folder), Path(lake)))))
        case ["bare", folder, lake]:
            print(json.dumps(asyncio.run(bare(Path(folder), Path(lake)))))
        case _:
            with workplace() as folder:
                asyncio.run(fill(folder))
                runs: dict[str, list[dict[str, float]]] = {"ours": [], "bare": []}
                for turn in range(TURNS):
                    for who, found in runs.items():
                        found.append(child(__file__, who, str(folder), str(folder / f"{who}-{turn}")))
                mine, other = ([one["seconds"] for one in found] for found in runs.values())
                samples = runs["ours"][0]["samples"]
                detail = (
                    f"{spread('measure', mine)}, {spread('bare loop', other)}; {number(samples)} samples; peak memory "
                )
                detail += f"{runs['ours'][0]['peak_mb']:.0f} MB against {runs['bare'][0]['peak_mb']:.0f} MB"
                against = "bare client loop + one write_deltalake"
                tell(Row(f"measure {POSTS:,} posts into the lake", against, ratio(mine, other), 1.3, detail=detail))


if __name__ == "__main__":
    main()
