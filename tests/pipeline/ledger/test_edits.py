"""Items that change after they were seen: ignored, or corrected once per change after their post went out."""

from collections import Counter

import pytest

from pipeline.campaign import Campaign, Edits
from pipeline.planning import draft_all
from pipeline.records import Ask, Disposition
from pipeline.sending import send
from pipeline.settling import settle

FEED = "https://example.org/feed.xml"
IGNORING = Campaign(name="news", sources=[FEED], platforms=["bluesky"])
CORRECTING = IGNORING.model_copy(update={"edits": Edits.CORRECT})
SAID = "seen before; "


@pytest.fixture
def publish(ledger, client, clock):
    """One round: admit the items, draft, claim and send; returns the admission."""

    async def publish(campaign, reading, **arguments):
        admission = await ledger.admit(campaign, [reading], **arguments)
        drafts, _ = await draft_all(campaign, admission.admitted, linked=None, fetcher=None, now=clock.now())
        await send(await ledger.claim(drafts), client=client, ledger=ledger, clock=clock)
        return admission

    return publish


@pytest.fixture
async def posted(publish, make_item, make_reading):
    """Six items, of which the newest three were posted."""
    items = [make_item(number) for number in range(6)]
    await publish(IGNORING, make_reading(items), backfill=3)
    return items


def changed(items, *numbers, suffix="!"):
    from dataclasses import replace

    return [
        replace(item, title=item.title + suffix, content_hash=item.content_hash + suffix) if n in numbers else item
        for n, item in enumerate(items)
    ]


def reasons(admission):
    return Counter(verdict.reason.removeprefix(SAID) for verdict in admission.verdicts)


async def test_edits_are_ignored_and_said_so_by_default(posted, publish, api, make_reading):
    admission = await publish(IGNORING, make_reading(changed(posted, 1)))
    assert reasons(admission) == {"seen before": 5, "its text was changed since, which is ignored": 1}
    assert len(api.rows) == 3


async def test_each_change_is_corrected_once(posted, publish, ledger, api, make_reading):
    once, twice = changed(posted, 1), changed(posted, 1, suffix="!!")
    for items in (once, once, twice, twice):
        admission = await publish(CORRECTING, make_reading(items))
        assert admission.read == 6

    assert [row["post"].splitlines()[0] for row in api.rows[3:]] == [
        "Correction: Story number 1!",
        "Correction: Story number 1!!",
    ]
    assert len(await ledger.accepted_posts()) == 5


async def test_a_correction_that_crashed_before_its_claim_is_made_up_for(posted, publish, ledger, api, make_reading):
    first = await ledger.admit(CORRECTING, [make_reading(changed(posted, 1))])
    again = await publish(CORRECTING, make_reading(status="unchanged"))
    assert first.admitted == again.admitted
    assert again.recovered == again.read == 1
    assert api.rows[-1]["post"].startswith("Correction: Story number 1!")
    assert (await publish(CORRECTING, make_reading(changed(posted, 1)))).admitted == ()


async def test_a_lost_correction_is_sent_once(posted, publish, ledger, client, clock, line, api, make_reading):
    line.faults = ["accepted then lost"]
    await publish(CORRECTING, make_reading(changed(posted, 1)))
    await clock.sleep(600)
    await settle(ledger, client=client, clock=clock)
    await publish(CORRECTING, make_reading(changed(posted, 1)))
    assert len(api.rows) == 4


async def test_what_was_never_posted_is_not_corrected(posted, publish, api, make_reading):
    admission = await publish(CORRECTING, make_reading(changed(posted, 5)))
    assert reasons(admission)["changed since, but it was never posted"] == 1
    assert len(api.rows) == 3


async def test_a_post_that_waits_is_not_corrected_but_named(ledger, clock, make_item, make_draft, make_reading):
    await ledger.admit(CORRECTING, [make_reading([make_item(1)])], backfill=1)
    await ledger.claim([make_draft(1)])
    admission = await ledger.admit(CORRECTING, [make_reading(changed([make_item(0), make_item(1)], 1))])
    [verdict] = [one for one in admission.verdicts if one.identity == "guid-1"]
    assert (verdict.disposition, "its post has not gone out" in verdict.reason) == (Disposition.KNOWN, True)


async def test_a_feed_that_writes_all_texts_differently_is_not_corrected(posted, publish, api, make_reading):
    admission = await publish(CORRECTING, make_reading(changed(posted, 0, 1, 2, 3)))
    assert sum("changed at once" in reason for reason in reasons(admission)) == 1
    assert len(api.rows) == 3


async def test_policy_may_differ_by_feed(posted, publish, api, make_reading):
    mixed = CORRECTING.model_copy(update={"feed_edits": {FEED: Edits.IGNORE}})
    await publish(mixed, make_reading(changed(posted, 1)))
    assert len(api.rows) == 3


async def test_dry_run_shows_the_correction_and_records_nothing(posted, ledger, make_reading):
    reading = make_reading(changed(posted, 1))
    for _ in range(2):
        dry = await ledger.admit(CORRECTING, [reading], dry_run=True)
        assert [item.title for item in dry.admitted] == ["Story number 1!"]
    assert (await ledger.frame("items"))["state"].tolist().count("admitted") == 0


async def test_rows_of_a_sheet_go_their_own_way(posted, ledger, make_item, make_reading):
    row = make_item(1, content_hash="new", ask=Ask(row=1))
    assert (await ledger.admit(CORRECTING, [make_reading([row])])).admitted == ()
