"""The sections of a report: what each shows, read off the figures. Names here are the names in `report.html.jinja`."""

from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
from markupsafe import Markup

from pipeline import questions
from pipeline.analytics.gaps import every_field, post_gaps
from pipeline.analytics.metrics import UNITS
from pipeline.costs import price_note
from pipeline.reports import charts, figures
from pipeline.reports.formats import age as age_words
from pipeline.reports.formats import link, number, start, text
from pipeline.reports.page import network_title
from pipeline.sources import health

Section = dict[str, Any]

_FEW = 12
_RANKS = 5
_LINES = 60
_MOST_ROWS = 200
_RUNS = 10
_SUM = ("known", "filtered", "quarantined", "planned", "scheduled", "refused", "unknown")
_CHART_WIDTHS = {"wide": 960, "narrow": 340}


def outbox(stood: pd.DataFrame, pictures: Mapping[str, str]) -> Section:
    """What went out or will: one entry per post over its networks, the first few apart from the rest.

    `pictures` are small JPEGs in base64 by key.
    """
    going = stood[stood["state"].isin(["out", "waiting", "deleted"]).groupby(stood["key"]).transform("any")]
    entries = [_entry(rows, pictures) for _, rows in going.groupby("key", sort=False)]
    return {
        "first": entries[:_FEW],
        "rest": entries[_FEW:_MOST_ROWS],
        "left_out": max(0, len(entries) - _MOST_ROWS),
    }


def failed(stood: pd.DataFrame, measure_errors: pd.DataFrame) -> Section:
    """What failed and why: posts, and numbers that could not be had."""
    posts = [
        {**_about(row), "network": row["network"], "state": row["state"], "reason": _reason(row)}
        for row in _records(figures.failures(stood))
    ]
    missing = [
        {"network": row["network"], "reason": _reason(row), "times": row["times"], "last": row["last"]}
        for row in _records(figures.measuring(measure_errors).head(_RANKS))
    ]
    return {"posts": posts[:_MOST_ROWS], "left_out": max(0, len(posts) - _MOST_ROWS), "missing": missing}


def growth(aged: pd.DataFrame) -> list[Section]:
    """One group of panels per metric: a small chart per network, with its numbers as a table."""
    return [
        {"metric": metric, "unit": UNITS[metric], "panels": panels}
        for metric in ("engagements", "impressions")
        if (panels := _panels(aged, metric))
    ]


def networks(aged: pd.DataFrame) -> Section:
    """Engagement by network, as a table and as bars."""
    table = figures.by_network(aged)
    drawn = table.dropna(subset="engagements")
    words = ("Engagements by network", ", ".join(f"{row.network} {row.engagements:,.0f}" for row in drawn.itertuples()))
    named = drawn.assign(title=drawn["network"].map(network_title), label=drawn["engagements"].map(number))
    bars = named[["network", "title", "engagements", "label"]]
    pictures = {} if len(bars) <= 1 else _both(lambda width: charts.bars(bars, width=width, words=words))
    return {"rows": _records(table), "pictures": pictures}


def calendar(aged: pd.DataFrame, zone: ZoneInfo) -> Section:
    """When posts do well: weekday by hour, as multiples of what is usual on the network."""
    age = figures.equal_age(aged)
    table = pd.DataFrame() if age is None else figures.slots(aged, age, zone)
    if age is None or table.empty:
        return {}
    best = [
        f"{charts.DAYS[row['weekday']]} {row['hour']:02d}:00 ({row['relative']:.1f}×)"
        for row in _records(table.nlargest(3, "relative"))
    ]
    words = ("Engagement by weekday and hour", f"Best: {', '.join(best)}. Times in {zone.key}.")
    shown = table[["weekday", "hour", "relative", "posts"]].astype("float64")
    pictures = _both(lambda width: charts.heat(shown, width=width, words=words))
    return {"pictures": pictures, "best": best, "age": age_words(age), "slots": len(table)}


def ranks(aged: pd.DataFrame, stood: pd.DataFrame, pictures: Mapping[str, str]) -> Section:
    """The posts that did best and worst at an equal age. Flops only when there are enough posts to tell them apart."""
    age = figures.equal_age(aged)
    ranked = pd.DataFrame() if age is None else figures.ranking(aged, age, stood)
    if age is None or ranked.empty:
        return {}
    entries = [{**_about(row, pictures), **row} for row in _records(ranked)]
    flops = entries[max(_RANKS, len(entries) - _RANKS) :][::-1]
    return {"age": age_words(age), "top": entries[:_RANKS], "flop": flops, "compared": len(entries)}


def accounts(account_metrics: pd.DataFrame) -> list[Section]:
    """Followers of each account: now, the change over the frame, and the line between."""
    found = figures.followers(account_metrics)
    shown = []
    for (network, _), series in found.groupby(["network", "social_id"], sort=True):
        first, last = series["value"].iloc[0], series["value"].iloc[-1]
        words = (f"Followers on {network_title(str(network))}", f"from {first:,.0f} to {last:,.0f}")
        line = charts.spark(series, str(network), words=words) if len(series) > 1 else ""
        change = {"followers": last, "change": last - first, "since": series["observed_at"].iloc[0]}
        shown.append({"network": network, "line": line, "several": len(series) > 1, **change})
    return shown


def costs(stood: pd.DataFrame, aged: pd.DataFrame) -> list[Section]:
    """What posts cost where a network charges for them, and what a click came to."""
    return [
        {**row, "note": price_note(str(row["network"]))}
        for row in _records(questions.cost_per_click(questions.Numbers(stood, aged, pd.DataFrame())))
    ]


