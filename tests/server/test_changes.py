"""Changing, deleting and sending again: what is allowed in which state, and how it is refused (posts.md 5–7)."""

from datetime import timedelta

import pytest

SCHEDULED = "2026-03-05T09:00:00Z"


async def made(api, **body):
    given = {"post": "Good morning", "platforms": ["bluesky", "linkedin"], "scheduleDate": SCHEDULED} | body
    answer = await api.post("/api/post", json={key: value for key, value in given.items() if value is not None})
    return answer.json()["id"]


async def stored(api, post_id):
    return (await api.get(f"/api/post/{post_id}")).json()


async def change(api, post_id, **body):
    return await api.patch("/api/post", json={"id": post_id} | body)


async def remove(api, **body):
    return await api.request("DELETE", "/api/post", json=body)


async def failed(api, clock):
    await api.post("/sandbox/faults", json={"kind": "token_revoked", "platform": "linkedin"})
    return await made(api, scheduleDate=None)


# --- PATCH ---


async def test_a_pending_post_is_rescheduled(api, clock):
    post_id = await made(api)
    answer = await change(api, post_id, scheduleDate="2026-03-07T09:00:00Z")
    assert answer.json() == {"status": "success", "id": post_id, "scheduleDate": "2026-03-07T09:00:00Z"}
    clock.advance(timedelta(days=4))
    assert (await stored(api, post_id))["status"] == "pending"
    clock.advance(timedelta(days=1))
    assert (await stored(api, post_id))["status"] == "success"


async def test_the_older_verb_does_the_same(api):
    post_id = await made(api)
    assert (await api.put("/api/post", json={"id": post_id, "notes": "n"})).status_code == 200
    assert (await stored(api, post_id))["notes"] == "n"


@pytest.mark.parametrize("body", [{"scheduleDate": "2020-01-01T00:00:00Z"}], ids=["past"])
async def test_a_past_date_sends_at_once(api, clock, body):
    post_id = await made(api)
    await change(api, post_id, **body)
    post = await stored(api, post_id)
    assert (post["status"], post["scheduleDate"]) == ("success", "2026-03-02T09:30:00Z")


async def test_a_paused_post_waits_and_goes_out_late_once_resumed(api, clock):
    post_id = await made(api)
    answer = await change(api, post_id, scheduledPause=True)
    assert answer.json()["scheduledPaused"] is True
    clock.advance(timedelta(days=5))
    assert (await stored(api, post_id))["status"] == "paused"
    assert (await change(api, post_id, scheduledPause=False)).json()["scheduledPaused"] is False
    assert (await stored(api, post_id))["status"] == "success"


@pytest.mark.parametrize("date", [None, SCHEDULED])
async def test_approval_lets_a_post_out(api, clock, date):
    answer = await api.post(
        "/api/post",
        json={"post": "Hi", "platforms": ["bluesky"], "requiresApproval": True}
        | ({"scheduleDate": date} if date else {}),
    )
    post_id = answer.json()["id"]
    assert (answer.status_code, answer.json()["status"]) == (200, "awaiting approval")
    clock.advance(timedelta(days=1))
    post = await stored(api, post_id)
    assert (post["status"], post["requiresApproval"], post["approved"]) == ("awaiting approval", True, False)
    assert (await change(api, post_id, approved=True)).status_code == 200
    post = await stored(api, post_id)
    assert post["approved"] is True
    assert post["status"] == ("pending" if date else "success")


async def test_comments_are_switched_off_where_that_is_possible(api):
    post_id = await made(api)
    assert (await change(api, post_id, disableComments=True)).status_code == 200
    assert (await stored(api, post_id))["disableComments"] is True


