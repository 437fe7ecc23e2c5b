"""Ready questions: right where there is enough to tell, silent where there is not."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import questions
from pipeline.analytics.lake import Lake
from pipeline.questions import TooFewPosts, median_bounds, numbers

START = datetime(2026, 11, 2, 8, tzinfo=UTC)  # a Monday
HOUR = timedelta(hours=1)
HOURS = (0, 1, 6, 24, 168)


def filled(path, count=12, *, network="bluesky", text="Hello", best_hour=15):
    """A lake with `count` posts, a day apart at 08:00 or 15:00 UTC; those at `best_hour` get twice the likes."""
    lake = Lake(path)
    posts, samples = [], []
    for number in range(count):
        hour = 8 if number % 2 else 15
        out = START.replace(hour=hour) + timedelta(days=number)
        post = f"p{number:02}"
        posts.append(
            {
                "observed_at": out,
                "campaign": "news" if number < count // 2 else "more",
                "profile": "shop",
                "feed": "https://example.org/feed",
                "key": f"k{number:02}",
                "identity": f"i{number}",
                "title": f"Title {number}",
                "post_id": post,
                "network": network,
                "status": "success",
                "text": text.format(number=number),
                "categories": "town\ndoves" if number % 2 else "town" if number else None,
                "published_at": out,
                "source": "sandbox",
            }
        )
        likes = (100 + number) * (2 if hour == best_hour else 1)
        samples += [
            {
                "observed_at": out + HOUR * age,
                "post_id": post,
                "network": network,
                "social_id": f"s{number}",
                "metric": "likeCount",
                "value": float(likes * min(age, 24)),
                "quality": "exact",
                "source": "sandbox",
            }
            for age in HOURS
        ]
    lake.append("posts", posts)
    lake.append("post_metrics", samples)
    return lake


def test_growth_compares_at_equal_age(tmp_path):
    found = questions.growth(numbers(filled(tmp_path)))
    assert list(found.columns) == ["network", "age", "median", "low", "high", "posts"]
    assert list(found["age"]) == [1.0, 24.0, 168.0]
    assert list(found["posts"]) == [12, 12, 12]
    likes = np.array([(100 + n) * (1 if n % 2 else 2) for n in range(12)], dtype=float)
    assert found.loc[0, "median"] == pytest.approx(np.median(likes))
    assert found.loc[1, "median"] == pytest.approx(24 * np.median(likes))
    assert found.loc[0, "low"] <= found.loc[0, "median"] <= found.loc[0, "high"]


@pytest.mark.parametrize(
    ("by", "groups"),
    [("campaign", {"news", "more"}), ("feed", {"https://example.org/feed"}), ("profile", {"shop"})],
)
def test_growth_is_told_by_what_was_asked(tmp_path, by, groups):
    assert set(questions.growth(numbers(filled(tmp_path)), by=by)[by]) == groups


def test_a_post_counts_in_each_of_its_categories(tmp_path):
    found = questions.growth(numbers(filled(tmp_path)), by="category", ages=[24.0])
    assert dict(zip(found["category"], found["posts"], strict=True)) == {"town": 11, "doves": 6}


def test_posts_without_categories_are_no_answer(tmp_path):
    asked = numbers(filled(tmp_path))
    plain = replace(asked, posts=asked.posts.assign(categories=pd.array([None] * len(asked.posts), dtype="string")))
    with pytest.raises(questions.TooFewPosts, match="engagements by category: 0 posts"):
        questions.growth(plain, by="category")


def test_hours_are_wall_time(tmp_path):
    asked = numbers(filled(tmp_path))
    assert set(questions.growth(asked, by="hour")["hour"]) == {8, 15}
    assert set(questions.growth(asked, by="hour", zone="Asia/Tokyo")["hour"]) == {17, 0}


def test_the_best_time_comes_first_with_its_sample(tmp_path):
    asked = numbers(filled(tmp_path, count=84))
    found = questions.best_times(asked, age=24, fewest=6)
    assert set(found["hour"].head(4)) == {15}
    assert (found["posts"] >= 6).all()
    ranked = found.dropna(subset="low")
    assert ranked["low"].is_monotonic_decreasing
    weekday = START.astimezone(ZoneInfo("UTC")).weekday()
    assert set(found["weekday"]) == set(range(7))
    assert weekday == 0


def test_too_few_posts_are_no_answer(tmp_path):
    asked = numbers(filled(tmp_path, count=3))
    for question in (questions.growth, questions.best_times, questions.worth_repeating):
        with pytest.raises(TooFewPosts, match="too few to tell") as refused:
            question(asked)
        assert refused.value.needed == 5
    empty = numbers(Lake(tmp_path / "empty"))
    with pytest.raises(TooFewPosts):
        questions.best_times(empty)
    assert questions.clicks_per_item(empty).empty
    assert questions.cost_per_click(empty).empty


def test_what_to_repeat_is_above_the_usual(tmp_path):
    found = questions.worth_repeating(numbers(filled(tmp_path)), age=24)
    assert (found["score"] > 1).all()
    assert found["score"].is_monotonic_decreasing
    assert found.loc[0, "title"] == "Title 10"


def test_clicks_come_to_the_item_by_the_link_in_its_text(tmp_path):
    lake = filled(tmp_path, text="Hello https://ayrs.io/abc{number:03} more https://example.org/a/b")
    at = START + 30 * 24 * HOUR
    known = {"post_id": "", "network": "", "metric": "totalClicks", "quality": "exact", "source": "sandbox"}
    rows = [
        known | {"observed_at": at + HOUR * late, "social_id": f"abc{n:03}", "value": float(10 * n + late)}
        for n in range(12)
        for late in (0, 1)
    ]
    lake.append("link_clicks", rows)
    found = questions.clicks_per_item(numbers(lake))
    assert list(found["clicks"].head(2)) == [111.0, 101.0]
    assert list(found["key"].head(2)) == ["k11", "k10"]
    assert len(found) == 12


def test_what_a_click_cost_where_a_network_charges(tmp_path):
    lake = filled(tmp_path, count=4, network="twitter", text="Hello https://example.org")
    known = {"network": "twitter", "metric": "nonPublicMetrics.urlLinkClicks", "quality": "exact", "source": "sandbox"}
    at = START + 40 * 24 * HOUR
    clicks = [known | {"observed_at": at, "post_id": f"p{n:02}", "social_id": f"s{n}", "value": 5.0} for n in range(4)]
    lake.append("post_metrics", clicks)
    (row,) = questions.cost_per_click(numbers(lake)).to_dict("records")
    assert row["network"] == "twitter"
    assert row["cost"] == pytest.approx(0.8)
    assert row["clicks"] == 20
    assert row["per_click"] == pytest.approx(0.04)


def test_a_time_is_chosen(tmp_path):
    lake = filled(tmp_path)
    some = numbers(lake, since=START + timedelta(days=4), until=START + timedelta(days=8))
    assert set(some.posts["key"]) == {"k04", "k05", "k06", "k07"}
    assert set(some.aged["post_id"]) == {"p04", "p05", "p06", "p07"}


@given(st.lists(st.floats(0, 1e6), min_size=0, max_size=60))
def test_bounds_hold_the_median(values):
    bounds = median_bounds(values)
    if len(values) < 6:
        assert bounds is None
    else:
        low, high = bounds
        assert low <= pd.Series(values).median() <= high


def test_bounds_hold_as_often_as_they_say():
    draw = np.random.default_rng(7)
    held = sum(low <= 0 <= high for low, high in (median_bounds(list(draw.normal(size=15))) for _ in range(2000)))
    assert held / 2000 >= 0.95
