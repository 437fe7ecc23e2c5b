"""Rounds of publishing in which something dies, the calm after them, and what came of it."""

import asyncio
import json
import os
import random
import signal
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from datetime import timedelta
from pathlib import Path
from statistics import median

import httpx
import pytest

from pipeline.analytics.lake import Lake
from pipeline.desk import Desk
from pipeline.ledger import Ledger
from pipeline.ledger.claims import OPEN
from server.store.database import Database
from social.client import SocialClient
from social.client.pacing import Pacer
from social.instants import SystemClock
from tests.chaos.machines import BLOCK, KEY, Flows, Server, wait_for
from tests.postgres import Cluster
from tests.simulation.auditor import Findings, audit

LEASE = 20.0
"""Longer than any call of a flow may take here, shorter than anybody wants to wait."""
CALM = 40
AHEAD = 30 * 86_400
"""Seconds within which everything is scheduled: one post a minute."""
EVERY_MINUTE = [f"{hour:02d}:{minute:02d}" for hour in range(24) for minute in range(60)]
ABOUT = {"platforms": ["bluesky", "facebook"], "backfill": 10_000}
CAMPAIGNS = {
    "now": ABOUT | {"timing": {"allow_burst": True}},
    "soon": ABOUT | {"timing": {"policy": "slots", "zone": "UTC", "slots": EVERY_MINUTE, "burst": 1_000}},
}


