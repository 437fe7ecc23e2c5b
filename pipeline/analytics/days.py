"""Account metrics day by day: the values of an answer asked for with `daily` (analytics.md 4.2)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import isfinite
from typing import Any

from pipeline.analytics.samples import account_id
from social.contract.analytics import AnalyticsAnswer
from social.instants import parse_instant, utc

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class DayValue:
    """What a metric of an account came to within the day that ended at `day`."""

    observed_at: datetime
    network: str
    social_id: str
    day: datetime
    metric: str
    value: float
    source: str


def day_values(answer: AnalyticsAnswer, *, observed_at: datetime, source: str, account: str = "") -> list[DayValue]:
    """Every daily value of an answer. `account` stands in where a network gives no id.

    Raises ValueError when `observed_at` carries no zone.
    """
    at = utc(observed_at)
    return [
        DayValue(
            observed_at=at,
            network=network,
            social_id=account_id(block.analytics) or block.id or account,
            day=day,
            metric=metric,
            value=value,
            source=source,
        )
        for network, block in answer.networks()
        for metric, day, value in _values(block.analytics)
    ]


def _values(analytics: Mapping[str, Any]) -> Iterator[tuple[str, datetime, float]]:
    for metric, told in analytics.items():
        if metric == "daily" and isinstance(told, list):
            yield from _pinterest(told)
        elif isinstance(told, dict) and isinstance(told.get("values"), list):
            for one in told["values"]:
                if isinstance(one, dict) and (day := _instant(one.get("endTime"))) and _number(one.get("value")):
                    yield metric, day, float(one["value"])


def _pinterest(days: list[Any]) -> Iterator[tuple[str, datetime, float]]:
    # Pinterest names the day itself, not the instant it ended.
    for one in days:
        if isinstance(one, dict) and isinstance(one.get("metrics"), dict) and (start := _instant(one.get("date"))):
            yield from (
                (metric, start + DAY, float(value)) for metric, value in one["metrics"].items() if _number(value)
            )


def _instant(text: object) -> datetime | None:
    try:
        return parse_instant(f"{text}T00:00:00Z" if len(str(text)) == len("2026-01-01") else str(text)).astimezone(UTC)
    except ValueError:
        return None


def _number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)
