"""Runs whose time matters, on the embedded API: own dates, lateness, series, taken slots, bursts. Every sum closes."""

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from pipeline.campaign import Campaign
from pipeline.desk import Desk
from pipeline.publishing import Publishing
from pipeline.settling import settle
from pipeline.story import tell
from pipeline.timing.automatic import NoAutoSchedule
from pipeline.timing.bursts import BurstRefused
from social.contract.auto_schedule import AutoScheduleSet
from social.contract.history import HistoryQuery
from social.contract.posts import PostRequest, StoredPost

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


class Rig:
    """A desk on the embedded API, a feed whose dates are told, and what a person does with both."""

    def __init__(self, desk: Desk, host: Any, feed: Path) -> None:
        self.desk = desk
        self.host = host
        self.feed = feed

    @property
    def now(self) -> datetime:
        return self.desk.clock.now().replace(microsecond=0)

    def write(self, **dates: datetime | None) -> None:
        entries = [
            {"id": name, "title": f"Story {name}", "content_text": name}
            | ({"date_published": at.isoformat()} if at else {})
            for name, at in dates.items()
        ]
        told = {"version": "https://jsonfeed.org/version/1.1", "title": "News", "items": entries}
        self.feed.write_text(json.dumps(told))

    def campaign(self, **timing: Any) -> Campaign:
        given = {"sources": [str(self.feed)], "platforms": ["bluesky", "facebook"], "backfill": 100, "timing": timing}
        return Campaign.model_validate(given)

    async def run(self, campaign: Campaign, *, dry_run: bool = False) -> Publishing:
        return await Publishing(campaign, self.desk, dry_run=dry_run).run()

    async def posts(self) -> list[StoredPost]:
        return (await self.desk.client.history.list(HistoryQuery(limit=1000, last_days=0))).history

    async def times(self) -> list[datetime]:
        return sorted(post.schedule_date for post in await self.posts() if post.schedule_date)


@pytest.fixture
def rig(tmp_path, desk, embedded):
    return Rig(desk, embedded[1], tmp_path / "feed.json")


def counts(run: Publishing) -> dict[str, int]:
    return {name: count for name, count in tell(run).counts.items() if count}


async def test_dates_are_kept_late_ones_expire_and_the_rest_queues(rig):
    coming = rig.now + 3 * DAY
    rig.write(old=rig.now - 2 * DAY, late=rig.now - 10 * MINUTE, coming=coming, undated=None)
    campaign = rig.campaign(policy="at", at="published", slots=["09:00"])
    planned = await rig.run(campaign, dry_run=True)
    assert counts(planned) == {"filtered": 1, "planned": 3}
    run = await rig.run(campaign)
    assert counts(run) == {"filtered": 1, "scheduled": 3}
    reasons = {row["title"]: row["reason"] for row in tell(run).table}
    assert "expired: its time" in reasons["Story old"]
    assert "passed 2 days ago, and timing.late allows 60 minutes" in reasons["Story old"]
    assert "late: its time" in reasons["Story late"]
    times = {draft.item.title: draft.slot.at for draft in run.plan.drafts}
    assert (times["Story late"], times["Story coming"]) == (None, coming)
    assert times["Story undated"].strftime("%H:%M") == "09:00"
    assert {coming, times["Story undated"]} < set(await rig.times())
    assert counts(await rig.run(campaign)) == {"known": 4}


async def test_a_slot_that_somebody_else_took_at_the_api_is_passed_over(rig):
    rig.write(one=None, two=None)
    campaign = rig.campaign(policy="slots", slots=["09:00"])
    first, second = [draft.slot.at for draft in (await rig.run(campaign, dry_run=True)).plan.drafts]
    other = PostRequest(post="By hand", platforms=["bluesky"], schedule_date=first)
    elsewhere = PostRequest(post="By hand", platforms=["telegram"], schedule_date=second)
    for request in (other, elsewhere):
        await rig.desk.client.posts.create(json.dumps(request.to_wire()))
    run = await rig.run(campaign)
    assert [draft.slot.at for draft in run.plan.drafts] == [second, second + DAY]


async def test_an_auto_schedule_that_is_not_there_is_named_before_anything_is_spent(rig):
    rig.write(one=None)
    campaign = rig.campaign(policy="auto", auto_schedule="mornings")
    with pytest.raises(NoAutoSchedule, match=r"titled 'mornings' \(case matters\), there is none"):
        await rig.run(campaign)
    await rig.desk.client.auto_schedule.set(AutoScheduleSet(schedule=["09:00Z"], title="Mornings"))
    with pytest.raises(NoAutoSchedule, match="there are 'Mornings'"):
        await rig.run(campaign, dry_run=True)
    await rig.desk.client.auto_schedule.set(AutoScheduleSet(schedule=["09:00Z"], title="mornings"))
    assert counts(await rig.run(campaign)) == {"scheduled": 1}


