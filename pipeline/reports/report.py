"""The report: read the lake, say what happened, write one HTML file."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd

from pipeline.analytics.lake import Lake
from pipeline.reports import figures, sections
from pipeline.reports.page import environment_of
from social.instants import utc


def write_report(
    lake: Lake,
    path: Path,
    *,
    now: datetime,
    title: str,
    days: int = 30,
    zone: str = "UTC",
    since: datetime | None = None,
) -> Path:
    """Write what the lake knows of the last `days` before `now` as one HTML file at `path`, and return `path`.

    The file needs no network, no script and no other file; times in it are wall time in `zone`. `since` overrides
    `days`. Folders are made. Raises ValueError for a naive instant, zoneinfo's error for an unknown zone.
    """
    start = utc(since) if since is not None else utc(now) - timedelta(days=days)
    page = render(_frames(lake, start, utc(now)), now=utc(now), start=start, title=title, zone=ZoneInfo(zone))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(page, encoding="utf-8")
    return path


def render(frames: dict[str, pd.DataFrame], *, now: datetime, start: datetime, title: str, zone: ZoneInfo) -> str:
    """The page for frames of the lake by table name: `posts` whole, the others from `start` on."""
    everything = figures.standing(frames["posts"])
    aged = figures.history(frames["post_metrics"], everything)
    stood = figures.since(everything, "out_at", start)
    people = sections.accounts(frames["account_metrics"])
    context: dict[str, Any] = {
        "title": title,
        "now": now,
        "start": start,
        "zone": zone.key,
        "sources": sections.sources(frames["posts"], frames["post_metrics"], frames["account_metrics"]),
        "totals": sections.totals(stood, aged, people),
        "outbox": sections.outbox(stood),
        "failed": sections.failed(stood, frames["measure_errors"]),
        "growth": sections.growth(aged),
        "networks": sections.networks(aged),
        "calendar": sections.calendar(aged, zone),
        "ranks": sections.ranks(aged, everything),
        "accounts": people,
        "feeds": sections.feeds(frames["feed_health"], now),
        "runs": sections.runs(frames["runs"]),
    }
    return environment_of(zone).get_template("report.html.jinja").render(context)


def _frames(lake: Lake, start: datetime, now: datetime) -> dict[str, pd.DataFrame]:
    end = now + timedelta(microseconds=1)
    recent = ("post_metrics", "account_metrics", "measure_errors", "feed_health", "runs")
    frames = {table: lake.frame(table, since=start, until=end) for table in recent}
    return frames | {"posts": lake.frame("posts", until=end)}
