"""Reconcile looks after every profile of a ledger, each with its own API; one that cannot be reached stops no other."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from blocks import SocialApi
from blocks.base import home
from blocks.desk import open_desk
from flows.reconcile import reconcile
from pipeline.campaign import Campaign, Timing
from pipeline.ledger import Ledger
from pipeline.publishing import Publishing
from social.contract.profiles import ProfileRequest
from social.instants import SystemClock

pytestmark = pytest.mark.usefixtures("prefect_url", "home")


@pytest.fixture
async def shop() -> None:
    primary = SocialApi(requests_per_window=0)
    await primary.asave("default", overwrite=True)
    async with primary.connect() as connection:
        made = await connection.client.profiles.create(ProfileRequest(title="shop"))
    await primary.model_copy(update={"profile_key": made.profile_key}).asave("shop", overwrite=True)


async def left_behind(campaign: Campaign, profile: str) -> None:
    """Claims of a run that died before it sent them."""
    async with open_desk(profile) as desk:
        plan = await Publishing(campaign, desk, dry_run=True).run()
    file = home() / "ledger.db"
    async with Ledger(f"sqlite:///{file}", SystemClock(), lease_seconds=0.001, profile=profile) as ledger:
        assert await ledger.claim(plan.part.drafts)


async def posts(profile: str) -> list[str]:
    async with open_desk(profile) as desk:
        now = desk.clock.now()
        return [row.id async for row in desk.client.history.everything(now, now + timedelta(days=30))]


async def test_every_profile_is_looked_after(shop: None, feed: Any, tmp_path: Path) -> None:
    timing = Timing(policy="slots", slots=["09:00"])
    for name in ("default", "shop"):
        entries = str(feed(range(2)))
        one = Campaign(name=f"news-{name}", sources=[entries], platforms=["bluesky"], backfill=2, timing=timing)
        await left_behind(one, name)
    assert await reconcile(api="default") == "found 0, sent 2, refreshed 0, still open 0"
    assert (len(await posts("default")), len(await posts("shop"))) == (2, 0)
    assert await reconcile() == "found 0, sent 2, refreshed 0, still open 0"
    assert (len(await posts("default")), len(await posts("shop"))) == (2, 2)
    await SocialApi.adelete("shop")
    assert await reconcile() == "found 0, sent 0, refreshed 0, still open 0; not settled: shop"
