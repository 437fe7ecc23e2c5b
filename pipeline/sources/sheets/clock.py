"""Times of day as people write them, 12-hour and 24-hour, and the time zones they name."""

import re
from dataclasses import dataclass
from datetime import time, timedelta
from functools import lru_cache
from zoneinfo import available_timezones

_TIME = re.compile(
    r"(?P<hour>\d{1,2})(?:\s?(?P<mark>[:.h])\s?(?P<minute>\d{2})(?:[:.](?P<second>\d{2})(?:[.,]\d+)?)?|(?P<bare>\s?h))?"
    r"\s*(?P<half>[ap]\.?\s?m\.?)?\s*(?P<uhr>uhr|hrs|heures|horas)?\s*(?P<zone>\(?[A-Za-z]{1,5}\)?|\(?(?:UTC"
    r"|GMT)[+-]\d{1,2}(?::?\d\d)?\)?|\+\d{1,2}(?::?\d\d)?)?$",
    re.IGNORECASE,
)
_MILITARY = re.compile(r"([01]\d|2[0-3])([0-5]\d)$")
_OFFSET = re.compile(r"(?:UTC|GMT)?\s*([+-])(\d{1,2})(?::?(\d\d))?$", re.IGNORECASE)
LONGEST = 60
_HOURS, _NOON, _MINUTES = 24, 12, 60
_DAY_SECONDS = 86_400

ABBREVIATIONS = {
    "America/New_York": "EST EDT ET EASTERN",
    "America/Chicago": "CST CDT CT CENTRAL",
    "America/Denver": "MST MDT MT MOUNTAIN",
    "America/Los_Angeles": "PST PDT PT PACIFIC",
    "America/Anchorage": "AKST AKDT AKT",
    "Pacific/Honolulu": "HST",
    "America/Halifax": "AST ADT",
    "America/St_Johns": "NDT",
    "America/Sao_Paulo": "BRT BRST",
    "Europe/London": "BST UK",
    "Europe/Berlin": "CET CEST MEZ MESZ",
    "Europe/Paris": "HNEC HAEC",
    "Europe/Athens": "EET EEST OEZ OESZ",
    "Europe/Lisbon": "WET WEST WEZ",
    "Europe/Moscow": "MSK",
    "Asia/Tokyo": "JST",
    "Asia/Seoul": "KST",
    "Asia/Singapore": "SGT",
    "Asia/Hong_Kong": "HKT",
    "Asia/Karachi": "PKT",
    "Africa/Johannesburg": "SAST",
    "Africa/Nairobi": "EAT",
    "Australia/Sydney": "AEST AEDT AET",
    "Australia/Adelaide": "ACST ACDT",
    "Australia/Perth": "AWST",
    "Pacific/Auckland": "NZST NZDT NZT",
    "UTC": "UTC GMT Z ZULU",
}
"""What people write for a zone, by the zone they mean: a place, whose clocks change, not an offset that never does.

Left out because several places use them: IST (India, Israel, Ireland), and BT, GST, SST, WAT, CAT.
"""

_ZONES = {name: zone for zone, names in ABBREVIATIONS.items() for name in names.split()}
_SEVERAL = frozenset({"IST", "GST", "SST", "BT"})
_WORDS = re.compile(r"\b(?:time|zone|timezone|uhrzeit|ortszeit|zeit|heure|hora|de|us|local)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ClockTime:
    """A time of day and the zone written beside it, empty for none."""

    at: time
    zone: str = ""


@lru_cache(maxsize=8192)
def read_time(text: str) -> ClockTime | None:
    """`10:00`, `14h05`, `3 PM`, `9.30 Uhr`, `10:00 AM EST`, `0900`; None for what is no single time of day."""
    text = text.strip()
    if len(text) > LONGEST:
        return None
    if match := _MILITARY.match(text):
        return ClockTime(time(int(match[1]), int(match[2])))
    match = _TIME.match(text)
    if match is None or not (match["mark"] or match["half"] or match["uhr"] or match["bare"]):
        return None
    hour = _hour(int(match["hour"]), (match["half"] or "").lower())
    minute, second = int(match["minute"] or 0), int(match["second"] or 0)
    if hour is None or minute >= _MINUTES or second >= _MINUTES:
        return None
    zone = (match["zone"] or "").strip("()")
    return ClockTime(time(hour, minute, second), zone) if not zone or zone_of(zone) else None


def _hour(hour: int, half: str) -> int | None:
    if hour >= _HOURS or (half and not hour):
        return None
    if not half or hour > _NOON:
        # "15:00 PM" says the same thing twice.
        return hour if not half or half[0] == "p" else None
    return hour % _NOON + (_NOON if half[0] == "p" else 0)


def time_of(value: time | timedelta | float) -> time | None:
    """A time of day out of a time cell, a duration or the fraction of a day; None when it is none."""
    if isinstance(value, time):
        return value.replace(microsecond=0)
    seconds = value.total_seconds() if isinstance(value, timedelta) else value * _DAY_SECONDS
    whole = round(seconds)
    if not 0 <= whole < _DAY_SECONDS:
        return None
    return time(whole // 3600, whole // 60 % 60, whole % 60)


@lru_cache(maxsize=512)
def zone_of(name: str) -> str:
    """The IANA zone that `name` means (IANA name, abbreviation, city, whole hours from UTC); empty if it means none."""
    bare = name.strip().strip("()")
    if not bare or len(bare) > LONGEST:
        return ""
    known = _ZONES.get(bare.upper().replace(".", "")) or _named().get(bare.casefold())
    if known or bare.upper() in _SEVERAL:
        return known or ""
    if match := _OFFSET.match(bare):
        return _fixed(match[1], int(match[2]), int(match[3] or 0))
    shorter = _WORDS.sub(" ", bare).strip()
    return zone_of(shorter) if shorter and shorter != bare else ""


def is_several(name: str) -> bool:
    """True for an abbreviation that several zones share, so that it says too little."""
    return name.strip("() ").upper() in _SEVERAL


def zone_in(header: str) -> str:
    """What a header says of its zone: `Time (EST)` → `EST`, `Posting time - Berlin` → `Berlin`; empty for nothing."""
    inner = re.findall(r"[(\[]([^)\]]+)[)\]]", header)
    tail = re.split(r"\s[-–—|,]\s|:\s|\s(?:in|nach)\s", header)[1:]
    words = header.split()
    last = words[-1:] if len(words) > 1 and words[-1].isupper() else []
    return next((part.strip() for part in [*inner, *tail, *last] if zone_of(part) or is_several(part)), "")


def _fixed(sign: str, hours: int, minutes: int) -> str:
    name = f"Etc/GMT{'-' if sign == '+' else '+'}{hours}" if hours else "UTC"
    return name if not minutes and name in available_timezones() else ""


@lru_cache(maxsize=1)
def _named() -> dict[str, str]:
    zones = {name for name in available_timezones() if not name.startswith(("posix", "right"))}
    places: dict[str, str] = {}
    for name in sorted(name for name in zones if "/" in name and not name.startswith(("Etc/", "US/", "SystemV/"))):
        places.setdefault(name.rpartition("/")[2].replace("_", " ").casefold(), name)
    whole = {name.casefold(): name for name in zones if "/" in name or name == "UTC"}
    return places | whole
