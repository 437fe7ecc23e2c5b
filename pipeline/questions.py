"""Ready questions to the lake: how posts grow, when to post, what was clicked, what a click cost, what to repeat.

Each answer is a frame with its sample size. Where there are too few posts to tell, there is no row, or TooFewPosts says
how many are needed: a guess would look like knowledge. One key joins everything: `posts.key` is the item's post,
`post_id` the API's, `social_id` the network's, and the short links in `posts.text` lead to `link_clicks`.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from math import comb
from typing import Literal
from zoneinfo import ZoneInfo

import pandas as pd

from pipeline.analytics.gaps import day_gaps, every_field, post_gaps
from pipeline.analytics.lake import Lake
from pipeline.analytics.metrics import ACCOUNT_METRICS, DEFINITIONS, POST_METRICS, UNITS
from pipeline.costs import cost
from pipeline.reports import figures

By = Literal["network", "profile", "campaign", "feed", "category", "weekday", "hour"]

AGES = (1.0, 24.0, 168.0)
"""Ages at which posts are compared, in hours: an hour, a day, a week."""

FEWEST = 5
"""With fewer posts nothing is said of a group."""

CONFIDENCE = 0.95
_POST = ["post_id", "network"]
_LINK = re.compile(r"https?://[^\s<>\"']+/([0-9A-Za-z]{4,12})(?![\w/])")


class TooFewPosts(ValueError):
    """Nothing can be said yet. `posts` are there, `needed` would be enough."""

    def __init__(self, what: str, posts: int, needed: int) -> None:
        super().__init__(f"{what}: {posts} posts are too few to tell, {needed} are needed; measure more, or ask later")
        self.posts = posts
        self.needed = needed


@dataclass(frozen=True, slots=True)
class Numbers:
    """What the questions are asked of.

    `posts` has a row for each post and network (`figures.standing`), `aged` a row for each common metric of each look
    (`figures.history`), `clicks` the newest count of each short link.
    """

    posts: pd.DataFrame
    aged: pd.DataFrame
    clicks: pd.DataFrame


def numbers(lake: Lake, *, since: datetime | None = None, until: datetime | None = None, profile: str = "") -> Numbers:
    """The lake's posts that went out from `since` up to `until`, with everything measured of them. Blocks.

    With `profile` only those of one profile.
    """
    posts = figures.standing(lake.frame("posts", profile=profile))
    aged = figures.history(lake.frame("post_metrics", since=since, profile=profile), posts)
    if since is not None:
        posts, aged = posts[posts["out_at"] >= since], aged[aged["out_at"] >= since]
    if until is not None:
        posts, aged = posts[posts["out_at"] < until], aged[aged["out_at"] < until]
    return Numbers(posts.reset_index(drop=True), aged.reset_index(drop=True), _clicks(lake, since))


def gaps(lake: Lake, *, since: datetime, until: datetime) -> pd.DataFrame:
    """Spans in which numbers are lacking: kind (`post`, `account`), network, id, start, end, hours. Blocks.

    Posts out from `since` up to `until` that were not looked at as often as their age asks for; days of accounts that
    were told for no metric. `measure` fills in an account's days when asked for quarters; a post's past is lost.
    """
    asked = numbers(lake, since=since, until=until)
    posts = post_gaps(lake.frame("post_metrics", since=since, until=until), asked.posts, until=until)
    days = day_gaps(lake.frame("account_days", since=since), since=since, until=until)
    parts = [
        posts.rename(columns={"post_id": "id"}).assign(kind="post"),
        days.rename(columns={"social_id": "id"}).assign(kind="account", hours=days["days"] * 24.0),
    ]
    columns = ["kind", "network", "id", "start", "end", "hours"]
    return pd.concat([part[columns] for part in parts if len(part)] or [parts[0][columns]], ignore_index=True)


def fields(lake: Lake, *, since: datetime | None = None) -> pd.DataFrame:
    """Every field the networks told since then: scope, network, metric, common, first_seen, last_seen, status. Blocks.

    `status` is `new` or `vanished` for one that came or went within a week (`pipeline.analytics.gaps.fields`).
    """
    return every_field(lake.frame("post_metrics", since=since), lake.frame("account_metrics", since=since))


def dictionary() -> pd.DataFrame:
    """The metric dictionary: scope, network, metric, unit, definition, fields (raw; the first told counts), factor."""
    rows = [
        {
            "scope": scope,
            "network": network,
            "metric": name,
            "unit": UNITS[name],
            "definition": DEFINITIONS[name],
            "fields": " or ".join(" + ".join(reading.fields) for reading in readings),
            "factor": readings[0].factor,
        }
        for scope, metrics in (("post", POST_METRICS), ("account", ACCOUNT_METRICS))
        for network, names in metrics.items()
        for name, readings in names.items()
    ]
    return pd.DataFrame(rows)


def growth(
    asked: Numbers,
    metric: str = "engagements",
    *,
    by: By = "network",
    ages: Sequence[float] = AGES,
    zone: str = "UTC",
    fewest: int = FEWEST,
) -> pd.DataFrame:
    """`metric` at equal ages: columns `by`, age (hours), median, low, high, posts.

    `low` and `high` bound the median with 95 % confidence (order statistics, no assumption of a distribution); NA where
    even all the posts are too few for that. Weekday (0 = Monday) and hour are wall time in `zone`. By category a post
    counts in each of its categories, and in none without. Raises TooFewPosts when no group has `fewest` posts at any
    age.
    """
    wide = figures.at_ages(asked.aged, metric, ages)
    long = wide.melt(ignore_index=False, var_name="age", value_name="value").dropna().reset_index()
    return _grouped(_with_group(long, asked.posts, by, zone), [by, "age"], f"{metric} by {by}", fewest)


def best_times(asked: Numbers, *, age: float | None = None, zone: str = "UTC", fewest: int = FEWEST) -> pd.DataFrame:
    """When posts do well: weekday (0 = Monday), hour, median, low, high, posts; best lower bound first.

    `median` is engagements at `age` hours as a multiple of the network's usual post, so that networks can be mixed.
    Ordered by `low`, what is at least to be expected: one lucky post makes no best time. Raises TooFewPosts.
    """
    age = age if age is not None else figures.equal_age(asked.aged)
    if age is None:
        raise TooFewPosts("best time", 0, fewest)
    scores = figures.relative(asked.aged, age).rename("value").reset_index()
    wall = _with_group(_with_group(scores, asked.posts, "weekday", zone), asked.posts, "hour", zone)
    found = _grouped(wall, ["weekday", "hour"], "best time", fewest)
    return found.sort_values(["low", "median"], ascending=False, na_position="last", ignore_index=True)


def clicks_per_item(asked: Numbers) -> pd.DataFrame:
    """Clicks on the short links of each post: key, title, campaign, link_id, clicks; most clicked first.

    Only of posts whose text carries a short link that was measured; clicks of all networks together.
    """
    carried = [
        {"key": row.key, "title": row.title, "campaign": str(row.campaign), "link_id": link}
        for row in asked.posts.itertuples()
        for link in _LINK.findall(row.text if isinstance(row.text, str) else "")
    ]
    frame = pd.DataFrame(carried, columns=["key", "title", "campaign", "link_id"]).drop_duplicates(["key", "link_id"])
    found = frame.merge(asked.clicks, on="link_id")
    return found.sort_values("clicks", ascending=False, ignore_index=True)


def cost_per_click(asked: Numbers) -> pd.DataFrame:
    """What a click cost where a network charges for posts: network, cost (US dollars), clicks, per_click.

    Clicks are those the network tells of posts that cost something; `per_click` is NA without a click.
    """
    paid = asked.posts[asked.posts["state"] == "out"].assign(
        cost=lambda posts: [
            float(cost(str(row.network), row.text if isinstance(row.text, str) else "")) for row in posts.itertuples()
        ]
    )
    paid = paid[paid["cost"] > 0].astype(dict.fromkeys(_POST, "str"))
    newest = figures.latest(asked.aged).reindex(columns=["clicks"]).reset_index()
    joined = paid[[*_POST, "cost"]].merge(newest, on=_POST, how="left")
    table = joined.groupby("network", as_index=False).agg(cost=("cost", "sum"), clicks=("clicks", "sum"))
    return table.assign(per_click=table["cost"] / table["clicks"].where(table["clicks"] > 0))


def ad_spend(rows: pd.DataFrame) -> pd.DataFrame:
    """What boosted posts cost: network, ad_id, ad_name, post_id, spend, clicks, reach, per_click; dearest first.

    `rows` is a frame of the lake's `ad_spend`, of which the newest row of a day counts. Money is in the currency of the
    ad account; `per_click` is NA without a click. People reached on several days count on each.
    """
    newest = rows.sort_values("observed_at", kind="stable").drop_duplicates(["ad_id", "day"], keep="last")
    keys = ["network", "ad_id"]
    sums = newest.groupby(keys, observed=True, as_index=False)[["spend", "clicks", "reach"]].sum(min_count=1)
    about = newest.drop_duplicates(keys, keep="last")[[*keys, "ad_name", "post_id"]]
    table = about.merge(sums, on=keys)
    table["per_click"] = table["spend"] / table["clicks"].where(table["clicks"] > 0)
    return table.sort_values("spend", ascending=False, ignore_index=True)


def worth_repeating(asked: Numbers, *, age: float | None = None, most: int = 20, fewest: int = FEWEST) -> pd.DataFrame:
    """Posts that did best at an equal age: post_id, score, engagements, networks, title, text, out_at, post_url.

    `score` is a multiple of the usual post (1 = usual); only posts above that. Raises TooFewPosts with fewer than
    `fewest` posts to compare.
    """
    age = age if age is not None else figures.equal_age(asked.aged)
    ranked = figures.ranking(asked.aged, age, asked.posts) if age is not None else pd.DataFrame()
    if len(ranked) < fewest:
        raise TooFewPosts("what to repeat", len(ranked), fewest)
    return ranked[ranked["score"] > 1].head(most).reset_index(drop=True)


def median_bounds(values: Sequence[float], confidence: float = CONFIDENCE) -> tuple[float, float] | None:
    """Between which two of the values the median of all such posts lies, with at least `confidence`.

    From the binomial distribution of how many values lie below a median. None when there are too few values (6 for
    95 %).
    """
    ordered, count = sorted(values), len(values)
    found, below = None, 0.0
    for place in range(count // 2):
        below += comb(count, place) / 2**count
        if 1 - 2 * below < confidence:
            break
        found = ordered[place], ordered[count - 1 - place]
    return found


def _grouped(values: pd.DataFrame, keys: list[str], what: str, fewest: int) -> pd.DataFrame:
    rows = []
    largest = 0
    for group, some in values.groupby(keys, observed=True, sort=True):
        largest = max(largest, len(some))
        if len(some) >= fewest:
            low, high = median_bounds(list(some["value"])) or (float("nan"), float("nan"))
            named = dict(zip(keys, group, strict=True))
            rows.append(named | {"median": some["value"].median(), "low": low, "high": high, "posts": len(some)})
    if not rows:
        raise TooFewPosts(what, largest, fewest)
    return pd.DataFrame(rows)


def _with_group(values: pd.DataFrame, posts: pd.DataFrame, by: By, zone: str) -> pd.DataFrame:
    if by == "network":
        return values
    about = posts.astype(dict.fromkeys(_POST, "str")).drop_duplicates(_POST)
    if by in {"weekday", "hour"}:
        wall = about["out_at"].dt.tz_convert(ZoneInfo(zone)).dt
        about = about.assign(**{by: wall.day_of_week if by == "weekday" else wall.hour})
    elif by == "category":
        about = about.assign(category=about["categories"].str.split("\n")).explode("category").dropna(subset="category")
    else:
        about = about.assign(**{by: about[by].astype("str")})
    return values.merge(about[[*_POST, by]], on=_POST)


def _clicks(lake: Lake, since: datetime | None) -> pd.DataFrame:
    seen = lake.frame("link_clicks", since=since)
    total = seen[seen["metric"] == "totalClicks"].sort_values("observed_at")
    newest = total.drop_duplicates("social_id", keep="last")
    return pd.DataFrame({"link_id": newest["social_id"].astype("str"), "clicks": newest["value"].astype("float64")})
