import time
from dataclasses import replace
from datetime import timedelta

import pytest

from pipeline.campaign import Campaign, Filters
from pipeline.ledger.admitting import PRIMED
from pipeline.ledger.stored import dump_item, load_item
from pipeline.records import DateQuality, Disposition, Picture, Verdict

OTHER = "https://example.org/other.json"
CAMPAIGN = Campaign(name="news", sources=["https://example.org/feed.xml"])


def numbers(items):
    return [int(item.identity.removeprefix("guid-")) for item in items]


def dispositions(admission):
    return sorted(f"{verdict.disposition}: {verdict.reason}" for verdict in admission.verdicts)


async def primed(ledger, reading):
    return await ledger.admit(CAMPAIGN, [reading])


async def test_new_feed_posts_nothing(ledger, make_item, make_reading):
    admission = await ledger.admit(CAMPAIGN, [make_reading(map(make_item, range(3)))])

    assert admission.admitted == ()
    assert dispositions(admission) == [f"filtered: {PRIMED}"] * 3
    assert admission.read == 3


async def test_backfill_posts_the_newest_oldest_first(ledger, make_item, make_reading):
    shuffled = [make_item(number) for number in (3, 1, 0, 4, 2)]
    admission = await ledger.admit(CAMPAIGN, [make_reading(shuffled)], backfill=3)

    assert numbers(admission.admitted) == [2, 1, 0]
    assert admission.read == 5


async def test_later_only_new_items_are_admitted(ledger, make_item, make_reading):
    await primed(ledger, make_reading(map(make_item, range(5, 9))))
    admission = await ledger.admit(CAMPAIGN, [make_reading(map(make_item, range(3, 9)))])

    assert numbers(admission.admitted) == [4, 3]
    assert dispositions(admission) == ["known: seen before"] * 4
    assert admission.read == 6


async def test_campaigns_and_sources_do_not_share_items(ledger, make_item, make_reading):
    await primed(ledger, make_reading([make_item(1)]))
    other_feed = await ledger.admit(CAMPAIGN, [make_reading([make_item(1, source=OTHER)], source=OTHER)], backfill=1)
    other_campaign = await ledger.admit(Campaign(name="blog"), [make_reading([make_item(1)])], backfill=1)

    assert len(other_feed.admitted) == len(other_campaign.admitted) == 1


@pytest.mark.parametrize(
    ("filters", "kept"),
    [
        (Filters(include=["cat"]), [0]),
        (Filters(include=["CAT", "Döner"]), [0, 2]),
        (Filters(exclude=["cat"]), [1, 2, 3, 4]),
        (Filters(include=["東京"]), [4]),
        (Filters(include=["c++"]), [3]),
        (Filters(include=["cat", "dog"], exclude=["hot dog"]), [0]),
        (Filters(include=["  "]), [0, 1, 2, 3, 4]),
        (Filters(newest=2), [0, 1]),
        (Filters(newest=1, exclude=["cat"]), [1]),
    ],
)
async def test_filters_keep(ledger, make_item, make_reading, filters, kept):
    titles = ["A cat sat", "Hot dog concatenated", "Ein DÖNER bitte", "Learn C++ now", "速報:東京で地震"]
    campaign = CAMPAIGN.model_copy(update={"filters": filters})
    await ledger.admit(campaign, [make_reading()])
    items = [make_item(number, title=title, text="") for number, title in enumerate(titles)]
    admission = await ledger.admit(campaign, [make_reading(items)])

    assert sorted(numbers(admission.admitted)) == kept
    assert all(verdict.disposition is Disposition.FILTERED and verdict.reason for verdict in admission.verdicts)
    assert admission.read == 5


async def test_filtered_item_stays_out_when_filters_change(ledger, make_item, make_reading):
    strict = CAMPAIGN.model_copy(update={"filters": Filters(include=["nothing"])})
    await ledger.admit(strict, [make_reading()])
    await ledger.admit(strict, [make_reading([make_item(1)])])

    assert dispositions(await ledger.admit(CAMPAIGN, [make_reading([make_item(1)])])) == ["known: seen before"]


async def test_undated_items_follow_their_neighbours(ledger, make_item, make_reading):
    nowhere = {"published": None, "published_quality": DateQuality.MISSING}
    wild = {"published": make_item(0).published + timedelta(days=9000), "published_quality": DateQuality.IMPLAUSIBLE}
    items = [make_item(1), make_item(2, **nowhere), make_item(3), make_item(4, **wild)]
    admission = await ledger.admit(CAMPAIGN, [make_reading(items)], backfill=2)

    assert numbers(admission.admitted) == [2, 1]


async def test_feeds_are_merged_by_date(ledger, make_item, make_reading):
    first = make_reading([make_item(1), make_item(4)])
    second = make_reading([make_item(2, source=OTHER), make_item(3, source=OTHER)], source=OTHER)
    admission = await ledger.admit(CAMPAIGN, [first, second], backfill=2)

    assert numbers(admission.admitted) == [4, 3, 2, 1]


async def test_unreadable_entries_are_told_each_time_and_stored_once(ledger, make_item, make_reading):
    for _ in range(2):
        admission = await ledger.admit(CAMPAIGN, [make_reading([make_item(1)], bad=2)], backfill=0)
        assert [v.disposition for v in admission.verdicts].count(Disposition.QUARANTINED) == 2
        assert admission.read == len(admission.verdicts) == 3
    frame = await ledger.frame("items")
    assert sorted(frame["state"]) == ["filtered", "quarantined", "quarantined"]


