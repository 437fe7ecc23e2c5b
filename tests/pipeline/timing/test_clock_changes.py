"""Every time zone, every clock change of 2024 to 2034: no time doubled, none lost, always in order."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest

from pipeline.campaign import Timing
from pipeline.timing.occupied import Occupied
from pipeline.timing.policies import Queue
from pipeline.timing.recurrence import occurrences
from pipeline.timing.wall import instant_of

BEGIN, END = datetime(2024, 1, 1, tzinfo=UTC), datetime(2035, 1, 1, tzinfo=UTC)
# The two changes around Ramadan, the closest of any zone, lie a month apart.
STEP = timedelta(days=12)
SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)

Change = tuple[datetime, timedelta, timedelta]
"""When, and the offsets before and after."""


def offset(instant: datetime, zone: ZoneInfo) -> timedelta:
    return instant.astimezone(zone).utcoffset() or timedelta(0)


def changes(zone: ZoneInfo) -> Iterator[Change]:
    at, before = BEGIN, offset(BEGIN, zone)
    while at < END:
        after = offset(at + STEP, zone)
        if after != before:
            yield exactly(at, at + STEP, zone), before, after
        at, before = at + STEP, after


def exactly(low: datetime, high: datetime, zone: ZoneInfo) -> datetime:
    before = offset(low, zone)
    while high - low > SECOND:
        middle = low + (high - low) // (2 * SECOND) * SECOND
        low, high = (middle, high) if offset(middle, zone) == before else (low, middle)
    return high


@cache
def known_changes() -> dict[Change, str]:
    """Each different change with one zone that makes it; zones that share a change do the same around it."""
    return {change: name for name in sorted(available_timezones()) for change in changes(ZoneInfo(name))}


def walls_around(change: Change) -> list[datetime]:
    """Naive wall times in steps of a quarter of the gap, over everything a change can move."""
    at, before, after = change
    gap = abs(after - before)
    middle = (at + before).replace(tzinfo=None)
    return [middle + gap * quarter / 4 for quarter in range(-12, 13)]


def test_the_tables_hold_the_changes_we_know() -> None:
    found = known_changes()
    assert len(found) > 300
    berlin = (datetime(2027, 3, 28, 1, tzinfo=UTC), HOUR, 2 * HOUR)
    lord_howe = (datetime(2026, 10, 3, 15, 30, tzinfo=UTC), 10.5 * HOUR, 11 * HOUR)
    assert {berlin, lord_howe} <= found.keys()


def test_a_skipped_time_moves_by_the_gap_and_a_repeated_one_is_its_first() -> None:
    for change, name in known_changes().items():
        at, before, after = change
        for wall in walls_around(change):
            instant = instant_of(wall, ZoneInfo(name))
            aware = wall.replace(tzinfo=UTC)
            # Until the change the old offset counts; a skipped time is read with it too, which is what moves it on.
            expected = aware - before if aware - before < at or aware - after < at else aware - after
            assert instant == expected, (name, wall)


def daily(change: Change, name: str) -> Timing:
    times = sorted({wall.time().replace(microsecond=0) for wall in walls_around(change)[6:18]})
    return Timing.model_validate({"policy": "slots", "zone": name, "slots": times})


def evenly(change: Change, name: str) -> Timing:
    del change
    hours = {"day_from": "00:05", "day_until": "23:55"}
    return Timing.model_validate({"policy": "spread", "zone": name, "per_day": 16, "jitter": 1, "seed": name} | hours)


def nightly(change: Change, name: str) -> Timing:
    """All posts of the day in the very hour in which clocks change."""
    at, before, _ = change
    begin = max(at + before - HOUR / 2, (at + before).replace(hour=0, minute=0))
    end = min(begin + HOUR, begin.replace(hour=23, minute=59))
    if end - begin < HOUR / 2:
        begin = end - HOUR / 2
    hours = {"day_from": begin.time(), "day_until": end.time()}
    return Timing.model_validate({"policy": "spread", "zone": name, "per_day": 12, "jitter": 1} | hours)


@pytest.mark.parametrize("policy", [daily, evenly, nightly])
def test_slots_across_every_change_are_complete_and_in_order(policy: Callable[[Change, str], Timing]) -> None:
    for change, name in known_changes().items():
        at = change[0]
        timing = policy(change, name)
        zone = ZoneInfo(name)
        a_day = timing.per_day or len(timing.weekly["monday"])
        start = at - timedelta(days=2)
        queue = Queue(timing, now=start, occupied=Occupied())
        got = [slot.at for _ in range(a_day * 5) if (slot := queue.take(frozenset({"bluesky"})))]
        assert all(earlier < later for earlier, later in pairwise(got)), name
        if timing.per_day:
            assert len(got) == a_day * 5
            assert got[-1] - start < timedelta(days=6, hours=2), name
            continue
        days = [start.astimezone(zone).date() + timedelta(days=day) for day in range(-1, 8)]
        wanted = {instant_of(datetime.combine(day, wall), zone) for day in days for wall in timing.weekly["monday"]}
        assert got == sorted(instant for instant in wanted if instant > start)[: len(got)], name


def test_recurrences_across_every_change_come_once_each() -> None:
    for change, name in known_changes().items():
        at, before, _ = change
        first = (at + before - timedelta(days=1)).replace(tzinfo=None, microsecond=0) + abs(change[2] - before) / 2
        timing = Timing.model_validate({"policy": "recurrence", "zone": name, "start": first, "rule": "FREQ=DAILY"})
        got = occurrences(timing, at - timedelta(days=4), at + timedelta(days=3))
        assert all(earlier.at < later.at for earlier, later in pairwise(got)), name
        wanted = [instant_of(first + timedelta(days=day), ZoneInfo(name)) for day in range(6)]
        assert [one.at for one in got] == [one for one in wanted if one <= at + timedelta(days=3)], name
