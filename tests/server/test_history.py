"""History: what is listed, in which order, by which filter (content.md 3)."""

from datetime import timedelta

import pytest

from social.instants import wire


@pytest.fixture
async def filled(api, clock):
    """Ten days of posts: one immediate now and one failed; scheduled ones 5 and 9 days ahead, one of them deleted."""
    ids = {}

    async def send(name, **body):
        answer = await api.post("/api/post", json={"post": name, "platforms": ["bluesky"], "notes": name} | body)
        ids[name] = answer.json()["id"]

    await send("now", platforms=["bluesky", "facebook"])
    clock.advance(timedelta(seconds=1))
    await send("failed", post="x" * 301)
    await send("soon", scheduleDate=wire(clock.now() + timedelta(days=5)))
    await send("later", scheduleDate=wire(clock.now() + timedelta(days=9)), platforms=["linkedin"])
    await send("gone", scheduleDate=wire(clock.now() + timedelta(days=9)))
    await api.request("DELETE", "/api/post", json={"id": ids["gone"]})
    return ids


async def names(api, **query):
    answer = await api.get("/api/history", params=query)
    return [row["notes"] for row in answer.json()["history"]] if answer.status_code == 200 else answer.json()


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, ["later", "soon", "failed", "now"]),
        ({"limit": 2}, ["later", "soon"]),
        ({"lastRecords": 1}, ["later"]),
        ({"status": "pending"}, ["later", "soon"]),
        ({"status": "error"}, ["failed"]),
        ({"status": "deleted"}, ["gone"]),
        ({"type": "immediate"}, ["failed", "now"]),
        ({"type": "scheduled"}, ["later", "soon"]),
        ({"platforms": "facebook"}, ["now"]),
        ({"platforms": "facebook,linkedin"}, ["later", "now"]),
        ({"platforms[0]": "facebook", "platforms[1]": "linkedin"}, ["later", "now"]),
        ({"platforms": ["facebook", "linkedin"]}, ["later", "now"]),
        ({"platform": "linkedin"}, ["later"]),
        ({"startDate": "2026-03-07T09:30:01Z", "endDate": "2026-03-07T09:30:01Z"}, ["soon"]),
        ({"startDate": "2026-03-03T00:00:00Z"}, ["later", "soon"]),
        ({"endDate": "2026-03-03T00:00:00Z"}, ["failed", "now"]),
        ({"source": "npm", "limit": ""}, ["later", "soon", "failed", "now"]),
    ],
    ids=repr,
)
async def test_filters(api, filled, query, expected):
    assert await names(api, **query) == expected


async def test_old_posts_are_left_out_unless_asked_for(api, filled, clock):
    clock.advance(timedelta(days=35))
    assert await names(api) == ["later"] or await names(api) == ["later", "soon"]
    assert await names(api, lastDays=0) == ["later", "soon", "failed", "now"]
    both = {"startDate": "2026-03-01T00:00:00Z", "endDate": "2026-03-02T09:30:00Z"}
    assert await names(api, lastDays=1, **both) == ["now"]


async def test_nothing_found_is_an_error_nested_under_history(api):
    answer = await api.get("/api/history")
    assert answer.status_code == 400
    nested = answer.json()["history"]
    assert (nested["action"], nested["status"], nested["code"]) == ("history", "error", 221)


@pytest.mark.parametrize("query", [{"limit": 0}, {"limit": 1001}, {"status": "unheard"}, {"startDate": "yesterday"}])
async def test_a_query_that_makes_no_sense_is_refused(api, query):
    answer = await api.get("/api/history", params=query)
    assert (answer.status_code, answer.json()["code"]) == (400, 101)


async def test_a_row_has_what_the_contract_promises_and_no_nulls(api, filled):
    answer = (await api.get("/api/history", params={"type": "immediate", "status": "success"})).json()
    (row,) = answer["history"]
    assert row["type"] == "now"
    assert row["created"] == row["scheduleDate"] == "2026-03-02T09:30:00Z"
    assert row["platforms"] == ["bluesky", "facebook"]
    assert row["notes"] == "now"
    assert (row["errors"], row["urls"], row["mediaUrls"]) == ([], [], [])
    assert None not in row.values()
    assert answer["count"] == 1
    assert answer["refId"] == row["refId"]
    assert answer["lastUpdated"] == answer["nextUpdate"] == "2026-03-02T09:30:01.000Z"


async def test_history_and_post_show_the_same(api, filled):
    by_history = (await api.get(f"/api/history/{filled['now']}")).json()
    assert by_history == (await api.get(f"/api/post/{filled['now']}")).json()
    assert (await api.get("/api/history/nosuch")).json()["code"] == 186


async def test_a_post_is_found_by_its_networks_id(api, filled):
    post = (await api.get(f"/api/post/{filled['now']}")).json()
    social_id = next(one["id"] for one in post["postIds"] if one["platform"] == "facebook")
    query = {"searchPlatformId": "true", "platform": "facebook"}
    assert (await api.get(f"/api/history/{social_id}", params=query)).json()["id"] == filled["now"]
    query["platform"] = "bluesky"
    assert (await api.get(f"/api/history/{social_id}", params=query)).status_code == 404


async def test_profiles_see_their_own_posts_only(api, connect, filled):
    shop = await connect(linked=("bluesky",))
    await shop.post("/api/post", json={"post": "Shop", "platforms": ["bluesky"], "notes": "shop"})
    assert await names(shop) == ["shop"]
    assert "shop" not in await names(api)
    row = (await shop.get("/api/history")).json()["history"][0]
    assert row["profileTitle"] == "Shop"
    assert (await shop.get(f"/api/post/{filled['now']}")).status_code == 404
    assert (await api.get(f"/api/history/{row['id']}")).status_code == 404
    everywhere = await api.get(f"/api/history/{row['id']}", params={"searchAllPosts": "true"})
    assert everywhere.json()["id"] == row["id"]
    for verb, path in (("PATCH", "/api/post"), ("DELETE", "/api/post"), ("PUT", "/api/post/retry")):
        answer = await shop.request(verb, path, json={"id": filled["soon"], "notes": "mine now"})
        assert answer.status_code == 404
