"""Recurrence: an iCalendar rule in wall time, turned into instants that no clock change doubles or loses.

`rule` follows RFC 5545, section 3.3.10, and is expanded by dateutil on naive wall time; the zone comes in afterwards.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice, takewhile

from dateutil.rrule import rrule, rrulestr

from pipeline.campaign import Timing
from pipeline.timing.wall import instant_of
from social.instants import utc

# Wall times lie at most so far from their instants' neighbours: a clock change moves no time by more than a day.
_MARGIN = timedelta(days=2)
# Far enough for a 29 February; a rule without an occurrence for so long has ended.
_REACHES = tuple(timedelta(days=days) for days in (32, 400, 2000))
_TOO_OFTEN = ("MINUTELY", "SECONDLY")
# With other filters these can be rules that never come true, and dateutil would search them up to the year 9999.
_SIMPLE = {"FREQ", "INTERVAL", "BYDAY", "BYMONTH", "BYHOUR", "BYMINUTE", "BYSECOND", "WKST"}
_FILTERS = {"HOURLY": _SIMPLE, "DAILY": _SIMPLE, "WEEKLY": _SIMPLE}


@dataclass(frozen=True, slots=True, order=True)
class Occurrence:
    """One coming of a rule: `at` in UTC, and the wall time as the rule says it, which names it for ever.

    Around a clock change the two differ: 02:30 that is skipped keeps its name and happens at 03:30.
    """

    at: datetime
    name: str


def check(timing: Timing) -> None:
    """Raises ValueError when the campaign's rule or its start cannot be used, saying what to write instead."""
    if not timing.rule.strip():
        raise ValueError("timing.rule is empty: give an RRULE such as FREQ=WEEKLY;BYDAY=MO,TH;BYHOUR=9;BYMINUTE=0")
    if timing.start is None:
        raise ValueError(
            "timing.start is empty: a recurrence counts from its first occurrence, such as 2027-01-04T09:00"
        )
    _Rule(timing)


def occurrences(timing: Timing, after: datetime, until: datetime) -> list[Occurrence]:
    """Those with `after` < instant <= `until`, in order of time. Two on one instant (a skipped hour) are one."""
    zone = timing.zoneinfo
    begin, end = (_naive(instant, timing) for instant in (after, until))
    walls = _Rule(timing).between(begin - _MARGIN, end + _MARGIN)
    by_instant: dict[datetime, Occurrence] = {}
    for wall in walls:
        at = instant_of(wall, zone)
        by_instant.setdefault(at, Occurrence(at, wall.isoformat()))
    return sorted(one for one in by_instant.values() if utc(after) < one.at <= utc(until))


def next_occurrence(timing: Timing, after: datetime) -> Occurrence | None:
    """The first one after the instant; None when the rule has ended, or nothing comes for five years."""
    begin = max(utc(after), instant_of(_first(timing), timing.zoneinfo))
    return next((found[0] for reach in _REACHES if (found := occurrences(timing, after, begin + reach))), None)


class _Rule:
    """The campaign's rule without COUNT and UNTIL, which are applied here, so that every search ends."""

    def __init__(self, timing: Timing) -> None:
        parts = _parts(timing.rule)
        count, last = parts.pop("COUNT", ""), parts.pop("UNTIL", "")
        self._count = _number("COUNT", count) if count else None
        self._last = _until(last, timing) if last else None
        _simple_enough(parts)
        text = ";".join(f"{name}={value}" for name, value in parts.items())
        try:
            rule = rrulestr(text, dtstart=_first(timing))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise ValueError(
                f"timing.rule: {timing.rule!r} is no RRULE ({error}); write it such as FREQ=WEEKLY;BYDAY=MO,TH"
            ) from error
        if not isinstance(rule, rrule):
            raise ValueError("timing.rule: give one RRULE; sets of rules and exceptions are not supported")  # noqa: TRY004
        self._rule = rule

    def between(self, begin: datetime, end: datetime) -> Iterator[datetime]:
        last = min(end, self._last) if self._last else end
        walls = iter(self._rule.replace(until=last))
        return (wall for wall in takewhile(lambda wall: wall <= last, islice(walls, self._count)) if wall >= begin)


def _parts(rule: str) -> dict[str, str]:
    text = rule.strip().upper().removeprefix("RRULE:")
    pairs = [part.partition("=") for part in text.split(";") if part.strip()]
    broken = [name for name, _, value in pairs if not value]
    if broken or "FREQ" not in {name.strip() for name, _, _ in pairs}:
        raise ValueError(f"timing.rule: {rule!r} is no RRULE; write it such as FREQ=WEEKLY;BYDAY=MO,TH")
    return {name.strip(): value.strip() for name, _, value in pairs}


def _simple_enough(parts: dict[str, str]) -> None:
    frequency = parts["FREQ"]
    if frequency in _TOO_OFTEN:
        raise ValueError(f"timing.rule: FREQ={frequency} would flood a network; HOURLY is the most often")
    others = sorted(parts.keys() - _FILTERS.get(frequency, parts.keys()))
    every = _number("INTERVAL", parts.get("INTERVAL", "1"))
    if every > 1 and frequency in ("HOURLY", "DAILY"):
        others += sorted(parts.keys() & {"BYDAY", "BYMONTH"})
    if others:
        raise ValueError(
            f"timing.rule: FREQ={frequency} cannot be combined with {', '.join(others)} here: "
            "say it with FREQ=WEEKLY, MONTHLY or YEARLY"
        )


def _number(name: str, value: str) -> int:
    if not value.isdecimal() or int(value) < 1:
        raise ValueError(f"timing.rule: {name}={value} is no number from 1 on")
    return int(value)


def _until(text: str, timing: Timing) -> datetime:
    try:
        last = datetime.fromisoformat(text)
    except ValueError as error:
        raise ValueError(f"timing.rule: UNTIL={text} is no date such as 20271231T235959Z") from error
    if "T" not in text:
        last = last.replace(hour=23, minute=59, second=59)
    return _naive(last, timing) if last.tzinfo else last


def _first(timing: Timing) -> datetime:
    if timing.start is None:
        raise ValueError("timing.start is empty: a recurrence counts from its first occurrence")
    first = _naive(timing.start, timing) if timing.start.tzinfo else timing.start
    return first.replace(microsecond=0)


def _naive(instant: datetime, timing: Timing) -> datetime:
    return instant.astimezone(timing.zoneinfo).replace(tzinfo=None)
