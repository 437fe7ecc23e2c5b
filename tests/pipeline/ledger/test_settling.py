from datetime import timedelta

import pytest

from pipeline.records import Outcome
from pipeline.sending import send
from pipeline.settling import GONE, KEY_REFUSALS, QUIET_SECONDS, settle
from social.instants import wire

A, R, U, P = Outcome.ACCEPTED, Outcome.REFUSED, Outcome.UNKNOWN, Outcome.PENDING
UNCERTAIN = ["accepted then lost", "accepted then reset", "accepted then 500", "503 before", "lost on the way"]


@pytest.fixture
def database_url(tmp_path):
    # One kind is enough here: the statements themselves are tested on both.
    return f"sqlite:///{tmp_path / 'ledger.db'}"


@pytest.fixture
async def publish(ledger, client, clock, make_draft):
    async def publish(count, **changes):
        claims = await ledger.claim([make_draft(number, **changes) for number in range(count)])
        return claims, await send(claims, client=client, ledger=ledger, clock=clock, in_flight=4)

    return publish


@pytest.fixture
def reconcile(ledger, client, clock):
    async def reconcile(**changes):
        return await settle(ledger, client=client, clock=clock, **changes)

    return reconcile


async def outcomes(ledger, claims):
    known = await ledger.outcomes([claim.key for claim in claims])
    return [known[claim.key].outcome for claim in claims]


@pytest.mark.parametrize("fault", UNCERTAIN)
async def test_an_uncertain_post_is_settled_without_doubling(ledger, api, line, clock, publish, reconcile, fault):
    line.faults = [fault]
    claims, _ = await publish(1)
    reached = len(api.rows)

    first = await reconcile()
    assert len(api.rows) == reached, "sent again before the quiet time was over"
    assert first.open == (1 - reached)
    clock.advance(timedelta(seconds=QUIET_SECONDS))
    second = await reconcile()

    assert len(api.rows) == 1
    assert second.open == 0
    assert await outcomes(ledger, claims) == [A]
    assert (await reconcile()).sent == ()


async def test_a_scheduled_post_is_found_at_its_time(ledger, api, line, clock, publish, reconcile):
    at = clock.now() + timedelta(days=40)
    line.faults = ["accepted then lost"]
    claims, _ = await publish(1, at=at)
    settlement = await reconcile()

    [receipt] = settlement.found
    assert (receipt.outcome, receipt.status, receipt.scheduled_for) == (A, "pending", at)
    assert await outcomes(ledger, claims) == [A]


@pytest.mark.parametrize(
    ("status", "errors", "outcome"),
    [
        ("success", [], A),
        ("pending", [], A),
        ("processing", [], A),
        ("paused", [], A),
        ("awaiting approval", [], A),
        ("deleted", [], A),
        ("error", ["facebook"], A),
        ("error", ["bluesky", "facebook"], R),
    ],
)
async def test_history_decides_by_status(ledger, api, line, publish, reconcile, status, errors, outcome):
    line.faults = ["accepted then lost"]
    claims, _ = await publish(1)
    [row] = api.rows
    row["status"] = status
    row["postIds"] = [] if status != "error" else [one for one in row["postIds"] if one["platform"] not in errors]
    row["errors"] = [{"platform": name, "code": 110, "message": "duplicate"} for name in errors]
    await reconcile()

    assert await outcomes(ledger, claims) == [outcome]
    assert len(api.rows) == 1
    known = (await ledger.outcomes([claims[0].key]))[claims[0].key]
    assert {network.platform for network in known.networks if network.outcome is R} == set(errors)


async def test_never_attempted_claims_are_sent(ledger, another, api, client, clock, make_draft):
    claims = await another.claim([make_draft(number) for number in range(3)])
    assert (await settle(ledger, client=client, clock=clock)).sent == ()
    clock.advance(timedelta(seconds=ledger.lease_seconds + 1))
    settlement = await settle(ledger, client=client, clock=clock)

    assert [receipt.key for receipt in settlement.sent] == [claim.key for claim in claims]
    assert len(api.rows) == 3
    assert api.history_calls == 0


async def test_other_campaigns_are_left_alone(ledger, api, client, clock, make_draft):
    await ledger.claim([make_draft(1), make_draft(2, campaign="blog")])
    clock.advance(timedelta(hours=1))
    await settle(ledger, client=client, clock=clock, campaign="blog")
    assert len(api.rows) == 1


async def test_a_key_refused_without_a_trace_goes_to_a_person(ledger, api, line, clock, publish, reconcile):
    line.faults = ["503 before"]
    [claim], _ = await publish(1)
    api.keys.add(claim.key)
    for _ in range(KEY_REFUSALS):
        clock.advance(timedelta(seconds=QUIET_SECONDS))
        assert (await reconcile()).alerts == {}
    sent = line.posts
    clock.advance(timedelta(seconds=QUIET_SECONDS))
    settlement = await reconcile()

    assert line.posts == sent
    assert settlement.open == 1
    assert "never sent under another key" in settlement.alerts[claim.key]
    assert await outcomes(ledger, [claim]) == [U]
    assert api.rows == []


async def test_a_refused_key_is_searched_in_all_of_history(ledger, api, line, clock, publish, reconcile):
    line.faults = ["accepted then lost"]
    claims, _ = await publish(1, at=clock.now() + timedelta(days=2))
    api.rows[0]["scheduleDate"] = wire(clock.now() + timedelta(days=300))
    for _ in range(2):
        clock.advance(timedelta(seconds=QUIET_SECONDS))
        await reconcile()

    assert await outcomes(ledger, claims) == [A]
    assert len(api.rows) == 1


