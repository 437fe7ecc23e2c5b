"""How the metric tables are written: groups of named readings, with when they are given at all (analytics.md 3.4)."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Generic, TypeVar
from zlib import crc32

from server.delivery.pulse import AccountPulse, Flow, Pulse

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
    seed = pulse.facts.seed
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


Posts = tuple[Group[Pulse], ...]
States = dict[str, Reading[AccountPulse]]
Flows = dict[str, Callable[[Flow], int]]

DAY = timedelta(days=1)
COUNTRIES = {"US": 0.34, "GB": 0.21, "DE": 0.15, "FR": 0.09}


def is_video(pulse: Pulse) -> bool:
    """Whether the post is a video."""
    return pulse.facts.video


def is_story(pulse: Pulse) -> bool:
    """Whether the post is a story."""
    return pulse.facts.story


def is_no_story(pulse: Pulse) -> bool:
    """Whether the post stays."""
    return not pulse.facts.story


def is_reel(pulse: Pulse) -> bool:
    """Whether the post is a video that stays."""
    return pulse.facts.video and not pulse.facts.story


def is_lively(pulse: Pulse) -> bool:
    """Whether anybody viewed the post within seven days."""
    return pulse.recent > 0


def ratio(part: float, whole: float) -> float:
    """A part of a whole, 0.0 of nothing."""
    return round(part / whole, 6) if whole else 0.0


def part(count: int, share: float) -> int:
    """So much of a count."""
    return int(count * share)


def spread(count: int, shares: dict[str, float]) -> dict[str, int]:
    """A count by kind."""
    return {name: part(count, share) for name, share in shares.items()}


def percentages(name: str, shares: dict[str, float]) -> list[dict[str, Any]]:
    """Shares as TikTok lists them."""
    return [{name: label, "percentage": share} for label, share in shares.items()]


def quotes(pulse: Pulse) -> int:
    """How many of the shares quote the post."""
    return part(pulse.shares, 0.2)
