"""The numbers of a report, as plain functions from frames to frames. Ages are hours since publication.

Frames come from the lake (`pipeline/analytics/tables.py`). A post is the pair (`post_id`, `network`) unless it says so.
"""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from pipeline.analytics.common import ACCOUNT_KEYS, common
from pipeline.analytics.metrics import ACCOUNT_METRICS, POST_METRICS

AGES = (0.5, 1, 2, 3, 6, 12, 24, 36, 48, 72, 120, 168, 240, 336, 504, 720)
"""At which ages posts are compared, in hours."""

STATES = {
    "success": "out",
    "partial": "out",
    "published": "out",
    "scheduled": "waiting",
    "pending": "waiting",
    "paused": "waiting",
    "awaiting approval": "waiting",
    "refused": "failed",
    "error": "failed",
    "failed": "failed",
    "unknown": "unknown",
    "deleted": "deleted",
    "withdrawn": "deleted",
}
"""What a status of the API or of an attempt means to a reader; any other status is shown as waiting."""

_CURVE = ["network", "age", "median", "posts"]
_POST = ["post_id", "network"]
_ENOUGH_POSTS = 2 / 3
_CURVE_POSTS = 1 / 2


def standing(posts: pd.DataFrame) -> pd.DataFrame:
    """How each post stands: one row per key and network, with `state` and `out_at`, newest first.

    Each column has its newest value: a later row that tells only what changed does not hide the text of the first.
    `out_at` is when it went or goes out: publication, else schedule, else when the row was written.
    """
    by_post = posts.sort_values("observed_at", kind="stable").groupby(["key", "network"], observed=True, sort=False)
    newest = by_post.last().reset_index()[list(posts.columns)].sort_values("observed_at", kind="stable")
    out_at = newest["published_at"].fillna(newest["scheduled_for"]).fillna(newest["observed_at"])
    state = newest["status"].astype("str").map(STATES).fillna("waiting")
    return newest.assign(out_at=out_at, state=state).sort_values("out_at", ascending=False, ignore_index=True)


def history(post_metrics: pd.DataFrame, stood: pd.DataFrame) -> pd.DataFrame:
    """Common metrics with `age`: columns post_id, network, metric, value, observed_at, out_at, age, oldest first.

    `stood` is a frame of `standing`. A post it does not know counts from the first look at it.
    """
    seen = common(post_metrics, POST_METRICS)
    known = stood.loc[stood["post_id"] != "", [*_POST, "out_at"]].astype(dict.fromkeys(_POST, "str"))
    aged = seen.merge(known.drop_duplicates(_POST), on=_POST, how="left")
    aged["out_at"] = aged["out_at"].fillna(aged.groupby(_POST)["observed_at"].transform("min"))
    aged["age"] = (aged["observed_at"] - aged["out_at"]).dt.total_seconds() / 3600
    return aged[aged["age"] >= 0].sort_values([*_POST, "metric", "age"], ignore_index=True)


def at_ages(aged: pd.DataFrame, metric: str, ages: Sequence[float] = AGES) -> pd.DataFrame:
    """`metric` of every post at equal ages: rows (post_id, network), one column per age.

    Between two looks the value is read off the line between them; before the first and after the last look it is NA.
    """
    rows = {
        post: np.interp(ages, looks["age"], looks["value"], left=np.nan, right=np.nan)
        for post, looks in aged[aged["metric"] == metric].groupby(_POST, sort=False)
    }
    index = (
        pd.MultiIndex.from_tuples(list(rows), names=_POST) if rows else pd.MultiIndex.from_arrays([[], []], names=_POST)
    )
    return pd.DataFrame(list(rows.values()), index=index, columns=list(ages), dtype="float64")


def singles(aged: pd.DataFrame, metric: str, network: str) -> pd.DataFrame:
    """The posts of one network at equal ages, for drawing: columns post_id, age, value."""
    wide = at_ages(aged[aged["network"] == network], metric)
    return wide.droplevel("network").melt(ignore_index=False, var_name="age").dropna().reset_index()


def growth(aged: pd.DataFrame, metric: str) -> pd.DataFrame:
    """How posts of a network grow: columns network, age, median, posts (how many the median is made of).

    A network's curve is made of the same posts throughout: those seen at the oldest age that at least half of its posts
    have reached, and at the youngest that two thirds of them were seen at. Otherwise it would fall whenever a good post
    is too young to be counted on, or was looked at late.
    """
    curves = [_curve(str(network), rows) for network, rows in at_ages(aged, metric).groupby("network")]
    return pd.concat(curves, ignore_index=True) if curves else pd.DataFrame(columns=_CURVE)


def _curve(network: str, values: pd.DataFrame) -> pd.DataFrame:
    reached = values.notna().mean()
    oldest = reached[reached >= _CURVE_POSTS].index.max()
    if pd.isna(oldest):
        return pd.DataFrame(columns=_CURVE)
    old = values[values[oldest].notna()].loc[:, :oldest]
    told = old.notna().mean()
    youngest = told[told >= _ENOUGH_POSTS].index.min()
    same = old[old[youngest].notna()].loc[:, youngest:]
    median = same.median()
    ages = median.index.to_numpy(dtype="float64")
    return pd.DataFrame({"network": network, "age": ages, "median": median.to_numpy(), "posts": len(same)})


def equal_age(aged: pd.DataFrame) -> float | None:
    """The greatest age at which two thirds of the posts can be compared by engagements; None when there is none."""
    counts = at_ages(aged, "engagements").notna().mean()
    enough = counts[counts >= _ENOUGH_POSTS]
    return None if enough.empty else float(enough.index[-1])


