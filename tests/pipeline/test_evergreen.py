"""What did best is posted again: chosen by numbers, rested, not too often, each repeat exactly once."""

import asyncio
import json
from datetime import timedelta

import pandas as pd
import pytest
from pydantic import ValidationError

from pipeline.campaign import Campaign, Timing
from pipeline.evergreen import SOURCE, Evergreen, Repeating, choose
from pipeline.measuring import PostToMeasure, measure
from pipeline.publishing import Publishing
from pipeline.recording import keep_publishing, keep_settled, record_measured
from pipeline.settling import settle
from pipeline.story import tell
from social.contract.history import HistoryQuery

DAY = timedelta(days=1)
MADE = pd.Timestamp("2026-11-01T09:00Z")


def stood(**days):
    """Posts of campaign news by key, out so many days after MADE."""
    rows = [
        {"key": key, "identity": key, "campaign": "news", "state": "out", "out_at": MADE + day * DAY}
        for key, day in days.items()
    ]
    return pd.DataFrame(rows)


def ranked(**scores):
    return pd.DataFrame({"key": list(scores), "score": list(scores.values())})


def chosen(best, posts, had=None, *, day=40, **policy):
    found = choose(best, posts, had or {}, Evergreen(**{"most": 9} | policy), now=(MADE + day * DAY).to_pydatetime())
    return [one.identity for one in found]


def test_the_best_rested_posts_come_first_and_only_so_many():
    best, posts = ranked(a=2.0, b=5.0, c=1.2, d=3.0), stood(a=0, b=1, c=0, d=20)
    assert chosen(best, posts) == ["b~1", "a~1"]
    assert chosen(best, posts, most=1) == ["b~1"]
    assert chosen(best, posts, above=1) == ["b~1", "a~1", "c~1"]
    assert chosen(best, posts, day=50) == ["b~1", "d~1", "a~1"]
    assert chosen(best, posts, within_days=39) == ["b~1"]


def test_a_repeat_rests_too_and_has_a_number_of_its_own():
    best, posts = ranked(a=2.0), stood(a=0)
    repeat = {"key": "x", "identity": "a~1", "campaign": "evergreen", "state": "out", "out_at": MADE + 35 * DAY}
    with_repeat = pd.concat([posts, pd.DataFrame([repeat])], ignore_index=True)
    claimed = {"a~1": (MADE + 35 * DAY).to_pydatetime()}
    assert chosen(best, with_repeat, claimed, day=40) == []
    assert chosen(best, with_repeat, claimed, day=65) == ["a~2"]
    # The ledger alone is enough to know: the lake may not have been told yet.
    assert chosen(best, posts, claimed, day=40) == []
    # One that waits for its slot has not gone out, but will.
    waiting = with_repeat.assign(state=["out", "waiting"], out_at=[MADE, MADE + 70 * DAY])
    assert chosen(best, waiting, {"a~1": claimed["a~1"] - 30 * DAY}, day=65) == []


def test_often_enough_is_enough_and_repeats_are_not_repeated():
    best, posts = ranked(a=2.0, x=9.0), stood(a=0, x=0)
    posts.loc[posts["key"] == "x", "campaign"] = "evergreen"
    early = {f"a~{number}": (MADE + number * DAY).to_pydatetime() for number in (1, 2, 3)}
    assert chosen(best, posts, early) == []
    assert chosen(best, posts, early, times=4) == ["a~4"]
    assert chosen(ranked(a=2.0), stood(a=0), campaigns=["blog"]) == []


def test_a_rest_within_the_duplicate_rule_is_refused():
    with pytest.raises(ValidationError, match="rest_days"):
        Evergreen(rest_days=2)


@pytest.fixture
async def measured(tmp_path, desk, embedded):
    """Seven posts of a feed, forty days old, with numbers."""
    feed = tmp_path / "feed.json"
    entries = [
        {"id": f"{n}", "title": f"Story {n}", "url": f"https://news.example.org/{n}", "tags": ["doves"]}
        for n in range(7)
    ]
    feed.write_text(json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "News", "items": entries}))
    campaign = Campaign(
        name="news", sources=[str(feed)], platforms=["bluesky"], backfill=9, timing=Timing(allow_burst=True)
    )
    await keep_publishing(await Publishing(campaign, desk, run_id="first").run())
    for day in (2, 38):
        await embedded[1].advance(day * DAY)
        posts = await desk.ledger.to_measure(100)
        due = [
            PostToMeasure(post_id=one.post_id, networks=one.networks, published_at=one.published_at) for one in posts
        ]
        found = await measure(due, client=desk.client, clock=desk.clock, source="sandbox")
        await asyncio.to_thread(record_measured, desk, {"post_metrics": found}, run_id=f"day {day}")
    return desk


async def repeated(desk, number, **policy):
    given = {"campaign": Campaign(name="evergreen", platforms=["bluesky"]), "above": 1, "most": 2} | policy
    run = await Repeating(Evergreen(**given), desk, run_id=f"again {number}").run()
    await keep_publishing(run)
    return run


async def texts(desk):
    return [post.post for post in (await desk.client.history.list(HistoryQuery(limit=1000, last_days=0))).history]


async def test_posts_are_repeated_exactly_once_per_rest(measured, embedded):
    desk = measured
    before = await texts(desk)
    run = await repeated(desk, 1)
    assert tell(run).counts["scheduled"] == 2
    assert [(draft.item.source, draft.item.tags) for draft, _ in run.part.sent] == [(SOURCE, ("doves",))] * 2
    after = await texts(desk)
    again = [text for text in after if after.count(text) == 2]
    assert len(after) == len(before) + 2
    assert len(set(again)) == 2
    # Next time the next best are chosen: those have just been out.
    assert tell(await repeated(desk, 2)).counts["scheduled"] == 1
    assert tell(await repeated(desk, 3)).counts["scheduled"] == 0
    assert len(await texts(desk)) == len(before) + 3
    await embedded[1].advance(31 * DAY)
    await settle(desk.ledger, client=desk.client, clock=desk.clock, quiet_seconds=0)
    await keep_settled(desk, run_id="settled")
    run = await repeated(desk, 4, most=9)
    assert {identity.rpartition("~")[2] for identity in (draft.item.identity for draft, _ in run.part.sent)} == {"2"}
    assert tell(run).counts["scheduled"] == 3


async def test_without_numbers_enough_nothing_is_repeated(desk):
    run = await repeated(desk, 1)
    assert tell(run).counts == dict.fromkeys(tell(run).counts, 0)
    assert run.choices == []


async def test_two_runs_at_once_repeat_each_post_once(measured):
    before = await texts(measured)
    await asyncio.gather(repeated(measured, 1), repeated(measured, 2))
    assert len(await texts(measured)) == len(before) + 2
