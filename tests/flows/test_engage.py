"""Conversations as flows: kept, answered once by rules, shown to a person where asked for; and the lake's upkeep."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from blocks import LakeStorage, SocialApi
from flows.engage import engage
from flows.publish import publish
from flows.reconcile import reconcile
from flows.tidy import tidy
from pipeline.campaign import Campaign
from pipeline.conversations.rules import Engagement, Rule

pytestmark = pytest.mark.usefixtures("prefect_url", "home")
THANKS = Rule(name="thanks", kinds=["comment", "review"], action="answer", reply="Thank you, {{ first_name }}!")


@pytest.fixture
async def published(feed: Callable[..., Path]) -> None:
    """A post on Facebook and Instagram that people had five days to talk about."""
    await SocialApi(requests_per_window=0).asave("default", overwrite=True)
    await publish(Campaign(sources=[str(feed(range(1)))], platforms=["facebook", "linkedin"], backfill=1))
    async with SocialApi().connect() as connection:
        await connection.advance(timedelta(days=5))
    await reconcile()


@pytest.mark.usefixtures("published")
async def test_remarks_are_kept_and_answered_once() -> None:
    engagement = Engagement(name="care", rules=[THANKS], answer_hours=24 * 365, most_answers=4)
    dry = await engage(engagement, dry_run=True)
    assert "answered" not in dry
    assert "4 answered" in await engage(engagement)
    assert "4 answered" in await engage(engagement)
    lake = LakeStorage().lake()
    rows = len(lake.frame("comments"))
    # Whether the post has comments by then depends on how many followers its account was drawn.
    own = sum(lake.frame(table)["own"].sum() for table in ("comments", "messages"))
    assert own + lake.frame("reviews")["reply"].notna().sum() > 0
    assert {"reviews", "messages"} <= set(lake.tables())
    await engage(Engagement())
    await engage(Engagement())
    assert len(lake.frame("comments")) >= rows
    assert not lake.frame("comments").duplicated(["network", "social_id", "text", "answered"]).any()


@pytest.mark.usefixtures("published")
async def test_quiet_hours_send_nothing() -> None:
    engagement = Engagement(rules=[THANKS], answer_hours=24 * 365, quiet_from="00:00", quiet_until="23:59:59")
    said = await engage(engagement)
    assert "quiet hours: nothing sent" in said
    assert "answered" not in said


@pytest.mark.usefixtures("published")
async def test_a_person_is_asked_and_their_answer_counts() -> None:
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.filters import FlowRunFilter

    ask = Rule(name="ask", kinds=["review"], action="ask", reply="Thank you!")
    engagement = Engagement(name="asking", rules=[ask], answer_hours=24 * 365, most_answers=2)

    async def answer() -> None:
        async with get_client() as client:
            for _ in range(300):
                wanted = FlowRunFilter(name={"any_": ["engage: asking"]}, state={"name": {"any_": ["Paused"]}})
                runs = await client.read_flow_runs(flow_run_filter=wanted)
                if runs:
                    await client.resume_flow_run(runs[0].id, run_input={"send": True})
                    return
                await asyncio.sleep(0.2)
        pytest.fail("the run never paused")

    said, _ = await asyncio.gather(engage(engagement), answer())
    assert "2 answered" in said


@pytest.mark.usefixtures("published")
async def test_upkeep_changes_no_frame() -> None:
    for _ in range(3):
        await engage(Engagement())
    lake = LakeStorage().lake()
    before = {table: len(lake.frame(table)) for table in lake.tables()}
    assert "merged" in await tidy()
    assert {table: len(lake.frame(table)) for table in lake.tables()} == before
