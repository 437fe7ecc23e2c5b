"""More rows than one statement takes parameters: everything is still found, in order, and withdrawn."""

from datetime import timedelta

import pytest

from server.store import chunks

pytestmark = pytest.mark.usefixtures("database_url")


@pytest.fixture(autouse=True)
def _few_at_once(monkeypatch):
    monkeypatch.setattr(chunks, "AT_ONCE", 2)


async def scheduled(api, count):
    await api.post("/api/auto-schedule/set", json={"schedule": ["09:00Z"]})
    bodies = [
        {"post": f"Dove number {number}", "platforms": ["bluesky", "facebook"], "autoSchedule": {"schedule": True}}
        for number in range(count)
    ]
    return [(await api.post("/api/post", json=body)).json()["id"] for body in bodies]


async def test_posts_that_wait_are_listed_soonest_first(api):
    ids = await scheduled(api, 5)
    posts = (await api.get("/api/auto-schedule/pending")).json()["posts"]
    assert [post["id"] for post in posts] == ids
    assert all(post["platforms"] == ["bluesky", "facebook"] for post in posts)


async def test_every_link_is_counted(api):
    links = [
        (await api.post("/api/links", json={"url": f"https://example.com/{number}"})).json() for number in range(5)
    ]
    browser = {"user-agent": "Mozilla/5.0 Firefox/140.0"}
    for times, link in enumerate(links):
        for _ in range(times):
            assert (await api.get(f"/l/{link['id']}", headers=browser)).status_code == 302
    listed = {one["id"]: one["totalClicks"] for one in (await api.get("/api/links")).json()["analytics"]}
    assert listed == {link["id"]: times for times, link in enumerate(links)}


async def test_bulk_withdraws_each_of_many(api):
    ids = await scheduled(api, 5)
    answer = (await api.request("DELETE", "/api/post", json={"bulk": [*ids[:3], "unknown", ids[0]]})).json()
    assert [(one["id"], one.get("code")) for one in answer] == [*((one, 200) for one in ids[:3]), ("unknown", 114)]
    states = [(await api.get(f"/api/post/{one}")).json()["status"] for one in ids]
    assert states == ["deleted", "deleted", "deleted", "pending", "pending"]


async def test_all_that_waits_is_withdrawn(api, host):
    ids = await scheduled(api, 5)
    answer = (await api.request("DELETE", "/api/post", json={"deleteAllScheduled": True})).json()
    assert sorted(one["id"] for one in answer) == sorted(ids)
    host.clock.advance(timedelta(days=30))
    assert {(await api.get(f"/api/post/{one}")).json()["status"] for one in ids} == {"deleted"}
