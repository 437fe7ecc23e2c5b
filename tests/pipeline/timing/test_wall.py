"""Wall time to instants across clock changes."""
# ruff: noqa: DTZ001 (wall times are naive by nature)

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.timing.wall import instant_of, wall_text, whole_seconds

ZONES = [
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "Pacific/Apia",
    "Africa/Cairo",
]


@pytest.mark.parametrize(
    ("zone", "wall", "shown"),
    [
        ("Europe/Berlin", "2027-01-05T09:00", "2027-01-05T09:00:00+01:00"),
        ("Europe/Berlin", "2027-07-05T09:00", "2027-07-05T09:00:00+02:00"),
        ("Europe/Berlin", "2027-03-28T02:30", "2027-03-28T03:30:00+02:00"),
        ("Europe/Berlin", "2026-10-25T02:30", "2026-10-25T02:30:00+02:00"),
        ("America/New_York", "2027-03-14T02:00", "2027-03-14T03:00:00-04:00"),
        ("America/New_York", "2026-11-01T01:59:59", "2026-11-01T01:59:59-04:00"),
        ("Australia/Lord_Howe", "2026-10-04T02:15", "2026-10-04T02:45:00+11:00"),
        ("Pacific/Apia", "2011-12-30T09:00", "2011-12-31T09:00:00+14:00"),
    ],
)
def test_skipped_time_moves_on_by_the_gap_and_repeated_time_is_its_first(zone: str, wall: str, shown: str) -> None:
    instant = instant_of(datetime.fromisoformat(wall), ZoneInfo(zone))
    assert instant.tzinfo is UTC
    assert wall_text(instant, ZoneInfo(zone)) == shown


@settings(deadline=None)
@given(st.datetimes(datetime(1990, 1, 1), datetime(2045, 1, 1)), st.sampled_from(ZONES))
def test_clocks_show_the_wall_time_or_that_plus_the_gap(wall: datetime, zone: str) -> None:
    instant = instant_of(wall, ZoneInfo(zone))
    moved = instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None) - wall
    assert timedelta(0) <= moved <= timedelta(days=1)
    jump = ZoneInfo(zone).utcoffset(instant.astimezone(ZoneInfo(zone)))
    before = ZoneInfo(zone).utcoffset((instant - timedelta(days=1)).astimezone(ZoneInfo(zone)))
    assert moved == timedelta(0) or (jump is not None and before is not None and moved == jump - before)


def test_an_instant_is_no_wall_time() -> None:
    with pytest.raises(ValueError, match="carries a zone"):
        instant_of(datetime(2027, 1, 1, tzinfo=UTC), ZoneInfo("UTC"))


def test_fractions_go_up_never_to_the_past() -> None:
    instant = datetime(2027, 1, 1, 9, 0, 0, 1, UTC)
    assert whole_seconds(instant) == datetime(2027, 1, 1, 9, 0, 1, tzinfo=UTC)
    assert whole_seconds(whole_seconds(instant)) == whole_seconds(instant)
