"""The timetable of a run: for each item its own times, or a place in the queue, or the reason why its time is over."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from pipeline.campaign import Timing, TimingPolicy
from pipeline.records import DateQuality, Item, Slot
from pipeline.timing.lateness import Expired, Timed, on_time
from pipeline.timing.policies import assign
from pipeline.timing.wall import slot_at, whole_seconds

if TYPE_CHECKING:
    from pipeline.timing.series import Series

Place = tuple[str, str]
"""Source and identity of an item."""

_TRUSTED = frozenset({DateQuality.EXACT, DateQuality.ASSUMED_ZONE})
# Sources call a date implausible that is more than a day ahead; who posts by date means exactly those.
_COMING = timedelta(days=366)
_ENDED = "expired: timing.rule has no occurrence left"


class Timetable:
    """Decides about `items` (in posting order) at once: those with a time of their own first, the queue around them.

    `taken` are instants other posts hold; `posted` tells by item which occurrences of a series have their post.
    `expired` are the items whose time is over, with the reason; `items` the others.
    """

    def __init__(
        self,
        timing: Timing,
        items: Sequence[Item],
        *,
        now: datetime,
        taken: Collection[datetime] = (),
        posted: Mapping[Place, Collection[str]] | None = None,
    ) -> None:
        self._own: dict[Place, list[Timed]] = {}
        self.expired: list[tuple[Item, str]] = []
        self.items: list[Item] = []
        clock = _Clock(timing, now, posted or {})
        for item in items:
            self._place(item, clock)
        held = [timed.slot.at for times in self._own.values() for timed in times if timed.slot.at]
        queued = len(self.items) - len(self._own)
        self._queue = iter(assign(timing, queued, now=now, taken=[*taken, *held]))
        self._next = next(self._queue, None)

    def times(self, item: Item) -> list[Timed]:
        """When `item` goes out: its own times, else the slot at the head of the queue, which `took` moves on."""
        own = self._own.get(_place(item))
        if own is not None:
            return own
        if self._next is None:
            raise LookupError(f"{item.source} {item.place}: the queue was made for fewer items")
        return [Timed(slot=self._next)]

    def took(self, item: Item) -> None:
        """`item` has its draft: the head of the queue, if it stood there, belongs to it."""
        if _place(item) not in self._own:
            self._next = next(self._queue, None)

    def run(self) -> Iterator[tuple[Item, list[Timed]]]:
        """Every item with its times, as if all of them got their drafts. Uses the queue up."""
        for item in self.items:
            yield item, self.times(item)
            self.took(item)

    def _place(self, item: Item, clock: "_Clock") -> None:
        times = clock.own_times(item)
        if isinstance(times, Expired):
            self.expired.append((item, times.reason))
            return
        self.items.append(item)
        if times:
            self._own[_place(item)] = times


class _Clock:
    """What an item's own date, or its series, says about its times."""

    def __init__(self, timing: Timing, now: datetime, posted: Mapping[Place, Collection[str]]) -> None:
        self._timing = timing
        self._now = now
        self._posted = posted
        self._series = series(timing, now) if timing.policy is TimingPolicy.RECURRENCE else None

    def own_times(self, item: Item) -> list[Timed] | Expired:
        """Empty for the queue."""
        if slot := self._dated(item):
            timed = on_time(slot, self._timing.late, self._now)
            return timed if isinstance(timed, Expired) else [timed]
        if self._series is None:
            return []
        return self._series.due(self._posted.get(_place(item), ())) or Expired(reason=_ENDED)

    def _dated(self, item: Item) -> Slot | None:
        if item.ask and item.ask.slot:
            return item.ask.slot
        if item.replaces and item.replaces.slot:
            return item.replaces.slot
        by_date = self._timing.policy is TimingPolicy.AT and self._timing.at == "published"
        if by_date and item.published and self._believed(item.published, item.published_quality):
            return slot_at(whole_seconds(item.published), self._timing.zoneinfo)
        return None

    def _believed(self, date: datetime, quality: DateQuality) -> bool:
        coming = quality is DateQuality.IMPLAUSIBLE and self._now < date <= self._now + _COMING
        return quality in _TRUSTED or coming


def series(timing: Timing, now: datetime) -> "Series":
    """The campaign's series around `now`."""
    from pipeline.timing.series import Series  # noqa: PLC0415  (only recurring campaigns need dateutil)

    return Series(timing, now)


def _place(item: Item) -> Place:
    return item.source, item.identity
