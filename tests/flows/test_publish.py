"""The publish flow as people run it: on the embedded API, with a Prefect server."""

import asyncio
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from prefect import get_client
from prefect.client.schemas.filters import ArtifactFilter, ArtifactFilterKey, TaskRunFilter
from prefect.runtime.flow_run import FIELDS
from prefect.states import State

from blocks import SocialApi
from flows.publish import publish
from pipeline.campaign import Campaign, Filters, Timing
from pipeline.story import Story
from pipeline.timing.bursts import BurstRefused
from social.contract.history import HistoryQuery
from social.contract.posts import StoredPost
from tasks.runs import name_of_publish

pytestmark = pytest.mark.usefixtures("prefect_url", "home")
Feed = Callable[..., Path]


def campaign(feed: Path, **changes: Any) -> Campaign:
    return Campaign(sources=[str(feed)], platforms=["bluesky", "facebook"], **changes)


async def posted() -> list[StoredPost]:
    async with SocialApi().connect() as connection:
        return (await connection.client.history.list(HistoryQuery(limit=1000, last_days=0))).history


async def run(campaign: Campaign, **arguments: Any) -> tuple[State[Any], Story]:
    state = await publish(campaign, return_state=True, **arguments)
    return state, await state.aresult()


async def test_new_feed_is_primed(feed: Feed) -> None:
    state, story = await run(campaign(feed(range(5))))
    assert story.counts["filtered"] == 5
    assert await posted() == []
    assert state.name == "Completed"


async def test_backfill_posts_the_newest_oldest_first(feed: Feed) -> None:
    _, story = await run(campaign(feed(range(6)), backfill=2))
    assert (story.counts["scheduled"], story.counts["filtered"]) == (2, 4)
    titles = [str(row.post).splitlines()[0] for row in reversed(await posted())]
    assert titles == ["Entry number 4", "Entry number 5"]


async def test_second_run_posts_only_what_is_new(feed: Feed) -> None:
    await run(campaign(feed(range(3)), backfill=3))
    _, story = await run(campaign(feed(range(4)), backfill=3))
    assert (story.counts["known"], story.counts["scheduled"]) == (3, 1)
    assert len(await posted()) == 4


async def test_dry_run_shows_and_sends_nothing(feed: Feed) -> None:
    for _ in range(2):
        _, story = await run(campaign(feed(range(4)), backfill=2, name="dry"), dry_run=True)
        assert (story.counts["planned"], story.counts["filtered"]) == (2, 2)
    assert await posted() == []


async def test_broken_feed_stops_no_other(feed: Feed, tmp_path: Path) -> None:
    broken = tmp_path / "page.xml"
    broken.write_text("<!doctype html><html><body>not a feed</body></html>", encoding="utf-8")
    both = campaign(feed(range(2)), backfill=2).model_copy(update={"sources": [str(broken), str(feed(range(2)))]})
    state, story = await run(both)
    assert story.counts["scheduled"] == 2
    assert state.name == "CompletedWithTroubles"
    assert any("page.xml" in trouble for trouble in story.troubles)


async def test_filtered_items_say_why(feed: Feed) -> None:
    _, story = await run(campaign(feed(range(3)), backfill=3, filters=Filters(exclude=["number 1"])))
    assert story.counts["scheduled"] == 2
    assert ["number 1" in row["reason"] for row in story.table if row["disposition"] == "filtered"] == [True]


async def test_task_runs_do_not_grow_with_items(feed: Feed) -> None:
    state, story = await run(campaign(feed(range(120)), backfill=120, timing=Timing(allow_burst=True)))
    assert story.counts["scheduled"] == 120
    wanted = TaskRunFilter.model_validate({"flow_run_id": {"any_": [state.state_details.flow_run_id]}})
    names: set[str] = set()
    async with get_client() as client, asyncio.timeout(60):
        # The server stores task runs a moment after they have ended.
        while not any(name.startswith("account-for-items") for name in names):
            await asyncio.sleep(0.2)
            names = {task_run.name for task_run in await client.read_task_runs(task_run_filter=wanted)}
    assert len(names) <= 6


