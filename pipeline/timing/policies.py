"""The timing policies of a campaign: which slot each new post gets. Pure functions of settings and instants."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection, Iterator
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from pipeline.campaign import Timing, TimingPolicy
from pipeline.records import NOW, Slot
from pipeline.timing.wall import SECOND, instant_of, wall_text, whole_seconds
from social.instants import utc

_DAY = timedelta(days=1)
# A skipped wall time moves forward, in the worst known case by a whole day, so later days must be seen before sorting.
_LOOK_AHEAD = 2


def assign(timing: Timing, n: int, *, now: datetime, taken: Collection[datetime] = ()) -> list[Slot]:
    """`n` slots in order of time, first post first, all of them free.

    `now`: every slot is "at once". `auto`: the API chooses. `spread`: from `start` (or now, if that is past), never
    closer than `every_minutes` of real time to each other or to an instant in `taken`. `slots`: the next daily times of
    the zone strictly after `now`, not before `start`, that are not in `taken`; two daily times that a clock change puts
    on one instant give one slot. Instants are whole seconds in UTC. Raises ValueError for naive instants.
    """
    return _POLICIES[timing.policy](timing, n, utc(now), {whole_seconds(utc(instant)) for instant in taken})


def _at_once(_timing: Timing, n: int, _now: datetime, _taken: set[datetime]) -> list[Slot]:
    return [NOW] * n


def _auto(timing: Timing, n: int, _now: datetime, _taken: set[datetime]) -> list[Slot]:
    return [Slot(zone=timing.zone, auto_schedule=timing.auto_schedule)] * n


def _spread(timing: Timing, n: int, now: datetime, taken: set[datetime]) -> list[Slot]:
    zone = timing.zoneinfo
    step = timedelta(seconds=max(1, round(timing.every_minutes * 60)))
    busy = sorted(taken)
    at = whole_seconds(max(now, _start(timing, zone) or now))
    slots = []
    for _ in range(n):
        at = _clear_of(busy, at, step)
        slots.append(_slot(at, zone))
        at += step
    return slots


def _clear_of(busy: list[datetime], at: datetime, step: timedelta) -> datetime:
    while True:
        near = bisect_right(busy, at - step)
        if near == bisect_left(busy, at + step):
            return at
        at = busy[near] + step


def _daily(timing: Timing, n: int, now: datetime, taken: set[datetime]) -> list[Slot]:
    zone = timing.zoneinfo
    earliest = max(now, (_start(timing, zone) or now) - SECOND)
    times = sorted(map(_wall_time, set(timing.slots)))
    found: set[datetime] = set()
    spare = _LOOK_AHEAD
    for day in _days(earliest.astimezone(zone).date() - _DAY):
        found |= {
            at for at in (instant_of(datetime.combine(day, time), zone) for time in times) if at > earliest
        } - taken
        spare -= len(found) >= n
        if spare < 0:
            break
    return [_slot(at, zone) for at in sorted(found)[:n]]


def _wall_time(daily: time) -> time:
    if daily.tzinfo is not None:
        raise ValueError(f"timing.slots: {daily.isoformat()} carries an offset; give wall time and set timing.zone")
    return daily.replace(microsecond=0, fold=0)


def _days(first: date) -> Iterator[date]:
    while True:
        yield first
        first += _DAY


def _start(timing: Timing, zone: ZoneInfo) -> datetime | None:
    if timing.start is None:
        return None
    return whole_seconds(instant_of(timing.start, zone) if timing.start.tzinfo is None else utc(timing.start))


def _slot(at: datetime, zone: ZoneInfo) -> Slot:
    return Slot(at=at, zone=zone.key, wall=wall_text(at, zone))


_POLICIES: dict[TimingPolicy, Callable[[Timing, int, datetime, set[datetime]], list[Slot]]] = {
    TimingPolicy.NOW: _at_once,
    TimingPolicy.AUTO: _auto,
    TimingPolicy.SPREAD: _spread,
    TimingPolicy.SLOTS: _daily,
}
