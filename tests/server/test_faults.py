"""Misbehaving on demand: what the caller sees, and what really became of the post."""

import asyncio
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from server.embedded import EmbeddedTransport
from server.settings import SANDBOX_KEY
from social.client import SocialClient
from social.client.pacing import Pacer
from social.errors import RateLimited
from social.instants import ManualClock

BASE = "https://sandbox.dovecote.localhost"
POST = {"post": "Hello", "platforms": ["bluesky"], "notes": "n"}


async def order(api, kind, **fields):
    assert (await api.post("/sandbox/faults", json={"kind": kind} | fields)).status_code == 200


async def test_a_timeout_after_the_post_was_accepted(api):
    await order(api, "accepted_then_timeout")
    with pytest.raises(httpx.ReadTimeout):
        await api.post("/api/post", json=POST)
    assert (await api.get("/api/history")).json()["count"] == 1


async def test_an_error_after_the_post_was_accepted(api):
    await order(api, "accepted_then_500")
    assert (await api.post("/api/post", json=POST)).status_code == 500
    assert (await api.get("/api/history")).json()["count"] == 1


@pytest.mark.parametrize(("kind", "status"), [("429", 429), ("500_before", 500)])
async def test_a_refusal_before_anything_happened(api, kind, status):
    await order(api, kind, path="/post", count=2)
    assert (await api.get("/api/user")).status_code == 200
    statuses = [(await api.post("/api/post", json=POST)).status_code for _ in range(3)]
    assert statuses == [status, status, 200]
    assert (await api.get("/api/history")).json()["count"] == 1


async def test_one_networks_authorisation_is_gone(api):
    await order(api, "token_revoked", platform="facebook")
    body = POST | {"platforms": ["bluesky", "facebook"]}
    answer = await api.post("/api/post", json=body)
    assert answer.status_code == 400
    assert [(one["platform"], one["code"]) for one in answer.json()["errors"]] == [("facebook", 161)]
    assert [one["platform"] for one in answer.json()["postIds"]] == ["bluesky"]
    assert "verifyCheck" not in answer.json()["errors"][0]


async def test_a_network_refuses_the_media_late_and_the_post_may_be_sent_again(api, make_picture):
    await order(api, "media_refused_late", count=2)
    assert (await api.post("/api/post", json=POST)).status_code == 200
    body = {"post": "Look", "platforms": ["facebook"], "mediaUrls": [await make_picture(api)]}
    answer = await api.post("/api/post", json=body)
    (error,) = answer.json()["errors"]
    assert (error["code"], error["retryAvailable"]) == (440, True)


async def test_faults_can_be_taken_back(api):
    await order(api, "500_before", count=50)
    assert (await api.get("/api/user")).status_code == 500
    await api.delete("/sandbox/faults")
    assert (await api.get("/api/user")).status_code == 200


async def test_an_answer_is_slow_as_often_as_ordered(api):
    await order(api, "slow", seconds=0.05, path="/user", count=2)
    slept = []
    for _ in range(3):
        began = asyncio.get_running_loop().time()
        assert (await api.get("/api/user")).status_code == 200
        slept.append(asyncio.get_running_loop().time() - began >= 0.05)
    assert slept[:2] == [True, True]
    assert (await api.get("/sandbox/clock")).status_code == 200


@pytest.mark.parametrize(("seconds", "header"), [(None, None), (7, "7"), (0, "0")])
async def test_too_many_requests_says_how_long_to_wait_when_told_to(api, seconds, header):
    await order(api, "429", **({"seconds": seconds} if seconds is not None else {}))
    assert (await api.get("/api/user")).headers.get("retry-after") == header


async def test_our_client_waits_as_long_as_it_is_told(host, api):
    await order(api, "429", seconds=7, path="/user")
    pacer = Pacer(clock=ManualClock(datetime(2026, 3, 2, tzinfo=UTC)))
    async with SocialClient(
        base_url=f"{BASE}/api", api_key=SANDBOX_KEY, transport=EmbeddedTransport(host), pacer=pacer
    ) as client:
        with pytest.raises(RateLimited) as refused:
            await client.user.get()
        assert refused.value.retry_after == 7
        before = pacer.clock.now()
        assert (await client.user.get()).title == "Primary Profile"
        assert pacer.clock.now() - before == timedelta(seconds=7)


async def test_a_network_withdraws_a_number(api, clock):
    post = (await api.post("/api/post", json=POST | {"platforms": ["bluesky", "threads"]})).json()
    clock.advance(timedelta(hours=1))
    await order(api, "metric_withdrawn", platform="bluesky", metric="likeCount", count=1)

    async def numbers():
        answer = (await api.post("/api/analytics/post", json={"id": post["id"]})).json()
        return answer["bluesky"]["analytics"], answer["threads"]["analytics"]

    withdrawn, other = await numbers()
    assert "likeCount" not in withdrawn
    assert "likes" in other
    assert "likeCount" in (await numbers())[0]
    await order(api, "metric_withdrawn", metric="followersCount", count=1)
    body = {"platforms": ["bluesky", "instagram"]}
    answer = (await api.post("/api/analytics/social", json=body)).json()
    assert "followersCount" not in answer["bluesky"]["analytics"]
    assert "followersCount" not in answer["instagram"]["analytics"]


@pytest.mark.parametrize(
    "body",
    [{"kind": "slow"}, {"kind": "slow", "seconds": 61}, {"kind": "metric_withdrawn"}, {"kind": "429", "metric": "a"}],
)
async def test_a_fault_that_cannot_be_made_is_refused(api, body):
    assert (await api.post("/sandbox/faults", json=body)).json()["code"] == 101


async def test_a_store_of_an_older_version_gains_what_is_missing(make_host, client_of, tmp_path):
    async with make_host():
        pass
    with closing(sqlite3.connect(tmp_path / "server.db")) as store:
        store.execute("ALTER TABLE faults DROP COLUMN detail")
        store.execute("DROP TABLE ads")
        store.execute("UPDATE meta SET value = 'older' WHERE name = 'tables'")
        store.commit()
    async with make_host() as host, client_of(host) as api:
        await order(api, "429", seconds=3)
        assert (await api.get("/api/user")).headers["retry-after"] == "3"