async def test_same_identity_twice_is_taken_once(ledger, make_item, make_reading):
    twin = make_item(1, title="Again", place="entry 9")
    admission = await ledger.admit(CAMPAIGN, [make_reading([make_item(1), twin]), make_reading([twin])], backfill=5)

    assert [item.title for item in admission.admitted] == ["Story number 1"]
    assert dispositions(admission) == ["known: seen before"] * 2
    assert admission.read == 3


async def test_admitted_item_survives_until_it_is_claimed(ledger, another, make_item, make_reading, make_draft):
    picture = Picture(url="https://example.org/a.png", alt="A", width=3, origin="enclosure")
    rich = make_item(1, tags=("a", "b"), pictures=(picture,), text="Zürich\n☃")
    await ledger.admit(CAMPAIGN, [make_reading([make_item(2), rich])], backfill=9)

    gone_from_feed = await another.admit(CAMPAIGN, [make_reading()])
    assert gone_from_feed.admitted == (make_item(2), rich)
    assert (gone_from_feed.recovered, gone_from_feed.read) == (2, 2)

    still_in_feed = await another.admit(CAMPAIGN, [make_reading([rich, make_item(3)])])
    assert numbers(still_in_feed.admitted) == [2, 1, 3]
    assert still_in_feed.read == 3

    await another.claim([make_draft(1), make_draft(2), make_draft(3)])
    assert dispositions(await ledger.admit(CAMPAIGN, [make_reading([rich])])) == ["known: seen before"]


async def test_quarantined_by_composing_stays_out(ledger, make_item, make_reading):
    admission = await ledger.admit(CAMPAIGN, [make_reading([make_item(1), make_item(2)])], backfill=2)
    hopeless = admission.admitted[0]
    await ledger.quarantine("news", [Verdict.of(hopeless, Disposition.QUARANTINED, "too long for every network")])

    again = await ledger.admit(CAMPAIGN, [make_reading()])
    assert again.admitted == admission.admitted[1:]
    frame = (await ledger.frame("items")).set_index("identity")
    assert frame.loc[hopeless.identity, "reason"] == "too long for every network"


async def test_dry_run_tells_the_same_and_writes_nothing(ledger, make_item, make_reading):
    await primed(ledger, make_reading([make_item(9)]))
    readings = [
        make_reading([make_item(1), make_item(9), make_item(2)], bad=1, etag="new"),
        make_reading([make_item(3, source=OTHER)], source=OTHER),
        make_reading(source="https://example.org/broken", status="failed", reason="HTTP 500"),
    ]
    before = {name: await ledger.frame(name) for name in ("items", "feeds")}
    tried = await ledger.admit(CAMPAIGN, readings, dry_run=True)

    for name, frame in before.items():
        assert frame.equals(await ledger.frame(name))
    assert await ledger.admit(CAMPAIGN, readings) == tried


async def test_feed_state_is_kept_with_its_items_only(ledger, make_item, make_reading):
    await primed(ledger, make_reading([make_item(1)], etag="one"))
    broken = make_item(2, pictures=(object(),))
    with pytest.raises(TypeError, match="an item cannot hold object"):
        await ledger.admit(CAMPAIGN, [make_reading([make_item(3), broken], etag="two")])

    assert (await ledger.feed_states("news"))[CAMPAIGN.sources[0]].etag == "one"
    retried = await ledger.admit(CAMPAIGN, [make_reading([make_item(3), make_item(2)], etag="two")])
    assert numbers(retried.admitted) == [3, 2]
    assert (await ledger.feed_states("news"))[CAMPAIGN.sources[0]].etag == "two"


async def test_failed_and_unchanged_feeds_are_noted(ledger, clock, make_item, make_reading):
    await primed(ledger, make_reading([make_item(1)], etag="one"))
    for _ in range(2):
        admission = await ledger.admit(CAMPAIGN, [make_reading(status="failed", reason="HTTP 503")])
    assert admission.failed == {CAMPAIGN.sources[0]: "HTTP 503"}
    assert (await ledger.feed_states("news"))[CAMPAIGN.sources[0]].etag == "one"
    feed = (await ledger.frame("feeds")).iloc[0]
    assert (feed["failures"], feed["last_error"]) == (2, "HTTP 503")

    clock.advance(timedelta(hours=1))
    unchanged = make_reading(status="unchanged")
    moved = replace(unchanged, state=replace(unchanged.state, url="https://example.org/moved", etag="ignored"))
    await ledger.admit(CAMPAIGN, [moved])
    feed = (await ledger.frame("feeds")).iloc[0]
    assert (feed["failures"], feed["last_error"], feed["etag"]) == (0, "", "one")
    assert feed["url"] == "https://example.org/moved"
    assert feed["last_success"].to_pydatetime() == clock.now()


async def test_failed_first_reading_does_not_prime(ledger, make_item, make_reading):
    await ledger.admit(CAMPAIGN, [make_reading(status="failed", reason="timeout")])
    assert await ledger.feed_states("news") == {}
    admission = await ledger.admit(CAMPAIGN, [make_reading([make_item(1)])])
    assert dispositions(admission) == [f"filtered: {PRIMED}"]


async def test_ten_thousand_items_are_admitted_quickly(ledger, clock, make_item, make_reading):
    await ledger.admit(CAMPAIGN, [make_reading()])
    items = [make_item(number, published=clock.now()) for number in range(10_000)]
    began = time.perf_counter()
    admission = await ledger.admit(CAMPAIGN, [make_reading(items)])

    assert len(admission.admitted) == 10_000
    assert time.perf_counter() - began < 5


def test_stored_item_outlives_a_change_of_the_record(make_item):
    item = make_item(1)
    assert load_item(dump_item(item)) == item
    assert load_item(dump_item(item).replace('"title"', '"title_of_old"')) == replace(item, title="")
