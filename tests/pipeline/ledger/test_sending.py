import asyncio
import json
from datetime import timedelta

import pytest
from sqlalchemy.exc import OperationalError

from pipeline.ledger import Ledger
from pipeline.records import Outcome
from pipeline.sending import send
from social.client import SocialClient
from social.contract.codes import IDEMPOTENCY_KEY_SEEN
from social.instants import SystemClock

A, R, U, P = Outcome.ACCEPTED, Outcome.REFUSED, Outcome.UNKNOWN, Outcome.PENDING


@pytest.fixture
def database_url(tmp_path):
    # One kind is enough here: the statements themselves are tested on both.
    return f"sqlite:///{tmp_path / 'ledger.db'}"


@pytest.fixture
async def publish(ledger, client, clock, make_draft):
    async def publish(count, **changes):
        claims = await ledger.claim([make_draft(number, **changes) for number in range(count)])
        return claims, await send(claims, client=client, ledger=ledger, clock=clock, in_flight=4, chunk=7)

    return publish


async def test_every_claim_is_sent_once_and_settled(ledger, api, publish, key_in):
    claims, receipts = await publish(30)

    assert [receipt.key for receipt in receipts] == [claim.key for claim in claims]
    assert {receipt.outcome for receipt in receipts} == {A}
    assert sorted(map(key_in, api.rows)) == sorted(claim.key for claim in claims)
    assert await ledger.unsettled() == []
    known = await ledger.outcomes([claim.key for claim in claims])
    assert {network.social_id for network in known[claims[0].key].networks} <= {
        network["id"] for row in api.rows for network in row["postIds"]
    }


async def test_scheduled_posts_await_all_networks(ledger, clock, publish):
    at = clock.now() + timedelta(days=1)
    _, [receipt] = await publish(1, at=at)

    assert (receipt.outcome, receipt.status, receipt.scheduled_for) == (A, "scheduled", at)
    assert [network.platform for network in receipt.networks] == ["bluesky", "facebook"]


@pytest.mark.parametrize(
    ("days", "in_order", "together"), [(0, True, 1), (0, False, 4), (1, True, 4)], ids=["at once", "a burst", "timed"]
)
async def test_posts_without_an_instant_leave_one_after_another(
    ledger, api, line, client, clock, make_draft, days, in_order, together
):
    under_way: list[int] = [0]
    handle = line.handle_async_request

    async def dawdle(request):
        under_way.append(under_way[-1] + 1)
        for _ in range(50):
            await asyncio.sleep(0)
        under_way.append(under_way[-1] - 1)
        return await handle(request)

    line.handle_async_request = dawdle
    at = clock.now() + timedelta(days=days) if days else None
    claims = await ledger.claim([make_draft(number, at=at) for number in range(12)])
    await send(claims, client=client, ledger=ledger, clock=clock, in_flight=4, in_order=in_order)

    assert max(under_way) == together
    if together == 1:
        assert [row["notes"] for row in api.rows] == [json.loads(claim.body)["notes"] for claim in claims]


async def test_refusal_of_one_network_is_a_partial_success(ledger, publish):
    _, [receipt] = await publish(1, text="no facebook today")

    assert receipt.outcome is A
    assert [(network.platform, network.outcome, network.code) for network in receipt.networks] == [
        ("bluesky", A, None),
        ("facebook", R, 137),
    ]
    assert receipt.reason == "facebook: said before (code 137)"
    assert (await ledger.frame("receipts"))["outcome"].tolist() == ["accepted", "refused"]


@pytest.mark.parametrize("days", [0, 1])
async def test_refusal_of_all_networks_is_final(ledger, clock, publish, days):
    _, [receipt] = await publish(1, text="no one", at=clock.now() + timedelta(days=days))

    assert (receipt.outcome, receipt.code) == (R, 137)
    assert await ledger.unsettled() == []


@pytest.mark.parametrize(
    ("fault", "outcome", "reached"),
    [
        ("accepted then lost", U, 1),
        ("accepted then reset", U, 1),
        ("accepted then 500", U, 1),
        ("503 before", U, 0),
        ("lost on the way", U, 0),
        ("no connection", A, 1),
        ("429", A, 1),
        ("403", P, 0),
    ],
)
async def test_one_fault_ends_as(ledger, api, line, publish, fault, outcome, reached):
    line.faults = [fault]
    _, [receipt] = await publish(1)

    assert receipt.outcome is outcome
    assert len(api.rows) == reached
    assert (await ledger.outcomes([receipt.key]))[receipt.key].outcome is outcome
    assert bool(receipt.reason) is (outcome is not A)


@pytest.mark.parametrize("fault", ["no connection", "429", "403"])
async def test_when_nothing_goes_through_the_rest_is_put_back(ledger, another, api, line, clock, publish, fault):
    line.always = fault
    _, receipts = await publish(40)

    assert {receipt.outcome for receipt in receipts} == {P}
    assert all(receipt.reason.startswith("not sent: POST /post") for receipt in receipts)
    assert line.posts <= 24, "a thousand answers of 429 suspend the profile"
    assert api.rows == []
    unsent = await another.unsettled()
    assert len(unsent) == 40
    assert {claim.attempted_at for claim in unsent} == {None}


