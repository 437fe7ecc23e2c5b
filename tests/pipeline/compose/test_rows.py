"""What the author of a sheet's row asks for is what is said: text, networks, options, hashtags, pictures, video."""

from collections.abc import Mapping
from typing import Any

import pytest

from pipeline.campaign import Campaign
from pipeline.compose.drafts import Composer
from pipeline.compose.gathering import gather
from pipeline.records import Ask, Draft, Item, Picture

LINK = "https://example.org/a"


def row(ask: Mapping[str, Any] | None = None, **changes: Any) -> Item:
    asked = Ask(row=2, **(ask or {}))
    item = {"title": "Working title", "text": "Boats leave at noon", "link": LINK, **changes}
    return Item(source="calendar.csv", place="D2", identity="row:1", content_hash="", ask=asked, **item)


async def drafted(item: Item, **changes: Any) -> Draft:
    campaign = Campaign.model_validate({"platforms": ["bluesky", "facebook"], **changes})
    media = (await gather(campaign, [item], fetcher=None)).media
    return Composer(campaign).compose(item, media=media)


TEXTS = {
    "the row's text with its link": (row(), {}, f"Boats leave at noon\n\n{LINK}"),
    "no link twice": (row(text=f"See {LINK} now"), {}, f"See {LINK} now"),
    "a longer link is another one": (row(text=f"See {LINK}bc"), {}, f"See {LINK}bc"),
    "no text: the template": (row(text=""), {}, f"Working title\n\n{LINK}"),
    "a template of the campaign's own": (row(), {"template": "News: {{ item.text }}"}, "News: Boats leave at noon"),
    "a text for the network": (row({"texts": {"bluesky": "Boats!"}}), {"template": "News"}, f"Boats!\n\n{LINK}"),
    "UTM where the author put the link": (
        row(text=f"See {LINK} now"),
        {"links": {"utm": {"source": "sky"}}},
        f"See {LINK}?utm_source=sky now",
    ),
    "all hashtags of the row": (
        row({"hashtags": ("Sea", "Boats", "Winter")}, link=""),
        {"hashtags": {"max": 0}},
        "Boats leave at noon #Sea #Boats #Winter",
    ),
    "but no banned one": (
        row({"hashtags": ("Sea", "Boats")}, link=""),
        {"hashtags": {"banned": ["sea"]}},
        "Boats leave at noon #Boats",
    ),
}


@pytest.mark.parametrize(("item", "changes", "text"), TEXTS.values(), ids=TEXTS.keys())
async def test_the_rows_own_words_are_said(item, changes, text):
    assert (await drafted(item, **changes)).texts["bluesky"] == text


async def test_the_rows_networks_replace_the_campaigns():
    draft = await drafted(row({"platforms": ("telegram", "bluesky")}))
    assert draft.platforms == ["bluesky", "telegram"]
    assert draft.target == "default:bluesky,telegram"


async def test_a_network_that_is_not_linked_is_left_out():
    item = row({"platforms": ("telegram", "bluesky")})
    draft = Composer(Campaign()).compose(item, linked={"bluesky"})
    assert draft.platforms == ["bluesky"]
    assert "not linked" in draft.left_out["telegram"]


async def test_the_rows_options_go_before_the_campaigns():
    options = {"youtube": {"visibility": "unlisted", "madeForKids": False}}
    item = row(
        {"platforms": ("youtube",), "options": {"youtube": {"visibility": "public"}}},
        video="https://example.org/boats.mp4",
    )
    told = (await drafted(item, options=options)).options["youtube"]
    assert told == {"visibility": "public", "madeForKids": False, "title": "Working title"}


async def test_all_pictures_of_a_row_go_out_with_their_texts():
    pictures = tuple(Picture(url=f"https://example.org/{n}.jpg", alt=f"Boat {n}") for n in range(3))
    draft = await drafted(row(pictures=pictures), platforms=["bluesky"])
    assert draft.media["bluesky"] == tuple(picture.url for picture in pictures)
    assert draft.options["bluesky"]["altText"] == ["Boat 0", "Boat 1", "Boat 2"]
    assert (await drafted(row(pictures=pictures), platforms=["bluesky"], pictures={"max": 0})).media == {}


async def test_a_video_of_a_row_goes_out_where_none_is_needed():
    draft = await drafted(row(video="https://example.org/boats.mp4"), platforms=["facebook"])
    assert draft.media["facebook"] == ("https://example.org/boats.mp4",)


async def test_the_rows_first_comment_is_kept():
    draft = await drafted(row({"first_comment": "More in our newsletter"}))
    assert draft.first_comment == "More in our newsletter"
