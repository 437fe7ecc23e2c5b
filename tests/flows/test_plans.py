"""Saved plans against the embedded API, without Prefect: exactly what was planned, or what moved."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from pipeline.applying import NOT_PLANNED, Applying, PlanMoved
from pipeline.campaign import Campaign
from pipeline.desk import Desk
from pipeline.publishing import Publishing
from pipeline.saved import NoPlan, SavedPlan, changes
from server.host import Host
from social.client import SocialClient
from social.contract.history import HistoryQuery
from social.contract.posts import StoredPost

Feed = Callable[..., Path]
SPREAD = {"policy": "spread", "every_minutes": 60, "start": "2099-01-01T09:00:00"}


class Rig:
    """A desk on the embedded API, and what a person does at it."""

    def __init__(self, desk: Desk, host: Host) -> None:
        self.desk = desk
        self.host = host

    async def plan(self, campaign: Campaign) -> SavedPlan:
        run = await Publishing(campaign, self.desk, dry_run=True).run()
        state = await self.desk.ledger.state(campaign.name)
        return SavedPlan.of(campaign, run.plan.drafts, made_at=self.desk.clock.now(), ledger=state)

    async def apply(self, plan: SavedPlan) -> Publishing:
        return await Applying(plan, self.desk).run()

    async def posted(self) -> list[StoredPost]:
        return (await self.desk.client.history.list(HistoryQuery(limit=1000, last_days=0))).history

    async def moved(self, plan: SavedPlan) -> list[tuple[str, str]]:
        before = len(await self.posted())
        with pytest.raises(PlanMoved) as caught:
            await self.apply(plan)
        assert len(await self.posted()) == before
        return [(one.what, one.said) for one in caught.value.moved]


@pytest.fixture
def rig(desk: Desk, embedded: tuple[SocialClient, Host]) -> Rig:
    return Rig(desk, embedded[1])


def campaign(feed: Path, **changes: Any) -> Campaign:
    told = {"name": "plans", "sources": [str(feed)], "platforms": ["bluesky", "facebook"], "backfill": 50} | changes
    return Campaign.model_validate(told)


async def test_a_plan_is_carried_out_word_for_word(rig: Rig, feed: Feed, tmp_path: Path) -> None:
    made = await rig.plan(campaign(feed(range(3)), timing=SPREAD))
    path = made.write(tmp_path / "plans" / "p.json")
    run = await rig.apply(SavedPlan.read(path))
    assert [post.digest for post in made.posts] == [draft.digest for draft, _ in run.part.sent]
    assert [post.key for post in made.posts] == [key for _, key in run.part.sent]
    stored = {row.notes: row for row in await rig.posted()}
    assert {row.schedule_date for row in stored.values()} == {post.at for post in made.posts}
    assert len(stored) == 3
    assert not (tmp_path / "lake").exists()


async def test_slots_stay_as_planned_though_time_goes_on(rig: Rig, feed: Feed) -> None:
    made = await rig.plan(campaign(feed(range(3)), timing={"policy": "spread", "every_minutes": 60}))
    await rig.host.advance(timedelta(minutes=5))
    run = await rig.apply(made)
    assert [draft.slot.at for draft, _ in run.part.sent] == [post.at for post in made.posts]


async def test_links_to_be_shortened_are_placeholders_until_then(rig: Rig, feed: Feed) -> None:
    utm = {"source": "{{ network }}", "campaign": "a-name-longer-than-any-short-link-of-the-sandbox-could-ever-be"}
    links = {"shorten": "chosen", "shorten_domains": ["news.example.org"], "utm": utm}
    made = await rig.plan(campaign(feed(range(2)), links=links))
    run = await rig.apply(made)
    assert [draft.platforms for draft, _ in run.part.sent] == [["bluesky", "facebook"]] * 2
    texts = [text for draft, _ in run.part.sent for text in draft.texts.values()]
    planned = [text for post in made.posts for text in post.texts.values()]
    assert not any("news.example.org" in text for text in (*texts, *planned))
    assert texts != planned


async def test_what_is_new_since_waits_for_the_next_run(rig: Rig, feed: Feed) -> None:
    source = feed(range(3))
    made = await rig.plan(campaign(source))
    feed(range(4))
    run = await rig.apply(made)
    assert [v.reason for v in run.part.verdicts if v.disposition == "filtered"] == [NOT_PLANNED]
    assert len(await rig.posted()) == 3
    again = await Publishing(campaign(source), rig.desk).run()
    assert [draft.item.title for draft, _ in again.part.sent] == ["Entry number 3"]


async def test_an_item_that_went_out_meanwhile_is_named(rig: Rig, feed: Feed) -> None:
    made = await rig.plan(campaign(feed(range(2))))
    await Publishing(campaign(feed(range(2))), rig.desk).run()
    moved = await rig.moved(made)
    assert [what for what, _ in moved] == ["ledger", "ledger"]
    assert all("already claimed under dc-" in said and "accepted" in said for _, said in moved)


async def test_an_item_taken_to_other_networks_is_named(rig: Rig, feed: Feed) -> None:
    made = await rig.plan(campaign(feed(range(2))))
    await Publishing(campaign(feed(range(2)), platforms=["bluesky", "threads"]), rig.desk).run()
    assert [what for what, _ in await rig.moved(made)] == ["ledger", "ledger"]


async def test_a_changed_item_is_named(rig: Rig, feed: Feed) -> None:
    source = feed(range(2))
    made = await rig.plan(campaign(source))
    source.write_text(source.read_text().replace("the 1th time", "for the first time"))
    assert await rig.moved(made) == [("source", "the item was changed since the plan was made")]


async def test_an_item_that_is_gone_is_named(rig: Rig, feed: Feed) -> None:
    made = await rig.plan(campaign(feed(range(3))))
    feed(range(2))
    assert await rig.moved(made) == [("source", "gone from the source")]


async def test_a_source_that_cannot_be_read_is_named(rig: Rig, feed: Feed) -> None:
    source = feed(range(1))
    made = await rig.plan(campaign(source))
    source.unlink()
    ((what, said),) = await rig.moved(made)
    assert what == "source"
    assert "cannot be read" in said


async def test_a_slot_that_passed_is_named(rig: Rig, feed: Feed) -> None:
    made = await rig.plan(campaign(feed(range(3)), timing={"policy": "spread", "every_minutes": 60}))
    await rig.host.advance(timedelta(minutes=30))
    ((what, said),) = await rig.moved(made)
    assert (what, "has passed" in said) == ("slot", True)


async def test_a_slot_that_was_taken_is_named(rig: Rig, feed: Feed) -> None:
    made = await rig.plan(campaign(feed(range(2)), timing=SPREAD))
    other = feed(range(50, 51), name="other.xml")
    await Publishing(campaign(other, name="rival", timing=SPREAD), rig.desk).run()
    ((what, said),) = await rig.moved(made)
    assert (what, said) == ("slot", "2099-01-01 09:00 UTC was taken by another post")


async def test_a_network_that_would_get_another_text_is_named(rig: Rig, feed: Feed) -> None:
    made = await rig.plan(campaign(feed(range(1))))
    post = made.posts[0].model_copy(update={"texts": made.posts[0].texts | {"bluesky": "Other"}, "digest": "0" * 16})
    tampered = made.model_copy(update={"posts": [post]})
    assert await rig.moved(tampered) == [("source", "the text of bluesky would be different now")]


async def test_a_refused_plan_records_nothing(rig: Rig, feed: Feed) -> None:
    made = await rig.plan(campaign(feed(range(2))))
    feed(range(1))
    await rig.moved(made)
    assert len(await rig.desk.ledger.frame("items")) == 0


async def test_the_same_plan_twice_sends_once(rig: Rig, feed: Feed) -> None:
    made = await rig.plan(campaign(feed(range(2))))
    await rig.apply(made)
    assert {what for what, _ in await rig.moved(made)} == {"ledger"}


async def test_the_ledger_state_changes_with_claims_only(rig: Rig, feed: Feed) -> None:
    made = await rig.plan(campaign(feed(range(2))))
    assert (await rig.plan(campaign(feed(range(2))))).ledger == made.ledger
    await rig.apply(made)
    assert await rig.desk.ledger.state("plans") != made.ledger


async def test_differences_are_told_post_by_post(rig: Rig, feed: Feed) -> None:
    old = await rig.plan(campaign(feed(range(3)), timing=SPREAD))
    assert changes(old, await rig.plan(campaign(feed(range(3)), timing=SPREAD))) == []
    later = SPREAD | {"start": "2099-01-01T12:00:00"}
    new = await rig.plan(campaign(feed(range(1, 4)), template="{{ item.title }}!", timing=later))
    found = [(one.kind, one.title[-1], one.what, one.network) for one in changes(old, new)]
    assert found[:5] == [
        ("removed", "0", "post", ""),
        ("added", "3", "post", ""),
        ("changed", "1", "time", ""),
        ("changed", "1", "text", "bluesky"),
        ("changed", "1", "text", "facebook"),
    ]
    assert len(found) == 8
    assert old.digest != new.digest


@pytest.mark.parametrize(
    ("content", "message"),
    [(None, "No such file"), ("{}", "made_at"), ("not json", "no plan of this version"), ('{"form": "x/9"}', "form")],
)
def test_a_file_that_is_no_plan_says_so(tmp_path: Path, content: str | None, message: str) -> None:
    path = tmp_path / "plan.json"
    if content is not None:
        path.write_text(content)
    with pytest.raises(NoPlan, match=message):
        SavedPlan.read(path)


async def test_the_api_holds_posts_that_require_approval(rig: Rig, feed: Feed) -> None:
    run = await Publishing(campaign(feed(range(1)), requires_approval=True), rig.desk).run()
    (row,) = await rig.posted()
    assert row.status == "awaiting approval"
    assert [v.disposition for v in run.part.verdicts] == ["scheduled"]
    again = await Publishing(campaign(feed(range(1)), requires_approval=True), rig.desk).run()
    assert [v.disposition for v in again.part.verdicts] == ["known"]
