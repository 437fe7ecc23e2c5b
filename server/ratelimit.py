"""Requests per profile in a fixed window (analytics.md 12.1), counted in memory by each process."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta

PENALTY = 1000
PENALTY_WINDOW = timedelta(hours=24)


@dataclass(slots=True)
class _Window:
    ends: datetime
    count: int = 0


@dataclass(slots=True)
class RateLimiter:
    """Counts calls. `limit` 0 lets everything pass; `seconds` is the length of a window."""

    limit: int
    seconds: int
    _windows: dict[int, _Window] = field(default_factory=dict)
    _refusals: dict[int, _Window] = field(default_factory=dict)
    _months: Counter[tuple[int, int, int]] = field(default_factory=Counter)

    def count(self, profile_id: int, now: datetime) -> int:
        """Count one call and return how many the profile made in this window, this one included."""
        self._months[profile_id, now.year, now.month] += 1
        return _hit(self._windows, profile_id, now, timedelta(seconds=self.seconds))

    def calls_since(self, profile_id: int, month: datetime) -> int:
        """Calls of the profile in the month that begins at `month`, as far as this process saw them."""
        return self._months[profile_id, month.year, month.month]

    def refuses(self, count: int) -> bool:
        """Whether the `count`-th call of a window is one too many."""
        return self.limit > 0 and count > self.limit

    def suspends(self, profile_id: int, now: datetime) -> bool:
        """Note one answer 429. True when it was the thousandth within a day: the profile is then suspended."""
        return _hit(self._refusals, profile_id, now, PENALTY_WINDOW) >= PENALTY

    def headers(self, count: int) -> dict[str, str]:
        """The two headers of the contract; none when the limit is off."""
        return {"x-ratelimit-max": str(self.limit), "x-ratelimit-count": str(count)} if self.limit else {}


def _hit(windows: dict[int, _Window], profile_id: int, now: datetime, length: timedelta) -> int:
    window = windows.get(profile_id)
    if window is None or now >= window.ends:
        window = windows[profile_id] = _Window(now + length)
    window.count += 1
    return window.count
