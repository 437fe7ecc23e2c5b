"""From feed to report: the four flows one after another, with time moved on between them."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from prefect import get_client
from prefect.client.schemas.filters import ArtifactCollectionFilter, ArtifactCollectionFilterKey

from blocks import LakeStorage, SocialApi
from flows.demo import example_site
from flows.measure import measure
from flows.publish import publish
from flows.reconcile import reconcile
from flows.report import report
from pipeline.campaign import Campaign, Timing, TimingPolicy
from server.embedded import EmbeddedTransport

pytestmark = pytest.mark.usefixtures("prefect_url", "home")


async def pass_time(hours: float) -> None:
    async with SocialApi().connect() as connection:
        assert connection.host is not None
        await connection.host.advance(timedelta(hours=hours))


async def control(what: str, body: dict[str, Any]) -> None:
    """Use one of the sandbox's own controls."""
    async with SocialApi().connect() as connection:
        assert connection.host is not None
        key = connection.host.settings.api_key.get_secret_value()
        transport = EmbeddedTransport(connection.host)
        async with httpx.AsyncClient(transport=transport, headers={"Authorization": f"Bearer {key}"}) as client:
            answer = await client.post(f"http://embedded/sandbox/{what}", json=body)
        assert answer.status_code == 200, answer.text


async def test_scheduled_posts_go_out_are_measured_and_reported(
    feed: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    timing = Timing(policy=TimingPolicy.SPREAD, every_minutes=60)
    await publish(Campaign(sources=[str(feed(range(3)))], platforms=["bluesky", "linkedin"], backfill=3, timing=timing))
    for hours in (5, 12, 24):
        await pass_time(hours)
        await reconcile()
        await measure()
    lake = LakeStorage().lake()
    samples = lake.frame("post_metrics")
    assert set(samples["network"]) == {"bluesky", "linkedin"}
    assert set(samples["source"]) == {"sandbox"}
    assert samples["post_id"].nunique() == 3
    likes = samples[samples["metric"] == "likeCount"].sort_values("observed_at")
    for _, one in likes.groupby(["post_id", "network"], observed=True):
        assert one["value"].is_monotonic_increasing
        assert one["observed_at"].nunique() == 3
    assert not lake.frame("account_metrics").empty
    assert lake.frame("runs")["closes"].all()
    page = read(await report("Journey"))
    assert "Entry number 2" in page
    assert "<svg" in page
    said = await latest_artifact("report")
    assert "on the machine of the worker" in said
    assert "## Engagement by network\n\n![Engagement by network](data:image/png;base64," in said
    monkeypatch.setenv("DOVECOTE_REPORTS_URL", "https://reports.example.org/social/")
    path = await report("Journey")
    assert f"(https://reports.example.org/social/{Path(path).name})" in await latest_artifact("report")


async def latest_artifact(key: str) -> str:
    """What an artifact of the Prefect server says now."""
    async with get_client() as client:
        (found,) = await client.read_latest_artifacts(
            artifact_filter=ArtifactCollectionFilter(key=ArtifactCollectionFilterKey(any_=[key]))
        )
    return str(found.data)


async def test_pictures_of_posts_are_in_the_report() -> None:
    await SocialApi(requests_per_window=0).asave("default", overwrite=True)
    platforms = ["bluesky", "facebook"]
    with example_site() as example:
        await publish(Campaign(sources=[example], platforms=platforms, backfill=6, allow_private_addresses=True))
    for hours in (1, 24):
        await pass_time(hours)
        await reconcile()
        await measure()
    kept = LakeStorage().lake().frame("thumbnails")
    assert kept["key"].is_unique
    assert 0 < len(kept) <= 6
    assert read(await report("Pictures")).count('<img class="thumb"') >= len(kept)


async def test_measuring_again_at_once_asks_nothing(feed: Callable[..., Path]) -> None:
    await publish(Campaign(sources=[str(feed(range(2)))], platforms=["bluesky"], backfill=2))
    await pass_time(2)
    await reconcile()
    await measure()
    before = len(LakeStorage().lake().frame("post_metrics"))
    await measure()
    assert before > 0
    assert len(LakeStorage().lake().frame("post_metrics")) == before


def read(path: str) -> str:
    return Path(path).read_text(encoding="utf-8")


async def test_network_that_fails_when_its_time_comes_is_reported(feed: Callable[..., Path]) -> None:
    timing = Timing(policy=TimingPolicy.SPREAD, every_minutes=60)
    platforms = ["bluesky", "linkedin"]
    await publish(Campaign(sources=[str(feed(range(2)))], platforms=platforms, backfill=2, timing=timing))
    await control("accounts", {"unlink": ["linkedin"]})
    await pass_time(3)
    await reconcile()
    posts = LakeStorage().lake().frame("posts")
    newest = posts.sort_values("observed_at").groupby(["key", "network"], observed=True).last()["status"]
    assert sorted(newest.xs("bluesky", level="network")) == ["success", "success"]
    assert "refused" in set(newest.xs("linkedin", level="network"))
    assert "not linked" in read(await report("Late")).casefold()
