"""How the feeds are: when each was last read, when it last brought something, and whether it is quieter than usual.

A feed's rhythm is its own history: the gaps between its items, by the dates they carry or else by when they were first
seen. After measuring, this is shown as a table; the report has it too.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pandas as pd

QUIET = 3.0
"""A feed is quiet when nothing new came for so many times its long gap (95 % of its gaps are shorter)."""

FEWEST_GAPS = 5
"""Fewer gaps than this are no rhythm."""

NEWS = pd.Timedelta(days=1)
"""So long after it began, a silence or failure is news; later everybody knows."""

_INSTANT = "datetime64[us, UTC]"
_TYPES = {
    "feed": "string",
    "title": "string",
    "state": "string",
    "reason": "string",
    "last_success": _INSTANT,
    "last_new_item": _INSTANT,
    "usual_gap": "timedelta64[us]",
    "long_gap": "timedelta64[us]",
    "quiet_since": _INSTANT,
    "failing_since": _INSTANT,
    "items_seen": "Int64",
}
_EARLIEST = pd.Timestamp("1995-01-01", tz="UTC")
_MINUTE = pd.Timedelta(minutes=1)


def feed_health(
    readings: pd.DataFrame, *, now: datetime, feeds: pd.DataFrame | None = None, items: pd.DataFrame | None = None
) -> pd.DataFrame:
    """One row per feed, failing ones first, then quiet ones.

    `readings` is the lake's `feed_health`; `feeds` and `items`, the ledger's frames, add what happened before the lake
    and the dates of every item. Columns: feed, title, state (`failing`, `quiet`, `ok`), reason: string; last_success,
    last_new_item, quiet_since, failing_since: datetime64[us, UTC], NaT where there is none; usual_gap (median) and
    long_gap (95th percentile) between items: timedelta64[us], NaT with fewer than five gaps; items_seen: Int64.
    """
    ordered = readings.sort_values("observed_at", kind="stable")
    told = {str(name): rows for name, rows in ordered.groupby(ordered["feed"].astype("str"), sort=False)}
    known = {} if feeds is None else {str(row["source"]): row for _, row in feeds.iterrows()}
    moments = _moments(ordered, items)
    rows = [
        _row(feed, told.get(feed, ordered.iloc[:0]), known.get(feed, {}), moments.get(feed), pd.Timestamp(now))
        for feed in sorted({*told, *known})
    ]
    table = pd.DataFrame({name: pd.Series([row[name] for row in rows], dtype=kind) for name, kind in _TYPES.items()})
    rank = table["state"].map({"failing": 0, "quiet": 1, "ok": 2})
    return table.iloc[rank.argsort(kind="stable")].reset_index(drop=True)


def news(table: pd.DataFrame, *, now: datetime) -> Iterator[str]:
    """What went wrong with feeds within the last day, in words; `table` as `feed_health` gives it."""
    since = table["failing_since"].fillna(table["quiet_since"])
    for row in table[(table["state"] != "ok") & (pd.Timestamp(now) - since <= NEWS)].to_dict("records"):
        yield f"feed {row['feed']}: {row['reason']}"


def _moments(readings: pd.DataFrame, items: pd.DataFrame | None) -> dict[str, pd.Series]:
    """When each feed's items came, ascending and each instant once."""
    came = readings["newest_item_at"].fillna(readings["observed_at"].where(readings["new_items"] > 0))
    parts = [pd.DataFrame({"feed": readings["feed"].astype("str"), "at": came})]
    if items is not None:
        dated = items["published"].where(items["published"].between(_EARLIEST, items["first_seen"]))
        # What was there when the feed was added came at an unknown time, unless it is dated.
        primed = items["first_seen"] == items.groupby("source")["first_seen"].transform("min")
        at = dated.fillna(items["first_seen"].mask(primed))
        parts = [pd.DataFrame({"feed": items["source"].astype("str"), "at": at}), *parts]
    every = pd.concat(parts).dropna().drop_duplicates().sort_values("at")
    return {str(feed): rows for feed, rows in every.groupby("feed")["at"]}


def _row(
    feed: str,
    readings: pd.DataFrame,
    known: "pd.Series[Any] | dict[str, Any]",
    moments: "pd.Series[Any] | None",
    now: pd.Timestamp,
) -> dict[str, Any]:
    fine = readings[readings["status"] != "failed"]["observed_at"]
    last_success = max((at for at in (fine.max(), known.get("last_success")) if pd.notna(at)), default=pd.NaT)
    failed = readings[readings["status"] == "failed"]
    failed = failed[failed["observed_at"] > last_success] if pd.notna(last_success) else failed
    failing_since = failed["observed_at"].min()
    usual, long, last = _rhythm(moments)
    quiet_since = last + QUIET * long if pd.notna(long) else pd.NaT
    state = "failing" if len(failed) else "quiet" if pd.notna(quiet_since) and quiet_since < now else "ok"
    return {
        "feed": feed,
        "title": _newest(readings["title"]) or str(known.get("title") or ""),
        "state": state,
        "reason": _reason(state, failed, usual, last, now),
        "last_success": last_success,
        "last_new_item": last,
        "usual_gap": usual,
        "long_gap": long,
        "quiet_since": quiet_since if state == "quiet" else pd.NaT,
        "failing_since": failing_since,
        "items_seen": 0 if moments is None else len(moments),
    }


def _rhythm(moments: "pd.Series[Any] | None") -> tuple[Any, Any, Any]:
    if moments is None:
        return pd.NaT, pd.NaT, pd.NaT
    gaps = moments.diff()
    # Items that came together are one arrival.
    gaps = gaps[gaps > _MINUTE]
    last = moments.iloc[-1]
    return (gaps.median(), gaps.quantile(0.95), last) if len(gaps) >= FEWEST_GAPS else (pd.NaT, pd.NaT, last)


def _reason(state: str, failed: pd.DataFrame, usual: Any, last: Any, now: pd.Timestamp) -> str:  # noqa: ANN401
    if state == "failing":
        return f"cannot be read since {failed['observed_at'].min():%Y-%m-%d %H:%M} UTC: {_newest(failed['reason'])}"
    if state == "quiet":
        return f"nothing new for {span(now - last)}, where {span(usual)} is usual: look whether it still lives"
    return ""


def _newest(words: "pd.Series[Any]") -> str:
    said = words.dropna()
    return str(said.iloc[-1]) if len(said) else ""


def span(gap: pd.Timedelta) -> str:
    """A length of time in words: `3 days`, `36 hours`."""
    return next((f"{gap / unit:.0f} {name}" for name, unit in _UNITS if gap >= 2 * unit), "a minute")


_UNITS = (("days", pd.Timedelta(days=1)), ("hours", pd.Timedelta(hours=1)), ("minutes", _MINUTE))
