"""A large content calendar: from an XLSX file to a validated plan, by the steps of a dry run; imports aside."""

import asyncio
import json
import statistics
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from rows import QUICK, REPEATS, Row, child, ratio, spread, tell

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
    from flows.cli.desk import open_desk
    from pipeline.campaign import Campaign
    from pipeline.publishing import Publishing
    from server.environment import Environment

    campaign = Campaign.model_validate({"sources": [sheet], "pictures": {"upload": False}})
    async with open_desk(Environment(home=home)) as desk:
        run = Publishing(campaign, desk, dry_run=True)
        taken = {}
        for step in run.steps:
            began = time.perf_counter()
            await run.take(step)
            taken[step] = time.perf_counter() - began
    if len(run.plan.drafts) != ROWS:
        raise RuntimeError(f"{len(run.plan.drafts)} of {ROWS} rows were planned: {run.part.verdicts[:3]}")
    return {"seconds": sum(taken.values()), **taken}


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
    steps = ", ".join(spread(step, [one[step] for one in told]) for step in ("read", "admit", "draft", "close"))
    median = statistics.median(seconds)
    tell(Row(f"plan a sheet of {ROWS:,} rows", "XLSX to validated plan", median, TARGET, "s", steps))
    alone = [one["read"] + one["draft"] for one in told]
    what = f"plan a sheet of {ROWS:,} rows"
    tell(Row(what, "its reading and composing alone", ratio(seconds, alone), 1.5, detail=spread("alone", alone)))


if __name__ == "__main__":
    main()