async def test_each_network_has_its_own_free_slots(rig):
    rig.write(one=None)
    here = rig.campaign(policy="slots", slots=["09:00"])
    there = here.model_copy(update={"name": "there", "platforms": ["linkedin", "telegram"]})
    over = here.model_copy(update={"name": "over", "platforms": ["facebook", "linkedin"]})
    first, beside, behind = [(await rig.run(campaign)).plan.drafts[0].slot.at for campaign in (here, there, over)]
    assert (beside, behind) == (first, first + DAY)
    assert await rig.times() == [first, first, first + DAY]


async def test_a_series_comes_again_and_again_and_never_twice(rig):
    rig.write(one=None, two=None)
    begin = rig.now + timedelta(hours=1)
    rule = {"rule": "FREQ=DAILY;INTERVAL=2", "start": begin.isoformat()}
    campaign = rig.campaign(policy="recurrence", ahead_days=5, late={"within": 120}, **rule)
    planned = await rig.run(campaign, dry_run=True)
    assert counts(planned) == {"planned": 2}
    assert len(planned.plan.drafts) == 6
    first = await rig.run(campaign)
    assert counts(first) == {"scheduled": 2}
    assert await rig.times() == sorted([begin + 2 * day * DAY for day in range(3)] * 2)
    assert counts(await rig.run(campaign)) == {"known": 2}

    await rig.host.advance(2 * DAY)
    again = await rig.run(campaign)
    assert counts(again) == {"scheduled": 2}
    assert len(again.plan.drafts) == 2

    # Back after an outage: of the four occurrences missed since, only the last one, an hour ago, is made up for.
    await rig.host.advance(12 * DAY + timedelta(hours=2))
    back = await rig.run(campaign)
    assert counts(back) == {"scheduled": 2}
    assert sum(draft.slot.at is None for draft in back.plan.drafts) == 2
    assert len(back.plan.drafts) == 2 * (1 + 2)
    assert ["3 earlier ones are not made up for" in row["reason"] for row in tell(back).table] == [True, True]
    assert counts(await rig.run(campaign)) == {"known": 2}
    notes = [post.notes for post in await rig.posts()]
    assert len(notes) == len(set(notes)) == 6 + 2 + 6


async def test_a_series_that_has_ended_filters_new_items(rig):
    rig.write(one=None)
    ended = rig.campaign(policy="recurrence", rule="FREQ=DAILY;COUNT=2", start="2020-01-01T09:00")
    assert counts(await rig.run(ended)) == {"filtered": 1}
    assert counts(await rig.run(ended)) == {"known": 1}


async def test_a_burst_is_refused_whole_and_nothing_is_lost(rig):
    rig.write(one=None, two=None, three=None)
    for dry_run in (True, False):
        with pytest.raises(
            BurstRefused, match=r"3 posts to bluesky in the hour from .*burst allows 2: nothing is sent"
        ):
            await rig.run(rig.campaign(burst=2), dry_run=dry_run)
    assert await rig.posts() == []
    assert counts(await rig.run(rig.campaign(burst=2, allow_burst=True))) == {"scheduled": 3}


@pytest.mark.parametrize(("late", "posted"), [({}, 0), ({"within": 2880}, 2), ({"else": "now"}, 2)])
async def test_a_post_left_unsent_by_an_outage_expires_or_goes_out_late(rig, late, posted):
    rig.write(one=rig.now + DAY, two=rig.now + DAY)
    campaign = rig.campaign(policy="at", at="published", late=late)
    await claimed_only(rig, campaign)
    await rig.host.advance(2 * DAY)
    ledger, client, clock = rig.desk.ledger, rig.desk.client, rig.desk.clock
    left_alone = await settle(ledger, client=client, clock=clock, quiet_seconds=0.0)
    assert (len(left_alone.waiting), await rig.posts()) == (2, [])
    back = await rig.run(campaign)
    assert counts(back) == {"known": 2}
    assert sum("expired: its time" in trouble for trouble in tell(back).troubles) == 2 - posted
    assert len(await rig.posts()) == posted
    assert (await settle(ledger, client=client, clock=clock, quiet_seconds=0.0)).open == 0


async def claimed_only(rig, campaign):
    """A run that dies after its claims were won and before anything was sent."""
    run = Publishing(campaign, rig.desk)
    await run.read()
    await run.admit()
    drafts = (await rig.run(campaign, dry_run=True)).plan.drafts
    assert len(await rig.desk.ledger.claim(drafts)) == 2
