"""The whole way of a number: a post on the embedded API, measured as time passes, kept, read in common terms."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from pipeline.analytics.common import common
from pipeline.analytics.lake import Lake
from pipeline.analytics.metrics import POST_METRICS
from pipeline.measuring import PostToMeasure, measure, measure_accounts
from pipeline.reports import figures
from server.embedded import embedded
from server.settings import ServerSettings
from social.client import SocialClient
from social.client.pacing import Pacer
from social.contract.posts import PostRequest
from social.instants import ManualClock

NETWORKS = ("bluesky", "facebook", "linkedin", "telegram", "threads", "twitter")


async def test_numbers_grow_and_are_kept(tmp_path: Path) -> None:
    clock = ManualClock(datetime(2027, 1, 5, 9, tzinfo=UTC))
    settings = ServerSettings(database=f"sqlite:///{tmp_path}/server.db", media_dir=tmp_path, rate_limit=0)
    lake, look = Lake(tmp_path / "lake"), None
    async with (
        embedded(settings, clock) as transport,
        SocialClient(
            base_url="http://sandbox.test/api",
            api_key=settings.api_key,
            transport=transport,
            pacer=Pacer(0, clock),
            x_keys=("a", "b"),
        ) as client,
    ):
        answer = await client.posts.create(PostRequest(post="The swifts are back.", platforms=list(NETWORKS)))
        published = clock.now()
        for _ in range(12):
            clock.advance(timedelta(minutes=40))
            post = PostToMeasure(
                post_id=answer.id or "",
                networks=NETWORKS,
                published_at=published,
                look=look,
            )
            if look and clock.now() < look.next_look:
                continue
            measured = await measure([post], client=client, clock=clock, source="sandbox")
            assert measured.errors == []
            look = measured.looks[post.post_id]
            lake.append("post_metrics", measured.samples, batch=clock.now().isoformat())
        accounts = await measure_accounts(NETWORKS, client=client, clock=clock, source="sandbox")
        lake.append("account_metrics", accounts.samples)

    engagements = common(lake.frame("post_metrics"), POST_METRICS).query("metric == 'engagements'")
    curves = engagements.groupby("network")["value"]
    assert set(curves.groups) == set(NETWORKS) - {"telegram"}
    assert curves.agg(lambda values: values.is_monotonic_increasing).all()
    assert curves.last().gt(curves.first()).any()
    assert (curves.size() >= 10).all()
    assert set(figures.followers(lake.frame("account_metrics"))["network"]) == set(NETWORKS) - {"telegram"}
