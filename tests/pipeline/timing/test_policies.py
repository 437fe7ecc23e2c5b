"""Slots of each timing policy, on one network and on several."""
# ruff: noqa: DTZ001 (wall times are naive by nature)

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.campaign import Timing, TimingPolicy
from pipeline.records import NOW, Slot
from pipeline.timing.occupied import Occupied
from pipeline.timing.policies import Queue

T0 = datetime(2027, 1, 5, 8, 0, tzinfo=UTC)
ZONES = [
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "Pacific/Apia",
    "America/Sao_Paulo",
    "America/Nuuk",
]
INSTANTS = st.datetimes(datetime(2010, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))
# Half-hours of a night, where clocks change, make the odd cases frequent.
NIGHT = st.builds(time, st.sampled_from([0, 1, 2, 3, 4, 22, 23]), st.sampled_from([0, 15, 30, 45]))


def slots(zone: str, *daily: str, start: str | None = None) -> Timing:
    return Timing.model_validate({"policy": "slots", "zone": zone, "slots": daily, "start": start})


def assign(timing: Timing, n: int, *, now: datetime, taken: Sequence[datetime] = ()) -> list[Slot]:
    """The slots of `n` posts to one network that has posts at `taken` already."""
    one = frozenset({"bluesky"})
    queue = Queue(timing, now=now, occupied=Occupied((at, one) for at in taken))
    return [queue.take(one) for _ in range(n)]


def walls(timing: Timing, n: int, now: datetime, taken: list[datetime] | None = None) -> list[str]:
    return [slot.wall for slot in assign(timing, n, now=now, taken=taken or [])]


def test_now_is_at_once() -> None:
    assert assign(Timing(), 3, now=T0) == [NOW] * 3


def test_auto_leaves_the_choice_to_the_api() -> None:
    timing = Timing(policy=TimingPolicy.AUTO, zone="Europe/Berlin", auto_schedule="mornings")
    (slot,) = assign(timing, 1, now=T0)
    assert (slot.at, slot.auto_schedule, slot.zone) == (None, "mornings", "Europe/Berlin")


def test_spread_begins_at_its_start_in_wall_time() -> None:
    timing = Timing(policy=TimingPolicy.SPREAD, zone="Europe/Berlin", start=datetime(2027, 1, 5, 10), every_minutes=90)
    assert walls(timing, 2, T0) == ["2027-01-05T10:00:00+01:00", "2027-01-05T11:30:00+01:00"]


def test_spread_with_a_past_start_begins_now() -> None:
    timing = Timing(policy=TimingPolicy.SPREAD, start=T0 - timedelta(days=3), every_minutes=30)
    assert [slot.at for slot in assign(timing, 2, now=T0)] == [T0, T0 + timedelta(minutes=30)]


def test_spread_keeps_its_distance_across_a_clock_change() -> None:
    timing = Timing(
        policy=TimingPolicy.SPREAD, zone="Europe/Berlin", start=datetime(2027, 3, 28, 1, 30), every_minutes=60
    )
    assert walls(timing, 2, T0) == ["2027-03-28T01:30:00+01:00", "2027-03-28T03:30:00+02:00"]


def test_spread_continues_behind_an_earlier_run() -> None:
    timing = Timing(policy=TimingPolicy.SPREAD, every_minutes=60)
    first = [slot.at for slot in assign(timing, 3, now=T0) if slot.at]
    later = assign(timing, 2, now=T0 + timedelta(minutes=20), taken=first)
    assert [slot.at for slot in later] == [T0 + timedelta(hours=3), T0 + timedelta(hours=4)]


def test_slots_come_strictly_after_now() -> None:
    timing = slots("Europe/Berlin", "17:00", "09:00")
    assert walls(timing, 3, T0) == [
        "2027-01-05T17:00:00+01:00",
        "2027-01-06T09:00:00+01:00",
        "2027-01-06T17:00:00+01:00",
    ]


