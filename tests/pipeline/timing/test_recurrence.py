"""Rules in wall time, and what a series still needs."""

from datetime import UTC, datetime, timedelta

import pytest

from pipeline.campaign import Timing
from pipeline.timing.recurrence import next_occurrence, occurrences
from pipeline.timing.series import Series

NOW = datetime(2027, 1, 5, 8, 0, tzinfo=UTC)


def weekly(rule: str = "FREQ=WEEKLY;BYDAY=MO,TH", **fields: object) -> Timing:
    given = {"policy": "recurrence", "zone": "Europe/Berlin", "start": "2027-01-04T09:00", "rule": rule}
    return Timing.model_validate(given | fields)


def names(timing: Timing, days: int = 30, after: datetime = NOW) -> list[str]:
    return [one.name[5:16] for one in occurrences(timing, after, after + timedelta(days=days))]


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("FREQ=WEEKLY;BYDAY=MO,TH", ["01-07T09:00", "01-11T09:00", "01-14T09:00"]),
        ("RRULE:freq=weekly;byday=mo,th", ["01-07T09:00", "01-11T09:00", "01-14T09:00"]),
        ("FREQ=WEEKLY;INTERVAL=2", ["01-18T09:00", "02-01T09:00"]),
        ("FREQ=MONTHLY;BYDAY=-1FR;BYHOUR=17", ["01-29T17:00"]),
        ("FREQ=WEEKLY;BYDAY=MO,TH;COUNT=3", ["01-07T09:00", "01-11T09:00"]),
        ("FREQ=WEEKLY;BYDAY=MO,TH;UNTIL=20270111", ["01-07T09:00", "01-11T09:00"]),
        ("FREQ=WEEKLY;BYDAY=MO,TH;UNTIL=20270111T075959Z", ["01-07T09:00"]),
        ("FREQ=DAILY;BYDAY=TU,WE;BYHOUR=9,12;BYMINUTE=15", ["01-05T09:15", "01-05T12:15", "01-06T09:15"]),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", []),
        ("FREQ=MONTHLY;BYMONTHDAY=31;BYMONTH=4;COUNT=2", []),
    ],
)
def test_rules_come_at_their_wall_times(rule: str, expected: list[str]) -> None:
    assert names(weekly(rule))[: max(3, len(expected))] == expected


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        ("", "rule is empty"),
        ("every monday", "is no RRULE"),
        ("FREQ=SOMETIMES", "is no RRULE"),
        ("FREQ=WEEKLY;BYDAY=XX", "is no RRULE"),
        ("FREQ=YEARLY;NONSENSE=1", "is no RRULE"),
        ("BYDAY=MO", "is no RRULE"),
        ("FREQ=MINUTELY", "would flood"),
        ("FREQ=DAILY;COUNT=none", "is no number"),
        ("FREQ=DAILY;COUNT=0", "is no number"),
        ("FREQ=DAILY;INTERVAL=0", "is no number"),
        ("FREQ=DAILY;UNTIL=soon", "is no date"),
        ("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", "cannot be combined with BYMONTHDAY"),
        ("FREQ=DAILY;INTERVAL=7;BYDAY=TU", "cannot be combined with BYDAY"),
        ("FREQ=HOURLY;INTERVAL=2;BYHOUR=2", "is no RRULE"),
    ],
)
def test_rules_that_cannot_be_used_are_refused_in_the_form(rule: str, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        weekly(rule)


def test_a_recurrence_needs_its_first_occurrence() -> None:
    with pytest.raises(ValueError, match=r"timing\.start is empty"):
        weekly(start=None)


def test_two_hours_on_one_instant_are_one_occurrence() -> None:
    hourly = weekly("FREQ=HOURLY", start="2027-03-28T00:30")
    found = occurrences(hourly, datetime(2027, 3, 28, tzinfo=UTC), datetime(2027, 3, 28, 4, tzinfo=UTC))
    assert [(one.at.hour, one.name[11:16]) for one in found] == [(0, "01:30"), (1, "02:30"), (2, "04:30"), (3, "05:30")]


def test_a_rare_rule_is_found_and_an_ended_one_is_not() -> None:
    leap = next_occurrence(weekly("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29"), NOW)
    assert leap is not None
    assert leap.name == "2028-02-29T09:00:00"
    assert next_occurrence(weekly("FREQ=DAILY;COUNT=1"), NOW) is None


def test_a_new_item_gets_what_lies_ahead_and_always_the_next() -> None:
    assert [timed.occurrence[5:10] for timed in Series(weekly(ahead_days=7), NOW).due(())] == ["01-07", "01-11"]
    assert [timed.occurrence[5:10] for timed in Series(weekly("FREQ=YEARLY"), NOW).due(())] == ["01-04"]


def test_what_has_its_post_is_not_due_again() -> None:
    series = Series(weekly(ahead_days=7), NOW)
    first, second = series.due(())
    assert series.due([first.occurrence]) == [second]
    assert series.due([first.occurrence, second.occurrence]) == []


@pytest.mark.parametrize(
    ("late", "minutes", "caught_up"),
    [
        ({"within": 60}, 30, True),
        ({"within": 60}, 90, False),
        ({"within": 0, "else": "now"}, 90, True),
    ],
)
def test_after_an_outage_at_most_the_latest_is_made_up_for(
    late: dict[str, object], minutes: int, caught_up: bool
) -> None:
    every_other_day = weekly("FREQ=DAILY;INTERVAL=2", late=late, ahead_days=2)
    back = datetime(2027, 1, 20, 8, tzinfo=UTC) + timedelta(minutes=minutes)
    due = Series(every_other_day, back).due(["2027-01-04T09:00:00", "2027-01-06T09:00:00"])
    assert [timed.occurrence[5:10] for timed in due] == (["01-20"] if caught_up else []) + ["01-22"]
    assert (due[0].slot.at is None) is caught_up
    told = "6 earlier ones are not made up for" if caught_up else "7 occurrences were missed"
    assert told in due[0].note
    assert not any(timed.note for timed in due[1:])


def test_nothing_is_made_up_for_less_than_a_day_before_the_next() -> None:
    back = datetime(2027, 1, 20, 8, 30, tzinfo=UTC)
    (due,) = Series(weekly("FREQ=DAILY", ahead_days=1), back).due(["2027-01-05T09:00:00"])
    assert (due.occurrence[5:10], due.note[:25]) == ("01-21", "15 occurrences were misse")