async def test_a_published_video_gets_another_title(host, api):
    post_id = await made(
        api,
        platforms=["youtube"],
        scheduleDate="2026-03-05T09:00:00Z",
        validateScheduled=False,
        youTubeOptions={"title": "Old", "visibility": "private"},
    )
    from server.store import deliveries
    from server.store.deliveries import DeliveryState

    async with host.database.begin() as connection:
        await deliveries.set_state(connection, post_id, DeliveryState.COMPLETED)
    assert (await change(api, post_id, youTubeOptions={"visibility": "public"})).json()["code"] == 101
    assert (await change(api, post_id, youTubeOptions={"title": "New"})).status_code == 200
    options = (await stored(api, post_id))["youTubeOptions"]
    assert options == {"title": "New", "visibility": "private", "description": "", "categoryId": 24}


REFUSED = [
    (None, {}, 101),
    (None, {"approved": False}, 101),
    (None, {"approved": True}, 101),
    (None, {"scheduledPause": False}, 101),
    (None, {"youTubeOptions": {"title": "T"}}, 101),
    ({"platforms": ["bluesky"]}, {"disableComments": True}, 101),
    ({"scheduleDate": None}, {"scheduleDate": SCHEDULED}, 101),
    ({"scheduleDate": None}, {"scheduledPause": True}, 101),
]


@pytest.mark.parametrize(("post", "body", "code"), REFUSED, ids=repr)
async def test_what_cannot_change_is_refused(api, post, body, code):
    post_id = await made(api, **(post or {}))
    before = await stored(api, post_id)
    answer = await change(api, post_id, **body)
    assert (answer.status_code, answer.json()["code"], answer.json()["action"]) == (400, code, "update")
    assert await stored(api, post_id) == before


async def test_one_impossible_change_undoes_the_others(api):
    post_id = await made(api)
    assert (await change(api, post_id, notes="n", approved=True)).status_code == 400
    assert "notes" not in await stored(api, post_id)


@pytest.mark.parametrize(("verb", "path"), [("PATCH", "/api/post"), ("PUT", "/api/post/retry")])
async def test_an_unknown_post_is_404(api, verb, path):
    answer = await api.request(verb, path, json={"id": "nosuch", "notes": "n"})
    assert (answer.status_code, answer.json()["code"]) == (404, 186)


# --- DELETE ---


async def test_a_scheduled_post_is_withdrawn_and_never_sent(api, clock):
    post_id = await made(api)
    answer = await remove(api, id=post_id)
    assert answer.json() == {"status": "success", "id": post_id, "code": 200}
    clock.advance(timedelta(days=5))
    assert (await stored(api, post_id))["status"] == "deleted"


async def test_a_published_post_is_deleted_on_each_network(api):
    post_id = await made(api, scheduleDate=None)
    ids = {one["platform"]: one["id"] for one in (await stored(api, post_id))["postIds"]}
    answer = (await remove(api, id=post_id)).json()
    assert (answer["status"], answer["id"], answer["code"]) == ("success", post_id, 200)
    for platform, social_id in ids.items():
        assert answer[platform] == {"action": "delete", "status": "success", "id": social_id}
    assert (await stored(api, post_id))["postIds"] == []


async def test_what_a_network_cannot_delete_stays_and_the_call_succeeds(api, make_picture):
    post_id = await made(api, scheduleDate=None, platforms=["threads"])
    answer = (await remove(api, id=post_id)).json()
    assert (answer["status"], answer["code"], answer["threads"]["status"]) == ("success", 200, "error")
    assert [one["platform"] for one in (await stored(api, post_id))["postIds"]] == ["threads"]


async def test_a_published_x_post_is_deleted_only_with_its_headers(api, connect):
    post_id = await made(api, scheduleDate=None, platforms=["twitter"])
    bare = await connect(**{"X-Twitter-OAuth1-Api-Key": "", "X-Twitter-OAuth1-Api-Secret": ""})
    assert (await remove(bare, id=post_id)).json()["code"] == 419
    assert (await remove(api, id=post_id)).status_code == 200


