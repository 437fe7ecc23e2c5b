"""`POST /hashtags/auto`: tags for what a text is about."""

import re

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
