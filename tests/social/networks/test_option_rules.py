"""Each rule of the option objects (posts.md 10, 12.1, 12.5): one content just inside, one just outside."""

from typing import Any

import pytest

from social.networks import NETWORKS
from social.networks.base import MediaFacts, MediaKind
from social.networks.checks import check, read_options

A = MediaFacts(url="https://cdn.example.org/a.jpg", kind=MediaKind.IMAGE)
V = MediaFacts(url="https://cdn.example.org/a.mp4", kind=MediaKind.VIDEO)
START, END = "2027-01-05T09:00:00Z", "2027-01-06T09:00:00Z"
EVENT = {"title": "Tasting", "startDate": START, "endDate": END}
OFFER = EVENT | {"couponCode": "DOVE", "redeemOnlineUrl": "https://example.org", "termsConditions": "None"}
CARD = {"picture": "https://example.org/a.jpg", "link": "https://example.org"}
CAROUSEL = {"link": "https://example.org", "items": [CARD, CARD]}
POLL = {"duration": 60, "options": ["yes", "no"]}
URL_2048 = "https://example.org/" + "x" * 2_028


def less(given: dict[str, Any], key: str) -> dict[str, Any]:
    return {name: value for name, value in given.items() if name != key}


# network, option, value inside, value outside, path of the problem
Row = tuple[str, str, Any, Any, str]
ROWS: list[Row] = [
    ("bluesky", "altText", ["a cat"], "a cat", "altText"),
    ("facebook", "targeting", {"ageMin": 21}, {"ageMin": 20}, "targeting.ageMin"),
    ("facebook", "targeting", {"countries": ["DE"] * 25}, {"countries": ["DE"] * 26}, "targeting.countries"),
    ("facebook", "carousel", CAROUSEL, less(CAROUSEL, "link"), "carousel.link"),
    ("facebook", "carousel", CAROUSEL, CAROUSEL | {"items": [CARD]}, "carousel.items"),
    ("facebook", "carousel", CAROUSEL | {"items": [CARD] * 10}, CAROUSEL | {"items": [CARD] * 11}, "carousel.items"),
    ("facebook", "carousel", CAROUSEL, CAROUSEL | {"items": [CARD, less(CARD, "link")]}, "carousel.items[1].link"),
    (
        "facebook",
        "carousel",
        CAROUSEL,
        CAROUSEL | {"items": [less(CARD, "picture"), CARD]},
        "carousel.items[0].picture",
    ),
    ("facebook", "scheduledPublishDate", START, "tomorrow", "scheduledPublishDate"),
    ("gmb", "category", "food_and_drink", "food", "category"),
    ("gmb", "event", EVENT | {"title": "x" * 58}, EVENT | {"title": "x" * 59}, "event.title"),
    ("gmb", "event", EVENT, less(EVENT, "title"), "event.title"),
    ("gmb", "event", EVENT, less(EVENT, "startDate"), "event.startDate"),
    ("gmb", "event", EVENT, less(EVENT, "endDate"), "event.endDate"),
    ("gmb", "event", EVENT, EVENT | {"endDate": "2027-01-06T09:00:00"}, "event.endDate"),
    ("gmb", "offer", OFFER | {"couponCode": "x" * 58}, OFFER | {"couponCode": "x" * 59}, "offer.couponCode"),
    *[("gmb", "offer", OFFER, less(OFFER, key), f"offer.{key}") for key in OFFER],
    ("gmb", "callToAction", {"actionType": "call"}, {"actionType": "dance"}, "callToAction.actionType"),
    ("gmb", "callToAction", {"actionType": "book", "url": "https://e.org"}, {"actionType": "book"}, "callToAction"),
    ("instagram", "altText", ["x" * 1_000], ["x" * 1_001], "altText[0]"),
    ("instagram", "collaborators", ["a", "b", "c"], ["a", "b", "c", "d"], "collaborators"),
    (
        "instagram",
        "userTags",
        [{"username": "dove", "x": 0, "y": 1}],
        [{"username": "dove", "x": -0.1}],
        "userTags[0].x",
    ),
    ("instagram", "userTags", [{"username": "dove"}], [{"username": "dove", "y": 1.1}], "userTags[0].y"),
    ("instagram", "userTags", [{"username": "dove"}], [{"username": "@dove"}], "userTags[0].username"),
    ("instagram", "thumbNailOffset", 0, -1, "thumbNailOffset"),
    (
        "instagram",
        "trialParams",
        {"graduationStrategy": "SS_PERFORMANCE"},
        {"graduationStrategy": "LUCK"},
        "trialParams.graduationStrategy",
    ),
    ("linkedin", "title", "x" * 400, "x" * 401, "title"),
    ("linkedin", "visibility", "loggedin", "secret", "visibility"),
    ("linkedin", "thumbNail", "https://e.org/a.jpg?x=1", "https://e.org/a.gif", "thumbNail"),
    ("linkedin", "targeting", {"countries": ["de"]}, {"countries": "de"}, "targeting.countries"),
    ("pinterest", "title", "x" * 100, "x" * 101, "title"),
    ("pinterest", "link", URL_2048, URL_2048 + "x", "link"),
    ("pinterest", "altText", ["x" * 500], ["x" * 501], "altText[0]"),
    ("pinterest", "note", "x" * 1_000, "x" * 1_001, "note"),
    ("pinterest", "carouselOptions", [{"title": "one"}], [{}, {}], "carouselOptions"),
    ("reddit", "title", "x" * 300, "x" * 301, "title"),
    ("reddit", "title", "Hello", None, "title"),
    ("reddit", "title", "Hello", "  ", "title"),
    ("reddit", "subreddit", "test", "/r/test", "subreddit"),
    ("reddit", "subreddit", "test", None, "subreddit"),
    ("snapchat", "savedStory", True, "perhaps", "savedStory"),
    ("threads", "mediaUrls", [None, "https://e.org/a.jpg", {"a": "https://e.org/b.jpg"}], [1], "mediaUrls[0]"),
    ("tiktok", "title", "x" * 90, "x" * 91, "title"),
    ("tiktok", "visibility", "friends", "enemies", "visibility"),
    ("tiktok", "imageCoverIndex", 0, 1, "imageCoverIndex"),
    ("tiktok", "imageCoverIndex", 0, -1, "imageCoverIndex"),
    ("tiktok", "thumbNailOffset", 0, -1, "thumbNailOffset"),
    ("twitter", "altText", ["x" * 1_000], ["x" * 1_001], "altText[0]"),
    ("twitter", "poll", POLL | {"duration": 5}, POLL | {"duration": 4}, "poll.duration"),
    ("twitter", "poll", POLL | {"duration": 10_080}, POLL | {"duration": 10_081}, "poll.duration"),
    ("twitter", "poll", POLL, less(POLL, "duration"), "poll.duration"),
    ("twitter", "poll", POLL, less(POLL, "options"), "poll.options"),
    ("twitter", "poll", POLL | {"options": ["a", "b"]}, POLL | {"options": ["a"]}, "poll.options"),
    ("twitter", "poll", POLL | {"options": list("abcd")}, POLL | {"options": list("abcde")}, "poll.options"),
    ("twitter", "poll", POLL | {"options": ["a", "x" * 25]}, POLL | {"options": ["a", "x" * 26]}, "poll.options[1]"),
    ("twitter", "replySettings", "mentioned", "nobody", "replySettings"),
    ("twitter", "subTitleUrl", "https://e.org/a.srt", "http://e.org/a.srt", "subTitleUrl"),
    ("twitter", "subTitleUrl", "https://e.org/a.srt", "https://e.org/a.vtt", "subTitleUrl"),
    ("twitter", "subTitleName", "x" * 150, "x" * 151, "subTitleName"),
    ("youtube", "title", "x" * 100, "x" * 101, "title"),
    ("youtube", "title", "Hello", None, "title"),
    ("youtube", "title", "a & b", "a < b", "title"),
    ("youtube", "title", "a & b", "a > b", "title"),
    ("youtube", "visibility", "unlisted", "friends", "visibility"),
    ("youtube", "tags", ["ab"], ["a"], "tags[0]"),
    ("youtube", "tags", ["x" * 250, "y" * 250], ["x" * 250, "y" * 251], "tags"),
    ("youtube", "thumbNail", "https://e.org/a.JPG", "https://e.org/a.jpg?x=1", "thumbNail"),
    ("youtube", "subTitleUrl", "https://e.org/a.sbv", "https://e.org/a.vtt", "subTitleUrl"),
    ("youtube", "subTitleName", "x" * 150, "x" * 151, "subTitleName"),
    ("youtube", "publishAt", START, "soon", "publishAt"),
]
# network, content inside, content outside, option, warning
Together = tuple[str, dict[str, Any], dict[str, Any], str, bool]
TOGETHER: list[Together] = [
    (
        "facebook",
        {"options": {"carousel": CAROUSEL}},
        {"media": (A,), "options": {"carousel": CAROUSEL}},
        "carousel",
        True,
    ),
    (
        "gmb",
        {"options": {"event": EVENT, "callToAction": {"actionType": "call"}}},
        {"options": {"offer": OFFER, "callToAction": {"actionType": "call"}}},
        "callToAction",
        False,
    ),
    (
        "gmb",
        {"media": (A,), "options": {"isPhotoVideo": True}},
        {"media": (A,), "options": {"isPhotoVideo": True, "callToAction": {"actionType": "call"}}},
        "callToAction",
        False,
    ),
    (
        "instagram",
        {"text": "", "options": {"stories": True}},
        {"text": "", "options": {"stories": True, "collaborators": ["dove"]}},
        "collaborators",
        True,
    ),
    (
        "instagram",
        {"media": (V,), "options": {"trialParams": {"graduationStrategy": "MANUAL"}}},
        {"media": (V, V), "options": {"trialParams": {"graduationStrategy": "MANUAL"}}},
        "trialParams",
        True,
    ),
    ("pinterest", {"media": (V,), "options": {"thumbNail": A.url}}, {"media": (V,)}, "thumbNail", False),
    (
        "threads",
        {"options": {"thread": True, "threadNumber": True}},
        {"options": {"threadNumber": True}},
        "threadNumber",
        True,
    ),
    ("tiktok", {"media": (V,), "options": {"draft": True}}, {"options": {"draft": True}}, "draft", True),
    (
        "twitter",
        {"options": {"thread": True, "threadNumber": True}},
        {"options": {"threadNumber": True}},
        "threadNumber",
        True,
    ),
    (
        "twitter",
        {"options": {"allowCountries": ["DE"]}},
        {"options": {"allowCountries": ["DE"], "blockCountries": ["FR"]}},
        "allowCountries",
        True,
    ),
    (
        "twitter",
        {"media": (A,), "options": {"altText": ["a cat"]}},
        {"media": (V,), "options": {"altText": ["a cat"]}},
        "altText",
        False,
    ),
    (
        "youtube",
        {"options": {"publishAt": START}},
        {"options": {"publishAt": START}, "scheduled": True},
        "publishAt",
        False,
    ),
    ("youtube", {"options": {"shorts": True}}, {"options": {"shorts": True, "thumbNail": A.url}}, "thumbNail", True),
]


