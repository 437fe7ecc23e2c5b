"""A recurring series: which occurrences an item still needs, given those that already have their post."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta

from pipeline.campaign import Timing
from pipeline.records import Slot
from pipeline.timing.lateness import Timed, on_time
from pipeline.timing.recurrence import Occurrence, next_occurrence, occurrences
from pipeline.timing.wall import instant_of, slot_at
from social.instants import utc

APART = timedelta(hours=24)
"""The API refuses the same text to the same network closer than this (posts.md 9.2)."""


class Series:
    """The occurrences of a campaign's rule around `now`; all its items share them."""

    def __init__(self, timing: Timing, now: datetime) -> None:
        self._timing = timing
        self._now = utc(now)
        self._missed: dict[str, list[Occurrence]] = {}
        self._ahead = occurrences(timing, now, now + timedelta(days=timing.ahead_days))
        if not self._ahead:
            following = next_occurrence(timing, now)
            self._ahead = [following] if following else []

    def due(self, posted: Collection[str]) -> list[Timed]:
        """What an item still needs whose occurrences named in `posted` have their post; in order of time.

        Those of the coming `ahead_days`, and always the next one. Of all that an outage missed since the last of
        `posted` the latest is made up for if `timing.late` allows it and the next one is a day away: at most one,
        however many were missed. A new item has missed nothing. Empty for a new item: the rule has ended.
        """
        caught_up, note = self._catch_up(posted)
        coming = [self._timed(one) for one in self._ahead if one.name not in posted]
        if note and coming and not caught_up:
            coming[0] = replace(coming[0], note=note)
        return [*caught_up, *coming]

    def _catch_up(self, posted: Collection[str]) -> tuple[list[Timed], str]:
        missed = self._since(max(posted)) if posted else []
        if not missed:
            return [], ""
        latest = missed[-1]
        timed = on_time(self._slot(latest), self._timing.late, self._now)
        rest = len(missed) - 1
        near = any(one.at - self._now < APART for one in self._ahead[:1])
        if isinstance(timed, Timed) and not near:
            left = f"; {rest} earlier ones are not made up for" if rest else ""
            return [replace(timed, occurrence=latest.name, note=timed.note + left)], ""
        return [], f"{len(missed)} occurrences were missed, the last at {latest.name}: not made up for"

    def _since(self, name: str) -> list[Occurrence]:
        if name not in self._missed:
            last = instant_of(datetime.fromisoformat(name), self._timing.zoneinfo)
            self._missed[name] = occurrences(self._timing, last, self._now)
        return self._missed[name]

    def _timed(self, one: Occurrence) -> Timed:
        return Timed(slot=self._slot(one), occurrence=one.name)

    def _slot(self, one: Occurrence) -> Slot:
        return slot_at(one.at, self._timing.zoneinfo)
