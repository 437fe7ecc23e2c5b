"""The body of `POST /post` for a draft."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from pipeline.compose.requests import body
from pipeline.ledger.key import noted_key, post_key
from pipeline.records import Draft, Item, Slot
from social.contract.posts import PostRequest

A, B = "https://example.org/a.jpg", "https://example.org/b.jpg"
ITEM = Item(source="feed", place="entry 1", identity="1", content_hash="h")
DRAFT = Draft(
    campaign="news", item=ITEM, target="default:bluesky,facebook", texts={"facebook": "Hi ü", "bluesky": "Hi ü"}
)


def sent(draft: Draft, key: str = "dc-1") -> dict[str, object]:
    return json.loads(body(draft, key))


def test_the_same_for_all_is_plain():
    assert sent(replace(DRAFT, media={"bluesky": (A, B), "facebook": (A, B)})) == {
        "post": "Hi ü",
        "platforms": ["bluesky", "facebook"],
        "mediaUrls": [A, B],
        "notes": "dovecote:dc-1",
        "idempotencyKey": "dc-1",
    }


def test_what_differs_is_an_object_with_the_common_text_as_default():
    texts = {"bluesky": "short", "facebook": "long", "linkedin": "long"}
    assert sent(replace(DRAFT, texts=texts))["post"] == {"default": "long", "bluesky": "short"}
    texts = {"bluesky": "short", "facebook": "long"}
    assert sent(replace(DRAFT, texts=texts))["post"] == texts


def test_different_media_are_one_url_per_network_without_default():
    draft = replace(DRAFT, media={"bluesky": (A,)})
    assert sent(draft)["mediaUrls"] == {"bluesky": A}


def test_several_files_beside_different_media_cannot_be_said():
    with pytest.raises(ValueError, match="several files on bluesky"):
        body(replace(DRAFT, media={"bluesky": (A, B)}), "dc-1")


def test_a_draft_without_networks_cannot_be_sent():
    with pytest.raises(ValueError, match="without networks"):
        body(replace(DRAFT, texts={}), "dc-1")


def test_schedule_options_comment_and_links():
    at = datetime(2027, 1, 5, 9, tzinfo=UTC)
    draft = replace(
        DRAFT,
        slot=Slot(at=at),
        options={"bluesky": {"altText": ["a"]}, "facebook": {"reels": True}},
        first_comment="First",
        shorten_links=True,
    )
    got = sent(draft)
    assert got["scheduleDate"] == "2027-01-05T09:00:00Z"
    assert got["blueSkyOptions"] == {"altText": ["a"]}
    assert got["faceBookOptions"] == {"reels": True}
    assert got["firstComment"] == {"comment": "First"}
    assert got["shortenLinks"] is True
    assert PostRequest.model_validate(got).schedule_date == at


def test_auto_schedule():
    assert sent(replace(DRAFT, slot=Slot(auto_schedule="mornings")))["autoSchedule"] == {
        "schedule": True,
        "title": "mornings",
    }


def test_an_empty_text_is_said_as_such():
    assert sent(replace(DRAFT, texts={"instagram": ""}, media={"instagram": (A,)}))["post"] == ""


def test_the_ledger_finds_its_key_in_the_notes():
    key = post_key("news", "feed", "1", DRAFT.target)
    assert noted_key(str(sent(DRAFT, key)["notes"])) == key


def test_the_same_draft_gives_the_same_body():
    assert body(DRAFT, "dc-1") == body(replace(DRAFT, texts=dict(reversed(DRAFT.texts.items()))), "dc-1")
