"""Webhooks: registered, sent, signed, tried again, given up, replayed (analytics.md 10), at a receiver on loopback."""

import asyncio
import json
from datetime import timedelta

import pytest

from server.host import Host
from server.store import webhooks as store
from social.contract.webhooks import Action, ScheduledEvent, SocialEvent, read_event
from social.signatures import verify

OK = (200, {}, b"")
DOWN = (503, {}, b"")
LATER = "2026-03-02T10:00:00Z"


@pytest.fixture
async def host(make_host):
    """A host that may send to this machine."""
    async with make_host(allow_private_addresses=True, webhook_timeout=5, webhook_gaps="5,30") as opened:
        yield opened


@pytest.fixture
def receiver(site):
    """A receiver at `/hook` that takes everything."""
    site.pages["/hook"] = OK
    return site


async def register(api, site, action, path="/hook", **fields):
    answer = await api.post("/api/hook/webhook", json={"action": action, "url": site.url(path)} | fields)
    assert answer.status_code == 200, answer.text
    return answer.json()


def received(site):
    return [json.loads(request.body) for request in site.asked]


async def fire(api, action, **fields):
    return (await api.post("/sandbox/webhooks/fire", json={"action": action} | fields)).json()["count"]


async def deliveries(api, **query):
    return (await api.get("/sandbox/webhooks", params=query)).json()["deliveries"]


async def test_registering_listing_and_removing(api, receiver, database_url):
    made = await register(api, receiver, "scheduled")
    assert made == {"status": "success", "action": "scheduled", "url": receiver.url("/hook"), "refId": made["refId"]}
    await register(api, receiver, "social", source="npm")
    await register(api, receiver, "scheduled", path="/other", source="shop")
    listed = (await api.get("/api/hook/webhook")).json()
    assert listed == {
        "status": "success",
        "scheduled": receiver.url("/hook"),
        "social": receiver.url("/hook"),
        "updated": "2026-03-02T09:30:00.000Z",
    }
    assert (await api.get("/api/hook", params={"source": "shop"})).json()["scheduled"] == receiver.url("/other")
    await register(api, receiver, "scheduled", path="/moved")
    assert (await api.get("/api/hook/webhook")).json()["scheduled"] == receiver.url("/moved")
    for _ in range(2):
        answer = await api.request("DELETE", "/api/hook/webhook", json={"action": "scheduled"})
        assert answer.json() == {"status": "success", "action": "scheduled"}
    assert set((await api.get("/api/hook/webhook")).json()) == {"status", "social", "updated"}


async def test_all_webhooks_are_those_of_every_profile_for_the_primary_only(api, connect, receiver):
    shop = await connect(("bluesky",))
    primary = await register(api, receiver, "scheduled")
    mine = await register(shop, receiver, "social", source="till")
    listed = (await api.get("/api/hook/webhook", params={"allWebhooks": "true"})).json()["webhooks"]
    assert [one["refId"] for one in listed] == [primary["refId"], mine["refId"]]
    theirs = (await shop.get("/api/hook/webhook", params={"allWebhooks": "true"})).json()["webhooks"]
    assert theirs == [listed[1]]
    assert theirs[0]["source"] == "till"
    assert (await shop.get("/api/hook/webhook")).json() == {"status": "success"}


async def test_an_action_or_tag_of_another_kind_is_refused_by_name(api, receiver):
    good = {"action": "feed", "url": receiver.url("/hook")}
    for changed in ({"action": {}}, {"action": ["feed"]}, {"source": {}}, {"source": [1]}):
        answer = await api.post("/api/hook/webhook", json=good | changed)
        assert (answer.status_code, answer.json()["code"]) == (400, 101)
        assert next(iter(changed)) in answer.json()["message"]


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.example.org/a",
        "https://127.0.0.1/a",
        "https://10.0.0.1/",
        "https://u:p@example.org/",
        "ftp://a.b/",
        "x",
    ],
)
async def test_addresses_nothing_is_sent_to_are_refused(make_host, client_of, url):
    async with make_host() as host, client_of(host) as api:
        answer = await api.post("/api/hook/webhook", json={"action": "scheduled", "url": url})
        assert (answer.status_code, answer.json()["code"]) == (400, 101)
        assert "url" in answer.json()["message"]


@pytest.mark.parametrize("body", [{"action": "nosuch"}, {}, {"action": "scheduled", "secret": ""}])
async def test_what_cannot_be_registered(api, body):
    answer = await api.post("/api/hook/webhook", json={"url": "https://hooks.example.org"} | body)
    assert (answer.status_code, answer.json()["code"]) == (400, 101)


async def test_the_older_name_of_messages(api, receiver):
    assert (await register(api, receiver, "message"))["action"] == "messages"


