"""Remarks of the sandbox: collected whole, kept once, answered once, whatever is lost on the way."""

import asyncio
from datetime import timedelta

import httpx
import pytest

from pipeline.conversations.answering import answer, settle_open
from pipeline.conversations.collecting import collect, recent
from pipeline.conversations.keeping import keep
from pipeline.conversations.rules import Engagement, Rule, decide
from pipeline.ledger import Ledger
from pipeline.ledger.accepted import AcceptedPost
from pipeline.ledger.replies import ReplyState
from server.embedded import EmbeddedTransport
from social.contract.posts import PostRequest

DAY = timedelta(days=1)
KINDS = ("comment", "review", "message")
ANSWER = Engagement(
    rules=[Rule(name="all", action="answer", reply="Thank you, {{ first_name }}!")], answer_hours=24 * 365
)


@pytest.fixture
async def post(desk, embedded):
    """A post on all networks with comments, nine days old."""
    sent = await desk.client.posts.create(
        PostRequest(post="What do you think?", platforms=["facebook", "instagram", "linkedin"], random_media_url=True)
    )
    published = desk.clock.now()
    await embedded[1].advance(9 * DAY)
    return AcceptedPost(
        key="k",
        campaign="c",
        title="t",
        target="default",
        post_id=sent.id,
        status="success",
        claimed_at=published,
        published_at=published,
        social_ids={"facebook": "1", "instagram": "2", "linkedin": "3"},
    )


async def collected(desk, post, kinds=KINDS):
    return await collect(desk.client, [post], kinds=kinds, since=desk.clock.now() - 30 * DAY)


def decisions(found, now, engagement=ANSWER, most=3):
    made = decide(found.remarks, engagement, now, mood=lambda _: "neutral")
    answers = [one for one in made if one.action == "answer"]
    return [one for kind in KINDS for one in [a for a in answers if a.remark.kind == kind][:most]]


async def order(host, **fault):
    headers = {"Authorization": f"Bearer {host.settings.api_key.get_secret_value()}"}
    async with httpx.AsyncClient(transport=EmbeddedTransport(host), base_url="http://x", headers=headers) as api:
        assert (await api.post("/sandbox/faults", json=fault)).status_code == 200


async def test_everything_that_was_said_is_found_and_kept_once(desk, embedded, post):
    found = await collected(desk, post)
    assert found.errors == []
    assert {one.kind for one in found.remarks} == set(KINDS)
    assert len({one.key for one in found.remarks}) == len(found.remarks)
    assert all(one.author and one.at for one in found.remarks)
    assert await collected(desk, post) == found
    only = await collected(desk, post, kinds=("review",))
    assert {one.kind for one in only.remarks} == {"review"}
    for run, expected in (("r1", len(found.remarks)), ("r2", 0)):
        added = await asyncio.to_thread(
            keep, desk.lake, found.remarks, run_id=run, now=desk.clock.now(), source="sandbox"
        )
        assert sum(added.values()) == expected
    frame = desk.lake.frame("comments")
    assert set(frame["post_id"]) == {post.post_id}
    assert set(frame["profile"]) == {desk.profile}
    assert str(frame["created_at"].dtype) == "datetime64[us, UTC]"
    assert desk.lake.frame("reviews")["stars"].between(1, 5).all()


async def test_each_remark_is_answered_once_and_shows_as_answered(desk, post):
    found = await collected(desk, post)
    wanted = decisions(found, desk.clock.now())
    assert {one.remark.kind for one in wanted} == set(KINDS)
    done = await answer(wanted, client=desk.client, ledger=desk.ledger, engagement="e")
    assert {state for state, _ in done.states.values()} == {ReplyState.ANSWERED}
    again = await answer(wanted, client=desk.client, ledger=desk.ledger, engagement="e")
    assert again.states == {}
    later = {one.key: one for one in (await collected(desk, post)).remarks}
    # An answer to an answer stands beside it on the networks, which do not say to which of them it was given.
    assert all(later[one.remark.key].answered for one in wanted if not one.remark.parent_id)
    ours = [one for one in later.values() if one.own and one.text.startswith("Thank you, ")]
    assert len(ours) == sum(one.remark.kind != "review" for one in wanted)


async def test_several_processes_answer_each_remark_once(desk, embedded, post, tmp_path):
    found = await collected(desk, post)
    wanted = decisions(found, desk.clock.now(), most=5)
    async with Ledger(f"sqlite:///{tmp_path / 'ledger.db'}", desk.clock) as other:
        rounds = [answer(wanted, client=desk.client, ledger=one, engagement="e") for one in (desk.ledger, other)]
        done = await asyncio.gather(*rounds)
    keys = [key for one in done for key in one.states]
    assert sorted(keys) == sorted(one.remark.key for one in wanted)


@pytest.mark.parametrize("kind", ["accepted_then_timeout", "accepted_then_500", "500_before"])
async def test_a_lost_answer_is_looked_up_before_anything_is_said_again(desk, embedded, post, kind):
    found = await collected(desk, post)
    (first, *_) = decisions(found, desk.clock.now())
    await order(embedded[1], kind=kind, path="/comments")
    done = await answer([first], client=desk.client, ledger=desk.ledger, engagement="e")
    assert done.states[first.remark.key][0] is ReplyState.UNKNOWN
    await embedded[1].advance(timedelta(hours=1))
    now = await collected(desk, post)
    known = await settle_open(desk.ledger, now.remarks, quiet=timedelta(minutes=10))
    said = kind != "500_before"
    assert (first.remark.key in known) is said
    assert {one.key: one.answered for one in now.remarks}[first.remark.key] is said
    await answer([first] if not said else [], client=desk.client, ledger=desk.ledger, engagement="e")
    last = await collected(desk, post)
    assert sum(one.own and one.text == first.answer for one in last.remarks) == 1


async def test_a_claim_that_a_dead_process_left_is_not_answered_before_the_quiet_time(desk, embedded, post):
    found = await collected(desk, post)
    (first, *_) = decisions(found, desk.clock.now())
    await desk.ledger.claim_reply(first.remark.key, engagement="e", rule="all", text=first.answer)
    quiet = timedelta(minutes=10)
    assert first.remark.key in await settle_open(desk.ledger, found.remarks, quiet=quiet)
    await embedded[1].advance(timedelta(minutes=11))
    assert first.remark.key not in await settle_open(desk.ledger, found.remarks, quiet=quiet)


async def test_being_rate_limited_ends_the_round_and_loses_nothing(desk, embedded, post):
    found = await collected(desk, post)
    wanted = decisions(found, desk.clock.now())
    await order(embedded[1], kind="429", path="/comments", method="POST", seconds=1)
    done = await answer(wanted, client=desk.client, ledger=desk.ledger, engagement="e")
    assert done.stopped
    assert done.states == {}
    again = await answer(wanted, client=desk.client, ledger=desk.ledger, engagement="e")
    assert len(again.states) == len(wanted)


async def test_what_fails_is_told_and_stops_nothing_else(desk, embedded, post):
    await order(embedded[1], kind="500_before", path="/reviews", count=50)
    found = await collected(desk, post)
    assert len(found.errors) == 2
    assert {one.kind for one in found.remarks} == {"comment", "message"}


async def test_recent_remarks_come_newest_first(desk, post):
    found = await collected(desk, post)
    fresh = recent(found.remarks, desk.clock.now(), 3 * DAY)
    assert fresh == sorted(fresh, key=lambda one: one.at, reverse=True)
    assert all(desk.clock.now() - one.at <= 3 * DAY for one in fresh)
