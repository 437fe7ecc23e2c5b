"""The sandbox's ads: what a boost costs and brings. A pure function of the boost, its pauses and the time.

Money is counted in cents. A day's spend grows with the seconds in which the ad ran, up to nearly its daily budget.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

DAY = timedelta(days=1)
REVIEW = timedelta(hours=6)
"""The longest review of a new ad; Meta says up to 24 hours."""

GOALS = {
    "engagement": ("More engagement", "Shown to people who are likely to react, comment or share."),
    "interactions": ("More interactions", "Shown to people who are likely to interact with the post."),
    "awareness_views": ("More views", "Shown to people who are likely to watch."),
    "awareness_audience": ("A larger audience", "Shown to as many people as the budget allows."),
}
MIN_BUDGET_CENTS = 100
CURRENCY = "USD"


@dataclass(frozen=True, slots=True, kw_only=True)
class Boost:
    """What of an ad moves its numbers. `states` are (from when, active or not), oldest first; cents a day."""

    ad_id: str
    created: datetime
    start: datetime
    end: datetime | None
    budget: int
    goal: str
    states: Sequence[tuple[datetime, bool]]

    @property
    def reviewed(self) -> datetime:
        """When the network has let it through."""
        return self.created + REVIEW * (_digest(self.ad_id, "review")[0] / 256)


@dataclass(frozen=True, slots=True)
class Result:
    """What an ad cost (cents) and brought within a time."""

    spend: int = 0
    impressions: int = 0
    reach: int = 0
    clicks: int = 0

    def __add__(self, other: "Result") -> "Result":
        return Result(
            self.spend + other.spend,
            self.impressions + other.impressions,
            self.reach + other.reach,
            self.clicks + other.clicks,
        )


def days(boost: Boost, since: datetime, until: datetime) -> Iterator[tuple[datetime, Result]]:
    """The result of each UTC day on which the ad ran, oldest first, of what ran from `since` up to `until`."""
    day = max(since, boost.start).astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    while day < until:
        seconds = _seconds(boost, max(day, since), min(day + DAY, until))
        if seconds and (found := _result(boost, day, seconds)).spend:
            yield day, found
        day += DAY


def delivery(boost: Boost, now: datetime) -> str:
    """Meta's word for how an ad stands."""
    if boost.end is not None and boost.end <= now:
        return "COMPLETED"
    if not boost.states[-1][1]:
        return "PAUSED"
    if boost.reviewed > now:
        return "PENDING_REVIEW"
    return "SCHEDULED" if boost.start > now else "ACTIVE"


def rates(result: Result) -> dict[str, float]:
    """The metrics of content.md 16.3: money as decimals, `ctr` in percent, costs per thousand and per piece."""
    spend = result.spend / 100
    counts = {"clicks": result.clicks, "impressions": result.impressions, "reach": result.reach}
    return counts | {
        "frequency": _share(result.impressions, result.reach),
        "ctr": _share(100 * result.clicks, result.impressions),
        "cpm": _share(1000 * spend, result.impressions),
        "cpp": _share(1000 * spend, result.reach),
        "cpc": _share(spend, result.clicks),
    }


def _seconds(boost: Boost, since: datetime, until: datetime) -> float:
    first = max(since, boost.start, boost.reviewed)
    last = min(until, boost.end) if boost.end else until
    total = 0.0
    for place, (at, active) in enumerate(boost.states):
        over = boost.states[place + 1][0] if place + 1 < len(boost.states) else last
        if active:
            total += max(0.0, (min(over, last) - max(at, first)).total_seconds())
    return total


def _result(boost: Boost, day: datetime, seconds: float) -> Result:
    drawn = _digest(boost.ad_id, f"{day:%Y%m%d}")
    spend = int(boost.budget * (0.93 + 0.07 * drawn[0] / 255) * seconds / DAY.total_seconds())
    dear = 1.6 if boost.goal == "engagement" else 1.0
    cents_per_thousand = dear * (350 + 4 * drawn[1])
    impressions = int(1000 * spend / cents_per_thousand)
    return Result(
        spend=spend,
        impressions=impressions,
        reach=int(impressions / (1.1 + drawn[2] / 512)),
        clicks=int(impressions * (0.004 + 0.012 * drawn[3] / 255)),
    )


def _share(part: float, whole: float) -> float:
    return round(part / whole, 2) if whole else 0.0


def _digest(ad_id: str, what: str) -> bytes:
    return hashlib.sha256(f"ad:{ad_id}:{what}".encode()).digest()
