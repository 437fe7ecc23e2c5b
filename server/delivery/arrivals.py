"""What reaches a sandbox account by itself, and when: days with more and days with less, drawn from a seed.

Pure functions of seed and time: a window read twice, or in parts, or by another process, holds the same arrivals.
"""

import hashlib
import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

DAY = timedelta(days=1)
MOST_A_DAY = 1000


@dataclass(frozen=True, slots=True, order=True)
class Arrival:
    """One thing that arrived. `key` names it for good within its seed; the 32 bytes of `digest` draw what it is."""

    at: datetime
    key: str
    digest: bytes

    def draw(self, place: int) -> float:
        """A number in [0, 1) fixed for this arrival; `place` 0–15 picks which one."""
        return int.from_bytes(self.digest[2 * place : 2 * place + 2]) / 65536


def arrivals(seed: str, since: datetime, until: datetime, *, per_day: float) -> Iterator[Arrival]:
    """What arrives after `since` up to and with `until`, oldest first.

    `per_day` is the mean of a Poisson-distributed count of every UTC day, at most 1,000 are kept. `since` and `until`
    are aware. The walk costs one hash a day and one an arrival, so bound the window.
    """
    day = since.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    while day <= until:
        for arrival in _of_day(seed, day, per_day):
            if since < arrival.at <= until:
                yield arrival
        day += DAY


def newest(seed: str, opened: datetime, until: datetime, *, per_day: float) -> Iterator[Arrival]:
    """What arrived after `opened` up to and with `until`, newest first: read as many as you need and stop."""
    day = until.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    while day + DAY > opened:
        for arrival in reversed(_of_day(seed, day, per_day)):
            if opened < arrival.at <= until:
                yield arrival
        day -= DAY


def _of_day(seed: str, day: datetime, per_day: float) -> list[Arrival]:
    name = f"{day:%Y%m%d}"
    drawn = int.from_bytes(hashlib.sha256(f"{seed}|{name}".encode()).digest()[:8]) / 2**64
    made = (_arrival(seed, day, f"{name}-{place}") for place in range(_poisson(drawn, per_day)))
    return sorted(made)


def _arrival(seed: str, day: datetime, key: str) -> Arrival:
    digest = hashlib.sha256(f"{seed}|{key}".encode()).digest()
    seconds = int.from_bytes(digest[28:]) % 86_400_000 / 1000
    return Arrival(day + timedelta(seconds=seconds), key, digest)


def _poisson(drawn: float, mean: float) -> int:
    """The smallest count whose cumulative Poisson probability exceeds `drawn`."""
    chance = cumulated = math.exp(-mean)
    count = 0
    while cumulated <= drawn and count < MOST_A_DAY:
        count += 1
        chance *= mean / count
        cumulated += chance
    return count
