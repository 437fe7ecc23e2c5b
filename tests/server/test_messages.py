"""Direct messages: strangers write, react and answer; the automatic answer; what webhooks hear (content.md 14)."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from server.inbox import Inbox
from server.store.events import events
from social.contract.messages import Message

NETWORKS = ("facebook", "instagram", "twitter")


async def listed(api, platform, **query):
    return (await api.get(f"/api/messages/{platform}", params=query)).json()


async def send(api, platform, **body):
    return (await api.post(f"/api/messages/{platform}", json=body)).json()


async def next_incoming(api, clock, platform):
    """The next message that arrives, once it has."""
    known = {one["id"] for one in (await listed(api, platform))["messages"]}
    for _ in range(400):
        clock.advance(timedelta(hours=2))
        new = [one for one in (await listed(api, platform))["messages"] if one["id"] not in known]
        if new:
            return new[0]
    raise AssertionError("nobody writes")


@pytest.mark.parametrize("platform", NETWORKS)
async def test_strangers_write_first_and_answer(api, clock, platform):
    came = await next_incoming(api, clock, platform)
    assert came["action"] == "received"
    assert Message.model_validate(came).sender_details["name"]
    assert (await api.get(came["senderDetails"]["profileImage"])).headers["content-type"] == "image/jpeg"
    answered, reacted = False, False
    # Eleven times two hours lie within the shortest window; every message is answered with a probability of 0.6.
    for number in range(11):
        sent = await send(api, platform, recipientId=came["senderId"], message=f"Hello {number}")
        assert sent["status"] == "success", sent
        first = (await listed(api, platform))["messages"][0]
        assert (first["id"], first["action"], first["message"]) == (sent["messageId"], "sent", f"Hello {number}")
        clock.advance(timedelta(hours=2))
        thread = (await listed(api, platform, conversationId=came["conversationId"]))["messages"]
        ours = next(one for one in thread if one["id"] == sent["messageId"])
        answered |= thread[0]["action"] == "received"
        reacted |= ours.get("reactions", {}).keys() == {came["senderId"]}
    assert answered or reacted


@pytest.mark.parametrize("platform", NETWORKS)
async def test_threads_are_listed_and_narrowed(api, platform):
    ids = (await listed(api, platform, conversationsOnly="true"))["conversationIds"]
    assert len(ids) == len(set(ids)) > 0
    every = await listed(api, platform)
    assert every["messagesCount"] == len(every["messages"])
    created = [one["created"] for one in every["messages"]]
    assert created == sorted(created, reverse=True)
    one = await listed(api, platform, conversationId=ids[0])
    assert {message["conversationId"] for message in one["messages"]} == {ids[0]}
    archived = (await listed(api, platform, status="archived", conversationsOnly="true"))["conversationIds"]
    assert archived
    assert not set(archived) & set(ids)
    assert (await listed(api, platform, conversationId="nosuch"))["messages"] == []


async def test_x_comes_in_pages(api):
    whole = (await listed(api, "twitter"))["messages"]
    paged, cursor = [], ""
    while True:
        page = await listed(api, "twitter", limit=5, next=cursor)
        paged += page["messages"]
        if not page["meta"]["pagination"]["hasMore"]:
            break
        cursor = page["meta"]["pagination"]["next"]
    assert paged[: len(whole)] == whole
    assert len({one["id"] for one in paged}) == len(paged)


@pytest.mark.parametrize(("platform", "hours", "last"), [("facebook", 24, 30), ("instagram", 168, 174)])
async def test_the_networks_window_is_kept(api, clock, platform, hours, last):
    came = await next_incoming(api, clock, platform)
    clock.advance(timedelta(hours=last))
    thread = (await listed(api, platform, conversationId=came["conversationId"]))["messages"]
    refused = await send(api, platform, recipientId=came["senderId"], message="Late")
    assert refused["code"] == 101
    assert f"{hours} hours" in refused["message"]
    assert (await listed(api, platform, conversationId=came["conversationId"]))["messages"] == thread


async def test_media_goes_along(api, clock, make_picture):
    picture = await make_picture(api)
    came = await next_incoming(api, clock, "facebook")
    sent = await send(api, "facebook", recipientId=came["senderId"], mediaUrls=[picture])
    assert sent["status"] == "success"
    first = (await listed(api, "facebook"))["messages"][0]
    assert first["attachments"] == [{"type": "image", "url": picture}]


@pytest.mark.parametrize(
    ("platform", "body", "code"),
    [
        ("facebook", {}, 101),
        ("facebook", {"message": "Hi"}, 101),
        ("facebook", {"message": "Hi", "conversationId": "t_1"}, 101),
        ("facebook", {"recipientId": "1"}, 101),
        ("facebook", {"recipientId": "1", "message": "Hi"}, 186),
        ("twitter", {"conversationId": "1-2", "message": "Hi"}, 186),
        ("twitter", {"recipientId": "1", "mediaUrls": ["https://example.org/a.jpg"]}, 101),
        ("twitter", {"recipientId": "1", "message": "Hi", "mediaUrls": ["https://e.org/a.jpg"] * 2}, 101),
        ("twitter", {"recipientId": "1", "message": "Hi", "mediaUrls": ["https://e.org/a.wav"]}, 136),
        ("facebook", {"recipientId": "1", "mediaUrls": ["https://e.org/a.jpg?b=1"]}, 136),
        ("facebook", {"recipientId": "1", "mediaUrls": ["https://e.org/a"]}, 136),
        ("bluesky", {"recipientId": "1", "message": "Hi"}, 101),
    ],
)
async def test_what_is_refused(api, platform, body, code):
    assert (await send(api, platform, **body))["code"] == code


async def test_messaging_must_be_enabled_and_the_network_linked(api, connect):
    made = (await api.post("/api/profiles", json={"title": "Quiet", "disableSocial": ["instagram"]})).json()
    quiet = await connect(**{"Profile-Key": made["profileKey"]})
    assert (await listed(quiet, "facebook"))["code"] == 361
    await quiet.patch("/api/profiles", json={"messagingActive": True})
    assert (await listed(quiet, "facebook"))["status"] == "success"
    assert (await listed(quiet, "instagram"))["code"] == 156
    bare = await connect(**{"X-Twitter-OAuth1-Api-Key": "", "X-Twitter-OAuth1-Api-Secret": ""})
    assert (await listed(bare, "twitter"))["code"] == 419


async def test_the_automatic_answer_is_given_once_within_its_wait(api, clock):
    path = "/api/messages/autoresponse"
    assert (await api.get(path)).json() == {"status": "success"}
    assert (await api.post(path, json={})).json()["code"] == 101
    changed = await api.post(path, json={"autoResponseActive": True, "autoResponseMessage": "Back soon"})
    assert changed.json()["updated"] == {"autoResponseActive": True, "autoResponseMessage": "Back soon"}
    clock.advance(timedelta(days=40))
    messages = (await listed(api, "twitter"))["messages"]
    automatic = [one for one in messages if one["message"] == "Back soon"]
    came = [one for one in messages if one["action"] == "received" and one["created"] > "2026-03-02T09:30"]
    assert {one["conversationId"] for one in automatic} == {one["conversationId"] for one in came}
    assert len(automatic) == len({one["conversationId"] for one in automatic})
    clock.advance(timedelta(days=1))
    again = [one for one in (await listed(api, "twitter"))["messages"] if one["message"] == "Back soon"]
    assert len([one for one in again if one["id"] in {old["id"] for old in automatic}]) == len(automatic)
    reset = await api.post(path, json={"autoResponseMessage": "", "autoResponseActive": False})
    assert reset.json()["updated"]["autoResponseMessage"].startswith("Thank you")


async def told(host):
    async with host.database.read() as connection:
        return [json.loads(row.body) for row in await connection.execute(select(events).order_by(events.c.created))]


@pytest.mark.usefixtures("database_url")
async def test_webhooks_hear_of_arrivals_once(api, clock, host):
    for action in ("messages", "comments"):
        await api.post("/api/hook/webhook", json={"action": action, "url": "https://example.org/hook"})
    post = (await api.post("/api/post", json={"post": "Hello?", "platforms": ["facebook"]})).json()
    # Several processes look at the same store, each at its own moments.
    others = [Inbox(host.services) for _ in range(2)]
    for _ in range(30):
        clock.advance(timedelta(hours=8))
        await api.get("/api/user")
        for other in others:
            await other.settle()
    heard = await told(host)
    created = [one for one in heard if one.get("subAction") == "messageCreated"]
    since = "2026-03-02T09:30"
    came = [
        one["id"]
        for platform in NETWORKS
        for one in (await listed(api, platform))["messages"]
        if one["action"] == "received" and one["created"] > since
    ]
    assert sorted(one["id"] for one in created) == sorted(came)
    comments = [one for one in heard if one.get("subAction") == "commentCreated"]
    assert {one["postId"] for one in comments} <= {post["id"]}
    listed_now = (await api.get(f"/api/comments/{post['id']}")).json()["facebook"]
    seen = [one["commentId"] for top in listed_now for one in (top, *top["replies"])]
    assert sorted(one["id"] for one in comments) == sorted(seen)


async def test_what_we_wrote_is_read_and_told(api, clock, host):
    await api.post("/api/hook/webhook", json={"action": "messages", "url": "https://example.org/hook"})
    came = await next_incoming(api, clock, "twitter")
    sent = await send(api, "twitter", recipientId=came["senderId"], message="Hi")
    clock.advance(timedelta(hours=1))
    await api.get("/api/user")
    read = [one for one in await told(host) if one.get("subAction") == "messageRead"]
    assert [one["id"] for one in read] == [sent["messageId"]]
    assert read[0]["platform"] == "twitter"


@pytest.mark.usefixtures("database_url")
async def test_profiles_have_their_own_conversations(api, clock, connect):
    shop = await connect(linked=("twitter",))
    came = await next_incoming(api, clock, "twitter")
    assert (await send(shop, "twitter", recipientId=came["senderId"], message="Hi"))["code"] == 186
    assert came["conversationId"] not in (await listed(shop, "twitter", conversationsOnly="1"))["conversationIds"]
