"""Where numbers lack: looks that did not happen, days nobody told, fields that came or went."""

from datetime import UTC, datetime, timedelta

import pandas as pd
import pytest

from pipeline.analytics.days import DayValue
from pipeline.analytics.gaps import day_gaps, fields, fresh, post_gaps
from pipeline.analytics.metrics import POST_METRICS
from pipeline.analytics.tables import conform, to_pandas
from pipeline.records import Sample
from pipeline.reports.figures import standing

START = datetime(2027, 1, 4, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def looks(*hours: float, network: str = "bluesky", metric: str = "likeCount", value: float | None = 1) -> pd.DataFrame:
    samples = [
        Sample(
            observed_at=START + hour * HOUR, post_id="p1", network=network, social_id="s1", metric=metric, value=value
        )
        for hour in hours
    ]
    return to_pandas("post_metrics", conform("post_metrics", samples))


def posts(network: str = "bluesky", status: str = "success", post_id: str = "p1") -> pd.DataFrame:
    row = {"observed_at": START, "campaign": "c", "key": "k", "post_id": post_id, "network": network, "status": status}
    return standing(to_pandas("posts", conform("posts", [row | {"published_at": START, "source": "api"}])))


def spans(found: pd.DataFrame) -> list[tuple[float, float]]:
    return [((row.start - START) / HOUR, (row.end - START) / HOUR) for row in found.itertuples()]


def test_a_post_looked_at_in_time_has_no_gap() -> None:
    # A post whose numbers stand still is looked at every three hours on its first day, then once a day.
    assert spans(post_gaps(looks(3, 6, 9, 12, 15, 18, 21, 24, 48), posts(), until=START + 50 * HOUR)) == []


@pytest.mark.parametrize(
    ("seen", "until", "expected"),
    [
        ((1, 2, 12), 13, [(2, 12)]),
        ((6,), 7, [(0, 6)]),
        ((1, 2, 3), 30, [(3, 30)]),
        ((), 10, [(0, 10)]),
        ((*range(1, 25), 24 + 24 * 3), 24 + 24 * 3 + 1, [(24, 96)]),
    ],
)
def test_missed_looks_are_spans(seen: tuple[float, ...], until: float, expected: list[tuple[float, float]]) -> None:
    assert spans(post_gaps(looks(*seen), posts(), until=START + until * HOUR)) == expected


@pytest.mark.parametrize(
    "stood", [posts("telegram"), posts(status="scheduled"), posts(status="refused"), posts(post_id="")]
)
def test_what_cannot_be_measured_has_no_gap(stood: pd.DataFrame) -> None:
    assert len(post_gaps(looks(), stood, until=START + 99 * HOUR)) == 0


def day(number: int, value: float = 1, metric: str = "reach") -> DayValue:
    return DayValue(
        observed_at=START + 60 * DAY, network="facebook", social_id="f1", day=START + number * DAY, metric=metric,
        value=value, source="api",
    )  # fmt: skip


def known(*days: DayValue) -> pd.DataFrame:
    return to_pandas("account_days", conform("account_days", days))


def test_days_nobody_told_are_gaps() -> None:
    found = day_gaps(known(day(1), day(1, metric="views"), day(2), day(6), day(7)), since=START, until=START + 10 * DAY)
    assert [((row.start - START).days, (row.end - START).days, row.days) for row in found.itertuples()] == [
        (2, 6, 3),
        (7, 10, 2),
    ]
    assert len(day_gaps(known(), since=START, until=START + 10 * DAY)) == 0


def test_only_days_that_changed_are_kept_again() -> None:
    assert fresh([day(1), day(2), day(2, metric="views")], known(day(1), day(2))) == [day(2, metric="views")]
    assert fresh([day(1, 5)], known(day(1))) == [day(1, 5)]
    assert fresh([day(1, 5)], known(day(1), day(1, 5))) == []
    assert fresh([day(1)], known()) == [day(1)]


def test_fields_that_came_or_went_are_named() -> None:
    every_day = [24 * number for number in range(30)]
    samples = pd.concat(
        [
            looks(*every_day),
            looks(*every_day[:20], metric="quoteCount"),
            looks(*every_day[-3:], metric="sparkles"),
            looks(*every_day[20:], metric="quoteCount", value=None),
            looks(24 * 28, network="threads", metric="views"),
        ]
    )
    found = fields(samples, POST_METRICS).set_index(["network", "metric"])
    assert found["status"].to_dict() == {
        ("bluesky", "likeCount"): "told",
        ("bluesky", "quoteCount"): "vanished",
        ("bluesky", "sparkles"): "new",
        ("threads", "views"): "told",
    }
    assert found["common"].to_dict() == {
        ("bluesky", "likeCount"): "reactions",
        ("bluesky", "quoteCount"): "shares",
        ("bluesky", "sparkles"): "",
        ("threads", "views"): "impressions",
    }
