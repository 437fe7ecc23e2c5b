"""A realistic lake for the report's tests: five networks, two weeks of posts, looks by cadence, things that failed."""

import base64
import io
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from math import exp
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from pipeline.analytics.lake import Lake
from pipeline.cadence import next_look

NOW = datetime(2027, 1, 19, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)
FIELDS = {
    "bluesky": {"likeCount": 0.02, "replyCount": 0.004, "repostCount": 0.006, "quoteCount": 0.001},
    "facebook": {"mediaView": 1.0, "reactions.total": 0.02, "commentsCount": 0.004, "sharesCount": 0.003},
    "instagram": {"viewsCount": 1.0, "reachCount": 0.8, "likeCount": 0.05, "commentsCount": 0.004, "savedCount": 0.01},
    "linkedin": {"impressionCount": 1.0, "likeCount": 0.018, "commentCount": 0.003, "shareCount": 0.002},
    "twitter": {
        "publicMetrics.impressionCount": 1.0,
        "publicMetrics.likeCount": 0.01,
        "publicMetrics.replyCount": 0.002,
        "publicMetrics.retweetCount": 0.003,
    },
}
_PICTURE = io.BytesIO()
Image.new("RGB", (96, 96), "#b08968").save(_PICTURE, "JPEG")
DOVE = base64.b64encode(_PICTURE.getvalue()).decode()
AUDIENCE = {"bluesky": 900, "facebook": 4200, "instagram": 6100, "linkedin": 2300, "twitter": 1500}
FOLLOWERS = {
    "bluesky": ("followersCount", 812, 6.2),
    "facebook": ("followersCount", 5230, -1.4),
    "instagram": ("followersCount", 9100, 21.0),
    "linkedin": ("followers.totalFollowerCount", 1940, 3.1),
    "twitter": ("followersCount", 2311, 0.0),
}
TITLES = [
    "A quieter way to heat old stone houses",
    "Night trains return to the lake line",
    "What the spring tide left on the beach, and why it matters to the people who live from it",
    "Three maps that explain the new bus network",
    "Öffentliche Bücherschränke: eine kleine Geschichte",
    "The bakery that opens at four",
    "How we count swifts",
]


def luck(*what: Any) -> float:
    """A number in [0, 1) that is always the same for the same words."""
    return int.from_bytes(sha256(repr(what).encode()).digest()[:6], "big") / 2**48


def published(number: int, count: int, days: int) -> datetime:
    hour = (7, 9, 12, 17, 18, 20)[int(luck("hour", number) * 6)]
    day = (NOW - days * DAY).replace(hour=0) + number * days / count * DAY
    return day.replace(hour=hour, minute=int(luck("minute", number) * 4) * 15)


def post_row(number: int, network: str, at: datetime, **changes: Any) -> dict[str, Any]:
    title = TITLES[number % len(TITLES)] + (f" ({number})" if number >= len(TITLES) else "")
    row = {
        "observed_at": at,
        "campaign": "news",
        "feed": "https://town.example/feed.xml",
        "key": f"dc-{number}",
        "identity": f"i{number}",
        "title": title,
        "post_id": f"post{number}",
        "network": network,
        "status": "success",
        "text": f"{title}\n\nhttps://town.example/{number}",
        "link": f"https://town.example/{number}",
        "social_id": f"{network}-{number}",
        "post_url": f"https://{network}.example/{number}",
        "scheduled_for": at,
        "published_at": at,
        "zone": "Europe/Berlin",
        "source": "sandbox",
    }
    return row | changes


def looks(at: datetime) -> Iterator[datetime]:
    """When a post published at `at` is measured, asking every half hour."""
    now = due = at + timedelta(minutes=25)
    while now <= NOW:
        if now >= due:
            due = next_look(at, now)
            yield now
        now += timedelta(minutes=30)


def metric_rows(number: int, network: str, at: datetime) -> Iterator[dict[str, Any]]:
    size = AUDIENCE[network] * (0.25 + 1.9 * luck(number, network) ** 2) * (1.4 if at.hour in {12, 18} else 0.8)
    speed = 4 + 20 * luck("speed", number, network)
    for seen in looks(at):
        hours = (seen - at).total_seconds() / 3600
        grown = 1 - exp(-((hours / speed) ** 0.75))
        for metric, share in FIELDS[network].items():
            value = float(int(size * share * grown * (0.7 + 0.6 * luck(metric, number, network))))
            yield sample(seen, network, metric, value, post_id=f"post{number}", social_id=f"{network}-{number}")


