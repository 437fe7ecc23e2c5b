"""Dates as cells hold them: real ones, serial numbers, and text. What a text leaves open is settled per column, later.

`03/04/2025` alone is two dates. It is read as a triple that waits for its column (`columns.py`), never guessed.
"""

import re
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from pipeline.sources.sheets.cells import Value
from pipeline.sources.sheets.clock import read_time, time_of
from pipeline.sources.sheets.months import month_of, weekday_of

_YEAR_FIRST = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?!\d)(.*)$", re.DOTALL)
_COMPACT = re.compile(r"((?:19|20)\d\d)(\d\d)(\d\d)$")
_TRIPLE = re.compile(r"(\d{1,2})\s?([/.-])\s?(\d{1,2})\s?\2\s?(\d{4}|\d{2})(?!\d)(.*)$", re.DOTALL)
_DAY_MONTH = re.compile(
    r"(\d{1,2})(?:st|nd|rd|th|er|º|ª|\.)?[\s-]+(?:of\s+|de\s+|d')?([^\W\d]{3,12})\.?,?(?:[\s-]+(?:de\s+"
    r"|del\s+)?(\d{4})(?!\d))?(.*)$",
    re.DOTALL | re.IGNORECASE,
)
_MONTH_DAY = re.compile(
    r"([^\W\d]{3,12})\.?\s+(\d{1,2})(?:st|nd|rd|th)?(?!\d)(?:,?\s+(\d{4})(?![\d:]))?(.*)$", re.DOTALL | re.IGNORECASE
)
_PAIR = re.compile(r"\d{1,2}[/.]\d{1,2}\.?$")
_LEADING_DAY = re.compile(r"[^\W\d]+\.?,?\s+(?=\S)")
_JOINT = re.compile(r"^[\sT,;–-]*(?:(?:at|um|a las|à|às|@|kl\.?)\s+)?", re.IGNORECASE)
_SERIAL = re.compile(r"\d{5}(?:\.\d+)?$")
LONGEST = 80
_FIRST_SERIAL, _LAST_SERIAL = 20_000, 80_000
_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001  (wall time)
_NO_YEAR = "has no year"
_NO_DATE = "is no date that can be read"


@dataclass(frozen=True, slots=True)
class Moment:
    """One cell of a date column. Either `day` is known, or `triple` waits for its column, or `fault` says why not.

    `triple` is (first, second, year, separator). `at` is the time of day, None when the cell has none; `zone` what
    stands beside the time, `offset` an exact distance from UTC.
    """

    day: date | None = None
    triple: tuple[int, int, int, str] | None = None
    at: time | None = None
    zone: str = ""
    offset: timedelta | None = None
    note: str = ""
    fault: str = ""

    @property
    def ambiguous(self) -> bool:
        """True when day and month of the text could be either way round."""
        twelve = 12
        return self.triple is not None and self.triple[0] != self.triple[1] and max(self.triple[:2]) <= twelve

    def settled(self, order: str) -> "Moment":
        """The same with the triple read in `order` (`dmy` or `mdy`); a fault when there is no such day."""
        if self.triple is None:
            return self
        first, second, year, _ = self.triple
        day, month = (first, second) if order == "dmy" else (second, first)
        found = _day(year, month, day)
        return replace(self, day=found, triple=None, fault="" if found else "is no day of the calendar")


def read_moment(value: Value) -> Moment:
    """What a cell of a date column holds."""
    if isinstance(value, datetime):
        return Moment(day=value.date(), at=value.time().replace(microsecond=0))
    if isinstance(value, date):
        return Moment(day=value)
    if isinstance(value, str):
        return _read_text(" ".join(value.split())) if len(value) <= LONGEST else Moment(fault=_NO_DATE)
    if isinstance(value, bool):
        return Moment(fault=_NO_DATE)
    return Moment(fault="holds a time of day, no date") if isinstance(value, time | timedelta) else _serial(value)


def is_date(value: Value) -> bool:
    """True when a cell holds a date, in whatever way it is written."""
    if isinstance(value, str) and not (value[:40].strip() and any(char.isdigit() for char in value[:40])):
        return False
    moment = read_moment(value)
    return moment.day is not None or moment.triple is not None


def _serial(number: float) -> Moment:
    if not _FIRST_SERIAL <= number < _LAST_SERIAL:
        return Moment(fault=_NO_DATE)
    whole = int(number)
    day = (_EPOCH + timedelta(days=whole)).date()
    at = time_of(number - whole) if number != whole else None
    return Moment(day=day, at=at, note=f"the bare number {number:g} is read as the date {day}")


@lru_cache(maxsize=16_384)
def _read_text(text: str) -> Moment:
    if _SERIAL.match(text):
        return _serial(float(text))
    for reader in (_year_first, _compact, _triple, _named):
        if (moment := reader(text)) is not None:
            return moment
    if (match := _LEADING_DAY.match(text)) and weekday_of(match.group()) is not None:
        return _read_text(text[match.end() :])
    return Moment(fault=_NO_YEAR if _PAIR.match(text) else _NO_DATE)


def _year_first(text: str) -> Moment | None:
    match = _YEAR_FIRST.match(text)
    if match is None:
        return None
    exact = _iso(text)
    return exact or _with_time(_day(int(match[1]), int(match[3]), int(match[4])), match[5])


def _iso(text: str) -> Moment | None:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    clock = at.time().replace(microsecond=0) if ":" in text else None
    return Moment(day=at.date(), at=clock, offset=at.utcoffset())


def _compact(text: str) -> Moment | None:
    match = _COMPACT.match(text)
    return _with_time(_day(*map(int, match.groups())), "") if match else None


def _triple(text: str) -> Moment | None:
    match = _TRIPLE.match(text)
    if match is None:
        return None
    first, second, year = int(match[1]), int(match[3]), int(match[4])
    if len(match[4]) == 2:  # noqa: PLR2004
        if match[2] == "-":
            return Moment(fault="has a year of two digits: write it with four")
        year += 2000
    rest = _with_time(date.min, match[5])
    return replace(rest, day=None, triple=(first, second, year, match[2])) if not rest.fault else rest


def _named(text: str) -> Moment | None:
    if (match := _DAY_MONTH.match(text)) and (month := month_of(match[2])):
        day, year, rest = match[1], match[3], match[4]
    elif (match := _MONTH_DAY.match(text)) and (month := month_of(match[1])):
        day, year, rest = match[2], match[3], match[4]
    else:
        return None
    return _with_time(_day(int(year), month, int(day)), rest) if year else Moment(fault=_NO_YEAR)


def _with_time(day: date | None, rest: str) -> Moment:
    if day is None:
        return Moment(fault="is no day of the calendar")
    rest = _JOINT.sub("", rest, count=1).strip()
    if not rest:
        return Moment(day=day)
    clock = read_time(rest)
    if clock is None:
        return Moment(fault=f"has {rest!r} after the date, which is no time of day")
    return Moment(day=day, at=clock.at, zone=clock.zone)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