def test_slots_wait_for_their_start() -> None:
    timing = slots("Europe/Berlin", "09:00", start="2027-02-01T09:00")
    assert walls(timing, 1, T0) == ["2027-02-01T09:00:00+01:00"]


def test_taken_slots_are_passed_over() -> None:
    timing = slots("UTC", "09:00")
    assert walls(timing, 2, T0, [datetime(2027, 1, 6, 9, tzinfo=UTC)]) == [
        "2027-01-05T09:00:00+00:00",
        "2027-01-07T09:00:00+00:00",
    ]


def test_a_skipped_slot_moves_on_and_a_repeated_one_comes_once() -> None:
    timing = slots("Europe/Berlin", "02:30")
    spring = walls(timing, 3, datetime(2027, 3, 26, 12, tzinfo=UTC))
    assert spring == ["2027-03-27T02:30:00+01:00", "2027-03-28T03:30:00+02:00", "2027-03-29T02:30:00+02:00"]
    autumn = walls(timing, 3, datetime(2026, 10, 23, 12, tzinfo=UTC))
    assert autumn == ["2026-10-24T02:30:00+02:00", "2026-10-25T02:30:00+02:00", "2026-10-26T02:30:00+01:00"]


def test_two_daily_times_on_one_instant_give_one_slot() -> None:
    timing = slots("Europe/Berlin", "02:30", "03:30")
    assert walls(timing, 2, datetime(2027, 3, 27, 12, tzinfo=UTC)) == [
        "2027-03-28T03:30:00+02:00",
        "2027-03-29T02:30:00+02:00",
    ]


def test_a_slot_moved_past_midnight_does_not_overtake_an_earlier_one() -> None:
    timing = slots("America/Nuuk", "23:30", "00:10")
    assert walls(timing, 2, datetime(2027, 3, 27, 15, tzinfo=UTC)) == [
        "2027-03-28T00:10:00-01:00",
        "2027-03-28T00:30:00-01:00",
    ]


def test_a_slot_with_an_offset_is_refused() -> None:
    timing = Timing(policy=TimingPolicy.SLOTS, slots=[time(9, tzinfo=UTC)])
    with pytest.raises(ValueError, match="carries an offset"):
        assign(timing, 1, now=T0)


@pytest.mark.parametrize("policy", list(TimingPolicy))
def test_naive_time_is_refused(policy: TimingPolicy) -> None:
    timing = Timing(policy=policy, rule="FREQ=DAILY", start=datetime(2027, 1, 1))
    with pytest.raises(ValueError, match="naive"):
        assign(timing, 1, now=datetime(2027, 1, 1))


def test_weekdays_have_slots_of_their_own() -> None:
    weekly = {"monday": ["09:00"], "friday": ["16:30", "09:00"]}
    timing = Timing.model_validate({"policy": "slots", "zone": "Europe/Berlin", "slots": weekly})
    assert walls(timing, 4, T0) == [
        "2027-01-08T09:00:00+01:00",
        "2027-01-08T16:30:00+01:00",
        "2027-01-11T09:00:00+01:00",
        "2027-01-15T09:00:00+01:00",
    ]


@pytest.mark.parametrize("slots", [[], {}, {"monday": []}])
def test_no_slots_at_all_are_refused(slots: object) -> None:
    with pytest.raises(ValueError, match="at least one daily time"):
        Timing.model_validate({"policy": "slots", "slots": slots})


def a_day(per_day: int, **fields: object) -> Timing:
    return Timing.model_validate({"policy": "spread", "zone": "Europe/Berlin", "per_day": per_day, **fields})


def test_per_day_divides_the_hours_of_the_day() -> None:
    timing = a_day(3, day_from="09:00", day_until="18:00")
    assert [wall[5:16] for wall in walls(timing, 4, T0)] == ["01-05T10:30", "01-05T13:30", "01-05T16:30", "01-06T10:30"]


