"""How numbers, instants and foreign text are written in a report."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeAlias
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import pandas as pd

Cell: TypeAlias = Any
"""One cell of a frame: a value, or one of pandas' ways to say that there is none."""

_THOUSAND = 10_000
_STEPS = ((1e9, "B"), (1e6, "M"), (1e3, "k"))
_LONG = 90
_CENTS = 0.1
_HOURS_PER_DAY = 24
_MANY_HOURS = 48


def missing(value: Cell) -> bool:
    """Whether a cell holds nothing: None, NaN, NaT or NA."""
    return bool(pd.isna(value))


def number(value: Cell) -> str:
    """A count: `1,234`, from 10,000 on `12.3k`. An en dash when not known."""
    if missing(value):
        return "–"
    for size, letter in _STEPS if abs(value) >= _THOUSAND else ():
        if abs(value) >= size:
            return f"{value / size:.1f}{letter}"
    return f"{value:,.0f}"


def signed(value: Cell) -> str:
    """A change: `+12`, `−3`, `±0`."""
    if missing(value):
        return "–"
    return f"{'+' if value > 0 else '−' if value < 0 else '±'}{number(abs(value))}"


def percent(value: Cell) -> str:
    """A share as `4.2 %`."""
    return "–" if missing(value) else f"{value * 100:.1f} %"


def amount(value: Cell) -> str:
    """Money as `1,234.50`, little of it as `0.014`."""
    if missing(value):
        return "–"
    return f"{value:,.2f}" if value == 0 or abs(value) >= _CENTS else f"{value:,.3f}"


def money(value: Cell) -> str:
    """US dollars as `$1,234.50`."""
    return "–" if missing(value) else f"${amount(value)}"


def times(value: Cell) -> str:
    """A multiple as `1.8×`."""
    return "–" if missing(value) else f"{value:.1f}×"


def age(hours: float) -> str:
    """An age as `6 hours` or `3 days`, rounded to a tenth."""
    if hours < _MANY_HOURS:
        return f"{round(hours, 1):g} hour{'' if hours == 1 else 's'}"
    return f"{round(hours / _HOURS_PER_DAY, 1):g} days"


def text(value: Cell) -> str:
    """Text of a frame's cell; empty for NA."""
    return "" if missing(value) else str(value)


def start(value: Cell) -> str:
    """The start of a text on one line, cut at a word; URLs are left out unless there is nothing else."""
    words = text(value).split()
    line = " ".join([word for word in words if not word.startswith(("http://", "https://"))] or words)
    if len(line) <= _LONG:
        return line
    return f"{line[:_LONG].rsplit(' ', 1)[0].rstrip(' ,;:–-')} …"


def link(value: Cell) -> str:
    """A URL that may be clicked: http or https with a host. Anything else, such as `javascript:`, is empty."""
    try:
        parts = urlsplit(text(value).strip())
    except ValueError:
        return ""
    return parts.geturl() if parts.scheme in {"http", "https"} and parts.hostname else ""


def clock(zone: ZoneInfo) -> dict[str, Callable[[Cell], str]]:
    """The filters that need a zone: `when` (`Tue 5 Jan, 09:30`), `date` (`5 Jan 2027`) and `iso`."""

    def wall(value: Cell, form: str) -> str:
        return "–" if missing(value) else f"{value.astimezone(zone):{form}}"

    def instant(value: datetime) -> str:
        return "" if missing(value) else value.isoformat()

    return {"when": lambda at: wall(at, "%a %-d %b, %H:%M"), "date": lambda at: wall(at, "%-d %b %Y"), "iso": instant}
