"""One article in two feeds of a campaign is posted once."""

from dataclasses import replace

import pytest

from pipeline.campaign import Campaign
from pipeline.records import Ask, Disposition

CAMPAIGN = Campaign(name="news", sources=["https://example.org/feed.xml"])
OTHER = "https://example.org/category.xml"


@pytest.fixture
def database_url(tmp_path):
    return f"sqlite:///{tmp_path / 'ledger.db'}"


@pytest.fixture
def twin(make_item):
    def twin(number, **changes):
        own = {"source": OTHER, "identity": f"other-{number}", "content_hash": f"other-{number}"}
        return replace(make_item(number), **own | changes)

    return twin


@pytest.mark.parametrize("dry_run", [True, False])
async def test_an_article_in_two_feeds_of_one_round_is_taken_once(ledger, make_item, make_reading, twin, dry_run):
    readings = [make_reading([make_item(1)]), make_reading([twin(1), twin(2)], source=OTHER)]
    admission = await ledger.admit(CAMPAIGN, readings, backfill=9, dry_run=dry_run)
    assert [(item.source, item.link) for item in admission.admitted] == [
        (OTHER, "https://example.org/2"),
        (make_item(1).source, "https://example.org/1"),
    ]
    [verdict] = admission.verdicts
    assert verdict.disposition is Disposition.FILTERED
    assert verdict.reason == f"the same article is posted from {make_item(1).source}"
    assert admission.read == 3


async def test_a_feed_under_a_new_address_posts_nothing_again(ledger, make_item, make_draft, make_reading, twin):
    await ledger.admit(CAMPAIGN, [make_reading([make_item(1), make_item(2)])], backfill=2)
    await ledger.claim([make_draft(1), make_draft(2)])
    moved = [replace(make_item(number), source=OTHER) for number in (3, 1, 2)]
    admission = await ledger.admit(CAMPAIGN, [make_reading(moved, source=OTHER)], backfill=3)
    assert [item.identity for item in admission.admitted] == ["guid-3"]
    again = await ledger.admit(CAMPAIGN, [make_reading(moved, source=OTHER)])
    assert [verdict.disposition for verdict in again.verdicts] == [Disposition.KNOWN] * 2


@pytest.mark.parametrize(
    "changes",
    [{"title": "Another story"}, {"link": "https://example.org/other"}, {"link": ""}, {"ask": Ask(row=3)}],
)
async def test_what_is_not_the_same_article_is_taken(ledger, make_item, make_reading, twin, changes):
    both = [make_reading([make_item(1)]), make_reading([twin(1, **changes)], source=OTHER)]
    assert len((await ledger.admit(CAMPAIGN, both, backfill=9)).admitted) == 2


async def test_what_the_other_feed_never_posted_is_taken(ledger, make_item, make_reading, twin):
    await ledger.admit(CAMPAIGN, [make_reading([make_item(1)])], backfill=0)
    assert len((await ledger.admit(CAMPAIGN, [make_reading([twin(1)], source=OTHER)], backfill=1)).admitted) == 1


async def test_other_campaigns_may_post_it_too(ledger, make_item, make_reading, twin):
    await ledger.admit(CAMPAIGN, [make_reading([make_item(1)])], backfill=1)
    other = CAMPAIGN.model_copy(update={"name": "other"})
    assert len((await ledger.admit(other, [make_reading([twin(1)], source=OTHER)], backfill=1)).admitted) == 1