def test_jitter_is_told_by_its_seed_alone() -> None:
    timing = a_day(4, jitter=1, seed="a")
    every = assign(timing, 12, now=T0)
    assert every == assign(timing, 12, now=T0)
    assert every != assign(timing.model_copy(update={"seed": "b"}), 12, now=T0)
    later = assign(timing, 6, now=T0 + timedelta(minutes=7), taken=[slot.at for slot in every[:6] if slot.at])
    assert later == every[6:]


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"day_from": "18:00", "day_until": "09:00"}, "do not fit"),
        ({"day_from": "09:00", "day_until": "09:02"}, "do not fit"),
        ({"day_from": "09:00+01:00"}, "leave the offset out"),
    ],
)
def test_hours_that_cannot_hold_a_day_are_refused(fields: dict[str, str], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        a_day(3, **fields)


@settings(deadline=None)
@given(
    st.sampled_from(ZONES),
    st.integers(0, 22 * 60),
    st.integers(1, 60),
    st.floats(0, 1),
    st.text(max_size=3),
    INSTANTS,
)
def test_per_day_loses_no_post_and_doubles_none(
    zone: str, begin: int, per_day: int, jitter: float, seed: str, now: datetime
) -> None:
    end = max(begin + per_day, min(begin + 8 * 60, 22 * 60))
    if end >= 24 * 60:
        begin, end = 0, 24 * 60 - 1
    hours = {"day_from": time(begin // 60, begin % 60), "day_until": time(end // 60, end % 60)}
    timing = a_day(per_day, zone=zone, jitter=jitter, seed=seed, **hours)
    got = [slot.at for slot in assign(timing, per_day * 3, now=now) if slot.at]
    assert len(got) == per_day * 3
    assert all(earlier < later for earlier, later in pairwise([now, *got]))
    # Three days' worth, begun anywhere, ends within four days.
    assert got[-1] - now <= timedelta(days=4, hours=2)


@settings(deadline=None)
@given(
    st.sampled_from(ZONES),
    st.lists(NIGHT, min_size=1, max_size=4),
    INSTANTS,
    st.integers(0, 12),
    st.lists(st.integers(0, 40), max_size=10),
)
def test_daily_slots_are_free_ordered_and_none_is_left_out(
    zone: str, daily: list[time], now: datetime, n: int, used: list[int]
) -> None:
    timing = Timing(policy=TimingPolicy.SLOTS, zone=zone, slots=daily)
    every = [slot.at for slot in assign(timing, 60, now=now) if slot.at]
    taken = [every[index] for index in used]
    got = [slot.at for slot in assign(timing, n, now=now, taken=taken) if slot.at]
    assert got == [at for at in every if at not in taken][:n]
    assert all(at > now for at in every)
    assert all(earlier < later for earlier, later in pairwise(every))


@settings(deadline=None)
@given(st.sampled_from(ZONES), NIGHT, INSTANTS)
def test_one_daily_time_comes_once_a_day_over_a_year(zone: str, daily: time, now: datetime) -> None:
    found = assign(Timing(policy=TimingPolicy.SLOTS, zone=zone, slots=[daily]), 366, now=now)
    instants = [slot.at for slot in found if slot.at]
    # Longest and shortest day of a clock change; even Samoa, which had no 30 December 2011, lost no hour of real time.
    assert all(timedelta(hours=23) <= b - a <= timedelta(hours=25) for a, b in pairwise(instants))


@settings(deadline=None)
@given(st.lists(INSTANTS, max_size=20), INSTANTS, st.floats(0.01, 500), st.integers(0, 20))
def test_spread_posts_keep_their_distance(taken: list[datetime], now: datetime, minutes: float, n: int) -> None:
    timing = Timing(policy=TimingPolicy.SPREAD, every_minutes=minutes)
    got = [slot.at for slot in assign(timing, n, now=now, taken=taken) if slot.at]
    assert len(got) == n
    step = timedelta(seconds=max(1, round(minutes * 60)))
    assert all(later - earlier >= step for earlier, later in pairwise(got))
    assert all(at >= now for at in got)
    assert all(abs(at - other) > step - timedelta(seconds=1) for at in got for other in taken)


POLICIES = {
    "slots": slots("Europe/Berlin", "09:00", "17:00"),
    "per_day": a_day(3, jitter=1, seed="s"),
    "spread": Timing(policy=TimingPolicy.SPREAD, every_minutes=45),
}
GAPS = {"slots": timedelta(seconds=1), "per_day": timedelta(seconds=1), "spread": timedelta(minutes=45)}
SOME = st.frozensets(st.sampled_from(["bluesky", "facebook", "linkedin", "telegram"]), min_size=1)
# Minutes from now: some on slots of Berlin, the others anywhere.
HELD = st.lists(st.tuples(st.sampled_from([540, 1440, 1980, 2880]) | st.integers(0, 4000), SOME), max_size=12)


@pytest.mark.parametrize("policy", POLICIES)
@settings(deadline=None)
@given(held=HELD, wanted=st.lists(SOME, max_size=25))
def test_no_network_gets_two_posts_in_one_slot_and_none_waits_for_networks_it_does_not_go_to(
    policy: str, held: list[tuple[int, frozenset[str]]], wanted: list[frozenset[str]]
) -> None:
    others = [(T0 + timedelta(minutes=minutes), networks) for minutes, networks in held]
    queue = Queue(POLICIES[policy], now=T0, occupied=Occupied(others))
    every = [slot.at for slot in assign(POLICIES[policy], 80, now=T0) if slot.at]
    gap, out = GAPS[policy], list(others)
    for networks in wanted:
        at = queue.take(networks).at
        assert at is not None
        # Anywhere from now on, right behind another post or at a place of the policy: whatever of it is free.
        places = [T0, *(other + gap for other, _ in out)] if policy == "spread" else every
        mine = [other for other, theirs in out if not networks.isdisjoint(theirs)]
        assert at == min(place for place in places if place >= T0 and all(abs(place - other) >= gap for other in mine))
        out.append((at, networks))


def test_what_other_networks_hold_pushes_nobody_back() -> None:
    held = [(T0 + timedelta(hours=1), ["bluesky"]), (T0 + timedelta(hours=25), ["facebook"])]
    queue = Queue(slots("UTC", "09:00"), now=T0, occupied=Occupied(held))
    assert [queue.take(frozenset(each)).wall[:10] for each in (["linkedin"], ["bluesky", "facebook"], ["bluesky"])] == [
        "2027-01-05",
        "2027-01-07",
        "2027-01-06",
    ]


@pytest.mark.parametrize("policy", POLICIES)
@settings(deadline=None)
@given(
    held=HELD,
    batches=st.lists(
        st.tuples(st.lists(SOME, max_size=6), st.booleans(), st.integers(-600, 600), st.sampled_from(sorted(POLICIES))),
        max_size=8,
    ),
)
def test_what_was_found_before_is_remembered_only_where_it_still_holds(
    policy: str, held: list[tuple[int, frozenset[str]]], batches: list[tuple[list[frozenset[str]], bool, int, str]]
) -> None:
    """Batch by batch on one plan, some only tried out, by other policies and clocks: as if nothing was known."""
    out = [(T0 + timedelta(minutes=minutes), networks) for minutes, networks in held]
    plan = Occupied(out)
    for wanted, keep, minutes, other in batches:
        timing, now = POLICIES[policy if keep else other], T0 + timedelta(minutes=minutes)
        queue = Queue(timing, now=now, occupied=Occupied(below=plan))
        fresh = Queue(timing, now=now, occupied=Occupied(out))
        got = [(queue.take(networks).at, networks) for networks in wanted]
        assert got == [(fresh.take(networks).at, networks) for networks in wanted]
        for at, networks in got if keep else ():
            assert at is not None
            plan.hold(at, networks)
            out.append((at, networks))