async def test_burst_fails_the_run_at_once_and_sends_nothing(feed: Feed) -> None:
    bursting = campaign(feed(range(3)), backfill=3, timing=Timing(burst=2))
    async with asyncio.timeout(30):
        state = await publish(bursting, return_state=True)
    with pytest.raises(BurstRefused, match="3 posts to bluesky"):
        await state.aresult()
    assert await posted() == []


async def test_run_leaves_a_table(feed: Feed) -> None:
    await run(campaign(feed(range(2)), backfill=2, name="table-test"))
    async with get_client() as client:
        wanted = ArtifactFilter(key=ArtifactFilterKey(any_=["publish-table-test"]))
        artifacts = await client.read_artifacts(artifact_filter=wanted)
    assert len(artifacts) == 1
    assert "read 2 = scheduled 2" in str(artifacts[0].description)


async def test_warnings_of_sheets_are_in_the_log_and_in_the_artifact(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    sheet = tmp_path / "calendar.csv"
    sheet.write_text("date,text,platforms,Password\n2099-01-05 09:00,Hello,bluesky,hidden-word\n")
    monkeypatch.setattr(logging.getLogger("prefect.flow_runs"), "propagate", True)
    with caplog.at_level(logging.INFO, logger="prefect.flow_runs"):
        state, story = await run(campaign(sheet, name="notes-test"))
    assert (state.name, story.troubles) == ("Completed", [])
    warned = "D1: the column looks like keys or passwords"
    assert [warned in message for message in caplog.messages if "D1" in message] == [True]
    async with get_client() as client:
        wanted = ArtifactFilter(key=ArtifactFilterKey(any_=["publish-notes-test-sum"]))
        (artifact,) = await client.read_artifacts(artifact_filter=wanted)
    assert warned in str(artifact.data)
    assert "hidden-word" not in str(artifact.data) + str(story)


async def test_campaign_without_sources_is_refused() -> None:
    state = await publish(Campaign(), return_state=True)
    with pytest.raises(ValueError, match=r"campaign\.sources"):
        await state.aresult()


async def test_runs_are_named_by_what_they_do(feed: Feed, tmp_path: Path) -> None:
    made = campaign(feed(range(2)), name="blog", backfill=1)
    for arguments, name in (
        ({"dry_run": True}, "plan: blog → 2 networks"),
        ({}, "publish: blog → 2 networks"),
    ):
        state, _ = await run(made, **arguments)
        async with get_client() as client:
            assert (await client.read_flow_run(state.state_details.flow_run_id)).name == name
    # As a deployment stores them, parameters are plain JSON, and some are left to their defaults.
    stored = {"campaign": {"name": "blog", "platforms": ["threads"], "sources": ["x"]}}
    with temporary_parameters(stored):
        assert name_of_publish() == "publish: blog → threads"
    with temporary_parameters({"plan": str(tmp_path / "monday.json"), "dry_run": False}):
        assert name_of_publish() == "publish: monday.json"


@contextmanager
def temporary_parameters(given: dict[str, Any]) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("prefect.runtime.flow_run.get_parameters", lambda: given)
        patch.setitem(FIELDS, "parameters", lambda: given)
        yield


async def test_long_runs_show_how_far_they_are(feed: Feed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tasks.artifacts.PATIENCE", 0.0)
    await run(campaign(feed(range(9)), name="long", backfill=9, timing=Timing(allow_burst=True)))
    async with get_client() as client:
        key = ArtifactFilter(key=ArtifactFilterKey(any_=["publish-long-progress"]))
        (bar,) = await client.read_artifacts(artifact_filter=key)
    assert bar.type == "progress"
    assert bar.data == 100
    assert bar.description == "Items sent: 9 of 9"
