"""Profiles are walled off: every call of the catalogue, tried with another profile's ids, gives none of its data away
and changes nothing of it."""

import base64
import io
import itertools
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from server.store import profiles
from social.contract.route import JSON
from social.contract.routes import ROUTES

MARK = "planted-by-the-owner"
SAMPLES: dict[str, Any] = {}
for found in sorted((Path(__file__).parents[1] / "social" / "data" / "routes").glob("*.json")):
    SAMPLES |= json.loads(found.read_text(encoding="utf-8"))
# What names one thing of a profile, however a route calls it.
ID_FIELDS = {
    "id", "commentId", "postId", "socialPostId", "linkId", "adId", "campaignId", "conversationId", "recipientId",
    "reviewId", "refId", "bulkIds", "feedId", "accountId", "hookId", "mediaId",
}  # fmt: skip
# Deleting and unlinking act on whoever calls: with the other's own key there is nothing to try.
OWN = {"profiles.delete", "profiles.unlink"}
ALL_AT_ONCE = ("deleteAllScheduled", "profileKeys", "profileKey", "allWebhooks")


@pytest.fixture
async def host(make_host):
    """A host with accounts that people talk to, which may send webhooks to this machine."""
    async with make_host(sandbox_followers=8_000, allow_private_addresses=True) as opened:
        yield opened


@pytest.fixture
async def two(host, connect):
    """The owner of things and somebody else: each a client that acts for a user profile of its own."""
    made = []
    async with host.database.begin() as connection:
        for title in ("owner", "other"):
            linked = list(host.settings.linked)
            made.append((await profiles.create(connection, title=title, linked=linked, now=host.clock.now()))[0])
    return [await connect(**{"Profile-Key": key}) for key in made]


@pytest.fixture
async def owned(two, clock, site):
    """Ids of everything the owner has, each with the mark in it, and how to look at it."""
    owner = two[0]
    site.pages["/feed"] = (200, {}, b"<rss version='2.0'><channel><title>t</title></channel></rss>")
    file = io.BytesIO()
    Image.new("RGB", (400, 400), "white").save(file, "PNG")
    picture = f"data:image/png;base64,{base64.b64encode(file.getvalue()).decode()}"

    async def post(path, **body):
        answered = await owner.post(f"/api{path}", json=body)
        assert answered.status_code == 200, (path, answered.text)
        answer = answered.json()
        answer = answer["posts"][0] if "posts" in answer else answer
        return answer[0] if isinstance(answer, list) else answer

    out = await post("/post", post=f"{MARK} out?", platforms=["facebook"], notes=MARK)
    clock.advance(timedelta(hours=2))
    waiting = await post("/post", post=f"{MARK} soon", platforms=["bluesky"], scheduleDate="2026-04-01T09:00:00Z")
    comment = await post("/comments", id=out["id"], comment=f"{MARK} said", platforms=["facebook"])
    account = (await owner.get("/api/ads/facebook/accounts")).json()["adAccounts"][0]["accountId"]
    ad = await post(
        "/ads/facebook/boost", postId=out["id"], accountId=account, adName=MARK, goal="engagement", budget=5,
        bidAmount=1, locations={"countries": ["DE"]},
    )  # fmt: skip
    link = await post("/links", url=f"https://example.org/{MARK}")
    await post("/media/upload", file=picture, fileName=f"{MARK}.png", description=MARK)
    feed = await post("/feed", url=site.url("/feed"), type="RSS")
    await post("/hook/webhook", action="feed", url=site.url(f"/{MARK}"), secret="s")
    await post("/auto-schedule/set", schedule=["13:05Z"], title=MARK)
    message = (await owner.get("/api/messages/facebook")).json()["messages"][0]
    reviews = (await owner.get("/api/reviews", params={"platform": "gmb"})).json()
    review = next(iter(reviews.get("reviews") or reviews["gmb"]))
    native = (await owner.get(f"/api/post/{out['id']}")).json()["postIds"][0]["id"]
    ids = [out["id"], waiting["id"], comment["commentId"], ad["adId"], link["id"], feed["id"], native]
    ids += [comment["facebook"]["commentId"], message["conversationId"], message["senderId"], review["id"], account]
    assert all(ids), ids
    return ids


async def seen(client):
    """All that the client can list of its own."""
    paths = ["/history", "/links", "/media", "/feed", "/hook/webhook", "/auto-schedule/list"]
    told = [(await client.get(f"/api{path}", params={"limit": 100, "lastDays": 0})).json() for path in paths]
    account = (await client.get("/api/ads/facebook/accounts")).json()["adAccounts"][0]["accountId"]
    told.append((await client.get("/api/ads/facebook/ads", params={"accountId": account})).json())
    told += [(await client.get(f"/api/comments/{post['id']}")).json() for post in told[0]["history"]]
    return json.dumps(told, sort_keys=True)


def filled(given, value):
    """The sample with every id in it replaced, and without what would act on all of one's own."""
    if isinstance(given, dict):
        kept = {name: each for name, each in given.items() if name not in ALL_AT_ONCE}
        return {name: value if name in ID_FIELDS else filled(each, value) for name, each in kept.items()}
    return [filled(each, value) for each in given] if isinstance(given, list) else given


def calls(ids):
    for route, value in itertools.product(ROUTES, ids):
        if route.name in OWN:
            continue
        sample = SAMPLES[route.name]
        path = route.path
        for name, given in sample.get("path", {}).items():
            stands = str(given) if name == "platform" else str(value)
            path = path.replace("{" + name + "}", stands)
        body, query = (filled(sample.get(part, {}), value) for part in ("body", "query"))
        body = body if isinstance(body, dict) else {}
        searches = any(model and "search_platform_id" in model.model_fields for model in (route.body, route.query))
        for platform in (None, "facebook") if searches else (None,):
            more = {"searchPlatformId": True, "platform": platform, "platforms": [platform]} if platform else {}
            yield route, path, body | (more if body else {}), query | ({"platform": platform} if platform else {})


async def test_another_profiles_ids_give_nothing_away_and_move_nothing(two, owned):
    owner, other = two
    before = await seen(owner)
    assert before.count(MARK) >= 8
    tried = 0
    for route, path, body, query in calls(owned):
        sent = {"json": body} if body and route.content_type == JSON else {}
        answer = await other.request(route.method, f"/api{path}", params=query, **sent)
        tried += 1
        assert answer.status_code < 500, (route.name, path, answer.text[:300])
        # What was sent may be echoed: an id, never what is behind it.
        assert MARK not in answer.text, (route.name, path, body, answer.text[:300])
    assert tried > 900
    assert MARK not in await seen(other)
    assert await seen(owner) == before
