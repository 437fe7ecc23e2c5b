"""Time as every room uses it: aware instants in UTC, one way to read and write them, and a clock that can be moved."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Where the present comes from. Everything that asks for the time or waits takes one of these."""

    def now(self) -> datetime:
        """The present as an aware instant in UTC."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait until the clock shows `seconds` more than now."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """The present in UTC."""
        return datetime.now(UTC)

    async def sleep(self, seconds: float) -> None:
        """Wait in real time."""
        await asyncio.sleep(seconds)


class ManualClock:
    """A clock that stands still until it is moved; sleeping moves it. For tests, demonstrations and simulation."""

    def __init__(self, start: datetime) -> None:
        self._now = utc(start)

    def now(self) -> datetime:
        """The instant the clock was last moved to."""
        return self._now

    def advance(self, by: timedelta) -> datetime:
        """Move forward by `by` (never negative) and return the new present."""
        if by < timedelta(0):
            raise ValueError(f"a clock cannot be moved back ({by}); start a new one")
        self._now += by
        return self._now

    async def sleep(self, seconds: float) -> None:
        """Move the clock instead of waiting; other coroutines get their turn."""
        self.advance(timedelta(seconds=seconds))
        await asyncio.sleep(0)


def utc(instant: datetime) -> datetime:
    """The same instant in UTC. Raises ValueError for a naive datetime (promise 4) and where the calendar ends."""
    if instant.tzinfo is None:
        raise ValueError(f"naive datetime {instant.isoformat()}: give it a time zone first")
    try:
        return instant.astimezone(UTC)
    except OverflowError as error:
        raise ValueError(f"{instant.isoformat()} lies outside of the years 1 to 9999 in UTC") from error


def wire(instant: datetime) -> str:
    """The contract's form of an instant, `YYYY-MM-DDThh:mm:ssZ` (posts.md 1, "Dates")."""
    return utc(instant).isoformat(timespec="seconds").replace("+00:00", "Z")


def wire_ms(instant: datetime) -> str:
    """As `wire`, with milliseconds: the form of `lastUpdated` and `nextUpdate` (analytics.md 1, "Timestamps")."""
    return utc(instant).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def parse_instant(text: str) -> datetime:
    """Read an ISO 8601 instant. Raises ValueError when it is no date, or carries no zone."""
    try:
        instant = datetime.fromisoformat(text.strip())
    except (ValueError, AttributeError) as error:
        raise ValueError(f"{text!r} is not an ISO 8601 instant such as 2027-01-05T09:00:00Z") from error
    return utc(instant)
