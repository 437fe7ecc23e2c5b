"""Wall time and instants: the one place where a clock on a wall is turned into UTC, safely across clock changes.

Two wall times are odd in a zone that changes its clocks. A skipped one (02:30 on the night the clock jumps from 02:00
to 03:00) moves forward by the gap, so it becomes 03:30. A repeated one (02:30 on the night the clock is set back) is
taken once, the first time it comes round. So a daily time is neither lost nor doubled (promise 4).
"""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from pipeline.records import Slot
from social.instants import utc

SECOND = timedelta(seconds=1)


def instant_of(wall: datetime, zone: ZoneInfo) -> datetime:
    """The instant, in UTC, at which clocks in `zone` show the naive `wall`; for odd times see the module.

    Raises ValueError when `wall` carries a zone of its own: it is an instant already.
    """
    if wall.tzinfo is not None:
        raise ValueError(f"{wall.isoformat()} carries a zone: give wall time without one, or use the instant as it is")
    # fold=0 reads a skipped time with the offset before the jump and a repeated one as its first coming.
    return wall.replace(tzinfo=zone, fold=0).astimezone(UTC)


def wall_text(instant: datetime, zone: ZoneInfo) -> str:
    """What clocks in `zone` show at `instant`, with the offset, so that a repeated hour is told apart."""
    return instant.astimezone(zone).isoformat(timespec="seconds")


def whole_seconds(instant: datetime) -> datetime:
    """The next whole second: the wire knows no fractions (posts.md 1, "Dates"), and a slot never moves to the past."""
    return instant if not instant.microsecond else instant.replace(microsecond=0) + SECOND


def start_of(start: datetime | None, zone: ZoneInfo) -> datetime | None:
    """The instant of a setting that is wall time in `zone` unless it carries an offset; None stays None."""
    if start is None:
        return None
    return whole_seconds(instant_of(start, zone) if start.tzinfo is None else utc(start))


def slot_at(at: datetime, zone: ZoneInfo) -> Slot:
    """The slot of an instant, with what clocks in `zone` show then."""
    return Slot(at=at, zone=zone.key, wall=wall_text(at, zone))
