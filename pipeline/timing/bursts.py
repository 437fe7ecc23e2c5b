"""The burst guard: a plan that floods a network is refused as a whole, before anything is sent."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from pipeline.campaign import Timing
from pipeline.timing.wall import wall_text

_HOUR = timedelta(hours=1)


class BurstRefused(ValueError):
    """The plan holds more posts to one network within an hour than `timing.burst` allows."""


def check_bursts(timing: Timing, posts: Iterable[tuple[datetime, Collection[str]]]) -> None:
    """Raises BurstRefused for the fullest hour of `posts` (instant and networks of each), if it is too full.

    An hour is any span of 60 minutes, not the clock's. What the API itself schedules is not asked about here.
    """
    if timing.allow_burst:
        return
    by_network: defaultdict[str, list[datetime]] = defaultdict(list)
    for at, networks in posts:
        for network in networks:
            by_network[network].append(at)
    fullest = [(*_fullest(sorted(instants)), network) for network, instants in sorted(by_network.items())]
    count, begin, network = max(fullest, key=lambda one: one[0], default=(0, None, ""))
    if begin is not None and count > timing.burst:
        raise BurstRefused(
            f"the plan has {count} posts to {network} in the hour from {wall_text(begin, timing.zoneinfo)} "
            f"({timing.zone}), and timing.burst allows {timing.burst}: nothing is sent. Spread them (timing.policy "
            "slots or spread), take fewer (backfill, filters.newest), or set timing.allow_burst"
        )


def _fullest(instants: list[datetime]) -> tuple[int, datetime]:
    """The most instants within an hour, and the first of them."""
    most, begin, first = 0, instants[0], 0
    for last, at in enumerate(instants):
        while at - instants[first] >= _HOUR:
            first += 1
        if last - first + 1 > most:
            most, begin = last - first + 1, instants[first]
    return most, begin
