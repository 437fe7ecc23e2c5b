"""The simulated world: sources, servers and flows under one clock, with troubles from a seed, and quiet at the end."""

import asyncio
import random
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from unittest.mock import patch

import httpx
from pictures import Pictures
from sources import Feed, Sheet
from sqlalchemy.exc import OperationalError
from wire import Killed, Process, WatchedLake, Wire, watch

from pipeline import database
from pipeline.applying import Applying, PlanMoved
from pipeline.campaign import Campaign, Edits, Timing, TimingPolicy
from pipeline.desk import Desk
from pipeline.ledger import Ledger
from pipeline.measuring import PostToMeasure, measure
from pipeline.publishing import Publishing
from pipeline.recording import keep_ended, keep_publishing, keep_settled, record_measured
from pipeline.saved import SavedPlan
from pipeline.settling import settle
from server.embedded import EmbeddedTransport
from server.host import Host
from server.settings import SANDBOX_KEY, ServerSettings
from server.store.database import Database
from social.client import SocialClient
from social.client.pacing import Pacer
from social.contract.profiles import ProfileRequest
from social.errors import SocialError
from social.instants import ManualClock

HOURS = 3
"""Between two rounds of flows."""

SETTLED = 40
"""Rounds after the faults in which everything must come to rest."""
FEWEST = 4
"""Rounds without faults in any case: a lease and a quiet time must be over, and what they leave done."""
AHEAD = timedelta(days=45)
"""So far ahead lies no slot."""

NETWORKS = ["bluesky", "facebook", "linkedin", "threads", "twitter", "gmb", "telegram", "reddit"]
# Half past two is there twice a year, and once is not.
SLOTS = ["02:30", *(f"{hour:02d}:{minute:02d}" for hour in range(6, 23) for minute in (0, 20, 40))]
OPTIONS: dict[str, dict[str, object]] = {"reddit": {"title": "News", "subreddit": "test"}}
DEFAULT, SHOP = "default", "shop"
EXPECTED = (SocialError, OSError, OperationalError, sqlite3.OperationalError, PlanMoved)
"""What may end a run while the world misbehaves. Anything else is a fault of the program."""


@dataclass
class Figures:
    """What happened, for the report."""

    rounds: int = 0
    runs: int = 0
    deaths: int = 0
    failures: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)


