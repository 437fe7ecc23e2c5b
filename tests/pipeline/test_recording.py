"""What a run settled reaches the lake, whoever dies in between: real steps on the embedded API, with a real lake."""

import asyncio
import json
import threading
from collections import Counter
from contextvars import ContextVar
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from pipeline import recording
from pipeline.analytics.lake import Lake
from pipeline.campaign import Campaign, Timing, TimingPolicy
from pipeline.ledger import Ledger
from pipeline.publishing import Publishing
from pipeline.reports.figures import standing
from pipeline.settling import settle
from pipeline.step import Step
from pipeline.story import first_rows, tell


@pytest.fixture
def campaign(tmp_path):
    entries = [
        {"id": f"g{n}", "url": f"https://news.example/{n}", "title": f"Story {n}", "content_text": f"Words {n}"}
        for n in range(3)
    ]
    feed = tmp_path / "feed.json"
    feed.write_text(json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "News", "items": entries}))
    return Campaign(sources=[str(feed)], platforms=["bluesky", "facebook"], backfill=3)


async def published(campaign, desk):
    return await Publishing(campaign, desk).run()


def tag_first(campaign, *tags):
    feed = Path(campaign.sources[0])
    told = json.loads(feed.read_text())
    told["items"][0]["tags"] = tags
    feed.write_text(json.dumps(told))


def rows(desk, table, *columns):
    return Counter(desk.lake.frame(table, columns=columns).astype("str").itertuples(index=False, name=None))


WHOLE = Counter(
    {(f"g{n}", name, f"Story {n}\n\nhttps://news.example/{n}"): 1 for n in range(3) for name in ("bluesky", "facebook")}
)


@pytest.mark.parametrize("died", [False, True], ids=["at once", "by the next run"])
async def test_what_items_are_about_is_told(campaign, desk, died):
    tag_first(campaign, "Town, and around", "doves")
    run = await published(campaign, desk)
    await (recording.keep_settled(desk, run_id="next") if died else recording.keep_publishing(run))
    posts = desk.lake.frame("posts").drop_duplicates("identity").set_index("identity")["categories"]
    assert posts.dropna().to_dict() == {"g0": "Town, and around\ndoves"}
    assert len(posts) == 3
    if not died:
        items = desk.lake.frame("items").set_index("identity")["categories"]
        assert items.dropna().to_dict() == posts.dropna().to_dict()


async def test_a_run_that_died_before_the_lake_is_told_by_the_next(campaign, desk):
    await published(campaign, desk)
    await recording.keep_publishing(await published(campaign, desk))
    assert rows(desk, "posts", "identity", "network", "text") == WHOLE
    assert sum(rows(desk, "receipts", "key", "network").values()) == 6
    posts = desk.lake.frame("posts")
    assert posts["link"].notna().all()
    assert posts["published_at"].notna().all()
    assert set(posts["feed"]) == set(campaign.sources)


async def test_reconcile_tells_it_too(campaign, desk):
    await published(campaign, desk)
    await recording.keep_settled(desk, run_id="r1")
    await recording.keep_settled(desk, run_id="r2")
    assert rows(desk, "posts", "identity", "network", "text") == WHOLE
    assert await desk.ledger.unkept() == {}


async def test_a_run_kept_by_another_meanwhile_is_not_told_twice(campaign, desk):
    run = await published(campaign, desk)
    await recording.keep_settled(desk, run_id="reconcile")
    await recording.keep_publishing(run)
    assert rows(desk, "posts", "identity", "network", "text") == WHOLE
    assert set(rows(desk, "receipts", "key", "network").values()) == {1}
    assert rows(desk, "runs", "scheduled") == {("3",): 1}


