"""Posts on the wire: old spellings, option keys in any case, envelopes (posts.md 3, 6, 11)."""

import pytest
from pydantic import ValidationError

from social.contract.posts import (
    AutoHashtag,
    AutoSchedule,
    DeleteAnswer,
    PostAnswer,
    PostDelete,
    PostId,
    PostRequest,
    StoredPost,
)

BARE = {"post": "Hello", "platforms": ["facebook"]}


@pytest.mark.parametrize(
    ("spelled", "name", "value"),
    [
        ({"mediaUrl": ["https://a.example/1.jpg"]}, "mediaUrls", ["https://a.example/1.jpg"]),
        ({"mediaUrl": "https://a.example/1.jpg"}, "mediaUrls", ["https://a.example/1.jpg"]),
        ({"media_urls": ["https://a.example/1.jpg"]}, "mediaUrls", ["https://a.example/1.jpg"]),
        ({"shorten_links": True}, "shortenLinks", True),
        ({"autoHashtag": True}, "autoHashtag", {"max": 2, "position": "auto"}),
        ({"autoHashtag": {"max": 5}}, "autoHashtag", {"max": 5, "position": "auto"}),
        ({"autoSchedule": {"schedule": True}}, "autoSchedule", {"schedule": True, "title": "default"}),
        ({"faceBookOptions": {"link": "https://a.example"}}, "faceBookOptions", {"link": "https://a.example"}),
        ({"facebookOptions": {"link": "https://a.example"}}, "faceBookOptions", {"link": "https://a.example"}),
        ({"FACEBOOKOPTIONS": {"link": "https://a.example"}}, "faceBookOptions", {"link": "https://a.example"}),
        ({"xOptions": {"thread": True}}, "twitterOptions", {"thread": True}),
        ({"twitterOptions": {"thread": True}}, "twitterOptions", {"thread": True}),
        ({"blueskyOptions": {"altText": ["a"]}}, "blueSkyOptions", {"altText": ["a"]}),
        ({"snapchatOptions": {"spotlight": True}}, "snapChatOptions", {"spotlight": True}),
        ({"youtubeOptions": {"title": "T"}}, "youTubeOptions", {"title": "T"}),
        ({"gmbOptions": {"isPhotoVideo": True}}, "gmbOptions", {"isPhotoVideo": True}),
    ],
)
def test_old_and_loose_spellings_become_the_contracts(spelled, name, value):
    wire = PostRequest.model_validate(BARE | spelled).to_wire()
    assert wire == BARE | {name: value}


@pytest.mark.parametrize(
    "off", [{"autoHashtag": False}, {"autoHashtag": None}, {"tikTokOptions": None}, {"source": "pypi"}]
)
def test_what_is_switched_off_or_unknown_is_not_sent(off):
    assert PostRequest.model_validate(BARE | off).to_wire() == BARE


def test_python_names_do_as_well():
    request = PostRequest(
        platforms=["twitter"],
        post="",
        media_urls=["https://a.example/1.jpg"],
        options={"twitter": {"thread": True}},
        auto_schedule=AutoSchedule(),
        auto_hashtag=AutoHashtag(),
        validate_scheduled=False,
    )
    assert request.to_wire() == {
        "platforms": ["twitter"],
        "post": "",
        "mediaUrls": ["https://a.example/1.jpg"],
        "twitterOptions": {"thread": True},
        "autoSchedule": {"schedule": True, "title": "default"},
        "autoHashtag": {"max": 2, "position": "auto"},
        "validateScheduled": False,
    }


def test_two_spellings_of_two_networks_are_gathered_side_by_side():
    both = BARE | {"xOptions": {"thread": True}, "REDDITOPTIONS": {"title": "T", "subreddit": "x"}}
    assert PostRequest.model_validate(both).options == {
        "twitter": {"thread": True},
        "reddit": {"title": "T", "subreddit": "x"},
    }


@pytest.mark.parametrize(
    "wrong",
    [
        {"platforms": "facebook"},
        {"post": 5},
        {"scheduleDate": "tomorrow"},
        {"scheduleDate": ""},
        {"firstComment": {"comment": ""}},
        {"autoRepost": {"repeat": 11, "days": 2}},
        {"autoRepost": {"repeat": 1, "days": 1}},
        {"autoHashtag": {"max": 11}},
        {"faceBookOptions": "link"},
        {"options": {"telegram": {}}},
        {"options": {"myspace": {}}},
        {"options": 5, "faceBookOptions": 5},
    ],
)
def test_wrong_types_are_refused(wrong):
    with pytest.raises(ValidationError):
        PostRequest.model_validate(BARE | wrong)


def test_the_answer_with_a_profile_key_is_unwrapped():
    wrapped = {"status": "success", "posts": [{"status": "success", "id": "a1", "postIds": [], "profileTitle": "Shop"}]}
    read = PostAnswer.model_validate(wrapped)
    assert (read.id, read.status) == ("a1", "success")
    assert read.model_extra == {"profileTitle": "Shop"}


@pytest.mark.parametrize("status", ["success", "scheduled", "awaiting approval"])
def test_an_accepted_post_without_an_id_is_no_answer(status):
    with pytest.raises(ValidationError, match="has an id"):
        PostAnswer.model_validate({"status": status, "postIds": []})


def test_a_refused_post_needs_none():
    assert (
        PostAnswer.model_validate({"status": "error", "errors": [], "validate": True}).refused_by_verification is True
    )


@pytest.mark.parametrize(
    ("given", "read"), [(104555, "104555"), ("104555", "104555"), ("pending", "pending"), (None, None)]
)
def test_ids_come_as_text_or_number(given, read):
    assert PostId.model_validate({"platform": "gmb", "id": given}).id == read


def test_stored_posts_with_nulls_and_document_store_dates_are_read():
    row = {
        "id": "a",
        "status": "pending",
        "errors": None,
        "postIds": None,
        "created": {"_seconds": 1799139600, "_nanoseconds": 0},
        "scheduleDate": {"_seconds": 1799139600, "_nanoseconds": 0, "utc": "2027-01-05T09:00:00Z"},
    }
    read = StoredPost.model_validate(row)
    assert read.errors == []
    assert read.to_wire()["scheduleDate"] == read.to_wire()["created"] == "2027-01-05T09:00:00Z"


@pytest.mark.parametrize("details", ["raw text", {"verifyReelsUrl": "https://a.example"}])
def test_details_of_an_error_are_text_or_object(details):
    row = {"id": "a", "status": "error", "errors": [{"code": 108, "message": "m", "details": details}]}
    assert StoredPost.model_validate(row).errors[0].details == details


@pytest.mark.parametrize(
    ("array", "status"),
    [
        ([{"id": "a", "status": "success"}, {"id": "b", "status": "success"}], "success"),
        ([{"id": "a", "status": "success"}, {"id": "b", "status": "error", "code": 114}], "partial"),
        ([], "success"),
    ],
)
def test_bulk_deletion_answers_with_an_array(array, status):
    read = DeleteAnswer.model_validate(array)
    assert read.status == status
    assert [one.id for one in read.results] == [one["id"] for one in array]


def test_a_deletion_names_only_its_mode():
    assert PostDelete(bulk=["a"]).to_wire() == {"bulk": ["a"], "deleteAllScheduled": False, "markManualDeleted": False}
