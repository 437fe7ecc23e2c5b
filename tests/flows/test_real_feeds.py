"""The main job on 123 real feeds from loopback: read all, post the newest item of each, measure twice, report."""

import csv
import functools
import http.server
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from blocks import LakeStorage, SocialApi
from flows.measure import measure
from flows.publish import publish
from flows.reconcile import reconcile
from flows.report import report
from pipeline.campaign import Campaign, Pictures, Timing

DATA = Path(__file__).parent.parent.parent.parent / "shared" / "data"
pytestmark = [
    pytest.mark.usefixtures("prefect_url", "home"),
    pytest.mark.skipif(not DATA.is_dir(), reason="needs the folder shared/data of real feeds beside the project"),
]


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def feeds() -> Iterator[list[str]]:
    handler = functools.partial(Quiet, directory=str(DATA / "feeds"))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield [f"http://127.0.0.1:{server.server_port}/{path.name}" for path in sorted((DATA / "feeds").iterdir())]
        server.shutdown()


def entries_by_manifest() -> int:
    with (DATA / "manifest.csv").open(encoding="utf-8", newline="") as file:
        return sum(int(row["entries"] or 0) for row in csv.DictReader(file) if row["file"].startswith("feeds/"))


async def test_newest_item_of_each_feed_goes_out_and_is_measured(feeds: list[str]) -> None:
    campaign = Campaign(
        name="real",
        sources=feeds,
        platforms=["bluesky", "facebook", "telegram", "twitter"],
        backfill=1,
        timing=Timing(allow_burst=True),
        # The feeds' pictures are other people's: nothing of them is fetched here.
        pictures=Pictures(max=0),
        allow_private_addresses=True,
    )
    story = await publish(campaign)
    read = sum(story.counts.values())
    # Two feeds carry no count in the manifest; one of them has 50 entries, the other is cut off.
    assert read == entries_by_manifest() + 50
    assert story.counts["unknown"] == 0
    assert story.counts["refused"] == 0
    assert story.counts["scheduled"] >= 110
    for _ in range(2):
        async with SocialApi().connect() as connection:
            assert connection.host is not None
            await connection.host.advance(timedelta(hours=12))
        await reconcile()
        await measure()
    lake = LakeStorage().lake()
    samples, posts = lake.frame("post_metrics"), lake.frame("posts")
    assert samples.groupby(["post_id", "network", "metric"], observed=True)["observed_at"].nunique().max() == 2
    assert posts["post_id"].nunique() == story.counts["scheduled"]
    # Telegram has no post metrics, so a post that only Telegram took has none.
    measurable = posts[(posts["network"] != "telegram") & (posts["status"] == "success")]
    assert set(samples["post_id"]) == set(measurable["post_id"])
    assert "<svg" in text(await report("Real feeds"))


def text(path: str) -> str:
    return Path(path).read_text(encoding="utf-8")
