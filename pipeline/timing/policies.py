"""The queue of each timing policy: which free slots come next. Pure functions of settings and instants."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from pipeline.campaign import Timing, TimingPolicy, Weekday
from pipeline.records import NOW, Slot
from pipeline.timing.portions import portions
from pipeline.timing.wall import SECOND, instant_of, slot_at, start_of, whole_seconds
from social.instants import utc

_DAY = timedelta(days=1)
# A skipped wall time moves forward, in the worst known case by a whole day, so later days must be seen before sorting.
_LOOK_AHEAD = 2
_WEEKDAYS = tuple(Weekday)

Day = Callable[[date], Iterable[datetime]]
"""The instants a policy has on one day of its zone."""


def assign(timing: Timing, n: int, *, now: datetime, taken: Collection[datetime] = ()) -> list[Slot]:
    """`n` slots in order of time, first post first, all of them free.

    `now`, and `recurrence` beside its rule: every slot is "at once". `auto`: the API chooses. `spread`: from `start`
    (or now, if that is past), never closer than `every_minutes` of real time to each other or to an instant in `taken`;
    with `per_day`, that day's places (see `portions`). `slots`, and `at` for items without a date: the next weekly wall
    times of the zone strictly after `now`, not before `start`, that are not in `taken`; two of them that a clock change
    puts on one instant give one slot. Instants are whole seconds in UTC. Raises ValueError for naive instants.
    """
    return _POLICIES[timing.policy](timing, n, utc(now), {whole_seconds(utc(instant)) for instant in taken})


def _at_once(_timing: Timing, n: int, _now: datetime, _taken: set[datetime]) -> list[Slot]:
    return [NOW] * n


def _auto(timing: Timing, n: int, _now: datetime, _taken: set[datetime]) -> list[Slot]:
    return [Slot(zone=timing.zone, auto_schedule=timing.auto_schedule)] * n


def _spread(timing: Timing, n: int, now: datetime, taken: set[datetime]) -> list[Slot]:
    zone = timing.zoneinfo
    if timing.per_day:
        return _queue(timing, n, now, taken, lambda day: portions(timing, day, zone))
    step = timedelta(seconds=max(1, round(timing.every_minutes * 60)))
    busy = sorted(taken)
    at = whole_seconds(max(now, start_of(timing.start, zone) or now))
    slots = []
    for _ in range(n):
        at = _clear_of(busy, at, step)
        slots.append(slot_at(at, zone))
        at += step
    return slots


def _clear_of(busy: list[datetime], at: datetime, step: timedelta) -> datetime:
    while True:
        near = bisect_right(busy, at - step)
        if near == bisect_left(busy, at + step):
            return at
        at = busy[near] + step


def _weekly(timing: Timing, n: int, now: datetime, taken: set[datetime]) -> list[Slot]:
    zone = timing.zoneinfo
    times = {day: sorted(map(_wall_time, set(given))) for day, given in timing.weekly.items()}

    def instants(day: date) -> Iterator[datetime]:
        return (instant_of(datetime.combine(day, at), zone) for at in times[_WEEKDAYS[day.weekday()]])

    return _queue(timing, n, now, taken, instants)


def _queue(timing: Timing, n: int, now: datetime, taken: set[datetime], instants: Day) -> list[Slot]:
    zone: ZoneInfo = timing.zoneinfo
    earliest = max(now, (start_of(timing.start, zone) or now) - SECOND)
    found: set[datetime] = set()
    spare = _LOOK_AHEAD
    for day in _days(earliest.astimezone(zone).date() - _DAY):
        found |= {at for at in instants(day) if at > earliest} - taken
        spare -= len(found) >= n
        if spare < 0:
            break
    return [slot_at(at, zone) for at in sorted(found)[:n]]


def _wall_time(daily: time) -> time:
    if daily.tzinfo is not None:
        raise ValueError(f"timing.slots: {daily.isoformat()} carries an offset; give wall time and set timing.zone")
    return daily.replace(microsecond=0, fold=0)


def _days(first: date) -> Iterator[date]:
    while True:
        yield first
        first += _DAY


_POLICIES: dict[TimingPolicy, Callable[[Timing, int, datetime, set[datetime]], list[Slot]]] = {
    TimingPolicy.NOW: _at_once,
    TimingPolicy.AT: _weekly,
    TimingPolicy.SLOTS: _weekly,
    TimingPolicy.SPREAD: _spread,
    TimingPolicy.AUTO: _auto,
    TimingPolicy.RECURRENCE: _at_once,
}
