"""What Prefect adds to a publish run: the flow against the same steps called without it, for few items and for many.

Each runs in a fresh process on an empty database, imports and Prefect's server up before. Told is the difference in
seconds, which must not grow with the items.
"""

import asyncio
import json
import sys
import time
from statistics import median

from rig import prefect_at, workplace, write_feed
from rows import QUICK, REPEATS, Row, child, spread, tell

SIZES = (20, 60) if QUICK else (100, 5_000)
TURNS = min(REPEATS, 3)
TARGET = 2.0
BLOCK = "unlimited"


def campaign(feed: str, items: int) -> "Campaign":  # noqa: F821
    from pipeline.campaign import Campaign, Timing

    timing = Timing(policy="spread", every_minutes=1, allow_burst=True)
    return Campaign(name="bench", sources=[feed], platforms=["bluesky"], timing=timing, backfill=items)


def flow(feed: str, items: int) -> float:
    """Child: the flow."""
    from flows.publish import publish

    asked = campaign(feed, items)
    start = time.perf_counter()
    story = asyncio.run(publish(asked, api=BLOCK))
    assert story.counts["scheduled"] == items, story.counts
    return time.perf_counter() - start


def steps(feed: str, items: int) -> float:
    """Child: what the flow does, by plain calls."""
    from blocks import LakeStorage, LedgerDatabase, SocialApi
    from blocks.base import home
    from pipeline.desk import Desk
    from pipeline.publishing import Publishing
    from pipeline.recording import keep_publishing
    from pipeline.story import tell as story_of

    async def run() -> None:
        async with (
            SocialApi(requests_per_window=0).connect() as connection,
            LedgerDatabase().ledger(connection.clock) as ledger,
        ):
            desk = Desk(
                client=connection.client,
                clock=connection.clock,
                ledger=ledger,
                open_lake=LakeStorage().lake,
                source=connection.source,
                quiet_seconds=connection.quiet_seconds,
                reports=home() / "reports",
            )
            run = await Publishing(asked, desk, run_id="bench").run()
            await keep_publishing(run)
            story = story_of(run)
            assert story.counts["scheduled"] == items, story.counts

    asked = campaign(feed, items)
    start = time.perf_counter()
    asyncio.run(run())
    return time.perf_counter() - start


async def save_block() -> None:
    """Put an embedded API without a limit into the Prefect server."""
    from blocks import SocialApi

    await SocialApi(requests_per_window=0).save(BLOCK, overwrite=True)


def main() -> None:
    """Measure, or be one of the measured processes."""
    match sys.argv[1:]:
        case ["flow", feed, items]:
            print(json.dumps({"seconds": flow(feed, int(items))}))
        case ["steps", feed, items]:
            print(json.dumps({"seconds": steps(feed, int(items))}))
        case _:
            with workplace() as folder, prefect_at(folder):
                asyncio.run(save_block())
                for items in SIZES:
                    feed = write_feed(folder / f"{items}.xml", items)
                    found: dict[str, list[float]] = {"flow": [], "steps": []}
                    for turn in range(TURNS):
                        for who, seconds in found.items():
                            home = str(folder / f"{who}-{items}-{turn}")
                            told = child(__file__, who, feed, str(items), DOVECOTE_HOME=home)
                            seconds.append(told["seconds"])
                    added = median(one - other for one, other in zip(found["flow"], found["steps"], strict=True))
                    detail = f"{spread('flow', found['flow'])}, {spread('the same steps', found['steps'])}"
                    what = f"what Prefect adds to a publish run of {items:,} items"
                    tell(Row(what, "the same steps without it", added, TARGET, "s", detail))


if __name__ == "__main__":
    main()
