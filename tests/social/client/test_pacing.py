"""The budget: fixed windows of 300 s, learned from the API's own count, lowered after a 429."""

import asyncio
from datetime import timedelta

import httpx
import pytest

from social.client.pacing import Pacer
from social.errors import RateLimited


async def spend(pacer, times, headers=None):
    for _ in range(times):
        await pacer.take()
        pacer.landed(headers)


def counted(count, size=None):
    return {"x-ratelimit-count": str(count)} | ({"x-ratelimit-max": str(size)} if size else {})


@pytest.fixture
def elapsed(clock):
    start = clock.now()

    def seconds():
        return (clock.now() - start).total_seconds()

    return seconds


async def test_a_window_holds_its_limit_and_the_next_one_waits(clock, elapsed):
    pacer = Pacer(limit=300, clock=clock)
    await spend(pacer, 300)
    assert elapsed() == 0
    assert pacer.delay() == 300
    await spend(pacer, 300)
    assert elapsed() == 300
    await spend(pacer, 1)
    assert elapsed() == 600


async def test_requests_in_flight_together_keep_the_limit(clock):
    pacer = Pacer(limit=10, clock=clock)
    left = []

    async def one():
        await pacer.take()
        left.append(clock.now())
        pacer.landed()

    await asyncio.gather(*(one() for _ in range(35)))
    for first, eleventh in zip(left, left[10:], strict=False):
        assert eleventh - first >= timedelta(seconds=300)


async def test_what_is_in_flight_when_a_window_ends_counts_in_the_next(clock):
    pacer = Pacer(limit=10, clock=clock)
    for _ in range(4):
        await pacer.take()
    clock.advance(timedelta(seconds=300))
    await spend(pacer, 6)
    assert pacer.delay() == 300


async def test_zero_is_no_limit(clock, elapsed):
    pacer = Pacer(limit=0, clock=clock)
    await spend(pacer, 5000, counted(400, 300))
    assert elapsed() == 0
    assert pacer.budget == 0


def test_a_negative_limit_is_refused():
    with pytest.raises(ValueError, match="limit is -1"):
        Pacer(limit=-1)


async def test_the_apis_own_limit_replaces_ours(clock, elapsed):
    pacer = Pacer(limit=300, clock=clock)
    await spend(pacer, 1, counted(1, 20))
    assert pacer.budget == 20
    await spend(pacer, 19)
    assert elapsed() == 0
    await spend(pacer, 1)
    assert elapsed() == 300


async def test_what_others_used_is_used(clock):
    pacer = Pacer(limit=300, clock=clock)
    await spend(pacer, 1, counted(299))
    assert pacer.delay() == 0
    await spend(pacer, 1, counted(300))
    assert pacer.delay() == 300


async def test_a_count_that_falls_marks_the_apis_window(clock):
    pacer = Pacer(limit=300, clock=clock)
    await spend(pacer, 1, counted(250))
    clock.advance(timedelta(seconds=200))
    await spend(pacer, 1, counted(1))
    clock.advance(timedelta(seconds=150))
    await spend(pacer, 299)
    assert pacer.delay() == pytest.approx(150)


async def test_answers_that_overtake_each_other_mark_no_window(clock):
    pacer = Pacer(limit=300, clock=clock)
    for _ in range(3):
        await pacer.take()
    for count in (290, 288, 289):
        pacer.landed(counted(count))
    await spend(pacer, 8)
    assert pacer.delay() == 300


@pytest.mark.parametrize(
    "headers", [{"x-ratelimit-count": "many"}, {"x-ratelimit-max": "-5"}, {"x-ratelimit-max": ""}, {}]
)
async def test_headers_that_say_nothing_change_nothing(clock, headers):
    pacer = Pacer(limit=300, clock=clock)
    await spend(pacer, 1, headers)
    assert pacer.budget == 300


async def test_a_429_lowers_the_budget_once_per_burst(clock):
    pacer = Pacer(limit=300, clock=clock)
    await spend(pacer, 5)
    waits = [pacer.limited() for _ in range(5)]
    assert waits == [300] * 5
    assert pacer.budget == 270
    clock.advance(timedelta(seconds=300))
    pacer.limited()
    assert pacer.budget == 243


async def test_the_budget_never_falls_below_half(clock):
    pacer = Pacer(limit=300, clock=clock)
    for _ in range(30):
        pacer.limited(1)
        clock.advance(timedelta(seconds=1))
    assert pacer.budget == 150


@pytest.mark.parametrize("limit", [0, 300])
async def test_a_429_holds_back_as_long_as_it_says(clock, elapsed, limit):
    pacer = Pacer(limit=limit, clock=clock)
    await spend(pacer, 1)
    assert pacer.limited(17) == 17
    await spend(pacer, 1)
    assert elapsed() == 17


async def test_the_client_waits_after_a_429_before_it_sends_again(connect, clock, elapsed):
    answers = [httpx.Response(429, headers={"Retry-After": "40"}), httpx.Response(200, json={"title": "Shop"})]
    client = await connect(lambda _: answers.pop(0), pacer=Pacer(limit=300, clock=clock))
    with pytest.raises(RateLimited):
        await client.user.get()
    assert elapsed() == 0
    assert (await client.user.get()).title == "Shop"
    assert elapsed() == 40


async def test_a_network_that_throttles_costs_the_profile_nothing(connect, clock, elapsed):
    pacer = Pacer(limit=300, clock=clock)
    client = await connect(
        lambda _: httpx.Response(429, json={"status": "error", "code": 444, "message": "m"}), pacer=pacer
    )
    with pytest.raises(RateLimited):
        await client.user.get()
    assert pacer.budget == 300
    assert pacer.delay() == 0
    assert elapsed() == 0


async def test_a_request_that_was_never_answered_counts(connect, clock):
    def fail(_request):
        raise httpx.ConnectError("no route")

    pacer = Pacer(limit=3, clock=clock)
    client = await connect(fail, pacer=pacer)
    start = clock.now()
    with pytest.raises(Exception, match="no route"):
        await client.user.get()
    # The two pauses between three attempts have passed within the same window.
    assert clock.now() - start == timedelta(seconds=2.5)
    assert pacer.delay() == 297.5


async def test_clients_of_one_profile_share_a_pacer(connect, clock, elapsed):
    pacer = Pacer(limit=4, clock=clock)
    clients = [await connect(lambda _: httpx.Response(200, json={}), pacer=pacer) for _ in range(2)]
    for client in clients * 2:
        await client.user.get()
    assert elapsed() == 0
    await clients[0].user.get()
    assert elapsed() == 300