def latest(aged: pd.DataFrame) -> pd.DataFrame:
    """The newest value of each metric of each post: rows (post_id, network), one column per common metric."""
    newest = aged.drop_duplicates([*_POST, "metric"], keep="last")
    return newest.pivot(index=_POST, columns="metric", values="value")


def by_network(aged: pd.DataFrame) -> pd.DataFrame:
    """Per network: posts, impressions, engagements, per_post (median engagements) and rate; most engagements first.

    `rate` is engagements by impressions over the posts that tell both; NA where a network tells no impressions.
    """
    now = latest(aged).reindex(columns=["engagements", "impressions"])
    both = now.dropna()
    sums, paired = now.groupby("network").sum(min_count=1), both.groupby("network").sum()
    table = sums.assign(
        posts=now.groupby("network").size(),
        per_post=now.groupby("network")["engagements"].median(),
        rate=(paired["engagements"] / paired["impressions"].where(paired["impressions"] > 0)).reindex(sums.index),
    )
    return table.reset_index().sort_values("engagements", ascending=False, ignore_index=True)


def relative(aged: pd.DataFrame, age: float) -> "pd.Series[float]":
    """Engagements of each post at `age` as a multiple of its network's median (1 = usual), by (post_id, network)."""
    values = at_ages(aged, "engagements", [age])[age].dropna()
    usual = values.groupby("network").transform("median")
    return (values / usual.where(usual > 0)).dropna().rename("relative")


def slots(aged: pd.DataFrame, age: float, zone: ZoneInfo) -> pd.DataFrame:
    """When posts do well: columns weekday (0 = Monday), hour, relative (median), posts; wall time in `zone`."""
    scores = relative(aged, age).reset_index().merge(aged[[*_POST, "out_at"]].drop_duplicates(_POST), on=_POST)
    wall = scores["out_at"].dt.tz_convert(zone)
    named = scores.assign(weekday=wall.dt.day_of_week, hour=wall.dt.hour)
    return named.groupby(["weekday", "hour"], as_index=False).agg(
        relative=("relative", "median"), posts=("post_id", "nunique")
    )


def ranking(aged: pd.DataFrame, age: float, stood: pd.DataFrame) -> pd.DataFrame:
    """Posts over all their networks, best first.

    Columns post_id, score, engagements, networks, key, title, text, out_at, post_url.

    `score` is the mean over the networks of `relative` at `age`; `engagements` their sum at that age.
    """
    scores = relative(aged, age).reset_index()
    values = at_ages(aged, "engagements", [age])[age].rename("engagements").reset_index()
    per_post = (
        scores.merge(values, on=_POST)
        .groupby("post_id", as_index=False)
        .agg(score=("relative", "mean"), engagements=("engagements", "sum"), networks=("network", list))
    )
    about = stood.drop_duplicates("post_id")[["post_id", "key", "title", "text", "out_at", "post_url"]]
    ranked = per_post.merge(about.astype({"post_id": "str"}), on="post_id", how="left")
    return ranked.sort_values("score", ascending=False, ignore_index=True)


def followers(account_metrics: pd.DataFrame) -> pd.DataFrame:
    """Followers of each account over time: columns network, social_id, observed_at, value, oldest first."""
    table = common(account_metrics, ACCOUNT_METRICS, per=ACCOUNT_KEYS)
    found = table[table["metric"] == "followers"]
    return found.sort_values("observed_at")[["network", "social_id", "observed_at", "value"]].reset_index(drop=True)


def failures(stood: pd.DataFrame) -> pd.DataFrame:
    """Posts that were refused, failed or whose outcome is unknown, newest first."""
    return stood[stood["state"].isin(["failed", "unknown"])].reset_index(drop=True)


def feeds(feed_health: pd.DataFrame) -> pd.DataFrame:
    """Per feed its newest reading (title, status, reason, observed_at) and sums over the frame; ailing ones first.

    Sums: `readings`, `new_items`, `failures`; `last_ok` is the newest reading that did not fail, NaT when none.
    """
    ordered = feed_health.sort_values("observed_at", kind="stable").astype({"feed": "str", "status": "str"})
    failed = ordered["status"] == "failed"
    newest = ordered.drop_duplicates("feed", keep="last").set_index("feed")
    table = newest[["title", "status", "reason", "observed_at"]].assign(
        readings=ordered.groupby("feed").size(),
        new_items=ordered.groupby("feed")["new_items"].sum(),
        failures=failed.groupby(ordered["feed"]).sum(),
        last_ok=ordered[~failed].groupby("feed")["observed_at"].max(),
    )
    ailing = table.assign(ailing=table["status"] == "failed").reset_index()
    return ailing.sort_values(["ailing", "failures", "feed"], ascending=[False, False, True], ignore_index=True)


def measuring(measure_errors: pd.DataFrame) -> pd.DataFrame:
    """Why numbers are missing: columns network, code, message, times, last; most frequent first."""
    plain = measure_errors.astype({"network": "str", "code": "object"}).fillna({"message": "", "code": ""})
    counted = plain.groupby(["network", "code", "message"], as_index=False).agg(
        times=("observed_at", "size"), last=("observed_at", "max")
    )
    return counted.sort_values("times", ascending=False, ignore_index=True)


def since(frame: pd.DataFrame, column: str, start: datetime) -> pd.DataFrame:
    """Rows whose `column` is at or after `start`."""
    return frame[frame[column] >= pd.Timestamp(start)].reset_index(drop=True)
