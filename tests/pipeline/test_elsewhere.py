"""What the calendar must show although the lake does not hold it: the ledger's posts under way, the API's own posts."""

from datetime import timedelta

import httpx
import pytest

from pipeline import recording
from pipeline.campaign import Campaign, Timing
from pipeline.elsewhere import elsewhere
from pipeline.publishing import Publishing
from social.client import SocialClient
from social.client.pacing import Pacer
from social.contract.posts import PostRequest

DAY = timedelta(days=1)


@pytest.fixture
def campaign(tmp_path):
    feed = tmp_path / "feed.json"
    feed.write_text(
        '{"version": "https://jsonfeed.org/version/1.1", "title": "News", "items": '
        '[{"id": "1", "title": "Story", "url": "https://news.example/1", "content_text": "Words"}]}'
    )
    timing = Timing(policy="slots", slots=["09:00"])
    return Campaign(name="news", sources=[str(feed)], platforms=["bluesky", "facebook"], backfill=1, timing=timing)


async def found(desk, **changes):
    now = desk.clock.now()
    known = set(desk.lake.frame("posts")["post_id"])
    return await elsewhere(desk, known, **{"start": now - 40 * DAY, "end": now + 90 * DAY} | changes)


async def test_what_somebody_else_planned_at_the_api_is_told(campaign, desk):
    await recording.keep_publishing(await Publishing(campaign, desk).run())
    at = (desk.clock.now() + 3 * DAY).replace(microsecond=0)
    words = {"bluesky": "Ours too", "default": "By hand"}
    await desk.client.posts.create(PostRequest(post=words, platforms=["bluesky", "linkedin"], schedule_date=at))
    told = await found(desk)
    assert told.trouble == ""
    assert {(row["network"], row["text"], row["status"], row["scheduled_for"]) for row in told.rows} == {
        ("bluesky", "Ours too", "pending", at),
        ("linkedin", "By hand", "pending", at),
    }


async def test_only_what_the_calendar_shows_is_asked_for(desk):
    at = desk.clock.now() + 3 * DAY
    await desk.client.posts.create(PostRequest(post="By hand", platforms=["bluesky"], schedule_date=at))
    assert (await found(desk, end=at - DAY)).rows == []


async def test_own_posts_that_the_lake_was_not_told_of_are_there_once(campaign, desk):
    await Publishing(campaign, desk).run()
    rows = (await found(desk)).rows
    assert [(row["network"], row["status"]) for row in rows] == [("bluesky", "pending"), ("facebook", "pending")]


async def test_claims_not_sent_yet_are_told_with_their_time(campaign, desk, embedded):
    plan = await Publishing(campaign, desk, dry_run=True).run()
    drafts = plan.part.drafts
    await desk.ledger.claim(drafts)
    assert (await found(desk)).rows == []  # another process is at it
    await embedded[1].advance(timedelta(seconds=desk.ledger.lease_seconds + 1))
    rows = (await found(desk)).rows
    assert {(row["network"], row["status"], row["scheduled_for"]) for row in rows} == {
        (name, "pending", drafts[0].slot.at) for name in ("bluesky", "facebook")
    }
    assert {row["text"] for row in rows} == set(drafts[0].texts.values())


async def test_an_api_that_is_away_is_no_error(desk):
    away = httpx.MockTransport(lambda _: httpx.Response(502))
    own = {"base_url": "https://api.test/api", "api_key": "k", "transport": away, "pacer": Pacer(clock=desk.clock)}
    async with SocialClient(**own) as desk.client:
        told = await found(desk)
    assert told.rows == []
    assert told.trouble.startswith("posts that wait at the API are missing: GET /history: HTTP 502")
