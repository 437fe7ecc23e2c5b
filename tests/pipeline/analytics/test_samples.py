"""Samples: what of an answer becomes a number, under which name, and what does not."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from pipeline.analytics.samples import account_samples, link_samples, numbers, post_samples
from social.contract.analytics import AnalyticsAnswer
from social.contract.links import LinksAnswer

AT = datetime(2027, 1, 5, 9, 30, tzinfo=UTC)


def answer(**networks: Any) -> AnalyticsAnswer:
    return AnalyticsAnswer.model_validate({"status": "success", "id": "p1", **networks})


@pytest.mark.parametrize(
    ("network", "analytics", "expected"),
    [
        ("bluesky", {"likeCount": 3, "post": "12", "created": "2027-01-05T08:00:00Z"}, {"likeCount": 3}),
        ("linkedin", {"engagement": 0.25, "commentsState": "OPEN"}, {"engagement": 0.25}),
        (
            "twitter",
            {"publicMetrics": {"likeCount": 1}, "nonPublicMetrics": {"video": {"playback0Count": 9}}},
            {"publicMetrics.likeCount": 1, "nonPublicMetrics.video.playback0Count": 9},
        ),
        (
            "facebook",
            {"reactions": {"like": 2, "total": 2}, "verified": True},
            {"reactions.like": 2, "reactions.total": 2},
        ),
        ("tiktok", {"likeCount": -1, "shareCount": 0}, {"likeCount": None, "shareCount": 0}),
        ("bluesky", {"likeCount": -1}, {"likeCount": -1}),
        ("youtube", {"subscriberCount": "1200", "title": "1984", "views": 7}, {"subscriberCount": 1200, "views": 7}),
        ("youtube", {"lifetimeLikes": None, "description": None}, {"lifetimeLikes": None}),
        ("tiktok", {"commentCountPeriod": "60", "audienceAges": [{"age": "18-24", "percentage": 0.4}]}, {}),
        ("instagram", {"audienceCity": {"Paris, Île-de-France": 4}}, {"audienceCity.Paris, Île-de-France": 4}),
        ("instagram", {"reach": {"values": [{"value": 12, "endTime": "x"}], "total": 300}}, {"reach.total": 300}),
        ("pinterest", {"save": 1, "media": {"width": 600}}, {"save": 1}),
        ("reddit", {"ups": float("nan"), "score": float("inf")}, {"ups": None, "score": None}),
        ("threads", {}, {}),
    ],
)
def test_numbers_of_a_network(network: str, analytics: dict[str, Any], expected: dict[str, float | None]) -> None:
    assert dict(numbers(analytics, network)) == expected


def test_a_post_gives_one_sample_per_network_and_number() -> None:
    found = post_samples(
        answer(
            linkedin={"id": "urn:li:share:1", "analytics": {"likeCount": 3, "impressionCount": 40}},
            tiktok={"id": "7", "analytics": {"likeCount": -1}},
        ),
        post_id="p1",
        observed_at=AT,
        source="sandbox",
    )
    assert [(s.network, s.social_id, s.metric, s.value, s.quality) for s in found] == [
        ("linkedin", "urn:li:share:1", "likeCount", 3.0, "exact"),
        ("linkedin", "urn:li:share:1", "impressionCount", 40.0, "exact"),
        ("tiktok", "7", "likeCount", None, "withheld"),
    ]
    assert {(s.post_id, s.observed_at, s.source) for s in found} == {("p1", AT, "sandbox")}


def test_a_thread_gives_samples_per_tweet() -> None:
    blocks = [{"id": str(n), "analytics": {"publicMetrics": {"likeCount": n}}} for n in (1, 2)]
    found = post_samples(answer(twitter=blocks), post_id="p1", observed_at=AT, source="api")
    assert [(s.social_id, s.value) for s in found] == [("1", 1), ("2", 2)]


def test_instants_are_kept_in_utc_and_naive_ones_refused() -> None:
    block = {"id": "1", "analytics": {"likeCount": 1}}
    local = AT.astimezone(timezone(timedelta(hours=2)))
    (sample,) = post_samples(answer(bluesky=block), post_id="p", observed_at=local, source="api")
    assert sample.observed_at.utcoffset() == timedelta(0)
    with pytest.raises(ValueError, match="naive"):
        post_samples(answer(bluesky=block), post_id="p", observed_at=AT.replace(tzinfo=None), source="api")


def test_accounts_are_named_by_the_network_or_by_us() -> None:
    found = account_samples(
        answer(
            facebook={"analytics": {"id": "1007", "followersCount": 12}},
            snapchat={"analytics": [{"subscribers": 5}]},
        ),
        observed_at=AT,
        source="api",
        account="main",
    )
    assert [(s.network, s.social_id, s.metric, s.value, s.post_id) for s in found] == [
        ("facebook", "1007", "followersCount", 12, ""),
        ("snapchat", "main", "subscribers", 5, ""),
    ]


def test_clicks_by_network_browser_and_referrer() -> None:
    link = {
        "id": "k3Zp9Q",
        "shortUrl": "https://l.example/k3Zp9Q",
        "originalUrl": "https://shop.example",
        "totalClicks": 3,
        "socialClicks": {"facebook": 1, "mastodon": 1},
        "browserCounts": {"Chrome": 2},
        "refererCounts": {"direct": 3},
    }
    found = link_samples(LinksAnswer.model_validate({"analytics": link}), observed_at=AT, source="sandbox")
    assert [(s.network, s.metric, s.value) for s in found] == [
        ("", "totalClicks", 3),
        ("facebook", "socialClicks", 1),
        ("", "socialClicks.mastodon", 1),
        ("", "browserCounts.Chrome", 2),
        ("", "refererCounts.direct", 3),
    ]
    assert {s.social_id for s in found} == {"k3Zp9Q"}


@pytest.mark.parametrize("module", ["pipeline.analytics.samples", "pipeline.measuring", "pipeline.analytics.rows"])
def test_measuring_starts_without_the_heavy_libraries(module: str) -> None:
    code = f"import {module}, sys; sys.exit(' '.join({{'pandas', 'pyarrow', 'altair'}} & sys.modules.keys()) or 0)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (run.returncode, run.stderr) == (0, "")
