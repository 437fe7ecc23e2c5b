"""Reviews: what is listed, answered and taken back (content.md 13)."""

from datetime import timedelta

import pytest


async def listed(api, platform):
    return (await api.get("/api/reviews", params={"platform": platform})).json()


async def reply(api, **body):
    return (await api.post("/api/reviews", json=body)).json()


@pytest.mark.parametrize("platform", ["facebook", "gmb"])
async def test_reviews_arrive_with_time(api, clock, platform):
    found = await listed(api, platform)
    rows = found[platform]
    assert len(rows) > 10
    assert len({row["id"] for row in rows}) == len(rows)
    created = [row["created"] for row in rows]
    assert created == sorted(created, reverse=True)
    ratings = {"positive", "negative"} if platform == "facebook" else {"ONE", "TWO", "THREE", "FOUR", "FIVE"}
    assert {row["rating"] for row in rows} <= ratings
    assert {row["review"] == "" for row in rows} == {True, False}
    assert ("averageRating" in found) == (platform == "gmb") == ("totalReviewCount" in found)
    clock.advance(timedelta(days=90))
    later = (await listed(api, platform))[platform]
    assert later[-len(rows) :] == rows
    assert len(later) > len(rows)


async def test_google_shows_our_answer_until_it_is_taken_away(api, clock):
    review = (await listed(api, "gmb"))["gmb"][3]
    for words in ("Thanks", "Thank you!"):
        done = await reply(api, reviewId=review["id"], platform="gmb", reply=words)
        assert done["gmb"] == {
            "action": "reply", "status": "success", "id": review["id"], "reply": words, "platform": "gmb"
        }  # fmt: skip
    one = (await api.get(f"/api/reviews/{review['id']}", params={"platform": "gmb"})).json()["gmb"]
    assert one == review | {"reviewReply": {"reply": "Thank you!", "updated": "2026-03-02T09:30:00.000000Z"}}
    body = {"reviewId": review["id"], "platform": "gmb"}
    for _ in range(2):
        gone = (await api.request("DELETE", "/api/reviews", json=body)).json()
        assert gone["gmb"]["action"] == "delete"
    assert (await listed(api, "gmb"))["gmb"][3] == review


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"reviewId": "nosuch"}, 349),
        ({"platform": "instagram"}, 101),
        ({"platform": "myspace"}, 101),
        ({"reply": ""}, 101),
        ({"reply": " "}, 101),
        ({"reply": "x" * 4097}, 101),
    ],
)
async def test_what_is_refused(api, body, code):
    review = (await listed(api, "gmb"))["gmb"][0]
    given = {"reviewId": review["id"], "platform": "gmb", "reply": "Hi"} | body
    assert (await reply(api, **given))["code"] == code


@pytest.mark.usefixtures("database_url")
async def test_profiles_have_their_own_reviews(api, connect):
    shop, bare = await connect(linked=("gmb",)), await connect(linked=())
    ours = (await listed(api, "gmb"))["gmb"][0]["id"]
    assert (await reply(shop, reviewId=ours, platform="gmb", reply="Mine"))["code"] == 349
    theirs = (await listed(shop, "gmb"))["gmb"][0]["id"]
    await reply(shop, reviewId=theirs, platform="gmb", reply="Mine")
    assert all("reviewReply" not in row for row in (await listed(api, "gmb"))["gmb"])
    assert (await listed(bare, "gmb"))["code"] == 156
