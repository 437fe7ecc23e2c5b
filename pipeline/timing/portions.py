"""A day's posts between two hours: `per_day` equal portions of real time, one post in each."""

import hashlib
from datetime import date, datetime
from zoneinfo import ZoneInfo

from pipeline.campaign import Timing
from pipeline.timing.wall import SECOND, instant_of


def portions(timing: Timing, day: date, zone: ZoneInfo) -> list[datetime]:
    """The `per_day` instants of one day in UTC, whole seconds, always increasing.

    Without jitter a post stands in the middle of its portion; with jitter it strays around that by a share of the
    portion's length. The same seed, day and place give the same instant, whatever was planned before. The hours of a
    day with a clock change are divided as long as they really are; a window that the clock jumps over altogether moves
    forward at its full length.
    """
    begin = instant_of(datetime.combine(day, timing.day_from), zone)
    end = instant_of(datetime.combine(day, timing.day_until), zone)
    if end - begin < timing.per_day * SECOND:
        end = begin + (datetime.combine(day, timing.day_until) - datetime.combine(day, timing.day_from))
    # Whole seconds, so that two portions share none and two posts never meet.
    length = int((end - begin).total_seconds()) // timing.per_day
    return [begin + (place * length + _stray(timing, day, place, length)) * SECOND for place in range(timing.per_day)]


def _stray(timing: Timing, day: date, place: int, length: int) -> int:
    share = 0.5 + timing.jitter * (_chance(timing.seed, day, place) - 0.5)
    return min(int(length * share), length - 1)


def _chance(seed: str, day: date, place: int) -> float:
    # Not random.Random: its stream would make a place depend on how many came before it.
    digest = hashlib.sha256(f"{seed}\n{day.isoformat()}\n{place}".encode()).digest()
    return int.from_bytes(digest[:6], "big") / 2**48
