import asyncio
import json
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import timedelta

import pytest

from pipeline.cadence import Look
from pipeline.ledger import Ledger, note
from pipeline.records import NetworkReceipt, Outcome, Receipt


def receipt(claim, outcome, **changes):
    return Receipt(key=claim.key, outcome=outcome, **changes)


async def outcome_of(ledger, claim):
    return (await ledger.outcomes([claim.key]))[claim.key]


async def test_claim_carries_the_whole_call(ledger, clock, make_draft):
    [claim] = await ledger.claim([make_draft(1)])
    body = json.loads(claim.body)

    assert body["idempotencyKey"] == claim.key
    assert body["notes"] == note(claim.key)
    assert claim.claimed_at == clock.now()
    clock.advance(timedelta(hours=1))
    assert await ledger.unsettled() == [claim]


async def test_nobody_claims_twice(ledger, another, make_draft):
    drafts = [make_draft(number) for number in range(3)]
    assert len(await ledger.claim(drafts)) == 3
    assert await ledger.claim(drafts) == []
    assert [claim.identity for claim in await another.claim([*drafts, make_draft(7), make_draft(7)])] == ["guid-7"]
    assert await ledger.claim([]) == []


async def test_two_publishers_share_the_work(ledger, another, make_draft):
    drafts = [make_draft(number) for number in range(200)]
    batches = [drafts[start : start + 20] for start in range(0, 200, 20)]
    won = await asyncio.gather(
        *(publisher.claim(batch) for batch in batches for publisher in (ledger, another)),
        *(publisher.claim(batch[::-1]) for batch in batches[::-1] for publisher in (another, ledger)),
    )
    identities = [claim.identity for claims in won for claim in claims]
    assert sorted(identities) == sorted(draft.item.identity for draft in drafts)


@pytest.mark.parametrize(
    ("second", "won"),
    [
        ({"networks": "bluesky"}, False),
        ({"networks": "facebook,linkedin"}, False),
        ({"networks": "linkedin"}, True),
        ({"occurrence": "again"}, True),
        ({"campaign": "blog"}, True),
    ],
)
async def test_changed_networks_do_not_post_an_item_twice(ledger, make_draft, second, won):
    await ledger.claim([make_draft(1)])
    assert bool(await ledger.claim([make_draft(1, **second)])) is won


async def test_another_profile_may_post_the_same_item(ledger, database_url, clock, make_draft):
    await ledger.claim([make_draft(1)])
    async with Ledger(database_url, clock, profile="shop") as shop:
        assert len(await shop.claim([make_draft(1, target="shop:bluesky,facebook")])) == 1


def test_many_processes_open_one_ledger_at_once(database_url):
    script = (
        "import asyncio, sys\n"
        "from pipeline.ledger import Ledger\n"
        "from social.instants import SystemClock\n"
        "async def main():\n"
        "    async with Ledger(sys.argv[1], SystemClock()) as ledger:\n"
        "        assert await ledger.unsettled() == []\n"
        "asyncio.run(main())\n"
    )
    processes = [
        subprocess.Popen([sys.executable, "-c", script, database_url], stderr=subprocess.PIPE) for _ in range(3)
    ]
    errors = [process.communicate(timeout=60)[1].decode() for process in processes]
    assert [process.returncode for process in processes] == [0] * 3, errors


async def test_only_one_process_begins_an_attempt(ledger, another, clock, make_draft):
    claims = await ledger.claim([make_draft(number) for number in range(3)])
    keys = {claim.key for claim in claims}

    assert await another.begin_attempt(claims) == set()
    assert await ledger.begin_attempt(claims) == keys
    assert await ledger.begin_attempt(claims) == set()
    clock.advance(timedelta(seconds=ledger.lease_seconds + 1))
    assert await another.begin_attempt(claims) == set()

    seen = await another.unsettled()
    assert [(claim.attempts, claim.attempted_at is None) for claim in seen] == [(1, False)] * 3
    both = await asyncio.gather(another.begin_attempt(seen), ledger.begin_attempt(seen))
    assert sorted(map(len, both)) == [0, 3]


