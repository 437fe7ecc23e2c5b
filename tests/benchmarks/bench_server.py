"""Our server against a bare one: requests a second, how late a burst of due posts leaves, and the official SDK's loop.

The bare server is FastAPI with one insert or select for each request, on the kind of database that ours
has, without keys, rules, limits or history.
"""

import asyncio
import json
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import asyncpg
import httpx
import pytest
from rig import cluster, workplace
from rows import QUICK, ROOT, Row, number, ratio, spread, tell

from flows.demo import free_port
from pipeline.campaign import Campaign, Timing, TimingPolicy
from pipeline.desk import Desk
from pipeline.ledger import Ledger
from pipeline.publishing import Publishing
from social.client import SocialClient
from social.client.pacing import Pacer
from social.instants import SystemClock

REQUESTS = 60 if QUICK else 1_500
TURNS = 1 if QUICK else 3
IN_FLIGHT = 8
SECONDS, PER_SECOND = (2, 20) if QUICK else (60, 100)
ITEMS, DELAY = (8, 0.05) if QUICK else (500, 0.2)
KEY = "dovecote-sandbox-key"
BARE = """
import sqlite3, sys, asyncpg, uvicorn
from fastapi import FastAPI, Request
port, store = int(sys.argv[1]), sys.argv[2]
app = FastAPI()
if store.startswith("postgresql"):
    pool = None
    async def ask(words, *values):
        global pool
        if pool is None:
            pool = await asyncpg.create_pool(store, min_size=8, max_size=8)
            await pool.execute("CREATE TABLE posts (id SERIAL PRIMARY KEY, body TEXT)")
        return [tuple(row) for row in await pool.fetch(words, *values)]
else:
    db = sqlite3.connect(store, isolation_level=None)
    db.execute("PRAGMA journal_mode=WAL"); db.execute("CREATE TABLE posts (id INTEGER PRIMARY KEY, body TEXT)")
    async def ask(words, *values):
        return db.execute(words.replace("$1", "?"), values).fetchall()
@app.post("/api/post")
async def post(request: Request):
    done = await ask("INSERT INTO posts (body) VALUES ($1) RETURNING id", (await request.body()).decode())
    return {"status": "success", "id": str(done[0][0])}
@app.get("/api/history")
async def history():
    return {"history": await ask("SELECT id, body FROM posts ORDER BY id DESC LIMIT 25")}
@app.post("/api/analytics/post")
async def analytics(request: Request):
    return {"found": await ask("SELECT id, body FROM posts WHERE id = $1", int((await request.json())["id"]))}
@app.get("/health")
async def health():
    return {"found": await ask("SELECT 1")}
uvicorn.run(app, port=port, log_level="error")
"""


@contextmanager
def serving(command: list[str], port: int, **settings: str) -> Iterator[str]:
    """A server process: its address, once it answers."""
    with subprocess.Popen([sys.executable, *command], cwd=ROOT, env=os.environ | settings) as process:
        url = f"http://127.0.0.1:{port}"
        try:
            for _ in range(600):
                try:
                    if httpx.get(f"{url}/health").is_success:
                        break
                except httpx.TransportError:
                    time.sleep(0.05)
            yield url
        finally:
            process.terminate()


@contextmanager
def ours(folder: Path, name: str = "server", store: str = "") -> Iterator[str]:
    port = free_port()
    settings = {
        "DOVECOTE_SERVER_DATABASE": store or f"sqlite:///{folder / name}.db",
        "DOVECOTE_SERVER_MEDIA_DIR": str(folder / "media"),
        "DOVECOTE_SERVER_RATE_LIMIT": "0",
        "DOVECOTE_SERVER_POLL_SECONDS": "0.25",
    }
    with serving(["-m", "server", "--port", str(port)], port, **settings) as url:
        yield url


def body(turn: int, count: int, **more: str) -> dict[str, object]:
    words = f"Letter {turn}-{count}: " + " ".join(f"{(count * step) % 7919:04x}" for step in (3, 5, 7, 11, 13))
    return {"post": words, "platforms": ["bluesky"]} | more


async def rate(url: str, method: str, path: str, turn: int) -> float:
    """Requests a second, eight in flight."""
    headers = {"Authorization": f"Bearer {KEY}"}
    later = (datetime.now(UTC) + timedelta(days=30)).strftime("%Y-%m-%dT%H:%M:%SZ")
    async with httpx.AsyncClient(base_url=url, headers=headers, timeout=60) as client:
        bodies: list[dict[str, Any] | None] = [body(turn, count, scheduleDate=later) for count in range(REQUESTS)]
        if "analytics" in path:
            sent = [await client.post("/api/post", json=body(100 + turn, count)) for count in range(20)]
            ids = [answer.raise_for_status().json()["id"] for answer in sent]
            bodies = [{"id": ids[count % 20], "platforms": ["bluesky"]} for count in range(REQUESTS)]
        queue = iter(bodies if method == "POST" else [None] * REQUESTS)

        async def lane() -> None:
            for one in queue:
                (await client.request(method, path, json=one)).raise_for_status()

        start = time.perf_counter()
        await asyncio.gather(*(lane() for _ in range(IN_FLIGHT)))
        return REQUESTS / (time.perf_counter() - start)


