"""Evergreens: items of a recurring campaign that were posted before and have another occurrence due."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from pipeline.campaign import Timing
from pipeline.records import Item, Place
from pipeline.timing.timetable import series

if TYPE_CHECKING:
    from pipeline.sources.feeds import FeedReading


def due_again(
    timing: Timing, readings: "Iterable[FeedReading]", posted: Mapping[Place, Collection[str]], *, now: datetime
) -> list[Item]:
    """The items read that are in a series and need another post, each once, in the order of reading.

    `posted` tells by item which occurrences have their post: an item without any is not in a series yet.
    """
    rule = series(timing, now)
    found: dict[Place, Item] = {}
    for reading in readings:
        for item in reading.parsed.items if reading.parsed else ():
            had = posted.get((reading.source, item.identity))
            if had and rule.due(had):
                found.setdefault((reading.source, item.identity), replace(item, source=reading.source))
    return list(found.values())
