"""A flow run that Prefect tries again: what the second try does is kept as well, and nothing is kept twice."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import tasks.steps as steps_module
from flows.publish import publish
from pipeline.analytics.lake import Lake
from pipeline.campaign import Campaign

pytestmark = pytest.mark.usefixtures("prefect_url")


async def test_a_run_tried_again_keeps_what_each_try_sent(
    home: Path, feed: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    show = steps_module.show_table
    shown = []

    async def fail_once(*arguments: Any) -> None:
        shown.append(arguments)
        if len(shown) == 1:
            feed(range(3))
            raise ConnectionError("the Prefect server is away")
        await show(*arguments)

    monkeypatch.setattr(steps_module, "show_table", fail_once)
    campaign = Campaign(name="retried", sources=[str(feed(range(2)))], platforms=["bluesky"], backfill=2)
    state = await publish.with_options(retries=1)(campaign, return_state=True)
    assert (await state.aresult()).headline == "read 3 = known 2 + scheduled 1"
    lake = Lake(home / "lake")
    assert sorted(lake.frame("posts")["title"]) == [f"Entry number {number}" for number in range(3)]
    assert lake.frame("runs")["scheduled"].tolist() == [2, 1]
