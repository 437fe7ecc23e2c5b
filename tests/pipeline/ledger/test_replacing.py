"""Edits of rows whose post waits: what becomes of both, and what is left alone."""

import io
import json
from dataclasses import replace
from datetime import timedelta

import pytest
from PIL import Image

from pipeline.analytics.lake import Lake
from pipeline.applying import PlanMoved
from pipeline.campaign import Campaign, Edits
from pipeline.publishing import Publishing
from pipeline.recording import keep_publishing
from pipeline.records import Outcome, Receipt
from pipeline.saved import SavedPlan
from pipeline.sending import send
from pipeline.step import Step
from social.contract.posts import PostDelete, PostRequest, PostUpdate
from tests.pipeline.ledger.conftest import FEED
from tests.pipeline.ledger.office import DAY, LATER, NEW, NEWER, OLD, STEPS, verdict


async def test_an_edited_text_replaces_the_post_at_its_time(planned):
    planned.write(NEW, number=planned.number)
    run = await planned.publish()
    assert verdict(run) == ("scheduled", "replaces the post scheduled for 2026-11-23 09:30 UTC")
    posts = await planned.posts()
    assert list(posts) == [(NEW, "pending")]
    assert f"{posts[NEW, 'pending'].schedule_date:%Y-%m-%d %H:%M}" == "2026-11-23 09:30"
    assert [call.split("/")[0] for call in planned.line.calls] == [
        "GET ",
        "POST ",
        "PATCH ",
        "GET ",
        "DELETE ",
        "GET ",
        "POST ",
    ]
    assert verdict(await planned.publish()) == ("known", "seen before")
    assert await planned.ends() == [(NEW, "success")]


async def test_an_edited_date_moves_the_post(planned):
    (before,) = (await planned.posts()).values()
    planned.write(OLD, date=LATER, number=planned.number)
    run = await planned.publish()
    assert verdict(run)[0] == "scheduled"
    assert "moves the post scheduled for 2026-11-23 09:30 UTC" in verdict(run)[1]
    (after,) = (await planned.posts()).values()
    assert (after.id, f"{after.schedule_date:%Y-%m-%d %H:%M}") == (before.id, "2026-11-24 09:30")
    assert verdict(await planned.publish()) == ("known", "seen before")
    (kept,) = await planned.ledger.accepted_posts(published=False)
    assert (kept.post_id, kept.scheduled_for) == (after.id, after.schedule_date)
    planned.write(NEW, date=LATER, number=planned.number)
    assert verdict(await planned.publish()) == ("scheduled", "replaces the post scheduled for 2026-11-24 09:30 UTC")
    assert await planned.ends() == [(NEW, "success")]


async def test_text_and_date_edited_together(planned):
    planned.write(NEW, date=LATER, number=planned.number)
    await planned.publish()
    (post,) = (await planned.posts()).values()
    assert (post.post, f"{post.schedule_date:%d %H:%M}") == (NEW, "24 09:30")


async def test_another_picture_is_another_post(planned):
    file = io.BytesIO()
    Image.new("RGB", (600, 600), "teal").save(file, "PNG")
    url = (await planned.client.media.upload(file.getvalue(), "boat.png", "image/png")).url
    campaign = Campaign.model_validate(planned.campaign.model_dump() | {"pictures": {"upload": False}})
    planned.write(OLD, number=planned.number, picture=url)
    assert verdict(await planned.publish(campaign))[0] == "scheduled"
    (post,) = (await planned.posts()).values()
    assert post.media_urls == [url]


async def test_a_row_given_to_other_networks(planned):
    planned.write(OLD, number=planned.number, networks="Telegram")
    assert verdict(await planned.publish())[0] == "scheduled"
    (post,) = (await planned.posts()).values()
    assert post.platforms == ["telegram"]


async def test_an_edit_that_comes_too_late_changes_nothing_and_says_so(planned):
    planned.clock.advance(timedelta(days=4))
    await planned.reconcile()
    planned.write(NEW, number=planned.number)
    for _ in range(2):
        disposition, reason = verdict(await planned.publish())
        assert (disposition, "it went out before the edit" in reason) == ("known", True)
    assert await planned.ends() == [(OLD, "success")]


