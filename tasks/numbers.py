"""Steps that bring numbers back and show them."""

import asyncio
from datetime import datetime
from pathlib import Path
from typing import Any

from prefect import task

from pipeline.desk import Desk
from pipeline.measuring import Measured, PostToMeasure, measure, measure_accounts, measure_links
from tasks.policies import FETCH, LOCAL


@task(name="measure-posts", **FETCH)
async def measure_posts(desk: Desk) -> Measured:
    """Ask for the metrics of every post that is due by its age."""
    posts = [
        PostToMeasure(
            post_id=post.post_id,
            networks=post.networks,
            published_at=post.published_at,
            last_measured_at=post.last_measured_at,
            next_update=post.next_update,
        )
        for post in await desk.ledger.accepted_posts()
        if post.published_at
    ]
    return await measure(posts, client=desk.client, clock=desk.clock, source=desk.source)


@task(name="measure-accounts-and-links", **FETCH)
async def measure_rest(desk: Desk) -> dict[str, Measured]:
    """Ask for the metrics of the linked accounts, and for the clicks of short links."""
    linked = (await desk.client.user.get()).active_social_accounts
    return {
        "account_metrics": await measure_accounts(linked, client=desk.client, clock=desk.clock, source=desk.source),
        "link_clicks": await measure_links(client=desk.client, clock=desk.clock, source=desk.source),
    }


@task(name="keep-samples", **LOCAL)
async def keep(desk: Desk, found: dict[str, Measured], run_id: str) -> int:
    """Append the samples to the lake, then remember in the ledger when each post was looked at."""
    from pipeline.recording import record_measured  # noqa: PLC0415  (pandas and pyarrow are slow to import)

    added = await asyncio.to_thread(record_measured, desk, found, run_id=run_id)
    posts = found["post_metrics"]
    seen = {sample.post_id for sample in posts.samples} | {error.post_id for error in posts.errors}
    await desk.ledger.mark_measured(sorted(seen), desk.clock.now(), posts.next_updates)
    return added


@task(name="look-at-feeds", **LOCAL)
async def look_at_feeds(desk: Desk) -> tuple[list[dict[str, Any]], list[str]]:
    """How every feed is, as rows of a table, and what went wrong with one of them within the last day."""
    from pipeline.sources.health import feed_health, news  # noqa: PLC0415  (pandas is slow to import)

    now = desk.clock.now()
    feeds, items = await desk.ledger.frame("feeds"), await desk.ledger.frame("items")
    readings = await asyncio.to_thread(desk.lake.frame, "feed_health")
    table = await asyncio.to_thread(feed_health, readings, now=now, feeds=feeds, items=items)
    rows = table.astype("str").replace({"NaT": "", "<NA>": ""}).to_dict("records")
    return [{str(name): value for name, value in row.items()} for row in rows], list(news(table, now=now))


@task(name="write-report", **LOCAL)
async def write(desk: Desk, title: str, now: datetime) -> Path:
    """Write the report from the lake, and the calendar beside it."""
    from pipeline.reports.calendar import write_calendar  # noqa: PLC0415  (pandas is slow to import)
    from pipeline.reports.report import write_report  # noqa: PLC0415  (charts are slow to import)

    await asyncio.to_thread(write_calendar, desk.lake, desk.reports / "calendar.html", now=now, title=title)
    path = desk.reports / f"report-{now:%Y-%m-%d}.html"
    return await asyncio.to_thread(write_report, desk.lake, path, now=now, title=title)
