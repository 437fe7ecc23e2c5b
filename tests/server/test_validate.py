"""Checks without a post: lengths, JSON, content, subreddits (posts.md 7.3–7.7)."""

import pytest

LINK = "https://example.org/a-long-path-that-does-not-count"
FAMILY = "👨‍👩‍👧‍👦"


@pytest.mark.parametrize("path", ["/api/post/checkPostWeight", "/api/validate/postLength"])
async def test_each_network_counts_in_its_own_way(api, path):
    answer = await api.post(path, json={"post": f"{FAMILY} {LINK}", "platform": "twitter"})
    assert answer.status_code == 200
    found = answer.json()
    assert found["twitterWeightedLength"] == 2 + 1 + 23
    assert found["blueskyWeightedLength"] == 2 + len(LINK)
    assert found["linkedInWeightedLength"] == len(FAMILY) + 1 + len(LINK)
    assert "blueskyValid" not in found


EDGES = [
    ("twitterValid", 280),
    ("twitterLongValid", 25_000),
    ("gmbValid", 1_500),
    ("instagramValid", 2_200),
    ("tikTokValid", 2_200),
    ("linkedInValid", 3_000),
    ("pinterestValid", 500),
    ("redditValid", 10_000),
    ("youtubeValid", 5_000),
    ("facebookValid", 63_206),
]


@pytest.mark.parametrize(("verdict", "limit"), EDGES)
async def test_a_text_is_valid_up_to_the_limit(api, verdict, limit):
    inside, outside = [
        (await api.post("/api/post/checkPostWeight", json={"post": "x" * length})).json()
        for length in (limit, limit + 1)
    ]
    assert (inside[verdict], outside[verdict]) == (True, False)


async def test_a_text_beyond_all_measure_is_not_counted(api):
    answer = await api.post("/api/post/checkPostWeight", json={"post": "x" * 200_001})
    assert (answer.status_code, answer.json()["code"]) == (400, 101)
    assert (await api.post("/api/post/checkPostWeight", json={})).json()["code"] == 101


@pytest.mark.parametrize("text", ['{"a": [1, "\\u0000"]}', "[]", '"text"', "1.5", " null "])
async def test_json_is_valid(api, text):
    answer = await api.post("/api/validate/json", content=text, headers={"content-type": "text/plain"})
    assert (answer.status_code, answer.json()["status"]) == (200, "success")


@pytest.mark.parametrize("text", ["", "{", "{'a': 1}", '{"a": 1,}', "NaN", "[" * 5_000, b"\xff"], ids=repr)
async def test_json_is_not_valid(api, text):
    answer = await api.post("/api/validate/json", content=text, headers={"content-type": "text/plain"})
    assert answer.status_code == 400
    assert {"action": "validate", "status": "error", "code": 101}.items() <= answer.json().items()
    assert answer.json()["message"].startswith("Not valid JSON: ")


async def test_a_text_too_large_to_look_at_is_refused(api):
    answer = await api.post("/api/validate/json", content=b"1" * 5_000_001, headers={"content-type": "text/plain"})
    assert (answer.status_code, answer.json()["code"]) == (400, 101)


async def test_moderation_is_refused_without_a_model(api):
    answer = await api.post("/api/validate/moderation", json={"text": "Hello", "imageUrl": "https://example.org/a.jpg"})
    assert answer.status_code == 403
    assert {"action": "moderation", "status": "error", "code": 403}.items() <= answer.json().items()


@pytest.mark.parametrize("body", [{}, {"text": 1}, {"text": "Hi", "imageUrl": "http://example.org/a.jpg"}], ids=repr)
async def test_moderation_reads_its_body_first(api, body):
    assert (await api.post("/api/validate/moderation", json=body)).json()["code"] == 101


@pytest.mark.parametrize(
    ("name", "exists"),
    [
        ("pigeons", True),
        ("Dove_Lofts", True),
        ("ab", False),
        ("x" * 22, False),
        ("_doves", False),
        ("nosuchloft", False),
        ("dóves", False),
    ],
)
async def test_a_subreddit_exists_unless_its_name_says_otherwise(api, name, exists):
    answer = await api.get(f"/api/validate/redditExists/{name}")
    assert (answer.status_code, answer.json()) == (200, {"status": "success", "exists": exists})