async def test_deleting_refuses_with_the_contracts_codes(api):
    unknown = await remove(api, id="nosuch")
    assert unknown.status_code == 404
    assert {"action": "delete", "status": "error", "code": 114}.items() <= unknown.json().items()
    post_id = await made(api)
    await remove(api, id=post_id)
    assert (await remove(api, id=post_id)).json()["code"] == 383
    live = await made(api, post="Out", scheduleDate=None)
    assert (await remove(api, id=live, markManualDeleted=True)).json()["code"] == 382
    for body in ({}, {"id": live, "bulk": [live]}):
        answer = await remove(api, **body)
        assert (answer.status_code, answer.json()["code"]) == (400, 101)


async def test_a_post_no_network_holds_can_be_marked_as_deleted(api):
    answer = await api.post("/api/post", json={"post": "x" * 301, "platforms": ["bluesky"]})
    post_id = answer.json()["id"]
    assert (await remove(api, id=post_id, markManualDeleted=True)).json() == {"status": "success", "id": post_id}


async def test_a_post_deleted_by_hand_on_the_network_can_be_marked(api):
    post_id = await made(api, scheduleDate=None)
    await api.post("/sandbox/vanish", json={"id": post_id, "platform": "bluesky"})
    assert (await remove(api, id=post_id, markManualDeleted=True)).json()["code"] == 382
    await api.post("/sandbox/vanish", json={"id": post_id})
    assert (await remove(api, id=post_id, markManualDeleted=True)).json() == {"status": "success", "id": post_id}


async def test_bulk_deletes_what_waits_and_says_so_for_each_id(api):
    waiting, out = await made(api), await made(api, post="Out", scheduleDate=None)
    answer = (await remove(api, bulk=[waiting, out, "nosuch"])).json()
    assert [(one["id"], one["status"], one["code"]) for one in answer] == [
        (waiting, "success", 200),
        (out, "error", 101),
        ("nosuch", "error", 114),
    ]
    assert (await stored(api, out))["status"] == "success"


async def test_everything_that_waits_can_be_deleted_at_once(api, connect):
    shop = await connect(linked=("bluesky",))
    other = await shop.post("/api/post", json={"post": "Hi", "platforms": ["bluesky"], "scheduleDate": SCHEDULED})
    ids = [await made(api, post=f"Nr {number}") for number in range(3)]
    await change(api, ids[0], scheduledPause=True)
    out = await made(api, post="Out", scheduleDate=None)
    answer = (await remove(api, deleteAllScheduled=True, id=out)).json()
    assert {one["id"] for one in answer} == set(ids)
    assert (await stored(api, out))["status"] == "success"
    theirs = other.json()["posts"][0]["id"]
    assert (await shop.get(f"/api/post/{theirs}")).json()["status"] == "pending"


# --- retry ---


async def test_a_failed_post_is_sent_once_more_only_where_it_failed(api, clock):
    post_id = await failed(api, clock)
    before = await stored(api, post_id)
    assert [(one["platform"], one["code"]) for one in before["errors"]] == [("linkedin", 156)]
    answer = await api.put("/api/post/retry", json={"id": post_id})
    assert (answer.status_code, answer.json()) == (200, {"status": "pending", "id": post_id})
    after = await stored(api, post_id)
    assert (after["status"], after["errors"]) == ("success", [])
    assert after["postIds"][0] == before["postIds"][0]
    assert [one["platform"] for one in after["postIds"]] == ["bluesky", "linkedin"]


async def test_a_post_is_sent_once_more_at_most_once(api, clock):
    answer = await api.post("/api/post", json={"post": "x" * 301, "platforms": ["bluesky"]})
    post_id = answer.json()["id"]
    assert (await api.put("/api/post/retry", json={"id": post_id})).status_code == 200
    assert (await stored(api, post_id))["status"] == "error"
    again = await api.put("/api/post/retry", json={"id": post_id})
    assert (again.status_code, again.json()["code"]) == (400, 101)


async def test_only_failed_posts_are_sent_again(api):
    for post_id in (await made(api), await made(api, post="Out", scheduleDate=None)):
        answer = await api.put("/api/post/retry", json={"id": post_id})
        assert (answer.status_code, answer.json()["code"]) == (400, 101)