@pytest.mark.parametrize("step", [1, 2, 3])
async def test_a_post_that_goes_out_amid_the_edit_is_touched_no_more(planned, step):
    planned.write(NEW, number=planned.number)
    planned.line.hooks[step] = lambda: planned.clock.advance(timedelta(days=4))
    disposition, reason = verdict(await planned.publish())
    assert (disposition, "went out before the edit and stays as it is" in reason) == ("known", True)
    for _ in range(2):
        assert "went out before the edit" in verdict(await planned.publish())[1]
    ends = await planned.ledger.outcomes_of("news", str(planned.sheet))
    assert [(end.outcome, "went out before the edit" in end.reason) for end in ends.values()] == [("accepted", True)]
    assert await planned.ends() == [(OLD, "success")]


async def test_edits_follow_each_other_and_may_go_back(planned):
    for text in (NEW, NEWER, OLD, NEW, OLD):
        planned.write(text, number=planned.number)
        assert verdict(await planned.publish())[0] == "scheduled"
        assert list(await planned.posts()) == [(text, "pending")]
    claims = await planned.ledger.frame("claims")
    assert claims["outcome"].value_counts().to_dict() == {"withdrawn": 5, "accepted": 1}
    assert await planned.ends() == [(OLD, "success")]


async def test_an_edit_taken_back_before_it_was_carried_out(planned):
    planned.write(NEW, number=planned.number)
    broken = Publishing(planned.campaign, planned.desk())
    await broken.read()
    await broken.admit()
    planned.write(OLD, number=planned.number)
    assert verdict(await planned.publish())[0] == "known"
    assert await planned.ends() == [(OLD, "success")]


async def test_an_edit_left_over_goes_out_as_it_reads_now(planned):
    planned.write(NEW, number=planned.number)
    broken = Publishing(planned.campaign, planned.desk())
    await broken.read()
    await broken.admit()
    planned.write(NEWER, number=planned.number)
    assert verdict(await planned.publish())[0] == "scheduled"
    assert await planned.ends() == [(NEWER, "success")]


async def test_an_edit_of_an_edit_that_could_not_be_carried_out(planned):
    planned.line.faults = dict.fromkeys(range(1, 30), "no connection")
    planned.write(NEW, number=planned.number)
    assert verdict(await planned.publish())[0] == "unknown"
    planned.write(NEWER, number=planned.number)
    disposition, reason = verdict(await planned.publish())
    assert (disposition, "not updated yet" in reason) == ("unknown", True)
    assert list(await planned.posts()) == [(OLD, "pending")]
    settled = await planned.reconcile()
    assert (settled.open, ["connection refused" in said for said in settled.alerts.values()]) == (2, [True] * 2)
    planned.line.faults = {}
    settled = await planned.reconcile()
    assert settled.open == 0
    assert list(await planned.posts()) == [(NEWER, "pending")]
    assert verdict(await planned.publish())[0] == "known"
    assert await planned.ends() == [(NEWER, "success")]


async def test_what_the_api_would_not_take_leaves_the_post_alone(planned):
    # Somebody else says the same on that day.
    twin = PostRequest(post=NEW, platforms=["bluesky"], schedule_date=planned.clock.now() + timedelta(days=3))
    await planned.client.posts.create(twin)
    planned.write(NEW, number=planned.number)
    disposition, reason = verdict(await planned.publish())
    assert (disposition, "so the post stays as it was: bluesky: " in reason) == ("refused", True)
    assert sorted(await planned.posts()) == [(OLD, "pending"), (NEW, "pending")]
    assert "so the post stays as it was" in verdict(await planned.publish())[1]
    planned.write(OLD, number=planned.number)
    assert verdict(await planned.publish())[0] == "known"
    planned.write(NEWER, number=planned.number)
    assert verdict(await planned.publish())[0] == "scheduled"
    assert await planned.ends() == [(NEW, "success"), (NEWER, "success")]


async def test_a_refusal_after_the_old_post_was_taken_back_is_said_aloud(planned):
    planned.write(NEW, number=planned.number)
    twin = PostRequest(post=NEW, platforms=["bluesky"], schedule_date=planned.clock.now() + timedelta(days=3))
    body = json.dumps(twin.to_wire()).encode()
    planned.line.before_post = body
    run = await planned.publish()
    disposition, reason = verdict(run)
    assert (disposition, "nothing is scheduled any more" in reason) == ("refused", True)
    planned.write(NEWER, number=planned.number)
    assert verdict(await planned.publish()) == ("scheduled", "posts anew what was refused as it was")
    assert await planned.ends() == [(NEW, "success"), (NEWER, "success")]


