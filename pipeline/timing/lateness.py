"""Lateness: what becomes of a post whose time has passed before it could be scheduled, as after an outage."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from pipeline.campaign import Late
from pipeline.records import NOW, Slot
from social.instants import utc

_UNITS = (("days", timedelta(days=1)), ("hours", timedelta(hours=1)), ("minutes", timedelta(minutes=1)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Timed:
    """When one draft of an item goes out. `occurrence` tells repetitions apart; `note` is worth a warning."""

    slot: Slot
    occurrence: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expired:
    """Nothing goes out: the time has passed too long ago."""

    reason: str


def on_time(slot: Slot, late: Late, now: datetime) -> Timed | Expired:
    """The slot as it is, if its time is still to come; else at once with a note, or expired, as `late` says."""
    overdue = utc(now) - slot.at if slot.at is not None else timedelta(0)
    if slot.at is None or overdue <= timedelta(0):
        return Timed(slot=slot)
    said = f"its time {slot.wall or slot.at.isoformat()} ({slot.zone}) passed {lasting(overdue)} ago"
    allowed = timedelta(minutes=late.within)
    if overdue <= allowed or late.otherwise == "now":
        return Timed(slot=NOW, note=f"late: {said}; it goes out at once")
    return Expired(reason=f"expired: {said}, and timing.late allows {lasting(allowed)}")


def lasting(span: timedelta) -> str:
    """A span of time in the unit that people would use."""
    unit, length = next(((name, one) for name, one in _UNITS if span >= 2 * one), _UNITS[-1])
    return f"{span / length:.0f} {unit}"
