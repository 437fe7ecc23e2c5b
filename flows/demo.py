"""The main job end to end on the embedded API: `make demo`. Feed → plan → posts → numbers → report, with time moved on.

Everything it makes lies in `dovecote-data/demo`, which it empties first. Prefect is imported once its server is up.
"""

import argparse
import asyncio
import functools
import http.server
import os
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from flows.cli.planning import dry_run
from flows.serve import environment, free_port, prefect_server, wait_until_ready
from pipeline.campaign import Campaign, Filters, Links, Timing, TimingPolicy
from pipeline.story import planned_text, tell
from server.connection import EMBEDDED
from server.environment import Environment

HOME = Path("dovecote-data/demo")
EXAMPLE = Path(__file__).parent.parent / "docs" / "example"
# Whatever the user's own settings are: the demonstration stays on this machine.
SANDBOX = {"DOVECOTE_API_URL": EMBEDDED, "DOVECOTE_LEDGER": "", "DOVECOTE_LAKE": ""}
STEPS = 16
STEP = timedelta(hours=12)


class _Site(http.server.SimpleHTTPRequestHandler):
    """The example's web site: its pictures as files, its feed with the address it is served at."""

    def do_GET(self) -> None:
        """Answer with a file of the example."""
        if self.path != "/feed.xml":
            super().do_GET()
            return
        base = f'<rss xml:base="http://127.0.0.1:{self.server.server_port}/"'  # type: ignore[attr-defined]
        body = (EXAMPLE / "feed.xml").read_text(encoding="utf-8").replace("<rss", base, 1).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/rss+xml; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing: the demonstration has its own words."""


@contextmanager
def example_site() -> Iterator[str]:
    """Serve the example feed and its pictures on a free loopback port; yields the feed's URL."""
    serving = functools.partial(_Site, directory=str(EXAMPLE))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), serving) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/feed.xml"
        server.shutdown()


def campaign_of(source: str, *, example: bool) -> Campaign:
    """The campaign of the demonstration: a spread over the coming days, everything the feed holds now."""
    return Campaign(
        name="demo",
        sources=[source],
        platforms=["bluesky", "facebook", "linkedin", "threads", "twitter"],
        filters=Filters(exclude=["sponsored"]),
        timing=Timing(policy=TimingPolicy.SPREAD, every_minutes=420 if example else 20),
        links=Links(utm={"source": "{{ network }}", "campaign": "{{ campaign }}"}, shorten=True),
        backfill=12 if example else 3,
        allow_private_addresses=example,
    )


def say(text: str = "") -> None:
    """Print at once: whoever waits sees where it is."""
    print(text, flush=True)  # noqa: T201


async def show_plan(campaign: Campaign) -> None:
    """Print what would be posted. Needs no Prefect, so it fills the time while Prefect starts."""
    made, _ = await dry_run(campaign, Environment())
    say(planned_text(made.plan.drafts))
    say(tell(made).text)


async def run(campaign: Campaign) -> None:
    """Publish, show that a second run sends nothing, let eight days pass while measuring, report."""
    from blocks import SocialApi
    from flows.measure import measure
    from flows.publish import publish
    from flows.reconcile import reconcile
    from flows.report import report

    # The sandbox is this machine's own: nobody's limit of requests needs to be kept.
    await SocialApi(requests_per_window=0).asave("default", overwrite=True)
    say("\n2  Publish")
    say((await publish(campaign)).text)
    say("\n3  Publish again: nothing may go out twice")
    say((await publish(campaign)).text)
    days, hours = STEPS * STEP.total_seconds() / 86400, STEP.total_seconds() / 3600
    say(f"\n4  Let {days:g} days pass in the sandbox, measuring every {hours:g} hours")
    for _ in range(STEPS):
        async with SocialApi().connect() as connection:
            await connection.advance(STEP)
        await reconcile()
        measured = await measure()
    say(f"   last round: {measured}")
    say("\n5  Report")
    written = Path(await report())
    say(f"   report  {written}")
    say(f"   lake    {written.parents[1] / 'lake'}  (Delta tables: pandas, DuckDB, Spark, Polars)")


def main() -> None:
    """Run the demonstration and say where everything lies."""
    parser = argparse.ArgumentParser(prog="make demo", description=__doc__)
    parser.add_argument("--feed", default="", help="URL, file or folder; empty: the example feed")
    feed = parser.parse_args().feed
    shutil.rmtree(HOME, ignore_errors=True)
    began, port = time.monotonic(), free_port()
    quiet = {"PREFECT_LOGGING_LEVEL": "WARNING", "PREFECT_LOGGING_TO_API_ENABLED": "false"}
    home = HOME.absolute()
    os.environ.update(environment(home / "prefect", port) | quiet | SANDBOX | {"DOVECOTE_HOME": str(home)})
    with prefect_server(home / "prefect", port) as server, example_site() as example:
        say("Prefect starts in the background …\n\n1  Plan: what would be posted (no Prefect needed)")
        campaign = campaign_of(feed or example, example=not feed)
        asyncio.run(show_plan(campaign))
        wait_until_ready(server, port)
        say(f"\nPrefect was ready after {time.monotonic() - began:.0f} s.")
        asyncio.run(run(campaign))
    say(f"\nDone in {time.monotonic() - began:.0f} s.")


if __name__ == "__main__":
    main()