async def test_a_plan_shows_the_update_and_is_carried_out(planned):
    planned.write(NEW, number=planned.number)
    dry = await planned.publish(dry_run=True)
    said = "replaces the post scheduled for 2026-11-23 09:30 UTC"
    assert verdict(dry) == ("planned", said)
    assert [row["replaces"] for row in dry.plan.rows()] == [said]
    plan = SavedPlan.model_validate_json((await planned.plan()).model_dump_json())
    assert [(row["text"], row["replaces"]) for row in plan.rows()] == [(NEW, said)]
    assert list(await planned.posts()) == [(OLD, "pending")]
    assert verdict(await planned.publish(plan=plan))[0] == "scheduled"
    assert await planned.ends() == [(NEW, "success")]


async def test_a_plan_whose_post_went_out_meanwhile_has_moved(planned):
    planned.write(NEW, number=planned.number)
    plan = await planned.plan()
    planned.clock.advance(timedelta(days=4))
    await planned.reconcile()
    with pytest.raises(PlanMoved):
        await planned.publish(plan=plan)
    assert await planned.ends() == [(OLD, "success")]


async def test_a_planned_update_holds_the_slot_of_its_own_post(office):
    slots = {"policy": "slots", "slots": ["15:00"]}
    office.campaign = Campaign.model_validate(office.campaign.model_dump() | {"timing": slots})
    office.write(OLD, date="")
    await office.publish()
    office.write(NEW, date="")
    plan = await office.plan()
    assert [post.replaces for post in plan.posts] == ["replaces the post scheduled for 2026-11-20 15:00 UTC"]
    await office.publish(plan=plan)
    assert [(post.post, post.schedule_date.hour) for post in (await office.posts()).values()] == [(NEW, 15)]


async def test_the_plan_counts_the_calls_of_updates(planned):
    for text, date, calls in ((NEW, DAY, STEPS), (NEW, LATER, ["look", "move", "look"])):
        planned.write(text, date=date, number=planned.number)
        assert (await planned.publish(dry_run=True)).plan.budget.requests == len(calls)
        planned.line.calls.clear()
        await planned.publish()
        assert len(planned.line.calls) == len(calls)


async def test_edits_may_be_ignored(planned):
    sheet = planned.campaign.sheet.model_copy(update={"edits": "ignore"})
    planned.write(NEW, number=planned.number)
    _, reason = verdict(await planned.publish(planned.campaign.model_copy(update={"sheet": sheet})))
    assert reason == (
        "edited since it was planned: text changed, which is ignored; "
        "the post scheduled for 2026-11-23 09:30 UTC stays as it was"
    )
    assert await planned.ends() == [(OLD, "success")]


async def test_a_new_date_that_has_passed_moves_nothing(planned):
    planned.write(OLD, date="2026-01-05", number=planned.number)
    disposition, reason = verdict(await planned.publish())
    assert (disposition, "its new date has passed" in reason) == ("known", True)
    assert await planned.ends() == [(OLD, "success")]


async def test_a_row_of_the_queue_keeps_its_place(office):
    slots = {"policy": "slots", "slots": ["09:00", "15:00"]}
    campaign = Campaign.model_validate(office.campaign.model_dump() | {"timing": slots})
    office.write(OLD, date="", number="")
    await office.publish(campaign)
    office.write(NEW, date="", number="")
    (before,) = (await office.posts()).values()
    assert verdict(await office.publish(campaign))[0] == "scheduled"
    ((after),) = (await office.posts()).values()
    assert (after.post, after.schedule_date) == (NEW, before.schedule_date)


async def test_a_date_given_or_taken_away(office):
    slots = {"policy": "slots", "slots": ["15:00"]}
    campaign = Campaign.model_validate(office.campaign.model_dump() | {"timing": slots})
    office.write(OLD, date="")
    await office.publish(campaign)
    office.write(OLD, date=DAY)
    assert verdict(await office.publish(campaign))[0] == "scheduled"
    office.write(OLD, date="")
    assert "the post scheduled for 2026-11-23 09:30 UTC stays as it was" in verdict(await office.publish(campaign))[1]
    (post,) = (await office.posts()).values()
    assert f"{post.schedule_date:%Y-%m-%d %H:%M}" == "2026-11-23 09:30"