def name(row: Row | Together) -> str:
    return f"{row[0]} {row[1] if isinstance(row[1], str) else row[3]}"


@pytest.mark.parametrize("row", ROWS, ids=name)
def test_values(assert_edge, row: Row) -> None:
    network, option, inside, outside, path = row
    key, code = NETWORKS[network].options_key, NETWORKS[network].code
    assert_edge(network, {"options": {option: inside}}, {"options": {option: outside}}, code, f"{key}.{path}")


@pytest.mark.parametrize("row", TOGETHER, ids=name)
def test_options_that_need_or_exclude_something(assert_edge, row: Together) -> None:
    network, inside, outside, option, warning = row
    declared = NETWORKS[network]
    assert_edge(network, inside, outside, declared.code, f"{declared.options_key}.{option}", warning=warning)


def test_an_event_of_google_takes_an_image_but_no_video(assert_edge) -> None:
    inside, outside = ({"media": (file,), "options": {"event": EVENT}} for file in (A, V))
    assert_edge("gmb", inside, outside, 136, "mediaUrls")


def test_images_of_a_pinterest_carousel_are_of_equal_size(assert_edge) -> None:
    tall = MediaFacts(url=A.url, kind=MediaKind.IMAGE, width=1_000, height=1_500)
    other = MediaFacts(url=A.url, kind=MediaKind.IMAGE, width=800, height=1_200)
    assert_edge("pinterest", {"media": (tall, tall, A)}, {"media": (tall, other, A)}, 136, "mediaUrls")


