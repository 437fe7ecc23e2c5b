"""Steps that bring numbers back and show them."""

import asyncio
import base64
from datetime import datetime
from pathlib import Path
from typing import Any

from prefect import task

from pipeline.desk import Desk
from pipeline.measuring import AccountOptions, Measured, PostToMeasure, measure, measure_accounts, measure_links
from pipeline.others import Others, other_posts, readable
from server.environment import Environment
from tasks.artifacts import progress_bar
from tasks.policies import FETCH, LOCAL


@task(name="measure-posts", **FETCH)
async def measure_posts(desk: Desk, most: int) -> Measured:
    """Ask for the metrics of every post that is due by its age, of more than `most` the youngest."""
    posts = [
        PostToMeasure(post_id=post.post_id, networks=post.networks, published_at=post.published_at, look=post.look)
        for post in await desk.ledger.to_measure(most)
        if post.published_at
    ]
    async with progress_bar("measure-progress", "Posts asked about", len(posts)) as advance:
        return await measure(posts, client=desk.client, clock=desk.clock, source=desk.source, advance=advance)


@task(name="measure-accounts-and-links", **FETCH)
async def measure_rest(desk: Desk, accounts: AccountOptions) -> dict[str, Measured]:
    """Ask for the metrics of the linked accounts, and for the clicks of short links."""
    from pipeline.recording import lacks_days  # noqa: PLC0415  (pandas and pyarrow are slow to import)

    about: dict[str, Any] = {"client": desk.client, "clock": desk.clock, "source": desk.source}
    linked = (await desk.client.user.get()).active_social_accounts
    fill_up = accounts.daily and await desk.at_lake(lacks_days, desk)
    return {
        "account_metrics": await measure_accounts(linked, options=accounts, fill_up=fill_up, **about),
        "link_clicks": await measure_links(**about),
    }


@task(name="measure-other-posts", **FETCH)
async def measure_others(desk: Desk) -> Others:
    """Ask once a day for the posts that were not sent through the API, and for their numbers."""
    from pipeline.recording import others_known  # noqa: PLC0415  (pandas and pyarrow are slow to import)

    linked = (await desk.client.user.get()).active_social_accounts
    read_at, seen = await desk.at_lake(others_known, desk)
    networks = readable(linked, read_at, desk.clock.now())
    sent = await desk.ledger.social_ids(networks)
    about: dict[str, Any] = {"client": desk.client, "clock": desk.clock, "source": desk.source}
    return await other_posts(networks, sent=sent, seen=seen, **about)


@task(name="keep-samples", **LOCAL)
async def keep(desk: Desk, found: dict[str, Measured], others: Others, run_id: str) -> int:
    """Append the samples to the lake, then remember in the ledger what was learnt of each post."""
    from pipeline.recording import record_measured, record_others  # noqa: PLC0415  (slow to import)

    added = await desk.at_lake(record_measured, desk, found, run_id=run_id)
    added += await desk.at_lake(record_others, desk, others, run_id=run_id)
    await desk.ledger.mark_measured(found["post_metrics"].looks)
    return added


@task(name="look-at-feeds", **LOCAL)
async def look_at_feeds(desk: Desk) -> tuple[list[dict[str, Any]], list[str]]:
    """How every feed is, as rows of a table, and what went wrong with one of them within the last day."""
    from pipeline.sources.health import feed_health, news  # noqa: PLC0415  (pandas is slow to import)

    now = desk.clock.now()
    feeds, items = await desk.ledger.frame("feeds"), await desk.ledger.frame("items")
    readings = await desk.at_lake(desk.lake.frame, "feed_health")
    table = await asyncio.to_thread(feed_health, readings, now=now, feeds=feeds, items=items)
    rows = table.astype("str").replace({"NaT": "", "<NA>": ""}).to_dict("records")
    return [{str(name): value for name, value in row.items()} for row in rows], list(news(table, now=now))


CHARTS = {"networks": "Engagement by network", "hours": "When posts do well"}
"""Charts of the report that are shown in the Prefect UI too, where there are numbers for them: file and heading."""


def link_to(report: Path) -> str:
    """Where the report is, for a person before the Prefect UI: a link where `DOVECOTE_REPORTS_URL` says how."""
    if base := Environment().reports_url.rstrip("/"):
        return f"[Open the report]({base}/{report.name}), or [the calendar]({base}/calendar.html)."
    return f"The report lies at `{report}` on the machine of the worker, the calendar beside it: `calendar.html`."


def charts_of(report: Path) -> list[str]:
    """The report's charts as markdown pictures that carry their data: the UI reads no file of the worker's. Blocks."""
    folder = report.with_name(f"{report.stem}-charts")
    shown = [(file, said) for name, said in CHARTS.items() if (file := folder / f"{name}.png").exists()]
    return [
        f"## {said}\n\n![{said}](data:image/png;base64,{base64.b64encode(file.read_bytes()).decode()})"
        for file, said in shown
    ]


@task(name="write-report", **LOCAL)
async def write(desk: Desk, title: str, now: datetime, zone: str) -> Path:
    """Write the report from the lake; the calendar beside it tells also what the ledger and the API have waiting."""
    from pipeline.elsewhere import elsewhere  # noqa: PLC0415  (for the calendar alone)
    from pipeline.reports.calendar import span, write_calendar  # noqa: PLC0415  (pandas is slow to import)
    from pipeline.reports.report import write_report  # noqa: PLC0415  (charts are slow to import)

    known = await desk.at_lake(desk.lake.frame, "posts", columns=["post_id"])
    found = await elsewhere(desk, set(known["post_id"]), *span(now, zone))
    about: dict[str, Any] = {"now": now, "title": title, "zone": zone}
    calendar = desk.reports / "calendar.html"
    await desk.at_lake(write_calendar, desk.lake, calendar, more=found.rows, trouble=found.trouble, **about)
    path = desk.reports / f"report-{now:%Y-%m-%d}.html"
    return await desk.at_lake(write_report, desk.lake, path, **about)