def ads(ad_spend: pd.DataFrame) -> list[Section]:
    """What boosted posts cost and brought."""
    return _records(questions.ad_spend(ad_spend).head(_MOST_ROWS)) if len(ad_spend) else []


def quality(post_metrics: pd.DataFrame, account_metrics: pd.DataFrame, stood: pd.DataFrame, now: datetime) -> Section:
    """Where numbers are lacking: spans without a look by network, and fields that networks began or ceased to tell."""
    gaps = post_gaps(post_metrics, stood, until=now)
    lacking = gaps.groupby("network", as_index=False).agg(
        posts=("post_id", "nunique"), gaps=("hours", "size"), longest=("hours", "max")
    )
    told = every_field(post_metrics, account_metrics)
    moved = told[told["status"] != "told"].sort_values(["status", "scope", "network", "metric"])
    return {"gaps": _records(lacking), "fields": _records(moved.head(_MOST_ROWS))}


def feeds(feed_health: pd.DataFrame, now: datetime) -> list[Section]:
    """How the feeds are, ailing ones first; `quiet` says it of those that are quieter than their own rhythm."""
    healthy = {row["feed"]: row for row in _records(health.feed_health(feed_health, now=now))}
    return [
        {
            **row,
            "url": link(row["feed"]),
            "name": text(row["title"]) or row["feed"],
            "quiet": found["reason"] if found["state"] == "quiet" else "",
            "usual": health.span(found["usual_gap"]) if pd.notna(found["usual_gap"]) else "–",
        }
        for row in _records(figures.feeds(feed_health))
        for found in [healthy[row["feed"]]]
    ]


def runs(table: pd.DataFrame) -> list[Section]:
    """The newest runs with their sums."""
    newest = table.sort_values("observed_at", ascending=False).head(_RUNS)
    return [
        {**row, "parts": [(name, row[name]) for name in _SUM if pd.notna(row[name]) and row[name]]}
        for row in _records(newest)
    ]


def totals(stood: pd.DataFrame, aged: pd.DataFrame, people: list[Section]) -> list[tuple[str, str, str]]:
    """The figures at the top: (name, value, note)."""
    states = stood.groupby("state")["key"].nunique() if len(stood) else pd.Series(dtype="int64")
    table = figures.by_network(aged)
    sums = table[["engagements", "impressions"]].sum(min_count=1)
    silent = int(table["impressions"].isna().sum())
    several = [account["change"] for account in people if account["several"]]
    gained = sum(several) if several else None
    out, waiting = int(states.get("out", 0)), int(states.get("waiting", 0))
    lost = int(stood["state"].isin(["failed", "unknown"]).sum())
    return [
        ("Posts out", number(out), f"{waiting} waiting" if waiting else "none waiting"),
        ("Failed", number(lost), "posts × networks" if lost else "nothing failed"),
        (
            "Impressions",
            number(sums["impressions"]),
            f"{silent} network{'s' if silent > 1 else ''} told none" if silent else "newest numbers",
        ),
        ("Engagements", number(sums["engagements"]), "reactions, comments, shares, saves"),
        (
            "Followers",
            number(gained) if gained is None else f"{gained:+,.0f}".replace("-", "−"),
            "change, all accounts",
        ),
    ]


def sources(*frames: pd.DataFrame) -> list[str]:
    """Where the numbers come from: `sandbox`, `api`, both or nothing."""
    return sorted({str(name) for frame in frames for name in frame["source"].dropna().unique()})


def _panels(aged: pd.DataFrame, metric: str) -> list[Section]:
    curves = figures.growth(aged, metric)
    return [
        _panel(aged, metric, str(network), median)
        for network, median in curves.groupby("network", sort=True)
        if len(median) > 1
    ]


def _panel(aged: pd.DataFrame, metric: str, network: str, median: pd.DataFrame) -> Section:
    singles = figures.singles(aged, metric, network)
    few = singles[singles["post_id"].isin(singles["post_id"].unique()[-_LINES:])]
    final = median.iloc[-1]
    said = f"The median post reaches {final['median']:,.0f} after {age_words(final['age'])}."
    words = (f"{metric.capitalize()} by age on {network_title(network)}", said)
    picture = charts.growth(few, median[["age", "median"]], network, words=words)
    return {"network": network, "picture": picture, "posts": int(median["posts"].max())}


def _both(draw: Callable[[int], Markup]) -> dict[str, Markup]:
    return {name: draw(width) for name, width in _CHART_WIDTHS.items()}


def _entry(rows: pd.DataFrame, pictures: Mapping[str, str]) -> Section:
    records = _records(rows)
    chips = [
        {"network": row["network"], "state": row["state"], "status": row["status"], "url": link(row["post_url"])}
        for row in sorted(records, key=lambda row: str(row["network"]))
    ]
    return {**_about(records[0], pictures), "chips": chips}


def _about(row: Mapping[str, Any], pictures: Mapping[str, str] = MappingProxyType({})) -> Section:
    said = start(row["text"]) or start(row["title"]) or "without text"
    url = link(row.get("link")) or link(row.get("post_url"))
    return {"out_at": row["out_at"], "said": said, "url": url, "thumb": pictures.get(str(row["key"]), "")}


def _reason(row: Mapping[str, Any]) -> str:
    words = text(row.get("reason", row.get("message")))
    code = text(row.get("code"))
    return f"{words} (code {code})" if code and words else words or (f"code {code}" if code else "no reason was given")


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(name): value for name, value in row.items()} for row in frame.to_dict(orient="records")]