async def test_lease_hides_a_claim_until_it_runs_out(ledger, another, clock, make_draft):
    [claim] = await ledger.claim([make_draft(1)])
    assert await another.unsettled() == []
    await ledger.begin_attempt([claim])
    clock.advance(timedelta(seconds=ledger.lease_seconds - 1))
    assert await ledger.renew([claim.key]) == {claim.key}
    clock.advance(timedelta(seconds=2))
    assert await another.unsettled() == []
    clock.advance(timedelta(seconds=ledger.lease_seconds))

    [seen] = await another.unsettled()
    await another.begin_attempt([seen])
    assert await ledger.renew([claim.key]) == set()


async def test_unsent_is_only_for_the_holder_to_say(ledger, another, clock, make_draft):
    [claim] = await ledger.claim([make_draft(1)])
    await ledger.begin_attempt([claim])
    await another.settle([receipt(claim, Outcome.PENDING)])
    clock.advance(timedelta(hours=1))
    assert (await ledger.unsettled())[0].attempted_at is not None

    await ledger.settle([receipt(claim, Outcome.PENDING, reason="not sent")])
    [unsent] = await another.unsettled()
    assert (unsent.attempted_at, unsent.attempts, unsent.outcome) == (None, 1, Outcome.PENDING)


@pytest.mark.parametrize(
    ("first", "then", "kept"),
    [
        (Outcome.ACCEPTED, Outcome.REFUSED, Outcome.ACCEPTED),
        (Outcome.ACCEPTED, Outcome.UNKNOWN, Outcome.ACCEPTED),
        (Outcome.ACCEPTED, Outcome.PENDING, Outcome.ACCEPTED),
        (Outcome.REFUSED, Outcome.UNKNOWN, Outcome.REFUSED),
        (Outcome.REFUSED, Outcome.PENDING, Outcome.REFUSED),
        (Outcome.REFUSED, Outcome.ACCEPTED, Outcome.ACCEPTED),
        (Outcome.UNKNOWN, Outcome.PENDING, Outcome.UNKNOWN),
        (Outcome.UNKNOWN, Outcome.ACCEPTED, Outcome.ACCEPTED),
        (Outcome.UNKNOWN, Outcome.REFUSED, Outcome.REFUSED),
    ],
)
async def test_outcomes_only_gain_certainty(ledger, make_draft, first, then, kept):
    [claim] = await ledger.claim([make_draft(1)])
    await ledger.begin_attempt([claim])
    for outcome in (first, then, then):
        network = NetworkReceipt(platform="bluesky", outcome=outcome, social_id="")
        await ledger.settle([receipt(claim, outcome, reason=f"said {outcome}", networks=(network,))])

    known = await outcome_of(ledger, claim)
    assert known.outcome is kept
    assert known.reason == f"said {kept}"
    assert {network.outcome for network in known.networks} <= {kept}
    assert len(await ledger.unsettled()) == (kept is Outcome.UNKNOWN)


async def test_later_news_fill_in_what_was_missing(ledger, clock, make_draft):
    [claim] = await ledger.claim([make_draft(1)])
    at = clock.now() + timedelta(days=1)
    taken = tuple(NetworkReceipt(platform=name, outcome=Outcome.ACCEPTED) for name in ("bluesky", "facebook"))
    await ledger.settle(
        [receipt(claim, Outcome.ACCEPTED, post_id="p1", status="scheduled", scheduled_for=at, networks=taken)]
    )
    assert await ledger.accepted_posts() == []
    assert await ledger.under_way() == []
    clock.advance(timedelta(days=2))
    assert [post.key for post in await ledger.under_way()] == [claim.key]

    published = (
        NetworkReceipt(platform="bluesky", outcome=Outcome.ACCEPTED, social_id="b1", url="https://b/1"),
        NetworkReceipt(platform="facebook", outcome=Outcome.REFUSED, code=156, message="not linked"),
    )
    await ledger.settle([receipt(claim, Outcome.ACCEPTED, status="error", networks=published, reason="facebook")])
    known = await outcome_of(ledger, claim)
    assert (known.post_id, known.scheduled_for, known.networks) == ("p1", at, published)
    assert await ledger.under_way() == []
    [post] = await ledger.accepted_posts("news")
    assert (post.networks, post.social_ids, post.published_at) == (("bluesky",), {"bluesky": "b1"}, clock.now())