async def test_a_scheduled_post_is_told_of_when_it_went_out(api, host, receiver, clock, database_url):
    await register(api, receiver, "scheduled", secret="s3cret")
    body = {"post": "Fresh bread", "platforms": ["bluesky"], "scheduleDate": LATER}
    post = (await api.post("/api/post", json=body)).json()
    assert await host.courier.deliver_due() == 0
    clock.advance(timedelta(hours=1))
    await host.settle_due()
    assert await host.courier.deliver_due() == 1
    (request,) = receiver.asked
    event = read_event(verify(request.body, request.headers, "s3cret", now=clock.now()))
    assert isinstance(event, ScheduledEvent)
    assert (event.status, event.id, event.errors) == ("success", post["id"], [])
    assert event.post_ids == (await api.get(f"/api/post/{post['id']}")).json()["postIds"]
    told = json.loads(request.body)
    assert {"action": "scheduled", "code": 200, "created": "2026-03-02T10:30:00Z"}.items() <= told.items()
    assert told["url"] == receiver.url("/hook")
    assert (request.method, request.headers["content-type"]) == ("POST", "application/json; charset=utf-8")
    assert request.headers["x-ayrshare-delivery-attempt"] == "1"
    assert request.headers["x-ayrshare-delivery-id"] == (await deliveries(api))[0]["id"]
    assert await host.courier.deliver_due() == 0


async def test_of_immediate_posts_only_a_tiktok_video_is_told_of_once_public(api, host, receiver, clock, make_picture):
    await register(api, receiver, "scheduled")
    posts = []
    for options in ({}, {"visibility": "private"}, {"draft": True}):
        body = {"post": f"Oven {options}", "platforms": ["tiktok", "bluesky"], "mediaUrls": [await make_picture(api)]}
        posts.append((await api.post("/api/post", json=body | {"tikTokOptions": options})).json())
    assert [post["status"] for post in posts] == ["success"] * 3
    clock.advance(timedelta(minutes=5))
    await host.settle_due()
    assert await host.courier.deliver_due() == 1
    (told,) = received(receiver)
    assert (told["subAction"], told["id"]) == ("tikTokPublished", posts[0]["id"])
    assert [(one["platform"], one["id"] != "pending") for one in told["postIds"]] == [("tiktok", True)]


async def test_a_failed_post_is_told_of_with_its_errors(api, host, receiver, clock):
    await register(api, receiver, "scheduled")
    body = {"post": "Buns", "platforms": ["bluesky", "facebook"], "scheduleDate": LATER}
    await api.post("/api/post", json=body)
    await api.post("/sandbox/accounts", json={"unlink": ["facebook"]})
    clock.advance(timedelta(hours=1))
    await host.settle_due()
    await host.courier.deliver_due()
    (told,) = received(receiver)
    assert (told["status"], [one["platform"] for one in told["postIds"]]) == ("error", ["bluesky"])
    assert [(one["platform"], one["code"]) for one in told["errors"]] == [("facebook", 156)]


async def test_linking_unlinking_and_renewal_are_told_of(api, host, receiver):
    await register(api, receiver, "social")
    await api.post("/sandbox/accounts", json={"unlink": ["bluesky"], "refresh": ["linkedin"]})
    await api.post("/sandbox/accounts", json={"link": ["bluesky"]})
    await host.courier.deliver_due()
    events = [read_event(request.body) for request in receiver.asked]
    assert all(isinstance(event, SocialEvent) for event in events)
    kinds = {(event.type, event.platform, event.source) for event in events}
    assert kinds == {("unlink", "bluesky", "user"), ("refresh", "linkedin", "system"), ("link", "bluesky", "user")}
    renewal = next(event for event in events if event.type == "refresh")
    assert renewal.refresh_by - host.clock.now() == timedelta(days=15)


async def test_a_batch_is_told_of(api, host, receiver):
    await register(api, receiver, "batch")
    rows = f"post,platforms,mediaUrls,scheduleDate\nBread,bluesky,,{LATER}\nBuns,threads,,{LATER}\n"
    answer = await api.post("/api/post/bulk", files={"file": ("a.csv", rows.encode(), "text/csv")})
    assert answer.status_code == 200
    await host.courier.deliver_due()
    (told,) = received(receiver)
    assert (told["action"], told["status"], told["results"]) == ("batch", "success", answer.json()["posts"])


async def test_a_suspended_profile_is_told_of(make_host, client_of, receiver, monkeypatch):
    monkeypatch.setattr("server.ratelimit.PENALTY", 2)
    async with make_host(rate_limit=1, allow_private_addresses=True) as host, client_of(host) as api:
        await register(api, receiver, "suspended")
        assert [(await api.get("/api/user")).status_code for _ in range(3)] == [429, 429, 403]
        await host.courier.deliver_due()
    (told,) = received(receiver)
    assert (told["action"], told["suspended"]) == ("suspended", True)
    assert told["reason"]


