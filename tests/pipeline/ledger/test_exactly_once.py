"""Promises 1 and 2 together, on both databases, against an API in memory and against our own server."""

import asyncio
from collections import Counter
from datetime import timedelta

import pytest

from pipeline.accounting import Account, verdicts_on
from pipeline.campaign import Campaign
from pipeline.ledger import noted_key
from pipeline.records import Disposition, Outcome
from pipeline.sending import send
from pipeline.settling import QUIET_SECONDS, settle
from server.embedded import embedded
from server.settings import ServerSettings
from social.client import SocialClient
from social.client.pacing import Pacer

FAULTS = [
    "accepted then lost",
    "accepted then reset",
    "accepted then 500",
    "503 before",
    "lost on the way",
    "no connection",
    "429",
    "",
    "",
]


@pytest.fixture(params=["fake", "server"])
async def api_client(request, line, client, clock, tmp_path):
    """A client of the API in memory, and one of our own server; both speak over the wire that can be cut."""
    if request.param == "fake":
        yield client
        return
    settings = ServerSettings(database=f"sqlite:///{tmp_path / 'server.db'}", rate_limit=0)
    async with embedded(settings, clock) as transport:
        line.inner = transport
        key, pacer = settings.api_key, Pacer(limit=0, clock=clock)
        async with SocialClient(base_url="http://local/api", api_key=key, transport=line, pacer=pacer) as own:
            yield own


async def keys_posted(client, clock):
    near = timedelta(days=9)
    rows = client.history.everything(clock.now() - near, clock.now() + near)
    return Counter([noted_key(row.notes) async for row in rows])


@pytest.mark.parametrize("step", [1, 4])
async def test_any_mix_of_faults_ends_with_each_item_once(
    ledger, line, clock, api_client, make_item, make_reading, make_draft, step
):
    line.faults = [FAULTS[(number * step + number // 3) % len(FAULTS)] for number in range(70)]
    admission = await ledger.admit(Campaign(name="news"), [make_reading(map(make_item, range(40)), bad=3)], backfill=35)
    drafts = [
        make_draft(int(item.place.split()[1]), at=clock.now() + timedelta(hours=1) if number % 2 else None)
        for number, item in enumerate(admission.admitted)
    ]
    claims = await ledger.claim(drafts)
    receipts = await send(claims, client=api_client, ledger=ledger, clock=clock, in_flight=3, chunk=9)

    account = Account(admission.verdicts)
    account.add(verdicts_on(drafts, claims, receipts))
    counts = account.close(admission.read)
    assert (counts[Disposition.FILTERED], counts[Disposition.QUARANTINED]) == (5, 3)
    assert counts[Disposition.UNKNOWN] > 5
    assert counts[Disposition.SCHEDULED] > 5

    for _ in range(20):
        clock.advance(timedelta(seconds=QUIET_SECONDS))
        settlement = await settle(ledger, client=api_client, clock=clock)
        assert settlement.alerts == {}
        if settlement.open == 0:
            break
    assert await keys_posted(api_client, clock) == Counter(claim.key for claim in claims)
    known = await ledger.outcomes([claim.key for claim in claims])
    assert {receipt.outcome for receipt in known.values()} == {Outcome.ACCEPTED}

    clock.advance(timedelta(hours=2))
    await settle(ledger, client=api_client, clock=clock)
    line_api = line.inner
    if hasattr(line_api, "publish_due"):
        line_api.publish_due()
        await settle(ledger, client=api_client, clock=clock)
    posts = await ledger.accepted_posts()
    assert len(posts) == 35
    assert all(post.social_ids["bluesky"] and post.social_ids["facebook"] for post in posts)


async def test_two_publishers_at_once_post_each_item_once(
    ledger, another, clock, api_client, make_item, make_reading, make_draft
):
    campaign = Campaign(name="news")
    reading = make_reading(map(make_item, range(60)))

    async def publish(own):
        admission = await own.admit(campaign, [reading], backfill=60)
        drafts = [make_draft(int(item.place.split()[1])) for item in admission.admitted]
        account = Account(admission.verdicts)
        for start in range(0, len(drafts), 20):
            batch = drafts[start : start + 20]
            claims = await own.claim(batch)
            receipts = await send(claims, client=api_client, ledger=own, clock=clock, chunk=5)
            account.add(verdicts_on(batch, claims, receipts))
        return account.close(admission.read)

    counts = await asyncio.gather(publish(ledger), publish(another))

    assert sum(each[Disposition.SCHEDULED] for each in counts) == 60
    assert [sum(each.values()) for each in counts] == [60, 60]
    assert set((await keys_posted(api_client, clock)).values()) == {1}


async def test_two_senders_of_the_same_claims_send_each_once(ledger, another, api_client, clock, make_draft):
    claims = await ledger.claim([make_draft(number) for number in range(60)])
    clock.advance(timedelta(seconds=ledger.lease_seconds + 1))
    seen = await another.unsettled()
    await asyncio.gather(
        send(claims, client=api_client, ledger=ledger, clock=clock, chunk=5),
        send(seen[::-1], client=api_client, ledger=another, clock=clock, chunk=5),
    )
    assert await keys_posted(api_client, clock) == Counter(claim.key for claim in claims)


async def test_two_settlings_at_once_send_once(ledger, another, line, api_client, clock, make_draft):
    line.faults = ["lost on the way"] * 5
    claims = await ledger.claim([make_draft(number) for number in range(5)])
    await send(claims, client=api_client, ledger=ledger, clock=clock)
    clock.advance(timedelta(seconds=QUIET_SECONDS))
    await asyncio.gather(*(settle(one, client=api_client, clock=clock) for one in (ledger, another)))

    assert await keys_posted(api_client, clock) == Counter(claim.key for claim in claims)
    assert len(await ledger.accepted_posts()) == 5
