"""Common metrics: the same question answered from each network's own fields."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pandas as pd
import pytest

from pipeline.analytics.common import ACCOUNT_KEYS, common
from pipeline.analytics.metrics import ACCOUNT_METRICS, POST_METRICS, UNITS
from pipeline.analytics.samples import account_samples, post_samples
from pipeline.analytics.tables import conform, to_pandas
from pipeline.records import Sample
from social.contract.analytics import AnalyticsAnswer
from social.networks import NETWORKS

AT = datetime(2027, 1, 5, 9, 30, tzinfo=UTC)


def frame(found: list[Sample]) -> pd.DataFrame:
    return to_pandas("post_metrics", conform("post_metrics", found))


def observed(network: str, analytics: Any, **more: Any) -> pd.DataFrame:
    answer = AnalyticsAnswer.model_validate({"status": "success", network: {"id": "1", "analytics": analytics}})
    return frame(post_samples(answer, post_id="p", observed_at=AT, source="sandbox", **more))


def values(samples: pd.DataFrame) -> dict[str, float]:
    return common(samples, POST_METRICS).set_index("metric")["value"].to_dict()


@pytest.mark.parametrize(
    ("network", "analytics", "expected"),
    [
        ("bluesky", {"likeCount": 5, "replyCount": 1, "quoteCount": 2}, {"shares": 2, "engagements": 8}),
        ("bluesky", {"repostCount": 3, "quoteCount": 2}, {"shares": 5, "engagements": 5}),
        ("facebook", {"reactions": {"total": 9, "like": 4}, "likeCount": 4}, {"reactions": 9}),
        ("facebook", {"likeCount": 4, "videoViewTime": 2500}, {"reactions": 4, "watch_time_s": 2.5}),
        ("instagram", {"likeCount": 4, "engagementCount": 9}, {"engagements": 9, "reactions": 4}),
        (
            "twitter",
            {"publicMetrics": {"impressionCount": 7}, "nonPublicMetrics": {"impressionCount": 6}},
            {"impressions": 7},
        ),
        ("twitter", {"nonPublicMetrics": {"impressionCount": 6, "engagements": 50}}, {"impressions": 6}),
        (
            "youtube",
            {"estimatedMinutesWatched": 2, "views": 4},
            {"watch_time_s": 120, "impressions": 4, "video_views": 4},
        ),
        ("tiktok", {"likeCount": -1, "shareCount": 2}, {"shares": 2, "engagements": 2}),
        ("snapchat", {"viewTime": 1500, "interactions": 3}, {"watch_time_s": 1.5, "engagements": 3}),
    ],
)
def test_a_network_in_common_terms(network: str, analytics: dict[str, Any], expected: dict[str, float]) -> None:
    found = values(observed(network, analytics))
    assert {name: found[name] for name in expected} == expected


def test_what_was_not_told_is_not_zero() -> None:
    assert values(observed("tiktok", {"likeCount": -1})) == {}
    assert "reach" not in values(observed("instagram", {"viewsCount": 3}))
    assert common(frame([]), POST_METRICS).empty


def test_the_tweets_of_a_thread_are_added_up() -> None:
    blocks = [{"id": str(n), "analytics": {"publicMetrics": {"likeCount": n}}} for n in (1, 2)]
    answer = AnalyticsAnswer.model_validate({"status": "success", "twitter": blocks})
    found = frame(post_samples(answer, post_id="p", observed_at=AT, source="api"))
    assert values(found) == {"reactions": 3, "engagements": 3}


def test_looks_at_different_times_stay_apart() -> None:
    later = observed("bluesky", {"likeCount": 9}).assign(observed_at=pd.Timestamp(AT + timedelta(hours=1)))
    both = pd.concat([observed("bluesky", {"likeCount": 5}), later])
    found = common(both, POST_METRICS).query("metric == 'reactions'")
    assert found["value"].tolist() == [5, 9]


@pytest.mark.parametrize(
    ("network", "analytics", "followers"),
    [
        ("linkedin", {"followers": {"organicFollowerCount": 5, "paidFollowerCount": 2}}, 7),
        ("linkedin", {"followers": {"organicFollowerCount": 5, "totalFollowerCount": 9}}, 9),
        ("youtube", {"subscriberCount": "120"}, 120),
        ("facebook", {"fanCount": 3, "followersCount": 4}, 4),
    ],
)
def test_followers_of_an_account(network: str, analytics: dict[str, Any], followers: float) -> None:
    answer = AnalyticsAnswer.model_validate({"status": "success", network: {"analytics": analytics}})
    found = frame(account_samples(answer, observed_at=AT, source="api", account="a"))
    table = common(found, ACCOUNT_METRICS, per=ACCOUNT_KEYS)
    assert table.set_index("metric")["value"].to_dict() == {"followers": followers}
    assert set(table["social_id"]) == {"a"}


@pytest.mark.parametrize("dictionary", [POST_METRICS, ACCOUNT_METRICS])
def test_the_dictionary_names_known_networks_and_units(dictionary: dict[str, dict[str, Any]]) -> None:
    assert set(dictionary) <= set(NETWORKS)
    assert {name for names in dictionary.values() for name in names} <= set(UNITS)