async def test_waits_as_long_as_told(api, line, clock, publish):
    line.faults = ["429"]
    began = clock.now()
    _, [receipt] = await publish(1)

    assert receipt.outcome is A
    assert clock.now() - began >= timedelta(seconds=60)


async def test_a_seen_key_is_unknown(ledger, api, client, clock, publish):
    claims, _ = await publish(1)
    api.keys.add("other")
    claim = claims[0]
    assert await send(claims, client=client, ledger=ledger, clock=clock) == list(
        (await ledger.outcomes([claim.key])).values()
    )

    def seen(body):
        return 400, {"action": "post", "status": "error", "code": 105, "message": "idempotencyKey already used"}

    api.create = seen
    _, [receipt] = await publish(2)
    assert (receipt.outcome, receipt.code) == (U, IDEMPOTENCY_KEY_SEEN)


async def test_a_claim_taken_over_is_not_sent(ledger, another, api, client, clock, make_draft):
    claims = await ledger.claim([make_draft(number) for number in range(3)])
    clock.advance(timedelta(seconds=ledger.lease_seconds + 1))
    taken = await another.unsettled()
    await another.begin_attempt(taken[:1])
    receipts = await send(claims, client=client, ledger=ledger, clock=clock)

    assert len(api.rows) == 2
    assert sorted(receipt.outcome for receipt in receipts) == [A, A, P]


async def test_a_claim_taken_over_while_waiting_is_not_sent(ledger, another, api, line, client, clock, make_draft):
    [claim] = await ledger.claim([make_draft(1)])
    line.faults = ["429"]
    sleep = clock.sleep

    async def taken_over(seconds):
        await sleep(ledger.lease_seconds + 1)
        await another.begin_attempt(await another.unsettled())

    clock.sleep = taken_over
    [receipt] = await send([claim], client=client, ledger=ledger, clock=clock)

    assert api.rows == []
    assert receipt.outcome is P


async def test_cancelling_keeps_what_was_answered(ledger, api, line, client, clock, make_draft):
    claims = await ledger.claim([make_draft(number) for number in range(20)])
    stop = asyncio.Event()
    handle = line.handle_async_request

    async def stuck_after_five(request):
        if line.posts >= 5:
            stop.set()
            await asyncio.Event().wait()
        return await handle(request)

    line.handle_async_request = stuck_after_five
    sending = asyncio.create_task(send(claims, client=client, ledger=ledger, clock=clock, in_flight=2))
    await stop.wait()
    sending.cancel()
    with pytest.raises(asyncio.CancelledError):
        await sending

    clock.advance(timedelta(hours=1))
    assert len(await ledger.unsettled()) == 15
    assert len(await ledger.accepted_posts()) == len(api.rows) == 5


async def test_fault_of_the_program_is_raised_and_the_rest_settled(ledger, api, clock, line, make_draft):
    claims = await ledger.claim([make_draft(number) for number in range(3)])
    handle = line.handle_async_request

    async def broken_third(request):
        if line.posts == 2:
            raise ZeroDivisionError
        return await handle(request)

    line.handle_async_request = broken_third
    async with SocialClient(base_url="http://fake/api", api_key="key", transport=line) as client:
        with pytest.raises(ExceptionGroup) as caught:
            await send(claims, client=client, ledger=ledger, clock=clock, in_flight=1)

    assert caught.group_contains(ZeroDivisionError)
    assert len(await ledger.accepted_posts()) == len(api.rows) == 2


async def test_an_answered_claim_stays_ours_until_it_is_settled(database_url, api, client, clock, make_draft):
    async with Ledger(database_url, SystemClock(), lease_seconds=0.3) as ledger:
        claims = await ledger.claim([make_draft(1, text="no one takes this"), make_draft(2)])
        seen, handle = [], api.handle_async_request

        async def slow_second(request):
            if len(api.keys) == 1:
                for _ in range(4):
                    await asyncio.sleep(0.2)
                    seen.extend(await ledger.unsettled())
            return await handle(request)

        api.handle_async_request = slow_second
        await send(claims, client=client, ledger=ledger, clock=clock, in_flight=1)
    assert seen == []


async def test_nothing_more_is_sent_when_the_lease_cannot_be_prolonged(database_url, api, client, clock, make_draft):
    async with Ledger(database_url, SystemClock(), lease_seconds=0.15) as ledger:
        claims = await ledger.claim([make_draft(number) for number in range(4)])

        handle = api.handle_async_request

        async def busy(_keys):
            raise OperationalError("UPDATE claims", {}, Exception("database is locked"))

        async def slow(request):
            await asyncio.sleep(0.3)
            return await handle(request)

        ledger.renew, api.handle_async_request = busy, slow
        receipts = await send(claims, client=client, ledger=ledger, clock=clock, in_flight=1)
    assert len(api.rows) == 1
    assert [receipt.outcome for receipt in receipts] == [A, P, P, P]
