"""What publishing adds to sending: the flow `publish` on feeds of a thousand entries against a bare loop.

Both send the same payloads, each in a fresh process, to the same API on an empty database without a rate limit,
embedded and as a process. The flow's time is that of the call, everything from reading the feeds to the artifacts
included; the bare loop's is that of its requests, eight in flight. Prefect's server and imports are up before.
"""

import asyncio
import json
import os
import resource
import sqlite3
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from bench_server import KEY, ours
from rig import prefect_at, workplace, write_feeds
from rows import QUICK, REPEATS, Row, child, ratio, spread, tell

ITEMS = int(os.environ.get("BENCH_ITEMS", "500" if QUICK else "10000"))
EACH = 1_000
IN_FLIGHT = 8
# A turn takes minutes: three are enough for a median.
TURNS = min(REPEATS, 3)
TARGET = 1.3
MOST_MEMORY = 500
HANDFUL = 10
EMBEDDED, HTTP = "unlimited", "unlimited-http"
# Networks that take any number of posts a day: LinkedIn would refuse all after 150.
PLATFORMS = ["bluesky", "facebook", "telegram"]
POLICIES = {"now": "published at once", "spread": "scheduled"}


def peak_mb() -> float:
    """The most memory this process ever held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def publishing(feeds: str, policy: str) -> None:
    """Child: publish the feeds by the real flow; tell seconds, memory and what became of the items."""
    from flows.publish import publish
    from pipeline.campaign import Campaign, Timing, TimingPolicy

    timing = Timing(policy=TimingPolicy(policy), every_minutes=1, allow_burst=True)
    campaign = Campaign(name="bench", sources=[feeds], platforms=PLATFORMS, timing=timing, backfill=ITEMS)
    start, cpu = time.perf_counter(), time.process_time()
    story = asyncio.run(publish(campaign, api=os.environ.get("BENCH_BLOCK", EMBEDDED)))
    seconds, used = time.perf_counter() - start, time.process_time() - cpu
    print(json.dumps({"seconds": seconds, "cpu": used, "peak_mb": peak_mb(), "counts": story.counts}), flush=True)


def sending(ledger: str) -> None:
    """Child: send what the ledger holds in a bare loop; tell seconds."""
    with sqlite3.connect(ledger) as connection:
        bodies = [row[0] for row in connection.execute("SELECT body FROM claims ORDER BY claimed_at, rank")]
    print(json.dumps(asyncio.run(bare(bodies))))


@asynccontextmanager
async def api() -> AsyncIterator["httpx.AsyncClient"]:  # noqa: F821
    """A bare client of the API: embedded, or the process that BENCH_URL names."""
    import httpx

    headers = {"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"}
    if url := os.environ.get("BENCH_URL"):
        async with httpx.AsyncClient(base_url=f"{url}/api", headers=headers, timeout=60) as client:
            yield client
        return
    from server.clock import MovableClock
    from server.embedded import EmbeddedTransport
    from server.host import Host
    from server.settings import ServerSettings

    home = Path(os.environ["DOVECOTE_HOME"])
    settings = ServerSettings(database=f"sqlite:///{home / 'server.db'}", media_dir=home / "media", rate_limit=0)
    async with (
        Host(settings, MovableClock()) as host,
        httpx.AsyncClient(base_url="http://embedded/api", headers=headers, transport=EmbeddedTransport(host)) as client,
    ):
        yield client


async def bare(bodies: list[str]) -> dict[str, float]:
    """Send ready payloads, eight in flight. Raises when the server does not take one."""
    async with api() as client:
        start, cpu = time.perf_counter(), time.process_time()
        queue = iter(bodies)
        await asyncio.gather(*(_work(client, queue) for _ in range(IN_FLIGHT)))
        return {"seconds": time.perf_counter() - start, "cpu": time.process_time() - cpu, "peak_mb": peak_mb()}


async def _work(client: "httpx.AsyncClient", queue: Iterator[str]) -> None:  # noqa: F821
    for body in queue:
        answer = await client.post("/post", content=body)
        if answer.json()["status"] not in {"success", "scheduled"}:
            raise RuntimeError(f"the server did not take {body}: {answer.text}")


async def task_runs() -> int:
    """Task runs the Prefect server knows of; waits until what it was told last is stored."""
    from prefect import get_client

    async with get_client() as client:
        counts = [-1]
        while len(counts) < 3 or len(set(counts[-3:])) > 1:
            await asyncio.sleep(1)
            answer = await client._client.post("/task_runs/count", json={})
            counts.append(answer.raise_for_status().json())
    return counts[-1]


async def save_block(url: str = "") -> None:
    """Put an API without a limit into the Prefect server, embedded or at an address."""
    from pydantic import SecretStr

    from blocks import SocialApi

    where = {"base_url": f"{url}/api", "api_key": SecretStr(KEY)} if url else {}
    await SocialApi(requests_per_window=0, **where).save(HTTP if url else EMBEDDED, overwrite=True)


@contextmanager
def at(folder: Path, *, process: bool) -> Iterator[dict[str, str]]:
    """The variables by which a child finds an API on an empty database."""
    if not process:
        yield {}
        return
    folder.mkdir(parents=True)
    with ours(folder) as url:
        asyncio.run(save_block(url))
        yield {"BENCH_URL": url, "BENCH_BLOCK": HTTP}


def compare(folder: Path, policy: str, feeds: str, *, process: bool) -> None:
    """Measure one policy and tell."""
    mine_told, theirs = [], []
    for number in range(TURNS):
        home = folder / f"{policy}-{process}-{number}"
        with at(home / "api", process=process) as where:
            mine_told.append(child(__file__, "publish", feeds, policy, DOVECOTE_HOME=str(home), **where))
        if (took := mine_told[-1]["counts"].get("scheduled")) != ITEMS:
            raise RuntimeError(f"{took} of {ITEMS} items were taken")
        with at(home / "other-api", process=process) as where:
            told = child(__file__, "send", str(home / "ledger.db"), DOVECOTE_HOME=str(home / "bare"), **where)
        theirs.append(told)
    runs = asyncio.run(task_runs()) if policy == "now" else None
    mine, bare_ones = ([one["seconds"] for one in told] for told in (mine_told, theirs))
    cpu = ratio([one["cpu"] for one in mine_told], [one["cpu"] for one in theirs])
    detail = f"{spread('flow', mine)}, {spread('bare loop', bare_ones)}; ratio of CPU time {cpu:.2f}"
    what = f"publish {ITEMS:,} items, {POLICIES[policy]}{', over HTTP' if process else ''}"
    tell(Row(what, "bare asyncio + httpx loop", ratio(mine, bare_ones), TARGET, detail=detail))
    if process:
        return
    memory = [one["peak_mb"] for one in mine_told]
    bare_memory = spread("bare loop", [one["peak_mb"] for one in theirs], "MB")
    detail = f"{spread('flow with its server', memory, 'MB')}, {bare_memory}"
    tell(Row(what, "peak memory, API included", max(memory), MOST_MEMORY, "MB", detail))
    if runs is not None:
        tell(Row(what, "Prefect task runs", runs / TURNS, HANDFUL, "", f"{runs} of {TURNS} flow runs"))


def main() -> None:
    """Measure, or be one of the measured processes."""
    match sys.argv[1:]:
        case ["publish", feeds, policy]:
            publishing(feeds, policy)
        case ["send", ledger]:
            sending(ledger)
        case _:
            with workplace() as folder, prefect_at(folder):
                asyncio.run(save_block())
                feeds = write_feeds(folder / "feeds", ITEMS, EACH)
                for policy in POLICIES:
                    compare(folder, policy, feeds, process=False)
                compare(folder, "spread", feeds, process=True)


if __name__ == "__main__":
    main()
