"""Feeds that change all their ids at once, or offer their whole archive: held back, not posted."""

from datetime import timedelta

import pytest

from pipeline.campaign import Campaign
from pipeline.records import Ask, DateQuality, Disposition

CAMPAIGN = Campaign(name="news", sources=["https://example.org/feed.xml"])
ACCEPTING = CAMPAIGN.model_copy(update={"accept_new_ids": True})
UNDATED = {"published": None, "published_quality": DateQuality.MISSING}


def ends(admission):
    return sorted(verdict.disposition for verdict in admission.verdicts)


@pytest.fixture
async def primed(ledger, make_item, make_reading):
    await ledger.admit(CAMPAIGN, [make_reading(map(make_item, range(8)))])
    return ledger


def renamed(make_item, numbers, **changes):
    return [make_item(number, identity=f"new-{number}", **changes) for number in numbers]


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"content_hash": "edited too"},
        UNDATED,
        {"content_hash": "", **UNDATED},
    ],
)
async def test_old_posts_under_new_ids_are_known(primed, make_item, make_reading, changes):
    admission = await primed.admit(CAMPAIGN, [make_reading(renamed(make_item, range(8), **changes))])

    assert admission.admitted == ()
    assert ends(admission) == [Disposition.KNOWN] * 8
    assert "under another id: guid-0" in admission.verdicts[0].reason
    assert admission.held == {}


async def test_a_site_that_moves_to_https_posts_nothing_again(ledger, make_item, make_reading):
    def at(number, start):
        link = f"{start}example.org/{number}"
        return make_item(number, identity=link, link=link, content_hash=link)

    await ledger.admit(CAMPAIGN, [make_reading([at(number, "http://www.") for number in range(5)])])
    admission = await ledger.admit(CAMPAIGN, [make_reading([at(number, "https://") for number in range(5)])])

    assert ends(admission) == [Disposition.KNOWN] * 5


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"link": "https://moved.example", "content_hash": "x"}, "link or title of guid-"),
        ({"title": "Rewritten", "content_hash": "x"}, "link or title of guid-"),
        ({"link": "", "title": "?", "content_hash": "x", **UNDATED}, "nothing in the feed has an id known"),
    ],
)
async def test_uncertain_ones_are_held_back(primed, clock, make_item, make_reading, changes, reason):
    admission = await primed.admit(CAMPAIGN, [make_reading(renamed(make_item, range(8), **changes))])

    assert admission.admitted == ()
    assert ends(admission) == [Disposition.QUARANTINED] * 8
    assert all(reason in verdict.reason for verdict in admission.verdicts)
    [(source, words)] = admission.held.items()
    assert source == CAMPAIGN.sources[0]
    assert "8 items held back" in words
    assert "accept_new_ids" in words


async def test_an_archive_offered_at_once_is_held_back_and_what_is_new_is_posted(
    primed, clock, make_item, make_reading
):
    await clock.sleep(3600)
    archive = [make_item(number, published=clock.now() - timedelta(days=number)) for number in range(100, 200)]
    fresh = make_item(300, published=clock.now())
    admission = await primed.admit(CAMPAIGN, [make_reading([fresh, *map(make_item, range(8)), *archive])])

    assert [item.identity for item in admission.admitted] == ["guid-300"]
    assert ends(admission) == [Disposition.KNOWN] * 8 + [Disposition.QUARANTINED] * 100
    assert admission.read == 109


async def test_far_more_than_the_feeds_rhythm_is_held_back(primed, clock, make_item, make_reading):
    for day in range(1, 6):
        await clock.sleep(86400)
        one = make_item(1000 + day, published=clock.now())
        assert (await primed.admit(CAMPAIGN, [make_reading([one])])).admitted[-1] == one
    await clock.sleep(3600)
    flood = [make_item(number, published=clock.now()) for number in range(2000, 2030)]
    admission = await primed.admit(CAMPAIGN, [make_reading(flood)])

    assert ends(admission) == [Disposition.QUARANTINED] * 30


