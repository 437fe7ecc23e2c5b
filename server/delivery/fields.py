"""How the metric tables are written: groups of named readings, with when they are given at all (analytics.md 3.4)."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Generic, TypeVar
from zlib import crc32

from server.delivery.pulse import Pulse

Source = TypeVar("Source")
Reading = Callable[[Source], Any]


def always(_source: object) -> bool:
    """The condition of a group that every post gets."""
    return True


@dataclass(frozen=True, slots=True)
class Group(Generic[Source]):
    """Readings by wire name, given only where `when` holds.

    `after` is the span of hours of which each post draws one: before it the network is silent, the fields absent.
    `until_hours` is when the network stops giving them; `withholds` marks counts it may decline with -1 (TikTok).
    """

    readings: dict[str, Reading[Source]]
    when: Callable[[Source], bool] = always
    after: tuple[float, float] = (0, 0)
    until_hours: float = float("inf")
    withholds: bool = False

    def read(self, source: Source) -> dict[str, Any]:
        """Every reading of this group, without regard to time."""
        return {name: reading(source) for name, reading in self.readings.items()}


def given(groups: tuple[Group[Pulse], ...], pulse: Pulse) -> Iterator[tuple[str, Any]]:
    """The fields a network gives for a post of that age, in the order of its table."""
    seed = pulse.facts.social_id
    for group in groups:
        if group.when(pulse) and _open(group, pulse.age, seed):
            for name, reading in group.readings.items():
                yield name, -1 if group.withholds and _declined(seed, name) else reading(pulse)


def _open(group: Group[Pulse], age: timedelta, seed: str) -> bool:
    hours, (first, last) = age.total_seconds() / 3600, group.after
    begins = first + (last - first) * crc32(seed.encode()) / 2**32
    return begins <= hours < group.until_hours


def _declined(seed: str, name: str) -> bool:
    return crc32(f"{name}:{seed}".encode()) % 40 == 0
