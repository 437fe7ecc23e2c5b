"""Misbehaving on demand: what the caller sees, and what really became of the post."""

import httpx
import pytest

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
