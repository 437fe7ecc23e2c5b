"""Planning: pictures, slots, drafts, and the plan."""

import asyncio
import io
from datetime import UTC, datetime, timedelta

import pandas as pd
import pytest
from PIL import Image

from pipeline.campaign import Campaign
from pipeline.compose.album import Album
from pipeline.compose.templates import TemplateError
from pipeline.fetching import Fetcher
from pipeline.planning import Plan, draft_all
from pipeline.records import Disposition, Item, Picture, Verdict
from pipeline.timing.occupied import Occupied

NOW = datetime(2027, 1, 5, 8, 0, tzinfo=UTC)


def item(number: int, **fields: object) -> Item:
    given = {
        "source": "feed",
        "place": f"entry {number}",
        "identity": str(number),
        "content_hash": "h",
        "title": f"Story {number}",
    }
    return Item(**given | fields)


def pictured(number: int, *urls: str, **fields: object) -> Item:
    return item(number, pictures=tuple(Picture(url=url, alt="a picture") for url in urls), **fields)


def campaign(*platforms: str, **fields: object) -> Campaign:
    return Campaign.model_validate({"platforms": platforms or ["bluesky"], **fields})


def png(width: int, height: int) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height)).save(out, "PNG")
    return out.getvalue()


FILES = {"/a.png": png(600, 600), "/b.png": png(620, 600), "/page": b"<!DOCTYPE html><p>no picture"}


@pytest.fixture
def host(site):
    """The address of a real server that has FILES; anything else is a 404."""
    site.pages |= {path: (200, {}, body) for path, body in FILES.items()}
    return site.base


async def plan(campaign: Campaign, items: list[Item], **fields: object) -> Plan:
    given = {"linked": None, "fetcher": None, "now": NOW, **fields}
    return Plan(*await draft_all(campaign, items, **given))


async def test_items_are_drafted_in_order_at_the_next_slots():
    timing = {"policy": "slots", "zone": "Europe/Berlin", "slots": ["09:00", "17:00"]}
    held = Occupied([(datetime(2027, 1, 5, 16, tzinfo=UTC), ["bluesky"])])
    made = await plan(campaign(timing=timing), [item(n) for n in range(3)], occupied=held)
    assert [draft.item.identity for draft in made.drafts] == ["0", "1", "2"]
    assert [draft.slot.wall[:16] for draft in made.drafts] == [
        "2027-01-06T09:00",
        "2027-01-06T17:00",
        "2027-01-07T09:00",
    ]


async def test_an_item_that_cannot_be_said_takes_no_slot():
    items = [item(0), item(1, title=""), item(2)]
    made = await plan(campaign(timing={"policy": "spread", "every_minutes": 60}), items)
    assert [draft.slot.at for draft in made.drafts] == [NOW, NOW + timedelta(hours=1)]
    (verdict,) = made.verdicts
    assert (verdict.identity, verdict.disposition) == ("1", Disposition.QUARANTINED)
    assert "bluesky: Bluesky: post is empty" in verdict.reason


async def test_pictures_are_fetched_once_measured_and_kept(host, site):
    async with Fetcher(allow_private=True) as fetcher:
        with Album() as album:
            items = [pictured(0, f"{host}/a.png"), pictured(1, f"{host}/a.png"), pictured(2, f"{host}/b.png")]
            made = await plan(campaign("bluesky", "instagram"), items, fetcher=fetcher, album=album)
            assert sorted(request.path for request in site.asked) == ["/a.png", "/b.png"]
            assert album[f"{host}/a.png"] == FILES["/a.png"]
    assert list(made.verdicts) == []
    assert made.drafts[2].media == dict.fromkeys(["bluesky", "instagram"], (f"{host}/b.png",))


async def test_a_dead_picture_is_a_warning_and_the_next_one_is_taken(host):
    async with Fetcher(allow_private=True) as fetcher:
        dead = pictured(0, f"{host}/gone.png", f"{host}/page", f"{host}/b.png")
        (draft,) = (await plan(campaign(), [dead], fetcher=fetcher)).drafts
    assert draft.media == {"bluesky": (f"{host}/b.png",)}
    assert len(draft.warnings) == 2
    assert draft.warnings[0].startswith(f"picture {host}/gone.png left out: ")
    assert "HTTP 404" in draft.warnings[0]
    assert "web page" in draft.warnings[1]


async def test_without_any_picture_the_post_goes_out_where_it_can(host):
    async with Fetcher(allow_private=True) as fetcher:
        items = [pictured(0, f"{host}/gone.png")]
        (draft,) = (await plan(campaign("bluesky", "instagram"), items, fetcher=fetcher)).drafts
        (verdict,) = (await plan(campaign("instagram"), items, fetcher=fetcher)).verdicts
    assert draft.platforms == ["bluesky"]
    assert "needs a picture" in draft.left_out["instagram"]
    assert "HTTP 404" in verdict.reason


async def test_private_addresses_stay_closed(host, site):
    async with Fetcher() as fetcher:
        (draft,) = (await plan(campaign(), [pictured(0, f"{host}/a.png")], fetcher=fetcher)).drafts
    assert site.asked == []
    assert draft.media == {}
    assert "left out" in draft.warnings[0]


