"""Samples under the networks' own names, read as common metrics that compare across networks."""

from collections.abc import Mapping, Sequence

import pandas as pd

from pipeline.analytics.metrics import ENGAGEMENT_PARTS, Reading

KEYS = ("observed_at", "post_id", "network", "source")
"""What tells observations of posts apart."""

ACCOUNT_KEYS = ("observed_at", "social_id", "network", "source")
"""What tells observations of accounts apart."""


def common(
    samples: pd.DataFrame, metrics: Mapping[str, Mapping[str, tuple[Reading, ...]]], *, per: Sequence[str] = KEYS
) -> pd.DataFrame:
    """Common metrics of `samples` (a frame of `post_metrics` or `account_metrics`): columns `per`, `metric`, `value`.

    Of several readings the first that was given wins; parts of a sum that are NA are left out, a sum of nothing makes
    no row. What `per` does not tell apart is added up, such as the tweets of a thread. `engagements` is the network's
    own total where `metrics` names one, else the sum of `ENGAGEMENT_PARTS`.
    """
    keys = list(per)
    told = samples.loc[samples["value"].notna(), [*keys, "metric", "value"]]
    plain = told.astype({**dict.fromkeys([*keys[1:], "metric"], "str"), "value": "float64"})
    read = plain.merge(_readings(metrics), on=["network", "metric"])
    read["value"] *= read["factor"]
    sums = read.groupby([*keys, "common", "rank"], sort=False, as_index=False).agg(value=("value", "sum"))
    first = sums.sort_values(by="rank", kind="stable").drop_duplicates([*keys, "common"])
    return _with_engagements(first.rename(columns={"common": "metric"})[[*keys, "metric", "value"]], keys)


def _readings(metrics: Mapping[str, Mapping[str, tuple[Reading, ...]]]) -> pd.DataFrame:
    rows = [
        (network, raw, name, rank, reading.factor)
        for network, names in metrics.items()
        for name, readings in names.items()
        for rank, reading in enumerate(readings)
        for raw in reading.fields
    ]
    table = pd.DataFrame(rows, columns=["network", "metric", "common", "rank", "factor"])
    return table.astype({"network": "str", "metric": "str", "common": "str", "rank": "int64", "factor": "float64"})


def _with_engagements(named: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    parts = named[named["metric"].isin(ENGAGEMENT_PARTS)]
    sums = parts.groupby(keys, sort=False, as_index=False).agg(value=("value", "sum")).assign(metric="engagements")
    # The network's own total stands before the sum, so it is the one kept.
    together = pd.concat([named, sums[list(named.columns)]], ignore_index=True)
    return together.drop_duplicates([*keys, "metric"]).sort_values(by=[*keys, "metric"], ignore_index=True)
