"""A run of many items holds their outlines; the ledger gives them back whole, and tells of those that are gone."""

from dataclasses import replace

from pipeline.campaign import Campaign
from pipeline.records import Ask, Disposition, Picture, Slot

CAMPAIGN = Campaign(name="news")
PICTURE = Picture(url="https://example.org/a.png", alt="A", width=3, origin="enclosure")


async def test_outlines_become_the_items_they_stand_for(ledger, another, clock, make_item, make_reading):
    ask = Ask(platforms=("bluesky",), slot=Slot(at=clock.now(), zone="UTC", wall="w"), texts={"bluesky": "Own"}, row=7)
    items = [make_item(1, tags=("a",), pictures=(PICTURE,)), make_item(2, text="Zürich\n☃"), make_item(3, ask=ask)]
    readings = [make_reading(items), make_reading([make_item(4, source="other")], source="other")]
    told = await another.admit(CAMPAIGN, readings, backfill=9, dry_run=True)

    admission = await ledger.admit(CAMPAIGN, readings, backfill=9, outlined=True)
    assert {item.text + item.title + item.link for item in admission.admitted} == {""}
    assert [(item.identity, item.published, item.ask) for item in admission.admitted] == [
        (item.identity, item.published, item.ask) for item in told.admitted
    ]
    assert (admission.read, admission.verdicts) == (told.read, told.verdicts)
    assert await ledger.waiting("news", admission.admitted) == (list(told.admitted), [])
    assert await ledger.waiting("news", admission.admitted[::-1]) == (list(told.admitted[::-1]), [])

    left = await another.admit(CAMPAIGN, [], outlined=True)
    again = await another.admit(CAMPAIGN, [])
    assert left.recovered == again.recovered == 4
    assert await another.waiting("news", left.admitted) == (list(again.admitted), [])


async def test_many_left_overs_keep_their_order(ledger, another, make_item, make_reading):
    whole = await ledger.admit(CAMPAIGN, [make_reading(map(make_item, range(1_200)))], backfill=1_200)
    left = await another.admit(CAMPAIGN, [make_reading()], outlined=True)
    assert [item.identity for item in left.admitted] == [item.identity for item in whole.admitted]
    assert (await another.admit(CAMPAIGN, [make_reading()])).admitted == whole.admitted


async def test_what_another_run_claimed_meanwhile_is_known(ledger, another, make_item, make_reading, make_draft):
    admission = await ledger.admit(CAMPAIGN, [make_reading(map(make_item, range(3)))], backfill=3, outlined=True)
    await another.claim([make_draft(1)])

    found, gone = await ledger.waiting("news", admission.admitted)
    assert [item.identity for item in found] == ["guid-2", "guid-0"]
    assert [(one.identity, one.title, one.place, one.disposition, one.reason) for one in gone] == [
        ("guid-1", "Story number 1", "entry 1", Disposition.KNOWN, "claimed by another run")
    ]


async def test_a_twin_of_what_this_run_took_is_filtered(ledger, make_item, make_reading):
    readings = [make_reading([make_item(1)]), make_reading([make_item(1, source="other")], source="other")]
    admission = await ledger.admit(CAMPAIGN, readings, backfill=9, outlined=True)
    assert len(admission.admitted) == 1
    assert [one.disposition for one in admission.verdicts] == [Disposition.FILTERED]


async def test_a_row_edited_meanwhile_is_accounted_for(ledger, another, make_item, make_reading):
    def sheet(*rows):
        return replace(make_reading(rows), is_sheet=True)

    def row(name, text):
        return make_item(1, identity=name, content_hash=name, text=text, ask=Ask(row=2))

    before, after = row("r1", "one two three four five six"), row("r2", "one two three four five seven")
    admission = await ledger.admit(CAMPAIGN, [sheet(before)], outlined=True)
    assert [item.identity for item in (await another.admit(CAMPAIGN, [sheet(after)])).admitted] == ["r2"]

    found, gone = await ledger.waiting("news", admission.admitted)
    assert found == []
    assert [(one.identity, one.disposition, one.reason) for one in gone] == [
        ("r1", Disposition.KNOWN, "edited meanwhile, and read by another run")
    ]
