"""Arrivals are the same however a window is cut, and as many as asked for."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from server.delivery.arrivals import arrivals, newest

SINCE = datetime(2026, 1, 5, 13, 20, tzinfo=UTC)
UNTIL = SINCE + timedelta(days=60)


def test_a_window_holds_the_same_whole_or_in_parts():
    cuts = [SINCE + timedelta(hours=h) for h in (0, 1, 30, 500, 501, 1440)]
    whole = list(arrivals("seed", SINCE, UNTIL, per_day=2.5))
    parts = [one for a, b in pairwise(cuts) for one in arrivals("seed", a, b, per_day=2.5)]
    assert whole == parts == sorted(whole)
    assert all(SINCE < one.at <= UNTIL for one in whole)
    assert len({one.key for one in whole}) == len({one.digest for one in whole}) == len(whole)


def test_newest_is_the_same_backwards():
    assert list(newest("seed", SINCE, UNTIL, per_day=2.5)) == list(arrivals("seed", SINCE, UNTIL, per_day=2.5))[::-1]


@pytest.mark.parametrize("per_day", [0, 0.2, 3, 40])
def test_as_many_as_asked_for(per_day):
    days = 400
    found = len(list(arrivals("mean", SINCE, SINCE + timedelta(days=days), per_day=per_day)))
    assert found == pytest.approx(days * per_day, abs=4 * (days * per_day) ** 0.5)


def test_a_mean_beyond_all_reason_ends():
    assert len(list(arrivals("flood", SINCE, SINCE + timedelta(days=1), per_day=5000))) <= 2000