async def test_pending_network_keeps_a_post_under_way(ledger, make_draft):
    [claim] = await ledger.claim([make_draft(1)])
    pending = NetworkReceipt(platform="tiktok", outcome=Outcome.ACCEPTED, social_id="pending")
    await ledger.settle([receipt(claim, Outcome.ACCEPTED, post_id="p1", status="success", networks=(pending,))])
    assert [post.social_ids for post in await ledger.under_way()] == [{"tiktok": "pending"}]
    assert len(await ledger.accepted_posts()) == 1


async def test_measuring_is_remembered(ledger, clock, make_draft):
    claims = await ledger.claim([make_draft(1), make_draft(2)])
    await ledger.settle(
        [receipt(claim, Outcome.ACCEPTED, post_id=claim.identity, status="success") for claim in claims]
    )
    assert {post.post_id for post in await ledger.to_measure(9)} == {"guid-1", "guid-2"}
    assert len(await ledger.to_measure(1)) == 1
    later = clock.now() + timedelta(minutes=30)
    look = Look(
        next_look=later, unchanged=2, numbers="abc", told=frozenset({"bluesky:likeCount", "bluesky:quoteCount"})
    )
    await ledger.mark_measured({"guid-1": look, "": look})
    await ledger.mark_measured({"guid-1": look})

    posts = {post.post_id: post for post in await ledger.accepted_posts()}
    assert (posts["guid-1"].last_measured_at, posts["guid-1"].look) == (clock.now(), look)
    assert (posts["guid-2"].last_measured_at, posts["guid-2"].look) == (None, None)
    assert [post.post_id for post in await ledger.to_measure(9)] == ["guid-2"]
    clock.advance(timedelta(minutes=30))
    assert {post.post_id for post in await ledger.to_measure(9)} == {"guid-1", "guid-2"}


async def test_an_older_ledger_grows_what_it_lacks(clock, tmp_path):
    url = f"sqlite:///{tmp_path / 'old.db'}"
    async with Ledger(url, clock):
        pass
    with closing(sqlite3.connect(tmp_path / "old.db")) as old:
        old.execute("DROP INDEX claims_due_by_profile")
        for column in ("next_look", "unchanged", "numbers", "told"):
            old.execute(f"ALTER TABLE claims DROP COLUMN {column}")
        old.execute("DROP TABLE told_metrics")
        old.commit()
    async with Ledger(url, clock) as ledger:
        assert await ledger.to_measure(9) == []


async def test_taken_slots_are_told_by_network(ledger, clock, make_draft):
    hours = [clock.now() + timedelta(hours=number) for number in range(5)]
    await ledger.claim(
        [
            make_draft(1, at=hours[2]),
            make_draft(2, at=hours[1], networks="facebook,linkedin"),
            make_draft(3, at=hours[3], networks="linkedin"),
            make_draft(5, at=hours[0] - timedelta(days=1)),
            make_draft(6),
        ]
    )
    [refused] = await ledger.claim([make_draft(7, at=hours[4])])
    await ledger.settle([receipt(refused, Outcome.REFUSED, reason="no")])

    assert await ledger.taken_slots() == [
        (hours[1], {"facebook", "linkedin"}),
        (hours[2], {"bluesky", "facebook"}),
        (hours[3], {"linkedin"}),
    ]


async def test_a_file_outlives_the_process(tmp_path, clock, make_draft):
    url = f"sqlite:///{tmp_path / 'new folder' / 'ledger.db'}"
    async with Ledger(url, clock) as ledger:
        [claim] = await ledger.claim([make_draft(1)])
    clock.advance(timedelta(hours=1))
    async with Ledger(url, clock) as ledger:
        assert await ledger.unsettled() == [claim]
