"""Plans in the publish flow: a saved one is carried out, an approval is a person's answer to a paused run."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from prefect import get_client
from prefect.client.schemas.filters import FlowRunFilter
from prefect.states import State

from blocks import SocialApi
from blocks.desk import open_desk
from flows.publish import publish
from pipeline.campaign import Campaign
from pipeline.publishing import Publishing
from social.contract.history import HistoryQuery
from tasks.approval import plan_of

pytestmark = pytest.mark.usefixtures("prefect_url", "home")
Feed = Callable[..., Path]


def campaign(feed: Path, name: str) -> Campaign:
    return Campaign(name=name, sources=[str(feed)], platforms=["bluesky"], backfill=9)


async def posted() -> int:
    async with SocialApi().connect() as connection:
        return len((await connection.client.history.list(HistoryQuery(limit=1000, last_days=0))).history)


async def paused(name: str) -> UUID:
    wanted = {"name": {"any_": [f"publish: {name} → bluesky"]}, "state": {"type": {"any_": ["PAUSED"]}}}
    async with get_client() as client:
        for _ in range(300):
            runs = await client.read_flow_runs(flow_run_filter=FlowRunFilter.model_validate(wanted))
            if runs:
                return runs[0].id
            await asyncio.sleep(0.1)
    raise AssertionError("the run did not pause")


async def answered(campaign: Campaign, *, approve: bool, before: Callable[[], object] = lambda: None) -> State[Any]:
    task = asyncio.create_task(publish(campaign, approve=True, return_state=True))
    run = await paused(campaign.name)
    assert await posted() == 0
    before()
    async with get_client() as client:
        await client.resume_flow_run(run, run_input={"approve": approve})
    return await asyncio.wait_for(task, 60)


async def test_approved_plan_is_sent(feed: Feed) -> None:
    state = await answered(campaign(feed(range(3)), "approved"), approve=True)
    assert (state.name, (await state.aresult()).counts["scheduled"]) == ("Completed", 3)
    assert await posted() == 3


async def test_declined_plan_sends_nothing_and_is_proposed_again(feed: Feed) -> None:
    told = campaign(feed(range(3)), "declined")
    state = await answered(told, approve=False)
    assert (state.name, (await state.aresult()).counts["planned"]) == ("Declined", 3)
    assert await posted() == 0
    story = await publish(told)
    assert story.counts["scheduled"] == 3


async def test_what_changed_while_waiting_is_not_sent(feed: Feed) -> None:
    told = campaign(feed(range(3)), "moved")
    state = await answered(told, approve=True, before=lambda: feed(range(2)))
    assert state.is_failed()
    with pytest.raises(Exception, match="gone from the source"):
        await state.aresult()
    assert await posted() == 0


async def test_nothing_to_post_asks_nobody(feed: Feed) -> None:
    story = await publish(campaign(feed(range(3)), "asked").model_copy(update={"backfill": 0}), approve=True)
    assert story.counts["filtered"] == 3


async def test_saved_plan_is_carried_out_by_its_path(feed: Feed, tmp_path: Path) -> None:
    told = campaign(feed(range(2)), "saved")
    async with open_desk() as desk:
        run = await Publishing(told, desk, dry_run=True).run()
        path = (await plan_of(run)).write(tmp_path / "plan.json")
    story = await publish(plan=str(path))
    assert story.counts["scheduled"] == 2
    state = await publish(plan=str(path), return_state=True)
    with pytest.raises(Exception, match="already claimed"):
        await state.aresult()
    other = await publish(campaign(feed(range(2)), "other"), plan=str(path), return_state=True)
    with pytest.raises(ValueError, match="leave the parameter campaign empty"):
        await other.aresult()
    assert await posted() == 2
