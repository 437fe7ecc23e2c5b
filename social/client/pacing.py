"""Pacing: keeps a client within the API's rate limit, so that it is never told to slow down (analytics.md 12.1)."""

from collections.abc import Mapping

from social.instants import Clock, SystemClock

WINDOW = 300.0
"""Seconds of the API's fixed window."""

_LEAST_SHARE = 0.5
_STEP = 0.9


class Pacer:
    """A budget of `limit` requests per fixed window of 5 minutes and profile. Clients of one profile share one pacer.

    It starts with its own count and follows the API's: `x-ratelimit-max` sets the size of the window, a higher
    `x-ratelimit-count` (other clients of the profile) uses it up, and a count that falls marks where the API's window
    begins. Each 429 lowers the budget by a tenth, down to half: 1,000 of them in a day suspend the profile.
    `limit=0` never holds a request back, except after a 429. Not for use from several threads.
    """

    def __init__(self, limit: int = 300, clock: Clock | None = None) -> None:
        if limit < 0:
            raise ValueError(f"limit is {limit}: give requests per {WINDOW:.0f} s, or 0 for no limit")
        self.clock: Clock = clock or SystemClock()
        self._limit = limit
        self._share = 1.0
        self._used = 0
        self._flying = 0
        self._peak = 0
        self._counted = 0
        self._began = float("-inf")
        self._blocked_until = float("-inf")

    @property
    def budget(self) -> int:
        """Requests allowed per window at present; 0 is no limit."""
        return max(1, int(self._limit * self._share)) if self._limit else 0

    def delay(self) -> float:
        """Seconds until the next request may leave, 0 for at once."""
        now = self._now()
        if now >= self._began + WINDOW:
            self._began, self._used = now, self._flying
        waits = self._blocked_until - now
        if self._limit and self._used >= self.budget:
            waits = max(waits, self._began + WINDOW - now)
        return max(0.0, waits)

    async def take(self) -> None:
        """Wait until a request may leave, and count it. Every `take` is followed by one `landed`."""
        while (seconds := self.delay()) > 0:
            await self.clock.sleep(seconds)
        self._used += 1
        self._flying += 1
        self._peak = max(self._peak, self._flying)

    def landed(self, headers: Mapping[str, str] | None = None) -> None:
        """Say that a request is over, with the headers of its answer when there was one."""
        self._flying = max(0, self._flying - 1)
        if headers is None or not self._limit:
            return
        if (size := _number(headers.get("x-ratelimit-max"))) > 0:
            self._limit = size
        if (count := _number(headers.get("x-ratelimit-count"))) > 0:
            self._follow(count)

    def limited(self, retry_after: float | None = None) -> float:
        """Take note of a 429: lower the budget and hold back. Returns the seconds until requests may leave again.

        Without `retry_after` (seconds) the rest of the window is waited for, since the API names no time.
        """
        now = self._now()
        # The answers to one burst arrive together and say the same thing once.
        if now >= self._blocked_until:
            self._share = max(_LEAST_SHARE, self._share * _STEP)
        rest = max(0.0, self._began + WINDOW - now) if retry_after is None else retry_after
        self._blocked_until = max(self._blocked_until, now + rest)
        return self._blocked_until - now

    def _follow(self, count: int) -> None:
        # Answers overtake each other by no more than what is in flight: a count that fell further is a new window.
        if count + self._peak <= self._counted:
            self._began, self._used = self._now(), count + self._flying
            self._counted = count
        else:
            self._used = max(self._used, count + self._flying)
            self._counted = max(self._counted, count)

    def _now(self) -> float:
        return self.clock.now().timestamp()


def _number(text: str | None) -> int:
    return int(text) if text is not None and text.isascii() and text.isdigit() else 0
