"""Boosts: the best posts, once each, within the budget whatever is lost or runs beside; and what they cost."""

import asyncio
from datetime import timedelta
from decimal import Decimal

import httpx
import pandas as pd
import pytest
from pydantic import ValidationError

from pipeline import boosting, questions
from pipeline.boosting import BoostPolicy, Proposal
from pipeline.ledger import Ledger
from pipeline.ledger.boosts import BoostState
from server.embedded import EmbeddedTransport
from social.contract.ads import AdsQuery
from social.contract.posts import PostRequest

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NOW = pd.Timestamp("2026-11-20T09:00Z")
POLICY = BoostPolicy(countries=["DE"])


def ranked(**scores):
    rows = [
        {"post_id": key, "title": f"Post {key}", "text": "", "score": score, "out_at": NOW - DAY}
        for key, score in scores.items()
    ]
    return pd.DataFrame(rows)


def proposed(table, *, known=(), left=50, **policy):
    given = BoostPolicy(**{"most": 9} | policy)
    return [one.post_id for one in boosting.propose(table, given, known, left=Decimal(left), now=NOW.to_pydatetime())]


def test_the_best_young_posts_are_proposed_while_money_is_left():
    table = ranked(a=5.0, b=4.0, c=3.0, d=1.5)
    assert proposed(table) == ["a", "b", "c"]
    assert proposed(table, left=44) == ["a", "b"]
    assert proposed(table, left=14) == []
    assert proposed(table, known={"facebook:a"}) == ["b", "c"]
    assert proposed(table, known={"instagram:a"}) == ["a", "b", "c"]
    assert proposed(table.assign(out_at=NOW - 8 * DAY)) == []
    assert proposed(table, above=1, daily=1, days=2) == ["a", "b", "c", "d"]


@pytest.mark.parametrize(
    "wrong", [{"daily": 0}, {"daily": "1.001"}, {"limit": -1}, {"days": 1}, {"network": "bluesky"}]
)
def test_budgets_that_are_none_are_refused(wrong):
    with pytest.raises(ValidationError):
        BoostPolicy(**wrong)


@pytest.fixture
async def posts(desk, embedded):
    """Ids of three posts on Facebook, an hour old."""
    made = [
        (await desk.client.posts.create(PostRequest(post=f"Hello {n}", platforms=["facebook"]))).id for n in range(3)
    ]
    await embedded[1].advance(HOUR)
    return made


def wanted(posts, amount=15):
    return [Proposal(post_id=post, said="Hello", score=3, amount=Decimal(amount)) for post in posts]


async def order(host, **fault):
    headers = {"Authorization": f"Bearer {host.settings.api_key.get_secret_value()}"}
    async with httpx.AsyncClient(transport=EmbeddedTransport(host), base_url="http://x", headers=headers) as api:
        assert (await api.post("/sandbox/faults", json=fault)).status_code == 200


async def ads(desk, account):
    return (await desk.client.ads.list("facebook", AdsQuery(account_id=account))).ads


async def test_posts_are_boosted_once_and_what_they_cost_is_kept_once(desk, embedded, posts):
    account = await boosting.account_of(desk.client, POLICY)
    done = await boosting.boost(desk, POLICY, account, wanted(posts[:2]))
    assert [state for state, _ in done.states.values()] == [BoostState.BOOSTED] * 2
    assert (await boosting.boost(desk, POLICY, account, wanted(posts[:2]))).states == {}
    assert len(await ads(desk, account)) == 2
    await embedded[1].advance(2 * DAY)
    rows = await boosting.spend_rows(desk, POLICY, account)
    for run, added in (("r1", len(rows)), ("r2", 0)):
        assert await asyncio.to_thread(boosting.keep_spend, desk, rows, run_id=run) == added
    await embedded[1].advance(3 * DAY)
    later = await boosting.spend_rows(desk, POLICY, account)
    assert await asyncio.to_thread(boosting.keep_spend, desk, later, run_id="r3") > 0
    table = questions.ad_spend(desk.lake.frame("ad_spend"))
    assert set(table["post_id"]) == set(posts[:2])
    assert (table["spend"] > 0).all()
    assert (table["spend"] <= 15).all()
    assert (table["per_click"] == table["spend"] / table["clicks"]).all()


async def test_the_limit_holds_for_runs_beside_each_other(desk, embedded, posts, tmp_path):
    policy = POLICY.model_copy(update={"limit": Decimal(20)})
    account = await boosting.account_of(desk.client, policy)
    done = await asyncio.gather(*(boosting.boost(desk, policy, account, wanted([post])) for post in posts))
    assert sum(len(one.states) for one in done) == 1
    assert len(await ads(desk, account)) == 1
    _, left = await boosting.proposals(desk, policy, ())
    assert left == 5
    # Money is free again once the days it was meant for are over.
    await embedded[1].advance(31 * DAY)
    assert (await boosting.proposals(desk, policy, ()))[1] == 20


@pytest.mark.usefixtures("database_url")
async def test_both_databases_keep_the_limit(database_url, desk):
    since = desk.clock.now() - DAY
    async with Ledger(database_url, desk.clock) as one, Ledger(database_url, desk.clock) as other:
        about = {"budget": "b", "amount": Decimal("10.10"), "limit": Decimal("30.30"), "since": since}
        won = await asyncio.gather(
            *(ledger.claim_boost("facebook", f"p{n}", **about) for n in range(4) for ledger in (one, other))
        )
        assert sum(won) == 3
        assert await one.committed("b", since) == Decimal("30.30")
        assert await one.committed("other", since) == 0


@pytest.mark.parametrize(("kind", "made"), [("accepted_then_timeout", 1), ("accepted_then_500", 1), ("500_before", 0)])
async def test_a_lost_answer_is_looked_up_before_money_is_spent_again(desk, embedded, posts, kind, made):
    account = await boosting.account_of(desk.client, POLICY)
    await order(embedded[1], kind=kind, path="/ads/facebook/boost", seconds=1)
    done = await boosting.boost(desk, POLICY, account, wanted(posts[:1]))
    assert [state for state, _ in done.states.values()] == [BoostState.UNKNOWN]
    assert len(await ads(desk, account)) == made
    known = await boosting.settle_open(desk, POLICY, account, await desk.ledger.boosts("facebook"))
    assert len(known) == made
    await boosting.boost(desk, POLICY, account, wanted(posts[:1]))
    assert len(await ads(desk, account)) == 1


async def test_what_is_refused_costs_nothing_and_says_why(desk, posts):
    account = await boosting.account_of(desk.client, POLICY)
    done = await boosting.boost(desk, POLICY, account, wanted(["nosuch"]))
    ((state, reason),) = done.states.values()
    assert state is BoostState.REFUSED
    assert reason
    assert (await boosting.proposals(desk, POLICY, ()))[1] == POLICY.limit
    with pytest.raises(ValueError, match=r"policy\.countries is empty"):
        await boosting.boost(desk, BoostPolicy(), account, wanted(posts[:1]))


async def test_an_account_is_named_where_it_is_not_clear(desk):
    assert await boosting.account_of(desk.client, POLICY.model_copy(update={"account": "act_1"})) == "act_1"
    assert (await boosting.account_of(desk.client, POLICY)).startswith("act_")