async def test_pictures_that_are_not_uploaded_are_sent_as_they_are_if_the_api_can_take_them():
    items = [
        pictured(0, "https://example.org/a.jpg"),
        pictured(1, "http://example.org/a.jpg"),
        pictured(2, "https://example.org/pic"),
    ]
    made = await plan(campaign(pictures={"upload": False}), items)
    assert [draft.media.get("bluesky") for draft in made.drafts] == [
        ("https://example.org/a.jpg",),
        None,
        ("https://example.org/pic",),
    ]
    assert "https://" in made.drafts[1].warnings[0]


async def test_no_picture_is_fetched_for_networks_and_campaigns_without(host, site):
    async with Fetcher(allow_private=True) as fetcher:
        await plan(campaign(pictures={"max": 0}), [pictured(0, f"{host}/a.png")], fetcher=fetcher)
    assert site.asked == []


async def test_a_template_that_fails_for_one_item_quarantines_it():
    made = await plan(campaign(template="{{ item.tags[0] }}"), [item(0, tags=("a",)), item(1)])
    assert len(made.drafts) == 1
    assert "template for bluesky, line 1" in made.verdicts[0].reason


async def test_a_template_that_fails_for_every_item_fails_the_run():
    with pytest.raises(TemplateError, match="titel"):
        await plan(campaign(template="{{ item.titel }}"), [item(0), item(1)])


async def test_no_items_no_drafts():
    made = await plan(campaign(), [])
    assert (list(made.drafts), list(made.verdicts), made.sum_line()) == ([], [], "read 0 = 0")
    assert made.frame().empty


async def test_many_items_leave_the_loop_free():
    ticks = 0

    async def tick() -> None:
        nonlocal ticks
        while True:
            await asyncio.sleep(0)
            ticks += 1

    ticking = asyncio.create_task(tick())
    made = await plan(campaign("bluesky", "twitter", "facebook"), [item(n) for n in range(2_000)])
    ticking.cancel()
    assert len(made.drafts) == 2_000
    # At least once for each of the four chunks, however quick they are.
    assert ticks >= 4


async def test_the_frame_has_a_row_per_draft_and_network_with_declared_types():
    timing = {"policy": "slots", "zone": "Europe/Berlin", "slots": ["09:00"]}
    made = await plan(
        campaign("bluesky", "instagram", "twitter", timing=timing), [item(0, link="https://example.org/" + "p" * 60)]
    )
    frame = made.frame()
    assert list(frame["network"]) == ["bluesky", "instagram", "twitter"]
    assert frame.dtypes.astype(str).to_dict() == {
        **dict.fromkeys(frame.columns, "string"),
        "length": "Int64",
        "limit": "Int64",
        "at": "datetime64[us, UTC]",
        "requests": "Int64",
        "cost_usd": "Float64",
    }
    assert list(frame["length"].fillna(-1)) == [89, -1, 32]
    assert list(frame["limit"].fillna(-1)) == [300, -1, 280]
    assert frame["at"].iloc[0] == pd.Timestamp("2027-01-06T08:00:00Z")
    assert frame["wall"].iloc[0] == "2027-01-06T09:00:00+01:00"
    assert "needs a picture" in frame["left_out"].iloc[1]


async def test_the_frame_shows_a_network_its_own_and_the_common_warnings():
    url = "http://example.org/a.jpg"
    long = pictured(0, url, title="word " * 70)
    made = await plan(campaign("bluesky", "facebook", pictures={"upload": False}), [long])
    bluesky, facebook = made.frame()["warnings"]
    assert "text cut to fit 300" in bluesky
    assert "text cut" not in facebook
    assert f"picture {url} left out" in bluesky
    assert f"picture {url} left out" in facebook
    assert made.frame()["at"].isna().all()


async def test_the_sum_counts_every_item_once():
    known = [Verdict.of(item(n), Disposition.KNOWN) for n in range(7, 9)]
    drafts, verdicts = await draft_all(campaign(), [item(0), item(1, title="")], linked=None, fetcher=None, now=NOW)
    made = Plan(drafts, [*known, *verdicts])
    assert made.sum_line() == "read 4 = known 2 + quarantined 1 + planned 1"
    assert len(made.all_verdicts()) == 4


async def test_the_plan_tells_account_calls_and_cost(host):
    async with Fetcher(allow_private=True) as fetcher:
        items = [pictured(n, f"{host}/a.png", link="https://example.org/x") for n in range(2)]
        made = await plan(campaign("bluesky", "twitter", "youtube"), items, fetcher=fetcher)
    told = Plan(made.drafts, made.verdicts, {"bluesky": "The Herald"})
    frame = told.frame()
    assert list(frame["account"]) == ["The Herald", "", ""] * 2
    assert list(frame["requests"]) == [2, 0, 0, 1, 0, 0]
    assert list(frame["cost_usd"]) == [0.0, 0.2, 0.0] * 2
    assert told.budget.line == "3 of 300 requests per 5 minutes, 0.40 USD"


async def test_a_large_plan_needs_several_windows():
    made = await plan(campaign("bluesky"), [item(n) for n in range(301)])
    assert (made.budget.requests, made.budget.windows) == (301, 2)
    assert "2 windows" in made.budget.line