@pytest.mark.parametrize("table", ["items", "receipts", "posts", "feed_health", "runs"])
async def test_a_lake_that_fails_half_way_is_completed_once(campaign, desk, monkeypatch, table):
    run = await published(campaign, desk)
    append = Lake.append

    def full(self, name, found, *, batch=""):
        if name == table:
            raise OSError("no space left on device")
        return append(self, name, found, batch=batch)

    with monkeypatch.context() as patch:
        patch.setattr(Lake, "append", full)
        with pytest.raises(OSError, match="no space"):
            await recording.keep_publishing(run)
    await recording.keep_publishing(await published(campaign, desk))
    assert rows(desk, "posts", "identity", "network", "text") == WHOLE
    assert set(rows(desk, "receipts", "key", "network").values()) == {1}


async def test_news_of_a_scheduled_post_are_told_although_the_first_try_died(campaign, desk, embedded):
    client, host = embedded
    # Not from now on: the embedded API publishes what is due with each call, and the first post might be.
    start = host.clock.now() + timedelta(minutes=5)
    timing = Timing(policy=TimingPolicy.SPREAD, every_minutes=10, start=start)
    timed = campaign.model_copy(update={"timing": timing})
    await recording.keep_publishing(await published(timed, desk))
    assert set(desk.lake.frame("posts")["status"]) == {"scheduled"}
    await host.advance(timedelta(hours=1))
    await settle(desk.ledger, client=client, clock=desk.clock, quiet_seconds=0)
    await recording.keep_settled(desk, run_id="later")
    stood = standing(desk.lake.frame("posts"))
    assert len(stood) == 6
    assert set(stood["status"]) == {"success"}
    assert stood[["text", "social_id", "published_at", "scheduled_for"]].notna().all(axis=None)


async def test_a_claim_settled_anew_stays_marked(campaign, desk):
    run = await published(campaign, desk)
    marks = await desk.ledger.unkept()
    await desk.ledger.settle(run.part.receipts[:1])
    await desk.ledger.kept(marks)
    assert set(await desk.ledger.unkept()) == {run.part.receipts[0].key}


async def test_only_one_process_tells_the_lake_of_a_post_at_a_time(campaign, desk, embedded, tmp_path):
    run = await published(campaign, desk)
    keys = {receipt.key for receipt in run.part.receipts}
    async with Ledger(f"sqlite:///{tmp_path / 'ledger.db'}", desk.clock) as other:
        assert set(await other.take_unkept(campaign.name)) == keys
        assert await desk.ledger.take_unkept(campaign.name) == {}
        # The run leaves them to the other, which dies before it has told anything …
        await recording.keep_publishing(run)
        assert desk.lake.frame("posts").empty
        await embedded[1].advance(timedelta(seconds=other.lease_seconds + 1))
    # … and the next one takes them over.
    await recording.keep_settled(desk, run_id="later")
    assert set(desk.lake.frame("posts")["key"]) == keys
    assert await desk.ledger.unkept() == {}


async def test_guids_that_two_feeds_share_keep_their_own_links(tmp_path, desk):
    for name in ("one", "two"):
        entry = {"id": "1", "url": f"https://{name}.example/", "title": f"Of {name}", "content_text": name}
        feed = {"version": "https://jsonfeed.org/version/1.1", "title": name, "items": [entry]}
        (tmp_path / f"{name}.json").write_text(json.dumps(feed))
    sources = [str(tmp_path / f"{name}.json") for name in ("one", "two")]
    await recording.keep_publishing(await published(Campaign(sources=sources, platforms=["bluesky"], backfill=1), desk))
    assert rows(desk, "items", "title", "link") == {
        ("Of one", "https://one.example/"): 1,
        ("Of two", "https://two.example/"): 1,
    }