class World:
    """All that runs, what was killed, and how long it took to come back."""

    def __init__(self, folder: Path, prefect_url: str, ports: Iterator[int], seed: int, *, on: Cluster | None) -> None:
        self.folder = folder
        self.chance = random.Random(seed)
        self.database = on
        base = on.url.replace("/postgres?", "/{}?") if on else f"sqlite:///{folder}/{{}}.db"
        self.store, self.ledger = base.format("store"), base.format("ledger")
        settings = {
            "DOVECOTE_SERVER_DATABASE": self.store,
            "DOVECOTE_SERVER_MEDIA_DIR": str(folder / "media"),
            "DOVECOTE_SERVER_RATE_LIMIT": "0",
            "DOVECOTE_SERVER_LEASE_SECONDS": "5",
            "DOVECOTE_SERVER_POLL_SECONDS": "0.25",
        }
        # The flows speak to the first; the second one's worker takes its share of what falls due.
        self.servers = [Server(name, next(ports), settings, folder) for name in ("first", "second")]
        self._prefect_url = prefect_url
        self.items: Counter[str] = Counter()
        self.struck: Counter[str] = Counter()
        self.ends: Counter[int] = Counter()
        self.recovery: dict[str, list[float]] = defaultdict(list)

    def open(self, stack: ExitStack) -> None:
        """Start everything."""
        for server in self.servers:
            server.start()
            stack.callback(server.end, signal.SIGTERM)
        for server in self.servers:
            wait_for(server.answers, 60, f"{server.url} did not start")
        environment = {
            "DOVECOTE_HOME": str(self.folder / "home"),
            "PREFECT_API_URL": self._prefect_url,
            "PREFECT_LOGGING_LEVEL": "ERROR",
        }
        self.flows = Flows(environment, self.folder, stack)

    def round(self) -> None:
        """Something new to publish, one or two who do, and one part that dies."""
        for name in CAMPAIGNS:
            self.items[name] += self.chance.randint(2, 6) if self.chance.random() < 0.9 else 60
        name = self.chance.choice(list(CAMPAIGNS))
        running = [self._start(name) for _ in range(self.chance.choice((1, 1, 2)))]
        time.sleep(self.chance.uniform(0.0, 1.8))
        back = self._strike(running)
        self.ends.update(self.flows.wait(process) for process in running)
        back()

    def calm(self) -> int:
        """Publish on, with nobody killed, until nothing is open. Returns the rounds it took."""
        for number in range(1, CALM):
            ends = [self.flows.wait(self._start(name)) for name in CAMPAIGNS]
            ends.append(self.flows.wait(self.flows.start()))
            if not any(ends) and self._settled():
                return number
            time.sleep(1)
        pytest.fail(f"not settled after {CALM} rounds: see {self.folder}")

    def _settled(self) -> bool:
        async def look() -> bool:
            async with Ledger(self.ledger, SystemClock(), profile=None) as ledger:
                claims = await ledger.frame("claims")
                # Those with a lease of a process that died count too: nobody may take them yet.
                left = claims["outcome"].isin(OPEN).any() or await ledger.unkept()
                return not left and len(claims) == self.items.total()

        return asyncio.run(look())

    def _start(self, name: str) -> int:
        entries = [
            {"id": f"{name}-{n}", "title": f"{name} news {n}: {n * 7919 % 10007} and {n * 104729 % 99991}"}
            for n in range(self.items[name])
        ]
        feed = {"version": "https://jsonfeed.org/version/1.1", "title": name, "items": entries}
        path = self.folder / f"{name}.json"
        path.with_suffix(".new").write_text(json.dumps(feed), encoding="utf-8")
        path.with_suffix(".new").rename(path)
        return self.flows.start(CAMPAIGNS[name] | {"name": name, "sources": [str(path)]})

    def _strike(self, running: list[int]) -> Callable[[], None]:
        """Kill something. Returns what is to be done once the flows have ended."""
        kinds = ["flow", "flow", "server", "worker", "server and flow", "restart"]
        kind = self.chance.choice([*kinds, "database"] if self.database else kinds)
        self.struck[kind] += 1
        began = time.monotonic()
        if "flow" in kind:
            # Not waited for yet, so its number is still its own.
            os.kill(self.chance.choice(running), signal.SIGKILL)
        if kind == "database":
            assert self.database is not None
            self.database.stop("immediate")
            time.sleep(self.chance.uniform(0.0, 1.0))
            began = time.monotonic()
            self.database.start()
        elif kind != "flow":
            server = self.servers[kind == "worker"]
            # A restart is a stop in good order, under load.
            server.end(signal.SIGTERM if kind == "restart" else signal.SIGKILL)
            time.sleep(self.chance.uniform(0.0, 0.5))
            began = time.monotonic()
            server.start()
        else:
            return lambda: None

        def back() -> None:
            for server in self.servers:
                wait_for(server.answers, 30, f"{server.url} did not come back after {kind}")

        if kind in ("database", "server", "restart"):
            wait_for(self.servers[0].answers, 30, f"the API did not come back after {kind}")
            self.recovery[kind].append(time.monotonic() - began)
        return back

    def deliver(self) -> None:
        """Let everything scheduled fall due, and wait until it has left."""
        headers = {"Authorization": f"Bearer {KEY}"}
        url, span = f"{self.servers[0].url}/sandbox/clock", {"advance_seconds": AHEAD}
        moved = httpx.post(url, json=span, headers=headers, timeout=30)
        moved.raise_for_status()
        where = {"limit": 1000, "lastDays": 0, "status": "pending"}

        def all_out() -> bool:
            with suppress(httpx.TransportError):
                url = f"{self.servers[0].url}/api/history"
                return httpx.get(url, params=where, headers=headers, timeout=30).status_code == 400
            return False

        self.recovery["last post out"].append(wait_for(all_out, 120, "what was due did not leave"))

    async def audit(self) -> Findings:
        """Hold ledger, API and lake against each other."""
        clock, store = SystemClock(), Database(self.store)
        client = SocialClient(base_url=f"{self.servers[0].url}/api", api_key=KEY, pacer=Pacer(limit=0))
        try:
            async with client, Ledger(self.ledger, clock, profile=BLOCK) as ledger:
                desk = Desk(
                    client=client,
                    clock=clock,
                    ledger=ledger,
                    open_lake=lambda: Lake(self.folder / "home" / "lake"),
                    source="sandbox",
                    quiet_seconds=1,
                    reports=self.folder / "reports",
                )
                now = clock.now()
                return await audit(desk, store, now - timedelta(days=2), now + timedelta(days=2))
        finally:
            await store.close()

    def say(self, found: Findings, calm: int) -> str:
        """The figures of the run."""
        took = "; ".join(
            f"{kind} back in {median(times):.2f} s, worst {max(times):.2f} s" for kind, times in self.recovery.items()
        )
        struck = ", ".join(f"{count} × {kind}" for kind, count in sorted(self.struck.items()))
        ends = ", ".join(f"{count} × {code}" for code, count in sorted(self.ends.items()))
        return (
            f"{self.struck.total()} rounds: {struck}; flows ended: {ends}; {found.items} items, {found.posts} posts, "
            f"{found.deliveries} deliveries; at rest after {calm} calm rounds; {took}"
        )
