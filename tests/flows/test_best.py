"""What did best, as flows: repeated by `evergreen`, boosted by `boost` once a person agreed."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import FlowRunFilter

from blocks import LakeStorage, SocialApi
from flows.boost import boost
from flows.evergreen import evergreen
from flows.measure import measure
from flows.publish import publish
from flows.reconcile import reconcile
from flows.report import report
from pipeline.boosting import BoostPolicy
from pipeline.campaign import Campaign, Timing
from pipeline.evergreen import Evergreen
from social.contract.ads import AdsQuery

pytestmark = pytest.mark.usefixtures("prefect_url", "home")
POLICY = BoostPolicy(name="spring", above=1, within_days=60, countries=["DE"], daily=Decimal(4), days=2, most=2)


@pytest.fixture
async def measured(feed: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> None:
    """Seven posts on Facebook with numbers of two days, forty days old."""
    # With few followers most posts have no engagements, and none is better than another.
    monkeypatch.setenv("DOVECOTE_SERVER_SANDBOX_FOLLOWERS", "20000")
    monkeypatch.setenv("DOVECOTE_SERVER_SANDBOX_SEED", "loft")
    await SocialApi(requests_per_window=0).asave("default", overwrite=True)
    timing = Timing(allow_burst=True)
    await publish(Campaign(sources=[str(feed(range(7)))], platforms=["facebook"], backfill=7, timing=timing))
    for days in (2, 38):
        async with SocialApi().connect() as connection:
            await connection.advance(timedelta(days=days))
        await reconcile()
        await measure(other_posts=False)


async def ads() -> int:
    async with SocialApi().connect() as connection:
        client = connection.client
        account = (await client.ads.accounts("facebook")).ad_accounts[0]["accountId"]
        return len((await client.ads.list("facebook", AdsQuery(account_id=account))).ads)


@pytest.mark.usefixtures("measured")
async def test_the_best_are_repeated_and_the_plan_shows_it_first() -> None:
    policy = Evergreen(campaign=Campaign(name="evergreen", platforms=["facebook"]), above=1, most=2)
    foretold = await evergreen(policy, dry_run=True)
    assert foretold.counts["planned"] == 2
    assert (await evergreen(policy)).counts["scheduled"] == 2
    again = await evergreen(policy)
    assert again.counts["scheduled"] <= 2
    posts = LakeStorage().lake().frame("posts")
    repeats = posts[posts["campaign"] == "evergreen"]["identity"].unique()
    assert len(repeats) == 2 + again.counts["scheduled"]
    assert all(identity.endswith("~1") for identity in repeats)


async def answer(*, yes: bool) -> None:
    wanted = FlowRunFilter.model_validate(
        {"name": {"any_": ["boost: spring on facebook"]}, "state": {"name": {"any_": ["Paused"]}}}
    )
    async with get_client() as client:
        for _ in range(300):
            if runs := await client.read_flow_runs(flow_run_filter=wanted):
                await client.resume_flow_run(runs[0].id, run_input={"boost": yes})
                return
            await asyncio.sleep(0.1)
    raise AssertionError("the run never paused")


@pytest.mark.usefixtures("measured")
async def test_money_is_spent_once_a_person_agreed_and_is_reported() -> None:
    assert "2 proposed, nothing boosted: dry run" in await boost(POLICY, dry_run=True)
    state, _ = await asyncio.gather(boost(POLICY, return_state=True), answer(yes=False))
    assert state.name == "Declined"
    assert await ads() == 0
    said, _ = await asyncio.gather(boost(POLICY), answer(yes=True))
    assert "2 proposed, 2 boosted" in said
    assert await ads() == 2
    async with SocialApi().connect() as connection:
        await connection.advance(timedelta(days=3))
    # The budget decides where nobody is asked; what was boosted is not proposed again.
    assert "boosted" in await boost(POLICY, approve=False)
    spend = LakeStorage().lake().frame("ad_spend")
    assert spend["ad_id"].nunique() == 2
    page = await asyncio.to_thread(Path(await report("Ads")).read_text, "utf-8")
    assert "Posts that were boosted" in page
    assert "spring " in page


async def test_without_numbers_nothing_is_proposed_and_nobody_is_asked() -> None:
    assert (await boost(POLICY)).startswith("0 proposed")
