"""The queue of each timing policy: which free slot comes next. Pure functions of settings and instants."""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, time, timedelta

from pipeline.campaign import Timing, TimingPolicy, Weekday
from pipeline.records import NOW, Slot
from pipeline.timing.occupied import Occupied, Rule
from pipeline.timing.portions import portions
from pipeline.timing.wall import SECOND, instant_of, slot_at, start_of, whole_seconds
from social.instants import utc

_DAY = timedelta(days=1)
_WEEKDAYS = tuple(Weekday)

Day = Callable[[date], Iterable[datetime]]
"""The instants a policy has on one day of its zone."""


class Queue:
    """Hands out slots, to each post the first that is free on all of its networks; no two posts of a network meet.

    `now`, and `recurrence` beside its rule: every slot is "at once". `auto`: the API chooses. `spread`: from `start`
    (or now, if that is past), never closer than `every_minutes` of real time to what a network of the post has
    already; with `per_day`, that day's places (see `portions`). `slots`, and `at` for items without a date: the weekly
    wall times of the zone strictly after `now`, not before `start`; two of them that a clock change puts on one instant
    are one slot. Instants are whole seconds in UTC. `occupied` is what posts hold, and fills up with what is taken.
    Raises ValueError for naive instants.
    """

    def __init__(self, timing: Timing, *, now: datetime, occupied: Occupied) -> None:
        self._occupied = occupied
        self._zone = timing.zoneinfo
        self._always = _always(timing)
        self._begin = whole_seconds(max(utc(now), start_of(timing.start, self._zone) or utc(now)))
        day = _day_of(timing)
        # Fixed places share no second; what is spread keeps its distance.
        self._gap = SECOND if day else timedelta(seconds=max(1, round(timing.every_minutes * 60)))
        self._places = _Places(_ordered(day, max(utc(now), self._begin - SECOND), timing)) if day else None
        # A post is shown its slot when it is composed, and takes it when that went well.
        self._shown: tuple[frozenset[str], Slot] | None = None
        self._rule = Rule(begin=self._begin, gap=self._gap, place=self._place, name=timing.model_dump_json())

    def head(self, networks: frozenset[str]) -> Slot:
        """The first slot free on all of `networks`; it is theirs once it was taken."""
        if self._always is not None:
            return self._always
        if self._shown is None or self._shown[0] != networks:
            self._shown = networks, slot_at(self._occupied.first_free(networks, self._rule), self._zone)
        return self._shown[1]

    def take(self, networks: frozenset[str]) -> Slot:
        """The head of the queue for a post that has its draft."""
        slot = self.head(networks)
        self._occupied.hold(slot.at, networks)
        self._shown = None
        return slot

    def _place(self, at: datetime) -> datetime:
        return at if self._places is None else self._places.first_from(at)


class _Places:
    """The instants of a policy that has fixed ones, looked up as far ahead as they are asked for."""

    def __init__(self, coming: Iterator[datetime]) -> None:
        self._coming = coming
        self._known: list[datetime] = []

    def first_from(self, at: datetime) -> datetime:
        while not self._known or self._known[-1] < at:
            self._known.append(next(self._coming))
        return self._known[bisect_left(self._known, at)]


def _always(timing: Timing) -> Slot | None:
    """The slot of every post; None where each has its own."""
    if timing.policy is TimingPolicy.AUTO:
        return Slot(zone=timing.zone, auto_schedule=timing.auto_schedule)
    return NOW if timing.policy in (TimingPolicy.NOW, TimingPolicy.RECURRENCE) else None


def _day_of(timing: Timing) -> Day | None:
    """The fixed instants of a day; None where a post may stand anywhere that is far enough from others."""
    if timing.policy in (TimingPolicy.AT, TimingPolicy.SLOTS):
        return _weekly(timing)
    if timing.policy is TimingPolicy.SPREAD and timing.per_day:
        return lambda day: portions(timing, day, timing.zoneinfo)
    return None


def _weekly(timing: Timing) -> Day:
    zone = timing.zoneinfo
    times = {day: sorted(map(_wall_time, set(given))) for day, given in timing.weekly.items()}
    return lambda day: (instant_of(datetime.combine(day, at), zone) for at in times[_WEEKDAYS[day.weekday()]])


def _ordered(instants: Day, earliest: datetime, timing: Timing) -> Iterator[datetime]:
    """Every instant after `earliest`, in order of time, each once."""
    zone = timing.zoneinfo
    found: set[datetime] = set()
    day = earliest.astimezone(zone).date() - _DAY
    while True:
        found |= {at for at in instants(day) if at > earliest}
        # A skipped wall time moves forward, in the worst known case by a whole day: later days may still come between.
        settled = instant_of(datetime.combine(day - _DAY, time()), zone)
        ready = sorted(at for at in found if at < settled)
        yield from ready
        found.difference_update(ready)
        day += _DAY


def _wall_time(daily: time) -> time:
    if daily.tzinfo is not None:
        raise ValueError(f"timing.slots: {daily.isoformat()} carries an offset; give wall time and set timing.zone")
    return daily.replace(microsecond=0, fold=0)
