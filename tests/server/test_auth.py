"""Who may call: keys, profiles, suspension, and the rate limit (analytics.md 1, 11.3, 12.1)."""

from datetime import timedelta

import pytest

from server.settings import SANDBOX_KEY


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        ({"Authorization": ""}, 401, 401),
        ({"Authorization": "Bearer "}, 401, 401),
        ({"Authorization": f"Basic {SANDBOX_KEY}"}, 401, 401),
        ({"Authorization": "Bearer wrong"}, 403, 102),
        ({"Profile-Key": "unknown"}, 403, 102),
        ({"Profile-Key": SANDBOX_KEY}, 403, 102),
        ({"Profile-Key": ""}, 200, None),
        ({"Authorization": f"bearer {SANDBOX_KEY}"}, 200, None),
    ],
)
async def test_keys(connect, headers, status, code):
    client = await connect(**headers)
    answer = await client.get("/api/user")
    assert answer.status_code == status
    if code:
        assert {"action": "request", "status": "error", "code": code}.items() <= answer.json().items()
        assert answer.json()["message"]
        assert "wrong" not in answer.text
        assert SANDBOX_KEY not in answer.text


async def test_a_profile_key_is_no_api_key(api, connect):
    made = (await api.post("/sandbox/profiles", json={"title": "Shop", "linked": ["bluesky"]})).json()
    client = await connect(Authorization=f"Bearer {made['profileKey']}")
    assert (await client.get("/api/user")).json()["code"] == 102
    client = await connect(**{"Profile-Key": made["profileKey"]})
    assert (await client.get("/api/user")).json()["refId"] == made["refId"]


async def test_the_api_key_can_be_changed(make_host, client_of):
    async with make_host() as host, client_of(host) as api:
        before = (await api.get("/api/user")).json()["refId"]
    async with make_host(api_key="another") as host, client_of(host) as api:
        assert (await api.get("/api/user")).json()["code"] == 102
        answer = await api.get("/api/user", headers={"Authorization": "Bearer another"})
        assert answer.json()["refId"] == before


async def test_answers_with_a_profile_key_are_wrapped(connect):
    shop = await connect(linked=("bluesky",))
    good = (await shop.post("/api/post", json={"post": "Hi", "platforms": ["bluesky"]})).json()
    assert set(good) == {"status", "posts"}
    (post,) = good["posts"]
    assert (good["status"], post["status"], post["profileTitle"]) == ("success", "success", "Shop")
    bad = await shop.post("/api/post", json={"platforms": ["bluesky"]})
    assert bad.status_code == 400
    (post,) = bad.json()["posts"]
    assert (bad.json()["status"], post["status"], post["code"]) == ("error", "error", 101)


async def test_calls_are_counted_in_a_fixed_window(make_host, client_of, clock):
    async with make_host(rate_limit=3, rate_window=300) as host, client_of(host) as api:
        for count in (1, 2, 3):
            answer = await api.get("/api/user")
            assert (answer.status_code, answer.headers["x-ratelimit-count"]) == (200, str(count))
            assert answer.headers["x-ratelimit-max"] == "3"
        refused = await api.get("/api/user")
        assert refused.status_code == 429
        assert {"action": "request", "status": "error", "code": 429}.items() <= refused.json().items()
        assert refused.headers["x-ratelimit-count"] == "4"
        clock.advance(timedelta(seconds=299))
        assert (await api.get("/api/user")).status_code == 429
        clock.advance(timedelta(seconds=1))
        assert (await api.get("/api/user")).status_code == 200


async def test_each_profile_has_a_window_of_its_own(make_host, client_of):
    async with make_host(rate_limit=1) as host, client_of(host) as api:
        key = (await api.post("/sandbox/profiles", json={"title": "Shop"})).json()["profileKey"]
        await api.get("/api/user")
        assert (await api.get("/api/user")).status_code == 429
        assert (await api.get("/api/user", headers={"Profile-Key": key})).status_code == 200


async def test_a_thousand_refusals_in_a_day_suspend_the_profile(make_host, client_of, clock, monkeypatch):
    monkeypatch.setattr("server.ratelimit.PENALTY", 5)
    async with make_host(rate_limit=1) as host, client_of(host) as api:
        statuses = [(await api.get("/api/user")).status_code for _ in range(7)]
        assert statuses == [200, 429, 429, 429, 429, 429, 403]
        clock.advance(timedelta(days=2))
        assert (await api.get("/api/user")).status_code == 403


async def test_unknown_paths_and_wrong_methods_answer_in_the_envelope(api):
    for method, path, status in (("GET", "/api/nosuch", 404), ("PATCH", "/api/user", 405), ("GET", "/nosuch", 404)):
        answer = await api.request(method, path)
        assert answer.status_code == status
        assert (answer.json()["status"], answer.json()["code"]) == ("error", status)
        assert answer.headers["content-type"] == "application/json; charset=utf-8"


async def test_the_clock_can_be_moved_by_a_profile_over_its_limit(make_host, client_of):
    async with make_host(rate_limit=1) as host, client_of(host) as api:
        await api.get("/api/user")
        assert (await api.get("/api/user")).status_code == 429
        assert (await api.post("/sandbox/clock", json={"advanceSeconds": 300})).status_code == 200
        assert (await api.get("/api/user")).headers["x-ratelimit-count"] == "1"