def sample(at: datetime, network: str, metric: str, value: float | None, **changes: Any) -> dict[str, Any]:
    row = {"observed_at": at, "post_id": "", "network": network, "social_id": f"{network}-account", "metric": metric}
    return row | {"value": value, "quality": "exact", "source": "sandbox"} | changes


def fill_posts(lake: Lake, count: int, days: int) -> None:
    posts, metrics = [], []
    for number in range(count):
        at = published(number, count, days)
        for network in FIELDS:
            if luck("goes", number, network) < 0.72:
                posts.append(post_row(number, network, at))
                metrics += metric_rows(number, network, at)
    lake.append("posts", posts)
    lake.append("post_metrics", metrics)
    lake.append("thumbnails", [{"observed_at": NOW, "key": key, "jpeg": DOVE} for key in {row["key"] for row in posts}])


def fill_troubles(lake: Lake) -> None:
    gone: dict[str, Any] = {"published_at": None, "social_id": None, "post_url": None}
    at = NOW - timedelta(hours=5)
    lake.append(
        "posts",
        [
            post_row(
                3,
                "twitter",
                at,
                key="dc-x1",
                post_id="x1",
                status="refused",
                code=110,
                reason="Status is a duplicate.",
                **gone,
            ),
            post_row(
                5,
                "facebook",
                at,
                key="dc-x2",
                post_id="",
                status="unknown",
                reason="no answer within 60 s after sending",
                **gone,
            ),
            post_row(
                6, "linkedin", NOW, key="dc-x3", post_id="x3", status="scheduled", **gone | {"scheduled_for": NOW + DAY}
            ),
            post_row(
                6, "bluesky", NOW, key="dc-x3", post_id="x3", status="scheduled", **gone | {"scheduled_for": NOW + DAY}
            ),
        ],
    )
    known = {"post_id": "post9", "network": "facebook", "source": "sandbox"}
    lake.append(
        "measure_errors",
        [
            {"observed_at": at, "code": 444, "message": "Page analytics are throttled", **known},
            {"observed_at": NOW, "code": 444, "message": "Page analytics are throttled", **known},
            {"observed_at": NOW, "code": None, "message": "no answer", **known | {"network": ""}},
        ],
    )  # fmt: skip


def fill_surroundings(lake: Lake, days: int) -> None:
    counts, feeds, runs = [], [], []
    for day in range(days + 1):
        at = NOW - (days - day) * DAY
        for network, (metric, start, gain) in FOLLOWERS.items():
            value = float(int(start + gain * day + 9 * luck(network, day)))
            counts.append(sample(at, network, metric, value))
        for place, name in enumerate(("town", "harbour", "market")):
            down = name == "harbour" and day >= days - 1
            feeds.append({
                "observed_at": at, "feed": f"https://{name}.example/feed.xml", "title": f"{name.capitalize()} news",
                "status": "failed" if down else "ok",
                "reason": "HTTP 404: the feed is gone, check its address" if down else None,
                "items": None if down else 20, "new_items": None if down else (day * 7 + place) % 4, "seconds": 0.3,
            })  # fmt: skip
        read, new = 60, 2 + day % 4
        runs.append({
            "observed_at": at, "run_id": f"r{day}", "flow": "publish", "campaign": "news", "started_at": at,
            "ended_at": at, "read": read, "known": read - new - 1, "filtered": 1, "scheduled": new, "quarantined": 0,
            "refused": 0, "unknown": 0, "planned": 0, "closes": True, "source": "sandbox",
        })  # fmt: skip
    lake.append("account_metrics", counts)
    lake.append("feed_health", feeds)
    lake.append("runs", runs)


@pytest.fixture(scope="session")
def full_lake(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    """40 posts on five networks over 14 days, all tables filled. Read it, do not write to it."""
    lake = Lake(tmp_path_factory.mktemp("report") / "lake")
    fill_posts(lake, count=40, days=14)
    fill_troubles(lake)
    fill_surroundings(lake, days=14)
    return lake


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    """A lake of one's own, empty."""
    return Lake(tmp_path / "lake")


@pytest.fixture
def now() -> datetime:
    """When the report is written."""
    return NOW


@pytest.fixture
def make_post() -> Callable[..., dict[str, Any]]:
    """Makes a row of `posts`: number, network, instant, and what differs."""
    return post_row


@pytest.fixture
def make_sample() -> Callable[..., dict[str, Any]]:
    """Makes a row of `post_metrics` or `account_metrics`: instant, network, metric, value, and what differs."""
    return sample
