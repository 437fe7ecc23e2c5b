"""The calendar page: what went out and what is planned, by month and by week, one HTML file that needs no network."""

from calendar import Calendar
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd

from pipeline.analytics.lake import Lake
from pipeline.analytics.rows import Row
from pipeline.analytics.tables import conform, to_pandas
from pipeline.reports import figures
from pipeline.reports.formats import link, start, text
from pipeline.reports.page import environment_of
from social.instants import utc

MONTHS_BACK, MONTHS_AHEAD = 1, 2
_MOST_OF_DAY = 60
_CALENDAR = Calendar()
_COUNTED = ("out", "waiting", "failed", "unknown", "from elsewhere")


@dataclass(slots=True)
class Entry:
    """One post on a day: over its networks, each with its state and address."""

    at: datetime
    said: str
    url: str
    state: str
    elsewhere: bool
    networks: list[dict[str, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Day:
    """One day of a month or week; `inside` tells whether it belongs to the month."""

    date: date
    inside: bool
    today: bool
    entries: list[Entry]
    left_out: int = 0


def write_calendar(
    lake: Lake,
    path: Path,
    *,
    now: datetime,
    title: str,
    zone: str = "UTC",
    more: Sequence[Row] = (),
    trouble: str = "",
) -> Path:
    """Write the calendar of last month, this one and the next two, and of this week, at `path`; returns `path`.

    It shows the posts of the lake, those the accounts show that were not sent through the API, and `more`: rows of
    `posts` that the lake does not hold (`pipeline.elsewhere`), with the `trouble` why some may be missing. Months
    without a post are left out before the first and after the last that has one, this month aside. Days are those of
    `zone`. Raises ValueError for a naive instant, zoneinfo's error for an unknown zone.
    """
    place, present = ZoneInfo(zone), utc(now)
    frames = [lake.frame("posts"), _others(lake), to_pandas("posts", conform("posts", more))]
    stood = figures.standing(pd.concat([frame for frame in frames if len(frame)] or frames[:1], ignore_index=True))
    page = render(stood, now=present, title=title, zone=place, trouble=trouble)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(page, encoding="utf-8")
    return path


def span(now: datetime, zone: str) -> tuple[datetime, datetime]:
    """The first instant that a calendar written now may show, and the first after its last."""
    place = ZoneInfo(zone)
    today = now.astimezone(place).date()
    first, end = (datetime.combine(_moved(today, step), time(), place) for step in (-MONTHS_BACK, MONTHS_AHEAD + 1))
    return first, end


def render(stood: pd.DataFrame, *, now: datetime, title: str, zone: ZoneInfo, trouble: str = "") -> str:
    """The page for a frame of `figures.standing`."""
    today = now.astimezone(zone).date()
    entries = _by_day(stood, zone)
    months = _without_empty_ends(
        [_moved(today, step) for step in range(-MONTHS_BACK, MONTHS_AHEAD + 1)], today, entries
    )
    monday = today - timedelta(days=today.weekday())
    context: dict[str, Any] = {
        "title": title,
        "now": now,
        "zone": zone.key,
        "months": [(first, _month(first, today, entries)) for first in months],
        "week": [_day(monday + timedelta(days=step), today, entries, inside=True) for step in range(7)],
        "networks": sorted({str(name) for name in stood["network"]}),
        "counts": _counts(entries),
        "trouble": trouble,
    }
    return environment_of(zone).get_template("calendar.html.jinja").render(context)


def _others(lake: Lake) -> pd.DataFrame:
    seen = lake.frame("other_posts")
    told = seen.assign(campaign="", key=seen["network"].astype("str") + ":" + seen["social_id"], status="success")
    rows = told.assign(post_id=told["social_id"])
    return to_pandas("posts", conform("posts", rows))


def _by_day(stood: pd.DataFrame, zone: ZoneInfo) -> dict[date, list[Entry]]:
    found: dict[date, list[Entry]] = {}
    for _, rows in stood.groupby("key", sort=False):
        entry = _entry(rows.to_dict(orient="records"), zone)
        found.setdefault(entry.at.date(), []).append(entry)
    for day in found.values():
        day.sort(key=lambda entry: entry.at)
    return found


def _entry(rows: list[Any], zone: ZoneInfo) -> Entry:
    first = rows[0]
    states = {str(row["state"]) for row in rows}
    worst = next(name for name in ("failed", "unknown", "waiting", "out", "deleted") if name in states)
    networks = [
        {"network": str(row["network"]), "state": str(row["state"]), "url": link(row["post_url"])}
        for row in sorted(rows, key=lambda row: str(row["network"]))
    ]
    said = start(first["text"]) or start(first["title"]) or "without text"
    return Entry(
        first["out_at"].astimezone(zone), said, link(text(first["link"])), worst, not first["campaign"], networks
    )


def _without_empty_ends(months: list[date], today: date, entries: dict[date, list[Entry]]) -> list[date]:
    filled = {day.replace(day=1) for day in (*entries, today)}
    full = [place for place, month in enumerate(months) if month in filled]
    return months[full[0] : full[-1] + 1]


def _month(first: date, today: date, entries: dict[date, list[Entry]]) -> list[list[Day]]:
    weeks = _CALENDAR.monthdatescalendar(first.year, first.month)
    return [[_day(day, today, entries, inside=day.month == first.month) for day in week] for week in weeks]


def _day(day: date, today: date, entries: dict[date, list[Entry]], *, inside: bool) -> Day:
    found = entries.get(day, [])
    return Day(day, inside, day == today, found[:_MOST_OF_DAY], max(0, len(found) - _MOST_OF_DAY))


def _moved(day: date, months: int) -> date:
    number = day.year * 12 + day.month - 1 + months
    return date(number // 12, number % 12 + 1, 1)


def _counts(entries: dict[date, list[Entry]]) -> dict[str, int]:
    states = ["from elsewhere" if one.elsewhere else one.state for day in entries.values() for one in day]
    return {name: states.count(name) for name in _COUNTED if name in states}