@pytest.mark.parametrize("action", list(Action))
async def test_every_action_can_be_fired_at_a_receiver(api, host, receiver, action):
    await register(api, receiver, action)
    payload = {"platform": "instagram", "text": "Hi"}
    assert await fire(api, action, subAction="messageCreated", payload=payload) == 1
    await host.courier.deliver_due()
    (told,) = received(receiver)
    assert {"action": action, "subAction": "messageCreated", **payload}.items() <= told.items()
    assert {"created", "code", "refId", "hookId", "url"} <= set(told)


async def test_an_event_goes_to_its_profiles_webhook_else_to_the_primarys(api, connect, host, receiver, database_url):
    shop = await connect(("bluesky",))
    receiver.pages["/own"] = OK
    await register(api, receiver, "social")
    assert await fire(shop, "social", payload={"n": 1}) == 1
    own = await register(shop, receiver, "social", path="/own")
    assert await fire(shop, "social", payload={"n": 2}) == 1
    assert await fire(api, "social", payload={"n": 3}) == 1
    assert await fire(api, "feed") == 0
    await host.courier.deliver_due()
    seen = {json.loads(one.body)["n"]: (one.path, json.loads(one.body)["refId"]) for one in receiver.asked}
    assert {number: path for number, (path, _) in seen.items()} == {1: "/hook", 2: "/own", 3: "/hook"}
    assert seen[1][1] == seen[2][1] == own["refId"] != seen[3][1]


async def test_tags_each_get_the_event(api, host, receiver):
    await register(api, receiver, "feed")
    await register(api, receiver, "feed", path="/hook?b", source="b")
    receiver.pages["/hook?b"] = OK
    assert await fire(api, "feed") == 2
    assert await host.courier.deliver_due() == 2
    assert len({told["hookId"] for told in received(receiver)}) == 1


async def test_the_old_secret_signs_beside_the_new_one_for_a_day(api, host, receiver, clock, database_url):
    await register(api, receiver, "feed")
    await fire(api, "feed")
    await host.courier.deliver_due()
    assert "x-authorization-content-sha256" not in receiver.asked[-1].headers
    answer = await api.post("/api/hook/webhook/secret", json={"secret": "old"})
    assert {"status": "success", "action": "webhook"}.items() <= answer.json().items()
    await api.post("/api/hook/webhook/secret", json={"secret": "new"})
    await api.post("/api/hook/webhook/secret", json={"secret": "new"})

    async def signed_by():
        await fire(api, "feed")
        await host.courier.deliver_due()
        return receiver.asked[-1]

    request = await signed_by()
    for secret in ("old", "new"):
        verify(request.body, request.headers, secret, now=clock.now())
    clock.advance(timedelta(hours=24))
    request = await signed_by()
    verify(request.body, request.headers, "new", now=clock.now())
    with pytest.raises(ValueError, match="does not fit"):
        verify(request.body, request.headers, "old", now=clock.now())


async def test_what_is_not_taken_is_tried_again_then_dead_then_replayed(api, host, receiver, clock, database_url):
    receiver.pages["/hook"] = DOWN
    await register(api, receiver, "feed")
    await fire(api, "feed")
    for attempt, gap in ((1, 5), (2, 30)):
        assert await host.courier.deliver_due() == 1
        (waiting,) = await deliveries(api, state="pending")
        assert (waiting["attempts"], waiting["httpStatus"]) == (attempt, 503)
        clock.advance(timedelta(seconds=gap - 1))
        assert await host.courier.deliver_due() == 0
        clock.advance(timedelta(seconds=1))
    assert await host.courier.deliver_due() == 1
    clock.advance(timedelta(days=9))
    assert await host.courier.deliver_due() == 0
    (dead,) = await deliveries(api, state="dead")
    assert dead["attempts"] == 3
    assert "nextAttempt" not in dead
    assert [one.headers["x-ayrshare-delivery-attempt"] for one in receiver.asked] == ["1", "2", "3"]

    receiver.pages["/hook"] = OK
    assert (await api.post("/sandbox/webhooks/replay", json={})).json()["count"] == 1
    assert await host.courier.deliver_due() == 1
    (taken,) = await deliveries(api)
    assert (taken["state"], taken["httpStatus"], taken["id"]) == ("delivered", 200, dead["id"])
    assert len({told["hookId"] for told in received(receiver)}) == 1
    assert (await api.post("/sandbox/webhooks/replay", json={})).json()["count"] == 0
    assert (await api.post("/sandbox/webhooks/replay", json={"id": taken["id"]})).json()["count"] == 1
    assert await host.courier.deliver_due() == 1


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 599])
async def test_statuses_that_are_tried_again(api, host, receiver, status):
    receiver.pages["/hook"] = (status, {}, b"")
    await register(api, receiver, "feed")
    await fire(api, "feed")
    await host.courier.deliver_due()
    assert [one["state"] for one in await deliveries(api)] == ["pending"]


