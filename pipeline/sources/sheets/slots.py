"""When a row should go out: date, time and zone of its cells put together, safely across clock changes."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from pipeline.records import DateQuality, Slot
from pipeline.sources.sheets.cells import Value, text_of
from pipeline.sources.sheets.clock import is_several, read_time, time_of, zone_of
from pipeline.sources.sheets.dates import Moment
from pipeline.sources.sheets.problems import short
from pipeline.timing.wall import instant_of, wall_text

_FIRST_YEAR, _LAST_YEAR = 1970, 2200
_ADVICE_TIME = "write the time as 14:05 or 2:05 PM"
_ADVICE_ZONE = "name a place such as Europe/Berlin"


class SlotFault(Exception):
    """A row's date, time or zone cannot be read. `part` says which: date, time or zone."""

    def __init__(self, part: str, message: str, advice: str) -> None:
        super().__init__(message)
        self.part = part
        self.message = message
        self.advice = advice


@dataclass(frozen=True, slots=True)
class When:
    """What the cells of a row say. `zone` is that of the row or sheet, `time` the raw cell of the time column."""

    moment: Moment | None
    time: Value = ""
    zone: str = ""


@dataclass(frozen=True, slots=True)
class Placed:
    """A slot, None for the queue; `wall` as written, for the identity; how exact it is; a note worth a warning."""

    slot: Slot | None
    wall: str = ""
    quality: DateQuality = DateQuality.MISSING
    note: str = ""


def place(when: When, *, zone: str, default_time: time) -> Placed:
    """The slot of a row. `zone` holds where cells name none, `default_time` where they have none.

    Raises SlotFault for what cannot be read.
    """
    clock, beside = _clock(when)
    moment = when.moment
    if moment is None or moment.day is None:
        note = "has a time but no date: the post goes to the queue" if clock and moment is None else ""
        return Placed(None, note=note)
    if not _FIRST_YEAR <= moment.day.year <= _LAST_YEAR:
        raise SlotFault("date", f"{moment.day} is no date to post on", "check the year")
    at = _one_time(moment, clock)
    wall = datetime.combine(moment.day, at if at is not None else default_time)
    written = wall.isoformat() if at is not None else moment.day.isoformat()
    if moment.offset is not None:
        return _exact(wall, moment.offset, zone, written)
    named = _zone(moment.zone or beside or when.zone) or zone
    slot = _slot(wall, named)
    quality = DateQuality.EXACT if at is not None else DateQuality.DATE_ONLY
    return Placed(slot, written, quality, _moved(wall, slot))


def _clock(when: When) -> tuple[time | None, str]:
    value = when.time
    if isinstance(value, str):
        if not value.strip():
            return None, ""
        read = read_time(" ".join(value.split()))
        if read is None:
            raise SlotFault("time", f"{short(value)!r} is no single time of day", _ADVICE_TIME)
        return read.at, read.zone
    at = None
    if isinstance(value, datetime):
        at = value.time().replace(microsecond=0)
    elif isinstance(value, time | timedelta) or (isinstance(value, float) and 0 <= value < 1):
        at = time_of(value)
    if at is None:
        raise SlotFault("time", f"{short(text_of(value))!r} is no time of day", _ADVICE_TIME)
    return at, ""


def _one_time(moment: Moment, clock: time | None) -> time | None:
    if clock is None or moment.at is None or moment.at == clock or moment.at == time():
        return clock if clock is not None else moment.at
    raise SlotFault(
        "time", f"says {clock}, but the date already has the time {moment.at}", "keep the time in one of the two cells"
    )


def _exact(wall: datetime, offset: timedelta, zone: str, written: str) -> Placed:
    at = (wall - offset).replace(tzinfo=UTC)
    return Placed(Slot(at=at, zone=zone, wall=wall_text(at, _info(zone))), written, DateQuality.EXACT)


def _zone(name: str) -> str:
    if not name:
        return ""
    zone = zone_of(name)
    if not zone:
        why = "is used by several zones" if is_several(name) else "is no time zone"
        raise SlotFault("zone", f"{short(name)!r} {why}", _ADVICE_ZONE)
    return zone


def _slot(wall: datetime, zone: str) -> Slot:
    info = _info(zone)
    at = instant_of(wall, info)
    return Slot(at=at, zone=zone, wall=wall_text(at, info))


def _moved(wall: datetime, slot: Slot) -> str:
    if slot.at is None or slot.wall.startswith(wall.isoformat(timespec="seconds")):
        return ""
    return f"{wall:%Y-%m-%d %H:%M} does not exist in {slot.zone} (the clock jumps): moved to {slot.wall}"


@lru_cache(maxsize=256)
def _info(zone: str) -> ZoneInfo:
    return ZoneInfo(zone)