async def test_a_post_refused_as_its_own_duplicate_was_accepted(ledger, api, line, clock, publish, reconcile):
    line.faults = ["accepted then lost"]
    claims, _ = await publish(1)
    clock.advance(timedelta(seconds=700))
    history = api.history
    api.history = lambda query: history({**query, "startDate": query["endDate"]})  # lags behind
    api.keys.clear()  # and the key is forgotten

    def said_before(body):
        api.history = history
        errors = [{"code": 137, "message": "said before", "platform": name} for name in body["platforms"]]
        return 400, {"status": "error", "errors": errors, "postIds": [], "id": "", "validate": True}

    api.create = said_before
    settlement = await reconcile()
    assert line.posts == 2
    assert await outcomes(ledger, claims) == [A]
    assert [receipt.post_id for receipt in settlement.sent] == ["post1"]
    assert settlement.alerts == {}


async def test_a_post_that_slipped_through_twice_is_an_alert(ledger, api, line, clock, publish, reconcile):
    line.faults = ["accepted then lost"]
    [claim], _ = await publish(1)
    api.rows.append(api.rows[0] | {"id": "twin"})
    settlement = await reconcile()

    assert settlement.alerts == {claim.key: "posts post1, twin carry the same key: delete all but one"}
    assert await outcomes(ledger, [claim]) == [A]


async def test_nothing_is_sent_when_history_cannot_be_read(ledger, api, line, clock, publish, reconcile):
    line.faults = ["503 before", "503 before"]
    await publish(2)
    clock.advance(timedelta(seconds=QUIET_SECONDS))
    api.history = lambda _query: (500, {"status": "error", "message": "down"})
    with pytest.raises(Exception, match="HTTP 500"):
        await reconcile()

    assert api.rows == []
    assert len(await ledger.unsettled()) == 2


async def test_published_posts_get_their_ids(ledger, api, clock, publish, reconcile):
    at = clock.now() + timedelta(hours=2)
    claims, _ = await publish(3, at=at)
    assert (await reconcile()).refreshed == ()
    clock.advance(timedelta(hours=3))
    api.publish_due(refuse=["facebook"])
    settlement = await reconcile()

    assert len(settlement.refreshed) == 3
    posts = await ledger.accepted_posts()
    assert [(post.status, post.networks, post.published_at) for post in posts] == [("error", ("bluesky",), at)] * 3
    assert {post.social_ids["bluesky"] for post in posts} == {f"bluesky-post{number}" for number in (1, 2, 3)}
    known = (await ledger.outcomes([claims[0].key]))[claims[0].key]
    assert known.reason == "facebook: not linked (code 156)"
    assert (await reconcile()).refreshed == ()


async def test_a_post_refused_everywhere_at_its_time_stays_accepted(ledger, api, clock, publish, reconcile):
    claims, _ = await publish(1, at=clock.now() + timedelta(hours=2))
    clock.advance(timedelta(hours=3))
    api.publish_due(refuse=["facebook", "bluesky"])
    await reconcile()

    known = (await ledger.outcomes([claims[0].key]))[claims[0].key]
    assert (known.outcome, known.status) == (A, "error")
    assert {network.outcome for network in known.networks} == {R}


async def test_moved_overdue_and_vanished_posts(ledger, api, clock, publish, reconcile):
    claims, receipts = await publish(3, at=clock.now() + timedelta(hours=2))
    keys = {receipt.post_id: receipt.key for receipt in receipts}
    clock.advance(timedelta(days=3))
    moved = clock.now() + timedelta(days=30)
    api.rows[0]["scheduleDate"] = wire(moved)
    vanished = api.rows.pop(1)["id"]
    settlement = await reconcile()

    assert set(settlement.alerts) == {keys[vanished], keys["post3"]}
    assert "overdue" in settlement.alerts[keys["post3"]]
    assert "no longer knows" in settlement.alerts[keys[vanished]]
    known = await ledger.outcomes(list(keys.values()))
    assert known[keys["post1"]].scheduled_for == moved
    assert known[keys[vanished]].status == GONE
    assert set((await reconcile()).alerts) == {keys["post3"]}
    assert len(claims) == 3


async def test_a_network_still_processing_is_looked_at_again(ledger, api, clock, publish, reconcile):
    store = api.store

    def pending(body, text, refused):
        status, answer = store(body, text, refused)
        api.rows[-1]["postIds"][0]["id"] = "pending"
        return status, answer

    api.store = pending
    await publish(1)
    assert [len((await reconcile()).refreshed) for _ in range(2)] == [1, 1]
    api.rows[0]["postIds"][0]["id"] = "7312"
    await reconcile()
    assert (await reconcile()).refreshed == ()
    [post] = await ledger.accepted_posts()
    assert (post.status, sorted(post.social_ids.values())) == ("success", ["7312", "facebook-1"])


async def test_history_longer_than_a_page_is_read_whole(ledger, api, line, clock, client, make_draft):
    line.always = "accepted then lost"
    drafts = [make_draft(number, at=clock.now() + timedelta(minutes=number + 1)) for number in range(1100)]
    claims = await ledger.claim(drafts)
    await send(claims, client=client, ledger=ledger, clock=clock, chunk=500)
    line.always = ""
    settlement = await settle(ledger, client=client, clock=clock)

    assert len(settlement.found) == 1100
    assert settlement.open == 0
