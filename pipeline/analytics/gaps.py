"""Where numbers are lacking: posts that were not looked at when they should have been, and fields that came or went."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from itertools import pairwise

import numpy as np
import pandas as pd

from pipeline.analytics.days import DAY, DayValue
from pipeline.analytics.metrics import ACCOUNT_METRICS, POST_METRICS, Reading
from pipeline.cadence import CADENCE, RARELY, SELDOM

_POST = ["post_id", "network"]
_DAY_OF = ["network", "social_id", "metric", "day"]
_LATE = 1.5
SETTLED = timedelta(days=7)
"""A field that a network has not told for so long, while it told others, has vanished; one first told since is new."""


def post_gaps(post_metrics: pd.DataFrame, stood: pd.DataFrame, *, until: datetime) -> pd.DataFrame:
    """Spans in which a post should have been looked at and was not: post_id, network, start, end, hours.

    `post_metrics` are samples, `stood` the posts (`figures.standing`), of which only those out by `until` count. A span
    begins with publication or a look and ends with the next look or `until`. What the cadence allows a post whose
    numbers stand still is no gap.
    """
    looks = post_metrics[[*_POST, "observed_at"]].drop_duplicates().astype(dict.fromkeys(_POST, "str"))
    out = stood[(stood["post_id"] != "") & (stood["state"] == "out") & (stood["out_at"] <= until)]
    known = out[[*_POST, "out_at"]].astype(dict.fromkeys(_POST, "str")).drop_duplicates(_POST)
    measured = known[known["network"].isin(POST_METRICS)]
    ends = [measured.rename(columns={"out_at": "observed_at"}), measured[_POST].assign(observed_at=pd.Timestamp(until))]
    together = pd.concat([looks, *ends], ignore_index=True).merge(measured, on=_POST)
    spans = together.sort_values([*_POST, "observed_at"], ignore_index=True)
    spans["end"] = spans.groupby(_POST, sort=False)["observed_at"].shift(-1)
    spans = spans.rename(columns={"observed_at": "start"}).dropna(subset=["end"])
    length = spans["end"] - spans["start"]
    late = length > _allowed(spans["start"] - spans["out_at"]) * _LATE
    hours = length[late].dt.total_seconds() / 3600
    return spans.loc[late, [*_POST, "start", "end"]].assign(hours=hours).reset_index(drop=True)


def fresh(found: Iterable[DayValue], known: pd.DataFrame) -> list[DayValue]:
    """Those of `found` that `known`, a frame of `account_days`, does not hold, or holds with another value.

    A network corrects its newest days for a while; asking twice for the same window changes nothing.
    """
    newest = known.sort_values("observed_at", kind="stable").drop_duplicates(_DAY_OF, keep="last")
    rows = newest[[*_DAY_OF, "value"]].astype({"network": "str", "metric": "str", "social_id": "str"})
    told = {tuple(row[:4]): row[4] for row in rows.itertuples(index=False, name=None)}
    return [one for one in found if told.get((one.network, one.social_id, one.metric, one.day)) != one.value]


def day_gaps(known: pd.DataFrame, *, since: datetime, until: datetime) -> pd.DataFrame:
    """Days between `since` and `until` of which nothing is known: columns network, social_id, start, end, days.

    `known` is a frame of `account_days`. Days a network has not told yet count as missing too: at its end each account
    lags by a day or two. A metric that a network gives now and then makes no gap; a day without any metric does.
    """
    rows = []
    for (network, account), found in known.groupby(["network", "social_id"], observed=True, sort=True):
        days = found.loc[found["day"].between(since, until, inclusive="right"), "day"].drop_duplicates().sort_values()
        ends = [pd.Timestamp(since), *days, pd.Timestamp(until)]
        rows += [
            {
                "network": str(network),
                "social_id": str(account),
                "start": early,
                "end": late,
                "days": (late - early) // DAY - 1,
            }
            for early, late in pairwise(ends)
            if (late - early) // DAY > 1
        ]
    columns = ["network", "social_id", "start", "end", "days"]
    return pd.DataFrame(rows, columns=columns).astype({"days": "int64"})


def fields(samples: pd.DataFrame, metrics: Mapping[str, Mapping[str, tuple[Reading, ...]]]) -> pd.DataFrame:
    """Every field each network told: network, metric, common, first_seen, last_seen, status.

    `samples` is a frame of `post_metrics` or `account_metrics`, `metrics` the dictionary that goes with it. `common` is
    the common name the field is read for, empty for one that stands for itself. `status` is `told`, `new` or
    `vanished`, see `SETTLED`.
    """
    told = samples[samples["value"].notna()].astype({"network": "str", "metric": "str"})
    seen = (
        told.groupby(["network", "metric"], sort=True)["observed_at"]
        .agg(first_seen="min", last_seen="max")
        .reset_index()
    )
    whole = told.groupby("network")["observed_at"].agg(since="min", until="max")
    spans = seen.join(whole, on="network")
    vanished = spans["last_seen"] < spans["until"] - SETTLED
    new = (spans["first_seen"] > spans["until"] - SETTLED) & (spans["first_seen"] > spans["since"] + SETTLED)
    names = {
        (network, raw): name
        for network, readings in metrics.items()
        for name, choices in readings.items()
        for reading in choices
        for raw in reading.fields
    }
    common = [names.get(key, "") for key in zip(seen["network"], seen["metric"], strict=True)]
    status = np.select([vanished, new], ["vanished", "new"], "told")
    return seen.assign(common=common, status=status)[
        ["network", "metric", "common", "first_seen", "last_seen", "status"]
    ]


def every_field(post_metrics: pd.DataFrame, account_metrics: pd.DataFrame) -> pd.DataFrame:
    """`fields` of posts and accounts in one frame, with `scope` in front."""
    found = [("post", post_metrics, POST_METRICS), ("account", account_metrics, ACCOUNT_METRICS)]
    parts = [fields(samples, metrics).assign(scope=scope) for scope, samples, metrics in found]
    return pd.concat(parts, ignore_index=True)[["scope", *parts[0].columns.drop("scope")]]


def _allowed(age: "pd.Series[pd.Timedelta]") -> "pd.Series[pd.Timedelta]":
    # What comes after the step of an age is the most a post of that age waits (cadence.pause).
    waits = [*(step for _, step in CADENCE[1:]), RARELY, SELDOM]
    ages = [until / timedelta(hours=1) for until, _ in CADENCE]
    places = np.searchsorted(ages, age.dt.total_seconds() / 3600, side="right")
    return pd.Series(pd.to_timedelta(waits).to_numpy()[places], index=age.index)