@pytest.mark.parametrize(("length", "kept"), [(255, 255), (256, 255), (400, 255)])
def test_facebook_cuts_the_title(length: int, kept: int) -> None:
    options, problems = read_options(NETWORKS["facebook"], {"title": "x" * length})
    assert not problems
    assert options.model_dump()["title"] == "x" * kept


def test_wrong_fields_are_left_out_and_the_rest_is_read() -> None:
    options, problems = read_options(NETWORKS["tiktok"], {"isAIGenerated": "perhaps", "draft": True, "title": "x" * 91})
    assert [problem.field for problem in problems] == ["tikTokOptions.isAIGenerated", "tikTokOptions.title"]
    assert options == NETWORKS["tiktok"].read_options({"draft": True})


def test_wrong_fields_in_python_spelling_are_left_out_too() -> None:
    options, problems = read_options(NETWORKS["tiktok"], {"is_ai_generated": "perhaps", "image_cover_index": -1})
    assert len(problems) == 2
    assert options == NETWORKS["tiktok"].read_options({})


def test_message_shows_field_rule_and_value(content) -> None:
    (problem,) = check(NETWORKS["youtube"], content("youtube", options={"title": "x" * 120}))
    assert problem.message == (
        "YouTube: youTubeOptions.title is refused: String should have at most 100 characters (given: 120 characters)"
    )


def test_options_go_back_to_the_wire_as_they_came() -> None:
    given = {"isAIGenerated": True, "thumbNailOffset": 1_500, "userTags": [{"username": "dove", "x": 0.5, "y": 0.5}]}
    options = NETWORKS["instagram"].read_options(given)
    assert options.model_dump(by_alias=True, exclude_unset=True) == given