def requests(folder: Path, kind: str, own_store: str, bare_store: str) -> None:
    port = free_port()
    with ours(folder, store=own_store) as own, serving(["-c", BARE, str(port), bare_store], port) as bare:
        for method, path in (("POST", "/api/post"), ("GET", "/api/history"), ("POST", "/api/analytics/post")):
            if kind == "PostgreSQL":
                # As its own upkeep does within a minute: until then it plans for a table of a few rows.
                asyncio.run(analyze(own_store, bare_store))
            rates: dict[str, list[float]] = {own: [], bare: []}
            for turn in range(TURNS):
                for url, found in rates.items():
                    found.append(asyncio.run(rate(url, method, path, turn)))
            tell(
                Row(
                    f"server, {kind}: {method} {path}",
                    "bare FastAPI, one statement",
                    ratio(rates[bare], rates[own]),
                    2.0,
                    detail=f"{spread('bare', rates[bare], '/s')}, {spread('ours', rates[own], '/s')}; "
                    "≤ 2 × is ≥ 0.5 × the bare server's requests a second",
                )
            )


def lateness(folder: Path) -> None:
    """A hundred posts fall due each second, for a minute, while the worker sends them."""
    with (
        ours(folder, "late") as url,
        httpx.Client(base_url=f"{url}/api", headers={"Authorization": f"Bearer {KEY}"}, timeout=60) as client,
    ):
        start = datetime.now(UTC) + timedelta(seconds=5 + SECONDS * PER_SECOND / 150)
        for count in range(SECONDS * PER_SECOND):
            at = (start + timedelta(seconds=count // PER_SECOND)).strftime("%Y-%m-%dT%H:%M:%SZ")
            client.post("/post", json=body(9, count, scheduleDate=at)).raise_for_status()
        entered = (datetime.now(UTC) - start).total_seconds()
        time.sleep(max(0.0, SECONDS + 8 - entered))
    with sqlite3.connect(folder / "late.db") as store:
        found = store.execute("SELECT sent_at - at FROM deliveries WHERE sent_at IS NOT NULL").fetchall()
        updated = store.execute("SELECT count(*) FROM deliveries").fetchone()[0]
    late = sorted(row[0] / 1000 for row in found)
    p99 = quantiles(late, n=100)[98] if len(late) > 1 else float("inf")
    tell(
        Row(
            f"worker: {PER_SECOND} due posts a second for {SECONDS} s, p99 of lateness",
            "due time",
            p99,
            2.0,
            unit="s",
            detail=f"median {number(median(late))} s, worst {number(late[-1])} s, {len(late)} of {updated} delivered",
        )
    )


async def analyze(*stores: str) -> None:
    for store in stores:
        connection = await asyncpg.connect(store)
        await connection.execute("ANALYZE")
        await connection.close()


async def make_database(server: str, name: str) -> str:
    connection = await asyncpg.connect(server)
    await connection.execute(f"CREATE DATABASE {name}")
    await connection.close()
    return server.replace("/postgres?", f"/{name}?")


def sdk_loop(url: str, count: int) -> float:
    from ayrshare import SocialPost, ayrshare

    ayrshare.base = f"{url}/api/"
    sdk = SocialPost(KEY)
    start = time.perf_counter()
    for place in range(count):
        answer = sdk.post(body(1, place, scheduleDate="2035-01-01T00:00:00Z"))
        assert answer["status"] in {"success", "scheduled"}, answer
    return time.perf_counter() - start


@asynccontextmanager
async def desk(folder: Path, url: str) -> AsyncIterator[Desk]:
    from pipeline.analytics.lake import Lake

    clock = SystemClock()
    client = SocialClient(base_url=f"{url}/api", api_key=KEY, pacer=Pacer(limit=0))
    async with client, Ledger(f"sqlite:///{folder / 'ledger.db'}", clock) as ledger:
        yield Desk(
            client=client, clock=clock, ledger=ledger, open_lake=lambda: Lake(folder / "lake"), source="sandbox",
            quiet_seconds=600, reports=folder,
        )  # fmt: skip


async def publish(folder: Path, url: str) -> float:
    items = [{"id": str(n), "title": str(body(2, n)["post"]), "content_text": "x"} for n in range(ITEMS)]
    feed = folder / "feed.json"
    feed.write_text(json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "t", "items": items}))
    start = datetime(2035, 2, 1, tzinfo=UTC)
    timing = Timing(policy=TimingPolicy.SPREAD, every_minutes=5, start=start, allow_burst=True)
    campaign = Campaign(
        name="sdk",
        sources=[str(feed)],
        platforms=["bluesky"],
        template="{{ item.title }}",
        backfill=ITEMS,
        timing=timing,
    )
    async with desk(folder, url) as opened:
        began = time.perf_counter()
        run = await Publishing(campaign, opened).run()
        took = time.perf_counter() - began
    assert len(run.part.receipts) == ITEMS
    return took


def against_sdk(folder: Path) -> None:
    """Each answer to a post is delayed; the SDK's loop waits for every one of them."""
    sample = max(4, ITEMS // 10)
    with ours(folder, "sdk") as url:
        fault = {"kind": "slow", "path": "/post", "method": "POST", "seconds": DELAY, "count": 2 * ITEMS + sample}
        headers = {"Authorization": f"Bearer {KEY}"}
        httpx.post(f"{url}/sandbox/faults", json=fault, headers=headers).raise_for_status()
        loop = sdk_loop(url, sample) / sample * ITEMS
        own = asyncio.run(publish(folder, url))
    tell(
        Row(
            f"publish {ITEMS} items, each answer delayed by {DELAY:g} s",
            "official Python SDK in a plain loop",
            own / loop,
            0.2,
            detail=f"ours {number(own)} s, the SDK {number(loop)} s, reckoned from {sample} posts; 0.2 × is 5 × faster",
        )
    )


if __name__ == "__main__":
    with workplace() as place:
        requests(place, "SQLite", f"sqlite:///{place / 'requests.db'}", str(place / "bare.db"))
        with suppress(pytest.skip.Exception), cluster(fsync=True) as postgres:
            stores = [asyncio.run(make_database(postgres.url, name)) for name in ("own", "bare")]
            requests(place, "PostgreSQL", *stores)
        lateness(place)
        against_sdk(place)
