"""A large content calendar: from an XLSX file to a validated plan, by the steps of a dry run; imports aside."""

import asyncio
import json
import statistics
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

from rows import QUICK, REPEATS, Row, child, spread, tell

ROWS = 200 if QUICK else 10_000
TARGET = 5.0
HEADER = ("Id", "Date", "Time", "Platforms", "Text", "Link", "Hashtags", "Image")


def write(path: Path) -> None:
    """Write the calendar: one row a quarter of an hour, three networks each."""
    import openpyxl

    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Calendar")
    sheet.append(HEADER)
    start = (datetime.now(UTC) + timedelta(days=2)).replace(hour=0, minute=0, second=0, microsecond=0)
    for number in range(ROWS):
        at = start + timedelta(minutes=15 * number)
        text = f"Story {number}: the boats leave the harbour at noon, and whoever wants to come along brings a coat."
        link, image = f"https://example.org/story/{number}", f"https://example.org/pictures/{number}.jpg"
        networks = "Bluesky, Facebook, Telegram"
        sheet.append((number, f"{at:%Y-%m-%d}", f"{at:%H:%M}", networks, text, link, "#boats #winter", image))
    book.save(path)


def planning(sheet: str, home: str) -> None:
    """Child: plan the sheet; tell the seconds of each step."""
    print(json.dumps(asyncio.run(plan(sheet, Path(home)))))


async def plan(sheet: str, home: Path) -> dict[str, float]:
    """Read, admit and draft, sending nothing. Raises when a row is lost."""
    from pipeline.campaign import Campaign
    from pipeline.desk import Desk
    from pipeline.ledger import Ledger
    from pipeline.publishing import Publishing
    from server.local import local_api

    def no_lake() -> None:
        raise AssertionError("a dry run keeps no numbers")

    campaign = Campaign.model_validate({"sources": [sheet], "pictures": {"upload": False}})
    async with (
        local_api(home, rate_limit=0) as (client, host),
        Ledger(f"sqlite:///{home / 'ledger.db'}", host.clock) as ledger,
    ):
        desk = Desk(
            client=client,
            clock=host.clock,
            ledger=ledger,
            open_lake=no_lake,
            source="sandbox",
            quiet_seconds=0.0,
            reports=home,
        )
        times = [time.perf_counter()]
        run = Publishing(campaign, desk, dry_run=True)
        await run.read()
        times.append(time.perf_counter())
        await run.admit()
        times.append(time.perf_counter())
        while run.waiting:
            await run.draft()
        await run.close()
        times.append(time.perf_counter())
    if len(run.drafts) != ROWS:
        raise RuntimeError(f"{len(run.drafts)} of {ROWS} rows were planned: {run.verdicts[:3]}")
    read, admit, draft = (later - earlier for earlier, later in pairwise(times))
    return {"seconds": times[-1] - times[0], "read": read, "admit": admit, "draft": draft}


def main() -> None:
    """Measure, or be the measured process."""
    if sys.argv[1:2] == ["plan"]:
        planning(*sys.argv[2:])
        return
    with tempfile.TemporaryDirectory() as name:
        sheet = Path(name) / "calendar.xlsx"
        write(sheet)
        told = []
        for number in range(REPEATS):
            home = Path(name) / str(number)
            home.mkdir()
            told.append(child(__file__, "plan", str(sheet), str(home)))
    seconds = [one["seconds"] for one in told]
    steps = ", ".join(spread(step, [one[step] for one in told]) for step in ("read", "admit", "draft"))
    median = statistics.median(seconds)
    tell(Row(f"plan a sheet of {ROWS:,} rows", "XLSX to validated plan", median, TARGET, "s", steps))


if __name__ == "__main__":
    main()