async def test_posts_of_a_series_are_left_alone(office):
    timing = {"policy": "recurrence", "rule": "FREQ=WEEKLY", "ahead_days": 1, "start": "2026-11-21T09:00"}
    campaign = Campaign.model_validate(office.campaign.model_dump() | {"timing": timing})
    office.write(OLD, date="")
    await office.publish(campaign)
    office.write(NEW, date="")
    for _ in range(2):
        disposition, reason = verdict(await office.publish(campaign))
        assert (disposition, "its posts are a series" in reason) == ("known", True)
    assert [post for post, _ in await office.posts()] == [OLD]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_an_item_of_a_feed_is_updated_where_asked(office, make_item, make_reading):
    office.campaign = Campaign.model_validate(
        {"platforms": ["bluesky"], "template": "{{ item.title }}", "timing": {"policy": "slots"}, "backfill": 1}
    )
    updating = office.campaign.model_copy(update={"feed_edits": {FEED: Edits.UPDATE}})

    async def publish(campaign, item):
        admission = await office.ledger.admit(campaign, [make_reading([item])])
        run = Publishing(campaign.model_copy(update={"sources": [FEED]}), office.desk())
        run.readings = [make_reading([item])]
        await run.admit()
        while run.waiting:
            await run.send()
        return admission, run

    await publish(office.campaign, make_item(1, title=OLD))
    edited = make_item(1, title=NEW, content_hash="new")
    _, run = await publish(office.campaign, edited)
    assert verdict(run) == ("known", "seen before; its text was changed since, which is ignored")
    _, run = await publish(updating, edited)
    assert verdict(run) == ("scheduled", "replaces the post scheduled for 2026-11-20 17:00 UTC")
    assert await office.ends() == [(NEW, "success")]
    await office.reconcile()
    _, run = await publish(updating, make_item(1, title=NEWER, content_hash="newer"))
    assert verdict(run) == ("known", "seen before; changed since; it went out before the edit")


async def test_the_lake_learns_what_became_of_both(planned):
    lake = Lake(planned.folder / "lake")
    for text, date in ((OLD, LATER), (NEW, LATER)):
        planned.write(text, date=date, number=planned.number)
        run = await planned.publish()
        run.desk._open_lake = lambda: lake
        await keep_publishing(run)
        planned.clock.advance(timedelta(minutes=1))
    last = lake.frame("posts").sort_values("observed_at").groupby("key", observed=True, sort=False).last()
    assert set(zip(last["text"], last["status"], last["scheduled_for"].dt.day, strict=True)) == {
        (OLD, "withdrawn", 24),
        (NEW, "scheduled", 24),
    }
    assert await planned.ledger.unkept() == {}


@pytest.mark.parametrize("deed", ["deletes it", "pauses it"])
async def test_what_a_person_did_at_the_api_is_respected(planned, deed):
    (post,) = (await planned.posts()).values()
    if deed == "deletes it":
        await planned.client.posts.delete(PostDelete(id=post.id))
    else:
        await planned.client.posts.update(PostUpdate(id=post.id, scheduled_pause=True))
    planned.write(NEW, number=planned.number)
    disposition, reason = verdict(await planned.publish())
    assert (disposition, "at the API by somebody else" in reason) == ("known", True)
    assert await planned.ends() == []


async def test_a_post_that_awaits_approval_is_left_to_the_person_asked(office):
    campaign = office.campaign.model_copy(update={"requires_approval": True})
    office.write(OLD)
    await office.publish(campaign)
    office.write(NEW)
    disposition, reason = verdict(await office.publish(campaign))
    assert (disposition, "awaits approval" in reason) == ("known", True)
    assert list(await office.posts()) == [(OLD, "awaiting approval")]


async def test_the_ledger_itself_holds_back_what_would_go_out_twice(planned):
    (before,) = await planned.ledger.accepted_posts(published=False)
    planned.write(NEW, number=planned.number)
    run = Publishing(planned.campaign, planned.desk())
    for step in (Step.READ, Step.ADMIT):
        await run.take(step)
    claims = await planned.ledger.claim(await run.draft())
    assert [claim.replaces for claim in claims] == [before.key]
    assert await planned.ledger.begin_attempt(claims) == set()
    await send(claims, client=planned.client, ledger=planned.ledger, clock=planned.clock)
    assert list(await planned.posts()) == [(OLD, "pending")]


async def test_old_news_do_not_bring_back_what_was_taken_back(planned):
    (before,) = await planned.ledger.accepted_posts(published=False)
    planned.write(NEW, number=planned.number)
    await planned.publish()
    news = Receipt(key=before.key, outcome=Outcome.ACCEPTED, post_id=before.post_id, status="pending")
    await planned.ledger.settle([news, replace(news, outcome=Outcome.REFUSED)])
    assert (await planned.ledger.outcomes([before.key]))[before.key].outcome == "withdrawn"