class World:
    """One seed's world. `live` lets days pass; `calm` ends the faults and lets everything come to rest."""

    def __init__(self, seed: int, folder: Path, *, trouble: float = 0.08, busy: float = 1.5) -> None:
        self.seed = seed
        self.folder = folder
        self.trouble = trouble
        self.chance = random.Random(f"world|{seed}")
        # Both ends of summer time are met, whatever the seed.
        self.clock = ManualClock(datetime(2026, self.chance.choice((3, 10)), 23, 5, tzinfo=UTC))
        self.figures = Figures()
        # The API refuses one text twice on a network, so each campaign has a source of its own.
        self.pictures = Pictures(random.Random(f"pictures|{seed}"), self.figures.faults)
        self.feeds = [
            Feed(folder / f"{name}.json", self.chance, self.pictures, busy=busy) for name in ("news", "blog", "shop")
        ]
        self.sheet = Sheet(folder / "calendar.csv", self.chance)
        news, blog, shop = ([str(feed.path)] for feed in self.feeds)
        slots = Timing(policy=TimingPolicy.SLOTS, zone="Europe/Berlin", slots=SLOTS, burst=500)
        about = {"platforms": NETWORKS, "options": OPTIONS, "backfill": 2}
        self.campaigns = [
            Campaign(name="now", sources=news, timing=Timing(burst=500), edits=Edits.UPDATE, **about),
            Campaign(name="slots", sources=blog, timing=slots, edits=Edits.UPDATE, **about),
            Campaign(name="sheet", sources=[str(self.sheet.path)], timing=slots, **about | {"platforms": ["bluesky"]}),
            # Of another profile, over the same ledger.
            Campaign(name=SHOP, sources=shop, timing=slots, **about | {"platforms": ["bluesky", "facebook"]}),
        ]
        self.profiles: dict[str, str | None] = {DEFAULT: None}
        self._hosts: list[Host] = []

    @asynccontextmanager
    async def open(self) -> AsyncIterator["World"]:
        """Start two servers over one store."""
        settings = ServerSettings(
            database=f"sqlite:///{self.folder / 'server.db'}",
            media_dir=self.folder / "media",
            rate_limit=0,
            durable=False,
            sandbox_seed=str(self.seed),
            sandbox_clicks=False,
        )
        async with AsyncExitStack() as stack:
            stack.enter_context(self.pictures.replaced)
            self._hosts = [await stack.enter_async_context(Host(settings, self.clock)) for _ in range(2)]
            if SHOP not in self.profiles:
                async with self.client(EmbeddedTransport(self._hosts[0])) as client:
                    self.profiles[SHOP] = (await client.profiles.create(ProfileRequest(title=SHOP))).profile_key
            yield self

    async def live(self, days: float) -> None:
        """Let days pass, with everything that can go wrong."""
        for _ in range(round(days * 24 / HOURS)):
            self.figures.rounds += 1
            self._edit()
            for campaign in self.campaigns:
                await self._publish(campaign)
            await self._settle()
            if self.chance.random() < 0.1:
                await self._run("measure", self._measure, self.chance.choice((DEFAULT, SHOP)))
            await self._deliver()
            # Clocks are set, machines sleep: a step is never quite what was asked for.
            self.clock.advance(timedelta(hours=HOURS * self.chance.uniform(0.9, 1.3)))

    async def calm(self) -> int:
        """End the faults and go on until nothing is open. Returns how many rounds that took."""
        self.trouble = 0.0
        self._edit()
        for number in range(1, SETTLED):
            for campaign in self.campaigns:
                await self._run(f"publish {campaign.name}", self._publisher(campaign), _profile_of(campaign))
            await self._settle()
            self.clock.advance(timedelta(hours=HOURS))
            async with self.desk(Process("look", self.chance), None) as desk:
                if number >= FEWEST and not await desk.ledger.unsettled():
                    break
        # What is scheduled leaves, and is seen to have left.
        self.clock.advance(AHEAD)
        await self._deliver()
        await self._settle()
        return number

    async def _settle(self) -> None:
        for profile in self.profiles:
            await self._run("reconcile", self._reconcile, profile)

    async def _deliver(self) -> None:
        """Let both servers' workers send what is due, at once; who meets the other's lock comes again."""
        ends = await asyncio.gather(*(host.worker.settle() for host in self._hosts), return_exceptions=True)
        for end in ends:
            if isinstance(end, BaseException) and not isinstance(end, OperationalError):
                raise end
        if any(isinstance(end, OperationalError) for end in ends):
            self.figures.faults["database of the server is locked"] += 1
            for host in self._hosts:
                await host.worker.settle()

    def _edit(self) -> None:
        self.pictures.move(trouble=self.trouble)
        for source in (*self.feeds, self.sheet):
            source.move(self.clock.now(), trouble=bool(self.trouble))

    async def _publish(self, campaign: Campaign) -> None:
        draw = self.chance.random()
        if draw < 0.05:
            await self._by_plan(campaign)
            return
        # Now and then two publishers on one plan; they differ in when they die.
        what, profile = f"publish {campaign.name}", _profile_of(campaign)
        publishers = [self._publisher(campaign) for _ in range(2 if draw < 0.15 else 1)]
        await asyncio.gather(*(self._run(what, publisher, profile) for publisher in publishers))

    async def _by_plan(self, campaign: Campaign) -> None:
        plans: list[SavedPlan] = []

        async def plan(desk: Desk, name: str) -> None:
            run = await Publishing(campaign, desk, dry_run=True, run_id=name).run()
            state = await desk.ledger.state(campaign.name)
            plans.append(SavedPlan.of(campaign, run.plan.drafts, made_at=desk.clock.now(), ledger=state))

        async def apply(desk: Desk, name: str) -> None:
            run = await Applying(plans[0], desk, run_id=name).run()
            await keep_publishing(run)

        await self._run("plan", plan, _profile_of(campaign))
        # Edited between plan and publish.
        self._edit()
        if plans and plans[0].posts:
            await self._run(f"apply {campaign.name}", apply, _profile_of(campaign))

    def _publisher(self, campaign: Campaign) -> Callable[[Desk, str], Awaitable[None]]:
        chance = random.Random(f"{self.seed}|batches|{self.figures.runs}")

        async def publish(desk: Desk, name: str) -> None:
            # Some are of several batches and parts, as only a run of thousands is otherwise.
            batch, most = chance.choices([(500, 5_000), (4, 6), (2, 2)], [18, 1, 1])[0]
            run = await Publishing(campaign, desk, run_id=name, batch=batch).run(partial(keep_ended, most=most))
            await keep_publishing(run)

        return publish

    async def _reconcile(self, desk: Desk, name: str) -> None:
        await settle(desk.ledger, client=desk.client, clock=desk.clock, quiet_seconds=desk.quiet_seconds)
        await keep_settled(desk, run_id=name)

    async def _measure(self, desk: Desk, name: str) -> None:
        posts = [
            PostToMeasure(post_id=one.post_id, networks=one.networks, published_at=one.published_at, look=one.look)
            for one in await desk.ledger.to_measure(20)
            if one.published_at
        ]
        found = await measure(posts, client=desk.client, clock=desk.clock, source="sandbox")
        record_measured(desk, {"post_metrics": found}, run_id=name)
        await desk.ledger.mark_measured(found.looks)

    async def _run(self, what: str, act: Callable[[Desk, str], Awaitable[None]], profile: str) -> None:
        """A flow as a process of its own, which may die."""
        self.figures.runs += 1
        # Each has its own chance, so that what it meets does not hang on who runs beside it.
        chance = random.Random(f"{self.seed}|{self.figures.runs}")
        die_at = chance.randint(1, 80) if self.trouble and chance.random() < 0.25 else 0
        process = Process(f"{what} {self.figures.runs}", chance, self.trouble, die_at)
        try:
            async with self.desk(process, profile) as desk:
                await act(desk, process.name)
        except Killed:
            self.figures.deaths += 1
        except EXPECTED as error:
            if not self.trouble:
                raise
            self.figures.failures[type(error).__name__] += 1
        except ExceptionGroup as errors:
            if not self.trouble or errors.split(EXPECTED)[1] is not None:
                raise
            self.figures.failures["several"] += 1
        except BaseExceptionGroup as errors:
            if errors.split((Killed, *EXPECTED))[1] is not None:
                raise
            self.figures.deaths += 1
        self.figures.faults += process.faults

    def client(self, transport: httpx.AsyncBaseTransport, profile: str = DEFAULT) -> SocialClient:
        """A client of the API for a profile, over `transport`."""
        return SocialClient(
            base_url="https://simulated.example/api",
            api_key=SANDBOX_KEY,
            profile_key=self.profiles[profile],
            x_keys=("app", "secret"),
            transport=transport,
            pacer=Pacer(limit=0, clock=self.clock),
        )

    @property
    def server(self) -> Database:
        """The store of the servers."""
        return self._hosts[0].database

    @asynccontextmanager
    async def desk(self, process: Process, profile: str | None = DEFAULT) -> AsyncIterator[Desk]:
        """What a process works with: its own client, its own ledger over the shared database, the shared lake.

        Without a profile the ledger tells of all of them.
        """
        host = self._hosts[process.chance.random() < 0.5]

        def opened(url: str, *, durable: bool = True) -> database.AsyncEngine:
            engine = database.open_engine(url, durable=False)
            watch(engine, process)
            return engine

        with patch("pipeline.ledger.ledger.open_engine", opened):
            ledger = Ledger(f"sqlite:///{self.folder / 'ledger.db'}", self.clock, profile=profile)
        lake = WatchedLake(self.folder / "lake")
        lake.process = process
        wire = Wire(process, EmbeddedTransport(host), self.clock)
        try:
            async with self.client(wire, profile or DEFAULT) as client:
                await ledger.open()
                yield Desk(
                    client=client,
                    clock=self.clock,
                    ledger=ledger,
                    open_lake=lambda: lake,
                    source="sandbox",
                    quiet_seconds=600,
                    reports=self.folder / "reports",
                )
        finally:
            await ledger.close()


def _profile_of(campaign: Campaign) -> str:
    return SHOP if campaign.name == SHOP else DEFAULT
