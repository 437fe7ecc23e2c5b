"""Helpers around posts: flairs, collaborators, watermark, categories (posts.md 7.8)."""

import base64
import io
import itertools
from datetime import timedelta

import pytest
from PIL import Image

INVITED = ["dovesandco", "thebestloft", "seedandgrain"]


async def test_flairs_are_those_of_the_subreddit(api):
    doves = (await api.get("/api/post/redditFlair/doves")).json()["flairs"]
    assert 2 <= len(doves) <= 6
    assert len({one["id"] for one in doves}) == len(doves)
    assert (await api.get("/api/post/redditFlair/Doves")).json()["flairs"] == doves
    assert (await api.get("/api/post/redditFlair/pigeons")).json()["flairs"] != doves


async def test_flairs_need_a_subreddit_and_an_account(api, connect):
    answer = await api.get("/api/post/redditFlair/nosuchloft")
    assert (answer.status_code, answer.json()["code"]) == (400, 101)
    shop = await connect(linked=("bluesky",))
    assert (await shop.get("/api/post/redditFlair/doves")).json()["code"] == 156


@pytest.fixture
async def invited(api, make_picture):
    """The answer to a post that invites three accounts."""
    body = {"post": "Hi", "platforms": ["instagram", "bluesky"], "mediaUrls": [await make_picture(api)]}
    return (await api.post("/api/post", json=body | {"instagramOptions": {"collaborators": INVITED}})).json()


async def answers(api, post_id, **query):
    found = await api.get(f"/api/post/collaborators/{post_id}", params=query)
    assert found.status_code == 200, found.text
    return found.json()


async def test_collaborators_answer_in_time_and_stay_with_it(api, clock, invited, database_url):
    seen = []
    for _ in range(5):
        found = await answers(api, invited["id"])
        assert [one["username"] for one in found["collaborators"]] == INVITED
        seen.append([one["inviteStatus"] for one in found["collaborators"]])
        clock.advance(timedelta(hours=12, minutes=1))
    assert seen[0] == ["pending"] * 3
    assert set(seen[-1]) <= {"accepted", "declined"}
    for earlier, later in itertools.pairwise(seen):
        assert all(old in {"pending", new} for old, new in zip(earlier, later, strict=True))


async def test_what_is_known_of_collaborators_is_a_minute_old_at_most(api, clock, invited):
    clock.advance(timedelta(seconds=42))
    found = await answers(api, invited["id"])
    assert (found["lastUpdated"], found["nextUpdate"]) == ("2026-03-02T09:30:00.000Z", "2026-03-02T09:31:00.000Z")


async def test_collaborators_are_found_by_instagrams_own_id(api, invited):
    native = next(one["id"] for one in invited["postIds"] if one["platform"] == "instagram")
    assert await answers(api, native, searchPlatformId="true") == await answers(api, invited["id"])


async def test_a_post_that_invited_nobody_has_no_collaborators(api, make_picture):
    body = {"post": "Hi", "platforms": ["instagram"], "mediaUrls": [await make_picture(api)]}
    post_id = (await api.post("/api/post", json=body)).json()["id"]
    assert (await answers(api, post_id))["collaborators"] == []


async def test_what_instagram_does_not_have_has_no_collaborators(api):
    elsewhere = (await api.post("/api/post", json={"post": "Hi", "platforms": ["bluesky"]})).json()["id"]
    for post_id in ("nosuch", elsewhere):
        answer = await api.get(f"/api/post/collaborators/{post_id}")
        assert answer.status_code == 400
        assert {"action": "analytics", "status": "error", "code": 294}.items() <= answer.json().items()


@pytest.fixture
def upload(api):
    """Upload a picture of a format and size; its URL."""

    async def made(form, size):
        file = io.BytesIO()
        Image.new("RGB", size, "white").save(file, form)
        data = f"data:image/{form.lower()};base64,{base64.b64encode(file.getvalue()).decode()}"
        return (await api.post("/api/media/upload", json={"file": data})).json()["url"]

    return made


MARK = {"timingType": "offsetFromEnd", "offsetMs": 1_000, "durationMs": 5_000}


@pytest.mark.parametrize(("form", "side"), [("PNG", 150), ("JPEG", 1_920)])
async def test_a_watermark_is_set_and_taken_away(api, upload, form, side):
    body = MARK | {"mediaUrls": [await upload(form, (side, side))]}
    answer = await api.post("/api/post/youTubeWatermark", json=body)
    assert answer.status_code == 200
    assert answer.json()["message"]
    assert answer.json() == body | {"status": "success", "message": answer.json()["message"]}
    assert (await api.request("DELETE", "/api/post/youTubeWatermark")).json()["status"] == "success"


@pytest.mark.parametrize(
    ("form", "size"), [("PNG", (149, 149)), ("JPEG", (1_921, 1_921)), ("PNG", (200, 199)), ("GIF", (200, 200))]
)
async def test_a_watermark_is_square_and_of_a_certain_size(api, upload, form, size):
    answer = await api.post("/api/post/youTubeWatermark", json=MARK | {"mediaUrls": [await upload(form, size)]})
    assert (answer.status_code, answer.json()["code"]) == (400, 136)


@pytest.mark.parametrize("without", ["mediaUrls", "timingType", "offsetMs", "durationMs"])
async def test_a_watermark_needs_every_field(api, without):
    body = MARK | {"mediaUrls": ["https://127.0.0.1/a.png"]}
    del body[without]
    assert (await api.post("/api/post/youTubeWatermark", json=body)).json()["code"] == 101


@pytest.mark.parametrize(
    "wrong", [{"timingType": "offsetFromMiddle"}, {"offsetMs": 0}, {"durationMs": 0}, {"mediaUrls": []}], ids=repr
)
async def test_a_watermark_has_rules(api, wrong):
    body = MARK | {"mediaUrls": ["https://127.0.0.1/a.png"]} | wrong
    assert (await api.post("/api/post/youTubeWatermark", json=body)).json()["code"] == 101


async def test_a_watermark_that_cannot_be_fetched_is_refused(api):
    answer = await api.post("/api/post/youTubeWatermark", json=MARK | {"mediaUrls": "https://127.0.0.1:1/a.png"})
    assert (answer.status_code, answer.json()["code"]) == (400, 136)


async def test_categories_hold_the_default_one(api):
    answer = (await api.get("/api/post/youTubeCategories/DE")).json()
    assert {"id": 24, "title": "Entertainment"} in answer["categories"]
    assert (await api.get("/api/post/youTubeCategories/Germany")).json()["code"] == 101


@pytest.mark.parametrize(
    ("method", "path"),
    [("DELETE", "/api/post/youTubeWatermark"), ("GET", "/api/post/youTubeCategories/DE")],
)
async def test_youtube_has_to_be_linked(connect, method, path):
    shop = await connect(linked=("bluesky",))
    assert (await shop.request(method, path)).json()["code"] == 156
