"""Items with a time of their own, the queue around them, lateness and bursts."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.campaign import Timing
from pipeline.records import NOW, Ask, DateQuality, Item, Slot
from pipeline.timing.bursts import BurstRefused, check_bursts
from pipeline.timing.occupied import Occupied
from pipeline.timing.timetable import Timetable

T0 = datetime(2027, 1, 5, 8, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
HERE = frozenset({"bluesky"})


def networks(item: Item) -> frozenset[str]:
    return frozenset(item.ask.platforms) if item.ask and item.ask.platforms else HERE


def item(name: str, at: datetime | None = None, **fields: object) -> Item:
    ask = Ask(slot=Slot(at=at, zone="UTC", wall=at.isoformat())) if at else None
    given = {"source": "sheet", "place": name, "identity": name, "content_hash": "h", "ask": ask}
    return Item(**given | fields)


def published(name: str, at: datetime, quality: DateQuality = DateQuality.EXACT) -> Item:
    return item(name, published=at, published_quality=quality)


def timing(**fields: object) -> Timing:
    return Timing.model_validate({"policy": "slots", "slots": ["09:00", "17:00"]} | fields)


def table(given: Timing, *items: Item, **fields: object) -> dict[str, list[datetime | None]]:
    made = Timetable(given, items, now=T0, networks=networks, **fields)
    return {item.identity: [timed.slot.at for timed in times] for item, times in made.run()}


def test_a_row_with_a_date_goes_out_then_and_the_queue_fits_around_it() -> None:
    dated = item("dated", T0 + HOUR)
    assert table(timing(), item("first"), dated, item("second")) == {
        "first": [T0 + 9 * HOUR],
        "dated": [T0 + HOUR],
        "second": [T0 + 25 * HOUR],
    }


def test_a_dated_row_holds_its_slot_on_its_own_networks_only() -> None:
    ask = Ask(slot=Slot(at=T0 + HOUR, zone="UTC", wall="2027-01-05T09:00"), platforms=("telegram",))
    both = item("both", ask=Ask(platforms=("bluesky", "telegram")))
    made = table(timing(), both, item("first"), item("dated", ask=ask))
    assert made == {"both": [T0 + 9 * HOUR], "first": [T0 + HOUR], "dated": [T0 + HOUR]}


def test_a_network_that_cannot_take_an_item_does_not_hold_it_up() -> None:
    first, second = item("first"), item("second", ask=Ask(platforms=("bluesky", "telegram")))
    made = Timetable(timing(), [first, second], now=T0, networks=networks)
    assert [made.took(first, HERE)[0].slot.at, made.times(second)[0].slot.at] == [T0 + HOUR, T0 + 9 * HOUR]
    assert made.took(second, frozenset({"telegram"}))[0].slot.at == T0 + HOUR


@pytest.mark.parametrize("policy", ["now", "spread", "auto", "at"])
def test_a_rows_date_wins_whatever_the_policy(policy: str) -> None:
    assert table(timing(policy=policy), item("row", T0 + HOUR)) == {"row": [T0 + HOUR]}


def test_published_dates_count_only_when_asked_for_and_exact() -> None:
    items = [published("exact", T0 + HOUR), published("day", T0 + HOUR, DateQuality.DATE_ONLY)]
    queue = [T0 + HOUR, T0 + 9 * HOUR]
    assert table(timing(policy="at"), *items) == {"exact": [queue[0]], "day": [queue[1]]}
    assert table(timing(policy="at", at="published"), *items) == {"exact": [T0 + HOUR], "day": [queue[1]]}
    far = [published("soon", T0 + 90 * HOUR, DateQuality.IMPLAUSIBLE), published("1970", T0, DateQuality.IMPLAUSIBLE)]
    assert table(timing(policy="at", at="published"), *far) == {"soon": [T0 + 90 * HOUR], "1970": [queue[0]]}
    assert table(timing(policy="slots", at="published", slots=["20:00"]), items[0]) == {"exact": [T0 + 12 * HOUR]}


@pytest.mark.parametrize(
    ("late", "ago", "posted"),
    [
        ({}, timedelta(minutes=60), True),
        ({}, timedelta(minutes=61), False),
        ({"within": 0}, timedelta(seconds=1), False),
        ({"within": 0, "else": "now"}, timedelta(days=30), True),
        ({"within": 1440}, timedelta(hours=23), True),
    ],
)
def test_a_passed_time_is_posted_late_or_expires(late: dict[str, object], ago: timedelta, posted: bool) -> None:
    made = Timetable(timing(late=late), [item("row", T0 - ago)], now=T0, networks=networks)
    times = [(timed.slot, timed.note) for _, several in made.run() for timed in several]
    assert len(made.expired) == (not posted)
    assert [slot for slot, _ in times] == [NOW] * posted
    assert all("it goes out at once" in note for _, note in times)
    assert all(reason.startswith("expired: its time 2026-12-") or "2027-01-0" in reason for _, reason in made.expired)


def test_a_time_that_is_now_is_not_late() -> None:
    made = Timetable(timing(late={"within": 0}), [item("row", T0)], now=T0, networks=networks)
    assert [timed.note for _, times in made.run() for timed in times] == [""]


def test_a_series_knows_what_each_item_has_and_says_when_it_has_ended() -> None:
    daily = timing(policy="recurrence", rule="FREQ=DAILY;COUNT=8", start="2027-01-01T09:00", ahead_days=2)
    had = {("sheet", "old"): {"2027-01-05T09:00:00"}}
    assert table(daily, item("old"), item("new"), posted=had) == {
        "old": [T0 + 25 * HOUR],
        "new": [T0 + HOUR, T0 + 25 * HOUR],
    }
    ended = Timetable(daily, [item("new")], now=T0 + timedelta(days=30), networks=networks)
    assert ["no occurrence left" in reason for _, reason in ended.expired] == [True]


@given(st.lists(st.one_of(st.none(), st.integers(-500, 5000)), max_size=40), st.sets(st.integers(0, 20), max_size=9))
def test_every_item_is_timed_or_expired_and_no_queue_slot_is_given_twice(
    rows: list[int | None], places: set[int]
) -> None:
    taken = [T0 + HOUR + place // 2 * timedelta(days=1) + place % 2 * 8 * HOUR for place in places]
    items = [
        item(str(n), None if minutes is None else T0 + timedelta(minutes=minutes)) for n, minutes in enumerate(rows)
    ]
    held = Occupied((at, HERE) for at in taken)
    made = Timetable(timing(), items, now=T0, networks=networks, occupied=held)
    timed = {item.identity: times for item, times in made.run()}
    assert len(timed) + len(made.expired) == len(items)
    queued = [timed[str(n)][0].slot.at for n, minutes in enumerate(rows) if minutes is None]
    own = {times[0].slot.at for name, times in timed.items() if rows[int(name)] is not None}
    assert queued == sorted(set(queued) - own - set(taken), key=lambda at: at or T0)


def posts(*minutes: float) -> list[tuple[datetime, list[str]]]:
    return [(T0 + timedelta(minutes=each), ["bluesky", "facebook"]) for each in minutes]


def test_a_burst_is_refused_and_says_where_when_and_how_many() -> None:
    told = r"3 posts to bluesky in the hour from 2027-01-05T09:30:00\+01:00 \(Europe/Berlin\).*burst allows 2"
    with pytest.raises(BurstRefused, match=told):
        check_bursts(timing(burst=2, zone="Europe/Berlin"), posts(0, 30, 60, 89.9, 200))


def test_an_hour_is_sixty_minutes_and_no_more() -> None:
    check_bursts(timing(burst=2), posts(0, 30, 60, 90, 120))
    check_bursts(timing(burst=1), [(T0, ["bluesky"]), (T0, ["facebook"])])
    check_bursts(timing(burst=1), [])


def test_a_burst_can_be_allowed() -> None:
    check_bursts(timing(burst=1, allow_burst=True), posts(0, 0, 0))
