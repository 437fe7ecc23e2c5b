"""Shapes of the other nouns that a naive reader gets wrong (content.md 3–8, analytics.md 3, 4, 7)."""

import pytest
from pydantic import ValidationError

from social.contract.analytics import AnalyticsAnswer, SocialAnalyticsRequest
from social.contract.auto_schedule import Schedules
from social.contract.hashtags import HashtagsRequest
from social.contract.history import History, HistoryQuery
from social.contract.links import LinksAnswer
from social.contract.media import Media, MediaUrl
from social.contract.user import User

STATS = {"id": "k3", "shortUrl": "https://s.example/k3", "originalUrl": "https://a.example", "totalClicks": 3}


def blocks(answer):
    return [(name, block.id, block.analytics) for name, block in AnalyticsAnswer.model_validate(answer).networks()]


def test_networks_of_an_analytics_answer_are_told_from_other_keys():
    answer = {
        "status": "success",
        "id": "p",
        "code": 200,
        "bluesky": {"id": "at://x", "analytics": {"likeCount": 0}},
        "nextNetwork": {"analytics": {"likeCount": 9}},
    }
    assert blocks(answer) == [("bluesky", "at://x", {"likeCount": 0})]


def test_an_x_thread_gives_one_block_per_tweet():
    thread = [{"id": 1, "analytics": {"likeCount": 1}}, {"id": "2", "analytics": {"likeCount": 2}}]
    assert blocks({"status": "success", "twitter": thread}) == [
        ("twitter", "1", {"likeCount": 1}),
        ("twitter", "2", {"likeCount": 2}),
    ]


@pytest.mark.parametrize(
    ("given", "read"), [([{"views": 10}], {"views": 10}), ([], {}), ({"views": 10}, {"views": 10}), (None, {})]
)
def test_snapchats_numbers_may_sit_in_an_array(given, read):
    assert blocks({"status": "success", "snapchat": {"analytics": given}}) == [("snapchat", None, read)]


def test_a_metric_that_was_not_given_stays_absent_and_null_stays_null():
    found = blocks({"status": "success", "youtube": {"analytics": {"views": "12", "lifetimeLikes": None}}})
    assert found == [("youtube", None, {"views": "12", "lifetimeLikes": None})]


@pytest.mark.parametrize("quarters", [5, 100])
def test_quarters_are_bounded(quarters):
    with pytest.raises(ValidationError):
        SocialAnalyticsRequest(platforms=["facebook"], quarters=quarters)


def test_nothing_linked_is_an_empty_list():
    assert User.model_validate({"email": "a@example.org"}).active_social_accounts == []


@pytest.mark.parametrize("analytics", [STATS, [STATS]])
def test_clicks_of_one_link_are_read_as_a_list(analytics):
    read = LinksAnswer.model_validate({"status": "success", "analytics": analytics})
    assert [one.total_clicks for one in read.analytics] == [3]


def test_no_schedule_and_no_history_are_empty():
    assert Schedules.model_validate({}).schedules == {}
    assert History.model_validate({}).history == []


@pytest.mark.parametrize("size", ["51200", 51200])
def test_a_size_is_text(size):
    assert Media.model_validate({"id": "a", "url": "https://a.example/a.png", "size": size}).size == "51200"


def test_the_older_name_of_max_hashtags_is_read():
    assert HashtagsRequest.model_validate({"post": "x", "maxHashtags": 7}).to_wire()["max"] == 7


@pytest.mark.parametrize("limit", [0, 1001])
def test_a_page_has_at_most_a_thousand_rows(limit):
    with pytest.raises(ValidationError):
        HistoryQuery(limit=limit)


def test_an_empty_media_url_is_refused():
    with pytest.raises(ValidationError):
        MediaUrl(media_url="")
