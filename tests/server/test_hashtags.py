"""Hashtags: found for a text, recommended, searched, checked (content.md 7)."""

import re
from datetime import timedelta

import pytest

TEXT = "Lisbon builds a wind farm: the offshore wind farm will feed Lisbon, says the harbour authority of Lisbon"


def tags(text):
    return re.findall(r"(?<!\w)#(\w+)", text)


@pytest.mark.parametrize("path", ["/api/hashtags/auto", "/api/auto-hashtag"])
async def test_a_text_gets_two_tags_of_its_own_words(api, path):
    answer = await api.post(path, json={"post": TEXT})
    assert answer.status_code == 200
    found = tags(answer.json()["post"])
    assert len(found) == 2
    assert all(tag.lower() in TEXT.lower().replace(" ", "") for tag in found)


async def test_the_number_is_a_limit_and_end_means_the_end(api):
    answer = (await api.post("/api/hashtags/auto", json={"post": TEXT, "max": 3, "position": "end"})).json()["post"]
    assert answer.startswith(TEXT)
    assert 1 <= len(tags(answer)) <= 3


async def test_a_long_text_comes_back_unchanged(api):
    long = (TEXT + " ") * 10
    assert len(long) > 1000
    answer = await api.post("/api/hashtags/auto", json={"post": long})
    assert (answer.status_code, answer.json()) == (200, {"post": long})


@pytest.mark.parametrize(
    "body", [{}, {"post": TEXT, "max": 11}, {"post": TEXT, "max": 0}, {"post": TEXT, "position": "start"}]
)
async def test_wrong_parameters_are_code_101(api, body):
    answer = await api.post("/api/hashtags/auto", json=body)
    assert (answer.status_code, answer.json()["code"]) == (400, 101)


async def get(api, path, **query):
    return (await api.get(f"/api/hashtags/{path}", params=query)).json()


async def test_tags_are_recommended_by_views(api, connect):
    found = await get(api, "recommend", keyword="Fresh Bread")
    assert found["keyword"] == "freshbread"
    views = [one["viewCount"] for one in found["recommendations"]]
    assert views == sorted(views, reverse=True)
    assert all(one["name"].startswith("freshbread") for one in found["recommendations"])
    assert await get(api, "recommend", keyword="freshbread") == found
    assert (await get(await connect(linked=()), "recommend", keyword="bread"))["code"] == 156


async def test_media_with_a_tag_are_found(api, clock):
    top = await get(api, "search", keyword="#Bread")
    assert top["hashtag"]["name"] == "bread"
    likes = [one["likeCount"] for one in top["searchResults"]]
    assert likes == sorted(likes, reverse=True)
    recent = await get(api, "search", keyword="bread", searchType="recent")
    clock.advance(timedelta(hours=2))
    assert await get(api, "search", keyword="bread") == top
    assert await get(api, "search", keyword="bread", searchType="recent") != recent


@pytest.mark.usefixtures("database_url")
async def test_thirty_tags_in_seven_days(api, clock, connect):
    for number in range(30):
        assert (await get(api, "search", keyword=f"tag{number}"))["status"] == "success"
    assert (await get(api, "search", keyword="one more"))["code"] == 402
    assert (await get(api, "search", keyword="tag3"))["status"] == "success"
    assert (await get(await connect(linked=("instagram",)), "search", keyword="one more"))["status"] == "success"
    clock.advance(timedelta(days=7))
    assert (await get(api, "search", keyword="one more"))["status"] == "success"


@pytest.mark.parametrize(("tag", "banned"), [("bread", False), ("#pushups", True), ("Push Ups", True)])
async def test_hidden_tags_are_told(api, tag, banned):
    assert (await get(api, "banned", hashtag=tag))["banned"] is banned


@pytest.mark.parametrize("tag", ["", "#", "🥖", "a-b", "x" * 201])
async def test_what_is_no_tag_is_refused(api, tag):
    assert (await get(api, "banned", hashtag=tag))["code"] == 101
    assert (await get(api, "search", keyword=tag))["code"] == 101
    assert (await get(api, "search", keyword="pushups"))["code"] == 101