async def test_a_large_run_is_told_in_parts_and_lets_go_of_them(campaign, desk):
    run = Publishing(campaign, desk, run_id="large", batch=1)
    await recording.keep_publishing(await run.run(partial(recording.keep_ended, most=1)))
    assert rows(desk, "posts", "identity", "network", "text") == WHOLE
    assert set(rows(desk, "receipts", "key", "network").values()) == {1}
    assert rows(desk, "items", "identity", "disposition") == {(f"g{n}", "scheduled"): 1 for n in range(3)}
    assert rows(desk, "runs", "read", "scheduled", "closes") == {("3", "3", "True"): 1}
    assert rows(desk, "feed_health", "items", "new_items") == {("3", "3"): 1}
    assert (run.part.sent, run.part.verdicts, run.parts) == ([], [], [])
    story = tell(run)
    assert story.headline == "read 3 = scheduled 3"
    assert [(row["title"], row["networks"]) for row in story.table] == [
        (f"Story {n}", "bluesky, facebook") for n in (2, 1, 0)
    ]
    assert story.more == 0


async def test_parts_that_the_lake_could_not_take_are_told_once(campaign, desk, monkeypatch):
    append, fails = Lake.append, iter([False, True, True] + [False] * 99)

    def often_full(self, name, found, *, batch=""):
        if name == "receipts" and next(fails):
            raise OSError("no space left on device")
        return append(self, name, found, batch=batch)

    monkeypatch.setattr(Lake, "append", often_full)
    run, relieve = Publishing(campaign, desk, batch=1), partial(recording.keep_ended, most=1)
    for step in (Step.SETTLE, Step.READ, Step.ADMIT):
        await run.take(step)
    for _ in range(2):
        with pytest.raises(OSError, match="no space"):
            await run.take(Step.SEND, relieve=relieve)
    for step in (Step.SEND, Step.CLOSE):
        await run.take(step, relieve=relieve)
    await recording.keep_publishing(run)
    assert tell(run).headline == "read 3 = scheduled 3"
    assert rows(desk, "posts", "identity", "network", "text") == WHOLE
    assert set(rows(desk, "receipts", "key", "network").values()) == {1}
    assert rows(desk, "items", "identity", "disposition") == {(f"g{n}", "scheduled"): 1 for n in range(3)}
    assert await desk.ledger.unkept() == {}


def test_the_table_of_a_large_run_has_its_first_rows_and_those_that_did_not_go_well():
    rows = [{"number": n, "disposition": "refused" if n % 1000 == 999 else "scheduled"} for n in range(5000)]
    shown = first_rows(rows)
    assert [row["number"] for row in shown] == [*range(1000), 1999, 2999, 3999, 4999]
    assert first_rows([*shown, *rows])[:1004] == shown


@pytest.mark.parametrize("table", ["posts", "receipts"])
async def test_what_another_run_left_between_two_tries_is_told_too(campaign, desk, monkeypatch, table):
    """The first try tells some of what was left and fails; by the second one more has been left."""
    one, other = (campaign.model_copy(update={"backfill": n}) for n in (1, 3))
    await published(one, desk)
    append = Lake.append

    def full(self, name, found, *, batch=""):
        if name == table and found:
            raise OSError("no space left on device")
        return append(self, name, found, batch=batch)

    with monkeypatch.context() as patch:
        patch.setattr(Lake, "append", full)
        with pytest.raises(OSError, match="no space"):
            await recording.keep_settled(desk, run_id="reconcile")
    await published(other.model_copy(update={"name": "other"}), desk)
    await recording.keep_settled(desk, run_id="reconcile")
    await desk.ledger.take_unkept()
    told = desk.lake.frame("posts")
    assert len(set(told["key"])) == 4
    assert len(told) == 2 * 4
    assert len(desk.lake.frame("receipts")) == 2 * 4
    assert await desk.ledger.unkept() == {}


async def test_work_at_the_lake_is_done_by_one_thread_in_the_callers_context(desk):
    name = ContextVar("name", default="")
    name.set("caller")

    def work(number, *, more):
        return threading.current_thread(), name.get(), number + more

    done = await asyncio.gather(*(desk.at_lake(work, number, more=1) for number in range(20)))
    assert [(told, number) for _, told, number in done] == [("caller", number + 1) for number in range(20)]
    assert len({thread for thread, _, _ in done} - {threading.main_thread()}) == 1
