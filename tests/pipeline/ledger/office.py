"""An office that edits its sheet: what tests of replaced posts work with."""

import csv
import json
from dataclasses import dataclass, field
from datetime import timedelta

import httpx

from pipeline.applying import Applying
from pipeline.campaign import Campaign
from pipeline.desk import Desk
from pipeline.publishing import Publishing
from pipeline.saved import SavedPlan
from pipeline.settling import settle
from tests.pipeline.ledger.faults import FAULTS

HEADER = ("Id", "Date", "Time", "Platform", "Caption", "Picture")
DAY, LATER = "2026-11-23", "2026-11-24"
OLD, NEW, NEWER = "Boats leave at noon", "Boats leave at one", "Boats leave at two"
STEPS = ["validate", "look", "pause", "look", "delete", "look", "post"]
LIVE = ("pending", "processing", "success", "error", "awaiting approval")


class Killed(BaseException):
    """The process is gone."""


@dataclass
class Line(httpx.AsyncBaseTransport):
    """Lets calls through; plays `faults` and deaths at the numbers given, and counts the versions that wait."""

    inner: httpx.AsyncBaseTransport
    faults: dict[int, str] = field(default_factory=dict)
    dies_before: int = 0
    dies_after: int = 0
    hooks: dict = field(default_factory=dict)
    before_post: bytes = b""
    calls: list[str] = field(default_factory=list)
    most: int = 0

    async def handle_async_request(self, request):
        path = request.url.path.removeprefix("/api")
        if path in ("/user", "/history"):
            return await self.inner.handle_async_request(request)
        self.calls.append(f"{request.method} {path}")
        number = len(self.calls)
        if number == self.dies_before:
            raise Killed
        self.hooks.get(number, lambda: None)()
        if self.before_post and (request.method, path) == ("POST", "/post"):
            headers = {"Authorization": request.headers["Authorization"], "Content-Type": "application/json"}
            await self.inner.handle_async_request(
                httpx.Request("POST", request.url, headers=headers, content=self.before_post)
            )
            self.before_post = b""
        fault = self.faults.get(number)
        try:
            response = await (FAULTS[fault](self.inner, request) if fault else self.inner.handle_async_request(request))
        finally:
            self.most = max(self.most, len(await self.live(request)))
        if number == self.dies_after:
            raise Killed
        return response

    async def live(self, request):
        url = request.url.copy_with(path="/api/history", query=b"limit=1000&lastDays=0")
        asked = httpx.Request("GET", url, headers={"Authorization": request.headers["Authorization"]})
        rows = json.loads(await (await self.inner.handle_async_request(asked)).aread())["history"]
        ours = [row for row in rows if "dovecote:" in row.get("notes", "")] if isinstance(rows, list) else []
        return [row for row in ours if row["status"] in LIVE]


class Office:
    """One sheet, one campaign, and what people and schedules do with them."""

    def __init__(self, line, client, ledger, clock, folder):
        self.line, self.client, self.ledger, self.clock, self.folder = line, client, ledger, clock, folder
        self.sheet = folder / "calendar.csv"
        self.campaign = Campaign(sources=[str(self.sheet)], platforms=["bluesky", "telegram"])

    def write(self, text, *, date=DAY, number="7", picture="", networks="Bluesky"):
        row = (number, date, "09:30" if date else "", networks, text, picture)
        with self.sheet.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([HEADER, row])

    def desk(self, ledger=None):
        return Desk(
            client=self.client,
            clock=self.clock,
            ledger=ledger or self.ledger,
            open_lake=lambda: None,
            source="sandbox",
            quiet_seconds=0.0,
            reports=self.folder / "reports",
        )

    async def publish(self, campaign=None, *, ledger=None, dry_run=False, plan=None):
        desk = self.desk(ledger)
        run = Applying(plan, desk) if plan else Publishing(campaign or self.campaign, desk, dry_run=dry_run)
        return await run.run()

    async def reconcile(self):
        return await settle(self.ledger, client=self.client, clock=self.clock, quiet_seconds=0.0)

    async def posts(self, *statuses):
        start, end = self.clock.now() - timedelta(days=30), self.clock.now() + timedelta(days=30)
        rows = [row async for row in self.client.history.everything(start, end)]
        return {(row.post, row.status): row for row in rows if row.status in (statuses or LIVE)}

    async def ends(self):
        """What is out once everything that waits has gone out."""
        self.clock.advance(timedelta(days=7))
        return sorted(await self.posts())

    async def plan(self):
        run = await self.publish(dry_run=True)
        state = await self.ledger.state(self.campaign.name)
        return SavedPlan.of(self.campaign, run.plan.drafts, made_at=self.clock.now(), ledger=state)


def verdict(run):
    (one,) = run.part.verdicts
    return one.disposition.value, one.reason
