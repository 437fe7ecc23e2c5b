"""Instants on the wire."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from pydantic import ValidationError

from social.contract.base import Instant, Wire

NINE = datetime(2027, 1, 5, 9, tzinfo=UTC)


class Dated(Wire):
    at_last: Instant | None = None


@pytest.mark.parametrize(
    "given",
    [
        "2027-01-05T09:00:00Z",
        "2027-01-05T09:00:00.000Z",
        "2027-01-05T10:00:00+01:00",
        "2027-01-05T10:00:00+0100",
        {"_seconds": 1799139600, "_nanoseconds": 5, "utc": "2027-01-05T09:00:00Z"},
        {"_seconds": 1799139600, "_nanoseconds": 0},
        NINE.astimezone(timezone(timedelta(hours=5))),
    ],
)
def test_instants_are_read_in_every_documented_form_and_written_in_one(given):
    read = Dated(atLast=given)
    assert read.at_last == NINE
    assert read.at_last.tzinfo is UTC
    assert read.to_wire() == {"atLast": "2027-01-05T09:00:00Z"}


@pytest.mark.parametrize(
    "given",
    [
        "",
        "tomorrow at nine",
        "2027-01-05",
        "2027-01-05T09:00:00",
        1799139600,
        {},
        {"_seconds": "x"},
        datetime(2027, 1, 5),  # noqa: DTZ001
    ],
)
def test_what_is_no_instant_is_refused(given):
    with pytest.raises(ValidationError):
        Dated(atLast=given)


def test_absent_stays_absent():
    assert Dated().to_wire() == {}
    assert Dated(atLast=None).to_wire() == {}
