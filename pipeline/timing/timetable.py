"""The timetable of a run: for each item its own times, or a place in the queue, or the reason why its time is over."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from pipeline.campaign import Timing, TimingPolicy
from pipeline.records import DateQuality, Item, Place, Slot
from pipeline.timing.lateness import Expired, Timed, on_time
from pipeline.timing.occupied import Occupied, Post
from pipeline.timing.policies import Queue
from pipeline.timing.wall import slot_at, whole_seconds

if TYPE_CHECKING:
    from pipeline.timing.series import Series

_TRUSTED = frozenset({DateQuality.EXACT, DateQuality.ASSUMED_ZONE})
# Sources call a date implausible that is more than a day ahead; who posts by date means exactly those.
_COMING = timedelta(days=366)
_ENDED = "expired: timing.rule has no occurrence left"


class Timetable:
    """Decides about `items` (in posting order) at once: those with a time of their own first, the queue around them.

    `networks` tells where an item goes, `occupied` what its networks hold already (nothing is added), `posted` by item
    which occurrences of a series have their post. `expired` are the items whose time is over, with the reason; `items`
    the others.
    """

    def __init__(
        self,
        timing: Timing,
        items: Sequence[Item],
        *,
        now: datetime,
        networks: Callable[[Item], frozenset[str]],
        occupied: Occupied | None = None,
        posted: Mapping[Place, Collection[str]] | None = None,
    ) -> None:
        self._own: dict[Place, list[Timed]] = {}
        self._networks = networks
        self.expired: list[tuple[Item, str]] = []
        self.items: list[Item] = []
        clock = _Clock(timing, now, posted or {})
        for item in items:
            self._place(item, clock)
        held = Occupied(self.own(), below=occupied)
        self._queue = Queue(timing, now=now, occupied=held)

    def own(self) -> Iterator[Post]:
        """Where the items with times of their own go, and when."""
        for item in self.items:
            for timed in self._own.get(_place(item), ()):
                if timed.slot.at:
                    yield timed.slot.at, self._networks(item)

    def times(self, item: Item) -> list[Timed]:
        """When `item` goes out: its own times, else the next slot that is free on its networks; see `took`."""
        return self._own.get(_place(item)) or [Timed(slot=self._queue.head(self._networks(item)))]

    def took(self, item: Item, networks: frozenset[str]) -> list[Timed]:
        """`item` has its draft and goes to `networks`; returns its times, which nobody else on these networks gets."""
        return self._own.get(_place(item)) or [Timed(slot=self._queue.take(networks))]

    def run(self) -> Iterator[tuple[Item, list[Timed]]]:
        """Every item with its times, as if all of them got their drafts. Uses the queue up."""
        for item in self.items:
            yield item, self.took(item, self._networks(item))

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
