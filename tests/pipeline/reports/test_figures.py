"""The numbers behind a report, checked against sums one can do by hand."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
import pytest

from pipeline.analytics.tables import arrow_schema, conform, to_pandas
from pipeline.reports import figures

AT = datetime(2027, 1, 4, 8, tzinfo=UTC)  # a Monday
HOUR = timedelta(hours=1)
Make = Callable[..., dict[str, Any]]


def table(name: str, rows: list[dict[str, Any]]) -> pd.DataFrame:
    return to_pandas(name, conform(name, rows))


def empty(name: str) -> pd.DataFrame:
    return to_pandas(name, arrow_schema(name).empty_table())


@pytest.fixture
def grown(make_sample: Make) -> Callable[[dict[tuple[int, str], dict[float, float]]], pd.DataFrame]:
    """Aged engagements from {(post, network): {age in hours: likes}}; all posts went out at AT."""

    def make(curves: dict[tuple[int, str], dict[float, float]]) -> pd.DataFrame:
        metric = {"bluesky": "likeCount", "linkedin": "likeCount"}
        rows = [
            make_sample(AT + age * HOUR, network, metric[network], likes, post_id=f"post{number}")
            for (number, network), looks in curves.items()
            for age, likes in looks.items()
        ]
        stood = pd.DataFrame({"post_id": [f"post{n}" for n, _ in curves], "network": [net for _, net in curves]})
        return figures.history(table("post_metrics", rows), stood.assign(out_at=pd.Timestamp(AT)))

    return make


def test_the_newest_row_of_a_post_says_how_it_stands(make_post: Make) -> None:
    rows = [
        make_post(1, "bluesky", AT, status="scheduled", published_at=None, scheduled_for=AT + HOUR),
        make_post(1, "bluesky", AT, observed_at=AT + 2 * HOUR, published_at=AT + HOUR),
        make_post(1, "twitter", AT, status="refused", published_at=None),
        make_post(2, "twitter", AT, status="paused", published_at=None, scheduled_for=None),
    ]
    stood = figures.standing(table("posts", rows)).set_index(["key", "network"])
    assert stood["state"].to_dict() == {
        ("dc-1", "bluesky"): "out", ("dc-1", "twitter"): "failed", ("dc-2", "twitter"): "waiting",
    }  # fmt: skip
    assert stood.loc[("dc-1", "bluesky"), "out_at"] == AT + HOUR
    assert figures.failures(stood.reset_index())["key"].tolist() == ["dc-1"]


def test_values_at_equal_age_lie_between_two_looks(grown: Any) -> None:
    aged = grown({(1, "bluesky"): {1: 0, 3: 10}, (2, "bluesky"): {2: 8}})
    values = figures.at_ages(aged, "engagements", [0.5, 2, 3, 4])
    assert values.loc[("post1", "bluesky")].fillna(-1).tolist() == [-1, 5, 10, -1]
    assert values.loc[("post2", "bluesky")].fillna(-1).tolist() == [-1, 8, -1, -1]


def test_a_growth_curve_follows_the_same_posts_throughout(grown: Any) -> None:
    old = {(n, "bluesky"): {1: 10.0 * n, 24: 20.0 * n} for n in (1, 2, 3)}
    star = {(9, "bluesky"): {1: 900.0, 6: 1000.0}}
    curve = figures.growth(grown(old | star), "engagements")
    assert curve.loc[curve["age"] == 24, "median"].tolist() == [40]
    assert curve.loc[curve["age"] == 1, "median"].tolist() == [20]
    assert set(curve["posts"]) == {3}
    assert curve["median"].is_monotonic_increasing


def test_a_post_looked_at_late_pulls_no_curve_down(grown: Any) -> None:
    early = {(n, "bluesky"): {1: 100.0 + n, 24: 200.0 + n} for n in (1, 2, 3)}
    late = {(n, "bluesky"): {12: 1.0, 24: 2.0} for n in (8,)}
    curve = figures.growth(grown(early | late), "engagements")
    assert curve["median"].is_monotonic_increasing
    assert curve["age"].min() == 1
    assert set(curve["posts"]) == {3}


def test_posts_are_compared_at_the_age_most_have_reached(grown: Any) -> None:
    aged = grown({(1, "bluesky"): {1: 1, 24: 2}, (2, "bluesky"): {1: 1, 24: 2}, (3, "bluesky"): {1: 1, 3: 2}})
    assert figures.equal_age(aged) == 24
    assert figures.equal_age(grown({(1, "bluesky"): {5: 1}})) is None


def test_a_rank_is_measured_against_the_network_not_against_its_size(grown: Any, make_post: Make) -> None:
    small = {(n, "bluesky"): {1: 0, 24: likes} for n, likes in ((1, 10), (2, 5), (3, 1))}
    large = {(n, "linkedin"): {1: 0, 24: likes} for n, likes in ((4, 900), (5, 1000), (6, 1100))}
    stood = figures.standing(table("posts", [make_post(n, "bluesky", AT) for n in range(1, 7)]))
    ranked = figures.ranking(grown(small | large), 24, stood)
    assert ranked["post_id"].tolist()[0] == "post1"
    assert ranked["post_id"].tolist()[-1] == "post3"
    assert ranked.iloc[0][["score", "engagements", "networks"]].tolist() == [2, 10, ["bluesky"]]


def test_slots_are_wall_time(grown: Any) -> None:
    aged = grown({(1, "bluesky"): {1: 0, 24: 4}, (2, "bluesky"): {1: 0, 24: 8}})
    found = figures.slots(aged, 24, ZoneInfo("Pacific/Auckland"))
    assert found[["weekday", "hour", "posts"]].values.tolist() == [[0, 21, 2]]
    assert found["relative"].tolist() == [1.0]


def test_a_network_that_tells_no_impressions_has_no_rate(make_sample: Make) -> None:
    rows = [
        make_sample(AT, "linkedin", "likeCount", 5, post_id="a"),
        make_sample(AT, "linkedin", "impressionCount", 100, post_id="a"),
        make_sample(AT, "linkedin", "likeCount", 50, post_id="b"),
        make_sample(AT, "bluesky", "likeCount", 7, post_id="a"),
    ]
    stood = pd.DataFrame({"post_id": ["a"], "network": ["linkedin"], "out_at": [pd.Timestamp(AT)]})
    found = figures.by_network(figures.history(table("post_metrics", rows), stood)).set_index("network")
    assert found.loc["linkedin", ["posts", "engagements", "impressions", "rate"]].tolist() == [2, 55, 100, 0.05]
    assert found.loc["bluesky"].isna().to_dict() == {
        "engagements": False, "impressions": True, "posts": False, "per_post": False, "rate": True,
    }  # fmt: skip


def test_ailing_feeds_come_first_with_their_reason() -> None:
    rows = [
        {"observed_at": AT, "feed": "a", "status": "failed", "reason": "HTTP 500"},
        {"observed_at": AT + HOUR, "feed": "a", "status": "ok", "new_items": 2},
        {"observed_at": AT, "feed": "b", "status": "ok", "new_items": 1},
        {"observed_at": AT + HOUR, "feed": "b", "status": "failed", "reason": "HTTP 404"},
    ]
    found = figures.feeds(table("feed_health", rows)).set_index("feed")
    assert list(found.index) == ["b", "a"]
    assert found.loc["b", ["ailing", "reason", "new_items", "failures", "readings"]].tolist() == [
        True,
        "HTTP 404",
        1,
        1,
        2,
    ]
    assert found.loc["b", "last_ok"] == AT
    assert pd.isna(found.loc["a", "reason"])


def test_followers_of_two_accounts_on_one_network_stay_apart(make_sample: Make) -> None:
    rows = [make_sample(AT, "bluesky", "followersCount", count, social_id=name) for name, count in (("x", 1), ("y", 5))]
    assert sorted(figures.followers(table("account_metrics", rows))["value"]) == [1, 5]


def test_every_figure_of_an_empty_lake_is_empty() -> None:
    stood = figures.standing(empty("posts"))
    aged = figures.history(empty("post_metrics"), stood)
    frames = [stood, aged, figures.growth(aged, "engagements"), figures.by_network(aged), figures.latest(aged)]
    frames += [figures.failures(stood), figures.feeds(empty("feed_health")), figures.measuring(empty("measure_errors"))]
    assert [len(frame) for frame in [*frames, figures.followers(empty("account_metrics"))]] == [0] * 9
    assert figures.equal_age(aged) is None
