"""Dates as sources write them, read into UTC with a quality flag. Quick forms first, the slow dateparser last."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_tz
from functools import lru_cache

from dateutil.parser import ParserError
from dateutil.parser import parse as parse_loosely

from pipeline.records import DateQuality

EARLIEST = 1995
LONGEST = 80
_SLACK = timedelta(days=1)
_ISO = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:?\d\d(?::?\d\d(?:[.,]\d+)?)?)? ?(Z|[+-]\d\d:?\d\d)?$", re.IGNORECASE)
_YEAR_FIRST = re.compile(r"(\d{4})[/.](\d{1,2})[/.](\d{1,2})(?:[ T]+(\d{1,2}):(\d\d)(?::(\d\d))?)?$")
_DAY_FIRST = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?:[ T,]+(\d{1,2})[:h](\d\d)(?::(\d\d))?)?$")
_MAIL = re.compile(
    r"(?:[^\W\d]+\.?,? *)?\d{1,2}[ -][A-Za-z]{3,9}\.?[ -](\d{2,4})"
    r"(?: \d{1,2}[:.]\d\d(?:[:.]\d\d)?(?! ?[AaPp]\.?[Mm]).*)?$"
)
_ZONE = re.compile(r"([+-]\d{4}|\b[A-Z]{2,5})$")
# Hours east of UTC of abbreviations RFC 822 does not know. Ambiguous ones (IST, CST of China) are left out.
_ZONES = {
    "CET": 1,
    "CEST": 2,
    "EET": 2,
    "EEST": 3,
    "WET": 0,
    "WEST": 1,
    "BST": 1,
    "MSK": 3,
    "JST": 9,
    "KST": 9,
    "HKT": 8,
}
_ZONES |= {"SGT": 8, "AEST": 10, "AEDT": 11, "AWST": 8, "NZST": 12, "NZDT": 13, "BRT": -3, "AKST": -9, "HST": -10}

Reading = tuple[datetime | None, DateQuality]
UNREADABLE: Reading = (None, DateQuality.UNREADABLE)


def read_date(text: str, *, now: datetime) -> Reading:
    """Read one date. Returns the instant in UTC (None when unreadable) and how far to trust it.

    A missing or impossible zone is taken as UTC (`ASSUMED_ZONE`); a bare date as midnight UTC (`DATE_ONLY`). Dates
    before 1995 or more than a day after `now` are `IMPLAUSIBLE`.
    """
    text = " ".join(text.split())
    if not text:
        return None, DateQuality.MISSING
    if len(text) > LONGEST:
        return UNREADABLE
    for reader in (_iso, _numeric, _mail, _english, _any_language):
        instant, quality = reader(text)
        if instant is not None:
            plausible = instant.year >= EARLIEST and instant <= now + _SLACK
            return instant, quality if plausible else DateQuality.IMPLAUSIBLE
    return UNREADABLE


def best_date(texts: Iterable[str], *, now: datetime) -> Reading:
    """The most trustworthy of several dates of one entry, given in order of trust."""
    best: Reading = (None, DateQuality.MISSING)
    for text in texts:
        reading = read_date(text, now=now)
        if _RANK[reading[1]] > _RANK[best[1]]:
            best = reading
        if _RANK[best[1]] == _TRUSTED:
            break
    return best


_TRUSTED = 3
_RANK = {DateQuality.MISSING: 0, DateQuality.UNREADABLE: 1, DateQuality.IMPLAUSIBLE: 2}
_RANK |= dict.fromkeys((DateQuality.EXACT, DateQuality.ASSUMED_ZONE, DateQuality.DATE_ONLY), _TRUSTED)


def _iso(text: str) -> Reading:
    match = _ISO.match(text)
    if match is None:
        return UNREADABLE
    try:
        return _placed(
            datetime.fromisoformat(text.replace(",", ".").upper()), has_time=":" in text or "T" in text.upper()
        )
    except (ValueError, OverflowError):
        wall = text[: match.start(1)].strip() if match.group(1) else ""
        return _iso(wall) if wall else UNREADABLE


def _numeric(text: str) -> Reading:
    if match := _YEAR_FIRST.match(text):
        year, month, day, *time = match.groups()
    elif match := _DAY_FIRST.match(text):
        day, month, year, *time = match.groups()
        if "/" in text and int(day) <= _MONTHS:
            # 01/02/2021 means January 2 where English is spoken with slashes, as feeds with slashes mostly do.
            day, month = (day, month) if int(month) > _MONTHS else (month, day)
        elif int(month) > _MONTHS:
            day, month = month, day
    else:
        return UNREADABLE
    hour, minute, second = (int(part or 0) for part in time)
    try:
        wall = datetime(int(year), int(month), int(day), hour, minute, second)  # noqa: DTZ001
    except ValueError:
        return UNREADABLE
    return _placed(wall, has_time=time[0] is not None)


_MONTHS = 12
_FULL_YEAR = 4


def _mail(text: str) -> Reading:
    match = _MAIL.match(text)
    parts = parsedate_tz(text) if match else None
    if match is None or parts is None:
        return UNREADABLE
    # The standard library takes the year 0001 for 2001; .NET writes it where a date is missing.
    year = int(match.group(1)) if len(match.group(1)) == _FULL_YEAR else parts[0]
    try:
        wall = datetime(year, *parts[1:6])  # noqa: DTZ001
    except ValueError:
        return UNREADABLE
    return _placed(_zoned(wall, parts[9], text), has_time=":" in text)


def _zoned(wall: datetime, offset: int | None, text: str) -> datetime:
    if offset is None or (offset == 0 and not re.search(r"(?:[+-]0000|\b(?:GMT|UTC?|Z))\)?$", text, re.IGNORECASE)):
        name = match.group(1) if (match := _ZONE.search(text)) else ""
        offset = _ZONES[name] * 3600 if name in _ZONES else None
    if offset is None or abs(offset) > _FARTHEST:
        return wall
    return wall.replace(tzinfo=timezone(timedelta(seconds=offset)))


_FARTHEST = 14 * 3600


def _english(text: str) -> Reading:
    if not re.search(r"\d", text):
        return UNREADABLE
    try:
        # Two defaults: what a text does not say would differ between them.
        first, second = (parse_loosely(text, default=default, tzinfos=_tzinfo) for default in _DEFAULTS)
    except (ParserError, ValueError, OverflowError, TypeError):
        return UNREADABLE
    return _placed(first, has_time=":" in text) if first.date() == second.date() else UNREADABLE


_DEFAULTS = datetime(2000, 1, 1), datetime(2001, 2, 2)  # noqa: DTZ001


def _tzinfo(name: str | None, offset: int | None) -> timezone | None:
    seconds = offset if offset is not None else _ZONES.get(name or "", 99) * 3600
    return timezone(timedelta(seconds=seconds)) if abs(seconds) <= _FARTHEST else None


@lru_cache(maxsize=2048)
def _any_language(text: str) -> Reading:
    if not re.search(r"\d", text):
        return UNREADABLE
    # Half a second to import: only feeds with odd dates pay for it.
    import dateparser  # noqa: PLC0415

    settings = {"PARSERS": ["absolute-time"], "REQUIRE_PARTS": ["year", "month", "day"]}
    try:
        found: datetime | None = dateparser.parse(text, settings=settings)
    except (ValueError, OverflowError, TypeError):
        return UNREADABLE
    return UNREADABLE if found is None else _placed(found, has_time=":" in text or re.search(r"\dh", text) is not None)


def _placed(found: datetime, *, has_time: bool) -> Reading:
    if found.tzinfo is not None:
        try:
            return found.astimezone(UTC), DateQuality.EXACT if has_time else DateQuality.DATE_ONLY
        except OverflowError:
            found = found.replace(tzinfo=None)
    return found.replace(tzinfo=UTC), DateQuality.ASSUMED_ZONE if has_time else DateQuality.DATE_ONLY