@pytest.mark.parametrize("status", [301, 304, 307, 400, 401, 404, 410])
async def test_statuses_that_end_it(api, host, receiver, status):
    receiver.pages["/hook"] = (status, {"location": receiver.url("/elsewhere")}, b"")
    await register(api, receiver, "feed")
    await fire(api, "feed")
    await host.courier.deliver_due()
    (dead,) = await deliveries(api)
    assert (dead["state"], dead["attempts"]) == ("dead", 1)
    assert dead["error"]
    assert {one.path for one in receiver.asked} == {"/hook"}


async def test_a_receiver_that_is_silent_or_gone_is_tried_again(make_host, client_of, site):
    async def silent(_request, _writer):
        await asyncio.sleep(5)

    site.pages["/silent"] = silent
    async with make_host(allow_private_addresses=True, webhook_timeout=0.2) as host, client_of(host) as api:
        await register(api, site, "feed", path="/silent")
        await api.post("/api/hook/webhook", json={"action": "social", "url": "http://127.0.0.1:9/"})
        await fire(api, "feed")
        await fire(api, "social")
        assert await host.courier.deliver_due() == 2
        assert [one["state"] for one in await deliveries(api)] == ["pending", "pending"]


async def test_an_address_that_turns_private_is_not_sent_to(make_host, client_of, receiver):
    async with make_host() as host, client_of(host) as api:
        who = (await api.get("/api/user")).json()["refId"]
        async with host.database.begin() as connection:
            primary = await host.services.profiles.find(host.settings.api_key.get_secret_value())
            await store.register(connection, primary.id, "feed", receiver.url("/hook"), source="", now=host.clock.now())
        assert primary.ref_id == who
        await fire(api, "feed")
        await host.courier.deliver_due()
        (dead,) = await deliveries(api)
    assert dead["state"] == "dead"
    assert "public" in dead["error"]
    assert receiver.asked == []


async def test_two_servers_share_the_work(make_host, api, host, receiver, database_url):
    await register(api, receiver, "feed")
    for number in range(30):
        await fire(api, "feed", payload={"n": number})
    async with make_host(allow_private_addresses=True) as other:
        sent = await asyncio.gather(host.courier.deliver_due(), other.courier.deliver_due())
    assert sum(sent) == 30
    assert sorted(told["n"] for told in received(receiver)) == list(range(30))


async def test_what_a_dead_server_held_is_sent_by_another(make_host, api, host, receiver, monkeypatch, database_url):
    await register(api, receiver, "feed")
    await fire(api, "feed")
    monkeypatch.setattr("server.webhooks.LEASE_MARGIN", -100)
    claimed = await host.courier._claim()
    assert [event.attempts for event, _ in claimed] == [1]
    assert await host.courier.deliver_due() == 1
    assert receiver.asked[0].headers["x-ayrshare-delivery-attempt"] == "2"


async def test_no_webhook_no_event(api, host, clock):
    await api.post("/api/post", json={"post": "Bread", "platforms": ["bluesky"], "scheduleDate": LATER})
    clock.advance(timedelta(hours=1))
    await host.settle_due()
    assert await host.courier.deliver_due() == 0
    assert await deliveries(api) == []


async def test_deliveries_are_those_of_the_profile(api, connect, host, receiver):
    shop = await connect(("bluesky",))
    await register(shop, receiver, "feed")
    await fire(shop, "feed")
    (mine,) = await deliveries(shop)
    assert await deliveries(api) == []
    assert (await api.post("/sandbox/webhooks/replay", json={"id": mine["id"]})).status_code == 404


async def test_what_was_taken_is_forgotten_after_a_week(api, host, receiver, clock):
    await register(api, receiver, "feed")
    await fire(api, "feed", payload={"n": 1})
    await host.courier.deliver_due()
    clock.advance(timedelta(days=8))
    await fire(api, "feed", payload={"n": 2})
    await host.courier.deliver_due()
    assert len(await deliveries(api)) == 1


def test_gaps_can_be_set_and_must_be_positive(make_host):
    host: Host = make_host(webhook_gaps="1, 2,3")
    assert host.settings.webhook_gaps == (1, 2, 3)
    with pytest.raises(ValueError, match="greater than 0"):
        make_host(webhook_gaps="0")
