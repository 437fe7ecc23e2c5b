"""The report: read the lake, say what happened, write one HTML file."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd

from pipeline.analytics.lake import Lake
from pipeline.reports import figures, sections
from pipeline.reports.gallery import save_charts
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
    `days`. Its charts lie beside it as SVG and PNG, in a folder named after it. Folders are made.

    Raises ValueError for a naive instant, zoneinfo's error for an unknown zone.
    """
    start = utc(since) if since is not None else utc(now) - timedelta(days=days)
    context = contents(_frames(lake, start, utc(now)), now=utc(now), start=start, title=title, zone=ZoneInfo(zone))
    page = environment_of(ZoneInfo(zone)).get_template("report.html.jinja").render(context)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(page, encoding="utf-8")
    save_charts(context, path.with_name(f"{path.stem}-charts"))
    return path


def contents(
    frames: dict[str, pd.DataFrame], *, now: datetime, start: datetime, title: str, zone: ZoneInfo
) -> dict[str, Any]:
    """What the page shows, for frames of the lake by table name: `posts` whole, the others from `start` on."""
    everything = figures.standing(frames["posts"])
    aged = figures.history(frames["post_metrics"], everything)
    stood = figures.since(everything, "out_at", start)
    people = sections.accounts(frames["account_metrics"])
    pictures = dict(zip(frames["thumbnails"]["key"], frames["thumbnails"]["jpeg"], strict=True))
    return {
        "title": title,
        "now": now,
        "start": start,
        "zone": zone.key,
        "sources": sections.sources(frames["posts"], frames["post_metrics"], frames["account_metrics"]),
        "totals": sections.totals(stood, aged, people),
        "outbox": sections.outbox(stood, pictures),
        "failed": sections.failed(stood, frames["measure_errors"]),
        "growth": sections.growth(aged),
        "networks": sections.networks(aged),
        "calendar": sections.calendar(aged, zone),
        "ranks": sections.ranks(aged, everything, pictures),
        "accounts": people,
        "costs": sections.costs(stood, aged),
        "ads": sections.ads(frames["ad_spend"]),
        "quality": sections.quality(frames["post_metrics"], frames["account_metrics"], stood, now),
        "feeds": sections.feeds(frames["feed_health"], now),
        "runs": sections.runs(frames["runs"]),
    }


def _frames(lake: Lake, start: datetime, now: datetime) -> dict[str, pd.DataFrame]:
    end = now + timedelta(microseconds=1)
    recent = ("post_metrics", "account_metrics", "measure_errors", "feed_health", "runs", "thumbnails", "ad_spend")
    frames = {table: lake.frame(table, since=start, until=end) for table in recent}
    return frames | {"posts": lake.frame("posts", until=end)}
