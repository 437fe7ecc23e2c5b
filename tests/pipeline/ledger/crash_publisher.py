"""A publisher to be killed. Run as a script: each line on stdin is one run, in a fork; each line on stdout its end.

A run settles what an earlier one left, then admits, claims and sends, and dies by SIGKILL at the point it is told.
"""

import asyncio
import json
import os
import signal
import sys
import tempfile
import traceback
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta

import httpx
from sqlalchemy import event

from pipeline.campaign import Campaign
from pipeline.ledger import Ledger
from pipeline.records import Draft, Item
from pipeline.sending import send
from pipeline.settling import settle
from pipeline.sources.feeds import FeedReading, FeedState, ParsedFeed
from server.embedded import embedded
from server.settings import ServerSettings
from social.client import SocialClient
from social.client.pacing import Pacer
from social.instants import SystemClock

FEED = "https://example.org/feed.xml"


class LaterClock(SystemClock):
    """The machine's clock, so much later: leases and quiet times of the run before are over."""

    def __init__(self, offset):
        self.offset = offset

    def now(self):
        return datetime.now(UTC) + self.offset


class Death(httpx.AsyncBaseTransport):
    """Counts posts on the wire and commits of the ledger, and kills the process at the one named."""

    def __init__(self, inner, kind, number):
        self.inner, self.kind, self.number = inner, kind, number
        self.counts = {}

    def at(self, kind):
        self.counts[kind] = self.counts.get(kind, 0) + 1
        if (kind, self.counts[kind]) == (self.kind, self.number):
            os.kill(os.getpid(), signal.SIGKILL)

    async def handle_async_request(self, request):
        if request.method != "POST":
            return await self.inner.handle_async_request(request)
        self.at("before post")
        call = asyncio.ensure_future(self.inner.handle_async_request(request))
        await asyncio.sleep(0.002)
        self.at("during post")
        response = await call
        self.at("after post")
        return response

    def watch(self, engine):
        event.listen(engine, "commit", lambda _connection: self.at("before commit"))
        event.listen(engine, "begin", lambda _connection: self.at("before begin"))


def items(count):
    return tuple(
        Item(source=FEED, place=f"entry {n}", identity=f"guid-{n}", content_hash=str(n), title=f"Story number {n}")
        for n in range(count)
    )


def reading(told):
    parsed = ParsedFeed(
        title="", link="", language="", items=items(told["items"]), quarantined=(), format="RSS 2.0", oddities=()
    )
    return FeedReading(source=FEED, status="ok", state=FeedState(url=FEED), parsed=parsed)


async def run(told):
    clock = LaterClock(timedelta(minutes=30 * told["run"]))
    async with AsyncExitStack() as stack:
        if told["server"]:
            base, inner = told["server"], httpx.AsyncHTTPTransport()
        else:
            settings = ServerSettings(database=told["store"], rate_limit=0)
            base, inner = "http://embedded/api", await stack.enter_async_context(embedded(settings, clock))
        death = Death(inner, *told["die"])
        client = await stack.enter_async_context(
            SocialClient(
                base_url=base, api_key="dovecote-sandbox-key", transport=death, pacer=Pacer(limit=0, clock=clock)
            )
        )
        ledger = Ledger(told["ledger"], clock)
        death.watch(ledger._engine.sync_engine)
        async with ledger:
            await settle(ledger, client=client, clock=clock)
            admission = await ledger.admit(Campaign(name="news"), [reading(told)], backfill=told["items"])
            drafts = [
                Draft(campaign="news", item=item, target="default:bluesky", texts={"bluesky": item.title})
                for item in admission.admitted
            ]
            for start in range(0, len(drafts), 50):
                claims = await ledger.claim(drafts[start : start + 50])
                await send(claims, client=client, ledger=ledger, clock=clock, in_flight=4, chunk=10)


def warm_up():
    """Do the work once before the first fork: what is built at first use then need not be built in each child."""
    with tempfile.TemporaryDirectory() as folder:
        files = {name: f"sqlite:///{folder}/{name}.db" for name in ("ledger", "store")}
        asyncio.run(run({"run": 0, "items": 5, "server": "", "die": ("never", 0), **files}))


def main():
    warm_up()
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            code = 1
            try:
                asyncio.run(run(json.loads(line)))
                code = 0
            finally:
                if code:
                    traceback.print_exc()
                os._exit(code)
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
