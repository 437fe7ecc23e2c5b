"""An idempotency key works once per profile, whatever became of its post (posts.md 3.7)."""

import asyncio

import pytest

from social.contract.codes import IDEMPOTENCY_KEY_SEEN


async def send(client, key, text, **body):
    given = {"post": text, "platforms": ["bluesky"], "idempotencyKey": key, "notes": key}
    return await client.post("/api/post", json=given | body)


@pytest.mark.parametrize("body", [{}, {"scheduleDate": "2026-03-05T09:00:00Z"}], ids=["now", "later"])
async def test_a_key_is_refused_the_second_time_and_nothing_is_replayed(api, body, database_url):
    first = await send(api, "k1", "One", **body)
    again = await send(api, "k1", "Two", **body)
    assert first.status_code == 200
    assert again.status_code == 400
    assert again.json()["code"] == IDEMPOTENCY_KEY_SEEN
    assert "id" not in again.json()
    assert (await api.get("/api/history")).json()["count"] == 1


async def test_the_key_speaks_before_the_duplicate_rule(api):
    await send(api, "k1", "One")
    assert (await send(api, "k1", "One")).json()["code"] == IDEMPOTENCY_KEY_SEEN


async def test_a_key_is_spent_by_a_post_that_failed_and_by_one_that_was_deleted(api):
    failed = await send(api, "k1", "x" * 301)
    assert failed.status_code == 400
    assert (await send(api, "k1", "Shorter")).json()["code"] == IDEMPOTENCY_KEY_SEEN
    deleted = await send(api, "k2", "Two", scheduleDate="2026-03-05T09:00:00Z")
    await api.request("DELETE", "/api/post", json={"id": deleted.json()["id"]})
    assert (await send(api, "k2", "Two")).json()["code"] == IDEMPOTENCY_KEY_SEEN


async def test_a_key_is_not_spent_where_nothing_was_stored(api):
    refused = await send(api, "k1", "x" * 301, scheduleDate="2026-03-05T09:00:00Z")
    assert refused.status_code == 400
    assert (await send(api, "k1", "Shorter")).status_code == 200


async def test_each_profile_has_keys_of_its_own(api, connect):
    shop = await connect(linked=("bluesky",))
    assert (await send(api, "k1", "One")).status_code == 200
    assert (await send(shop, "k1", "One")).status_code == 200
    refused = await send(shop, "k1", "Two")
    assert refused.json()["posts"][0]["code"] == IDEMPOTENCY_KEY_SEEN


async def test_of_simultaneous_requests_with_one_key_exactly_one_passes(api, database_url):
    answers = await asyncio.gather(*(send(api, "k1", f"Text {number}") for number in range(6)))
    assert sorted(answer.status_code for answer in answers) == [200, 400, 400, 400, 400, 400]
    assert {answer.json().get("code") for answer in answers} == {None, IDEMPOTENCY_KEY_SEEN}
    assert (await api.get("/api/history")).json()["count"] == 1
