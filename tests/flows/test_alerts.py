"""Alerts reach people: a real Prefect server sees a run's state and calls the block named dovecote-alerts."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from prefect import flow
from prefect.automations import Automation
from prefect.blocks.notifications import CustomWebhookNotificationBlock
from prefect.client.orchestration import get_client
from prefect.states import Completed, Failed, Running, Scheduled, State

from flows.alerts import ALERTS, BLOCK, furnish
from tasks.states import TROUBLED
from tests.site import Site

pytestmark = pytest.mark.usefixtures("prefect_url")


@flow(name="alerting")
def alerting() -> None:
    """A flow whose runs get their states by hand."""


@pytest.fixture
async def told(site: Site) -> AsyncIterator[Site]:
    """People's side: what is posted to it is what they read."""
    site.pages["/alerts"] = (200, {}, b"")
    block = CustomWebhookNotificationBlock(
        name="alerts", url=site.url("/alerts"), json_data={"subject": "{{subject}}", "body": "{{body}}"}
    )
    await block.save(BLOCK, overwrite=True)
    yield site
    for alert in ALERTS:
        await (await Automation.aread(name=alert.name)).adelete()
    await CustomWebhookNotificationBlock.adelete(BLOCK)


async def run_that_becomes(*states: State[None], tags: list[str]) -> str:
    async with get_client() as client:
        run = await client.create_flow_run(alerting, tags=tags, state=Scheduled())
        for state in states:
            await client.set_flow_run_state(run.id, state, force=True)
    return run.name


async def test_nothing_is_made_while_nobody_made_the_block() -> None:
    assert await furnish() == []


async def test_failed_late_and_troubled_runs_are_told_and_well_ones_are_not(told: Site) -> None:
    names = await furnish()
    assert await furnish() == names
    async with get_client() as client:
        kept = await client.read_automations()
    assert sorted(one.name for one in kept if one.name in names) == sorted(names)
    message = "HTTP 401 from the API: check api_key in block dovecote-social-api"
    # The server's triggers read their automations when these change; a run before that would be missed.
    await asyncio.sleep(2)
    failed = await run_that_becomes(Running(), Failed(message=message), tags=["dovecote"])
    late = await run_that_becomes(Scheduled(name="Late"), tags=["dovecote"])
    troubled = await run_that_becomes(Running(), Completed(name=TROUBLED, message="feed gone"), tags=["dovecote"])
    well = await run_that_becomes(Running(), Completed(), tags=["dovecote"])
    foreign = await run_that_becomes(Running(), Failed(), tags=["other"])

    for _ in range(400):
        if len(told.asked) >= 3:
            break
        await asyncio.sleep(0.1)
    await asyncio.sleep(1)
    bodies = [request.body.decode() for request in told.asked]
    assert len(bodies) == 3
    for name in (failed, late, troubled):
        assert sum(name in body for body in bodies) == 1
    assert any(message in body for body in bodies)
    assert not any(name in body for name in (well, foreign) for body in bodies)