async def test_a_busy_feed_after_an_outage_is_no_flood(primed, clock, make_item, make_reading):
    for hour in range(1, 60):
        await clock.sleep(3600)
        await primed.admit(CAMPAIGN, [make_reading([make_item(1000 + hour, published=clock.now())])])
    await clock.sleep(3 * 86400)
    missed = [make_item(n, published=clock.now() - timedelta(hours=n - 2000)) for n in range(2000, 2070)]
    admission = await primed.admit(CAMPAIGN, [make_reading(missed)])

    assert admission.held == {}
    assert sum(item.identity.startswith("guid-20") for item in admission.admitted) == 70


@pytest.mark.parametrize("count", [1, 2])
async def test_a_few_are_no_flood(primed, make_item, make_reading, count):
    admission = await primed.admit(CAMPAIGN, [make_reading(renamed(make_item, range(count)))])
    assert len(admission.admitted) == count


async def test_less_than_half_of_a_reading_is_no_flood(primed, clock, make_item, make_reading):
    old = [make_item(number, published=clock.now() - timedelta(days=30)) for number in range(100, 107)]
    admission = await primed.admit(CAMPAIGN, [make_reading([*old, *map(make_item, range(8))])])
    assert len(admission.admitted) == 7


async def test_titles_that_repeat_tell_nothing(ledger, clock, make_item, make_reading):
    def weather(number):
        return make_item(number, title="Weather", link="https://example.org/weather", published=clock.now())

    await ledger.admit(CAMPAIGN, [make_reading(map(weather, range(6)))])
    admission = await ledger.admit(CAMPAIGN, [make_reading(map(weather, range(10, 16)))])
    assert len(admission.admitted) == 6


async def test_held_items_are_posted_once_accepted(primed, another, make_item, make_reading, make_draft):
    moved = renamed(make_item, range(4), link="https://moved.example", content_hash="x")
    await primed.admit(CAMPAIGN, [make_reading(moved)])
    again = await primed.admit(CAMPAIGN, [make_reading(moved)])
    assert (again.admitted, again.held) == ((), {})

    shown = await primed.admit(ACCEPTING, [make_reading(status="unchanged")], dry_run=True)
    accepted = await another.admit(ACCEPTING, [make_reading(moved)])
    assert {item.identity for item in shown.admitted} == {item.identity for item in accepted.admitted}
    assert {item.identity for item in accepted.admitted} == {f"new-{number}" for number in range(4)}
    assert accepted.read == accepted.recovered == 4

    await primed.claim([make_draft(0, item=item) for item in accepted.admitted])
    later = await primed.admit(ACCEPTING, [make_reading(moved)])
    assert (later.admitted, ends(later)) == ((), [Disposition.KNOWN] * 4)


async def test_released_items_are_posted_oldest_first(primed, clock, make_item, make_reading):
    archive = [make_item(number, published=clock.now() - timedelta(days=number)) for number in (12, 30, 11, 20)]
    await primed.admit(CAMPAIGN, [make_reading(archive)])
    accepted = await primed.admit(ACCEPTING, [make_reading(status="unchanged")])
    assert [item.identity for item in accepted.admitted] == ["guid-30", "guid-20", "guid-12", "guid-11"]


async def test_rows_of_a_sheet_are_never_held(primed, make_item, make_reading):
    rows = [make_item(number, ask=Ask(row=number), **UNDATED) for number in range(100, 120)]
    assert len((await primed.admit(CAMPAIGN, [make_reading(rows)])).admitted) == 20


async def test_certain_twins_stay_known_although_new_ids_are_accepted(primed, make_item, make_reading):
    admission = await primed.admit(ACCEPTING, [make_reading(renamed(make_item, range(8)))])
    assert (admission.admitted, ends(admission)) == ((), [Disposition.KNOWN] * 8)


async def test_dry_run_holds_back_the_same(primed, make_item, make_reading):
    reading = make_reading(renamed(make_item, range(8), link="https://moved.example", content_hash="x"))
    dry = await primed.admit(CAMPAIGN, [reading], dry_run=True)
    assert dry == await primed.admit(CAMPAIGN, [reading])
    assert len(await primed.frame("items")) == 16
