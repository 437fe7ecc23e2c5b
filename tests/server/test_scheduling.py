"""Due posts: each reaches a terminal state, once, whoever sends it and whenever."""

import asyncio
from datetime import timedelta

import httpx
import pytest
from sqlalchemy import select

from server.host import Host
from server.store import deliveries, posts, queue
from server.store.deliveries import DeliveryState
from server.store.schema import deliveries as table
from social.instants import wire


async def schedule(api, clock, text, days=1, **body):
    at = wire(clock.now() + timedelta(days=days))
    answer = await api.post(
        "/api/post", json={"post": text, "platforms": ["bluesky", "linkedin"], "scheduleDate": at} | body
    )
    assert answer.status_code == 200, answer.text
    return answer.json()["id"]


async def stored(api, post_id):
    return (await api.get(f"/api/post/{post_id}")).json()


async def test_a_post_goes_out_when_its_time_has_come(api, clock, database_url):
    post_id = await schedule(api, clock, "Hello")
    clock.advance(timedelta(hours=23, minutes=59))
    assert (await stored(api, post_id))["status"] == "pending"
    clock.advance(timedelta(minutes=1))
    post = await stored(api, post_id)
    assert post["status"] == "success"
    assert [one["platform"] for one in post["postIds"]] == ["bluesky", "linkedin"]
    assert post["scheduleDate"] == wire(clock.now())


async def test_there_is_no_age_at_which_a_post_is_given_up(api, clock):
    ids = [await schedule(api, clock, f"Day {day}", days=day) for day in range(1, 40)]
    clock.advance(timedelta(days=400))
    assert {(await stored(api, post_id))["status"] for post_id in ids} == {"success"}


async def test_more_posts_than_one_batch_are_all_sent(api, clock, host, monkeypatch):
    monkeypatch.setattr("server.worker.BATCH", 3)
    for number in range(8):
        await schedule(api, clock, f"Nr {number}")
    clock.advance(timedelta(days=2))
    assert await host.worker.settle() == 8
    assert await host.worker.settle() == 0


async def test_two_servers_on_one_store_send_each_post_once(make_host, clock, client_of, database_url):
    async with make_host() as one, make_host() as two, client_of(one) as api:
        ids = [await schedule(api, clock, f"Nr {number}") for number in range(20)]
        clock.advance(timedelta(days=2))
        sent = await asyncio.gather(one.worker.settle(), two.worker.settle())
        assert sum(sent) == 20
        assert {(await stored(api, post_id))["status"] for post_id in ids} == {"success"}


async def test_a_second_server_sees_what_the_first_one_scheduled(make_host, clock, client_of):
    async with make_host() as one, make_host() as two, client_of(one) as api, client_of(two) as other:
        await other.get("/api/user")
        post_id = await schedule(api, clock, "Hello")
        clock.advance(timedelta(days=2))
        await asyncio.sleep(1.05)
        assert (await stored(other, post_id))["status"] == "success"


async def test_the_lease_of_a_dead_worker_is_taken_over(make_host, clock, client_of, database_url):
    async with make_host() as living, client_of(living) as api:
        post_id = await schedule(api, clock, "Hello")
        clock.advance(timedelta(days=2))
        async with living.database.begin() as connection:
            assert await queue.claim(connection, clock.now(), owner="dead", seconds=0, limit=10) == [post_id]
        await asyncio.sleep(0.01)
        assert await living.worker.settle() == 1
        assert (await stored(api, post_id))["status"] == "success"


async def test_a_post_under_a_living_lease_is_left_alone(make_host, clock, client_of):
    async with make_host() as host, client_of(host) as api:
        post_id = await schedule(api, clock, "Hello")
        clock.advance(timedelta(days=2))
        async with host.database.begin() as connection:
            await queue.claim(connection, clock.now(), owner="busy", seconds=60, limit=10)
        assert await host.worker.settle() == 0
        assert (await stored(api, post_id))["status"] == "processing"
        async with host.database.begin() as connection:
            await queue.release(connection, "busy")
        assert (await stored(api, post_id))["status"] in {"pending", "success"}


async def test_ids_are_the_same_however_often_a_post_is_sent(host, api, clock):
    post_id = await schedule(api, clock, "Hello")
    clock.advance(timedelta(days=2))
    first = (await stored(api, post_id))["postIds"]
    async with host.database.begin() as connection:
        await posts.change(connection, post_id, values={"status": "pending"})
        await deliveries.set_state(connection, post_id, DeliveryState.PENDING)
    host.services.due.notice(0)
    assert (await stored(api, post_id))["postIds"] == first


async def test_a_network_unlinked_meanwhile_fails_alone(api, clock):
    post_id = await schedule(api, clock, "Hello")
    await api.post("/sandbox/accounts", json={"unlink": ["linkedin"]})
    clock.advance(timedelta(days=2))
    post = await stored(api, post_id)
    assert post["status"] == "error"
    assert [one["platform"] for one in post["postIds"]] == ["bluesky"]
    assert [(one["platform"], one["code"]) for one in post["errors"]] == [("linkedin", 156)]


async def test_posts_survive_a_restart(make_host, clock, client_of):
    async with make_host() as before, client_of(before) as api:
        post_id = await schedule(api, clock, "Hello")
    clock.advance(timedelta(days=2))
    async with make_host() as after, client_of(after) as api:
        assert (await stored(api, post_id))["status"] == "success"


async def test_the_worker_goes_on_after_an_error(host, api, clock, monkeypatch, caplog):
    monkeypatch.setattr("server.worker.PAUSE_AFTER_ERROR", 0.0)
    monkeypatch.setattr(host.settings, "poll_seconds", 0.01)
    post_id = await schedule(api, clock, "Hello")
    clock.advance(timedelta(days=2))
    real, calls = queue.claim, []

    async def once_broken(*arguments, **named):
        calls.append(1)
        if len(calls) == 1:
            raise OSError("the disk is full")
        return await real(*arguments, **named)

    monkeypatch.setattr("server.store.queue.claim", once_broken)
    worker = asyncio.create_task(host.worker.run())
    for _ in range(100):
        await asyncio.sleep(0.01)
        if len(calls) > 1:
            break
    worker.cancel()
    with pytest.raises(asyncio.CancelledError):
        await worker
    assert "the disk is full" in caplog.text
    host.services.due.notice(0)
    assert (await stored(api, post_id))["status"] == "success"


async def test_a_post_the_server_can_no_longer_read_fails_and_stands_in_nobodys_way(host, api, clock):
    broken = await schedule(api, clock, "Old")
    sound = await schedule(api, clock, "New")
    async with host.database.begin() as connection:
        await posts.change(connection, broken, values={"request": {"firstComment": 3}})
    clock.advance(timedelta(days=2))
    assert (await stored(api, sound))["status"] == "success"
    post = await stored(api, broken)
    assert post["status"] == "error"
    assert {one["code"] for one in post["errors"]} == {500}


async def test_a_clock_that_cannot_be_moved_says_so(make_host, client_of):
    from social.instants import SystemClock

    settings = make_host().settings
    async with Host(settings, SystemClock()) as host, client_of(host) as api:
        answer: httpx.Response = await api.post("/sandbox/clock", json={"advanceSeconds": 1})
        assert (answer.status_code, answer.json()["code"]) == (400, 101)


async def test_how_late_a_post_left_is_on_record(api, host, clock):
    later = {"post": "Later", "platforms": ["bluesky"], "scheduleDate": "2026-03-02T10:00:00Z"}
    assert (await api.post("/api/post", json=later)).json()["status"] == "scheduled"
    clock.advance(timedelta(minutes=42))
    await host.worker.settle()
    async with host.database.read() as connection:
        (row,) = (await connection.execute(select(table.c.at, table.c.published_at, table.c.sent_at))).all()
    assert (row.published_at, row.sent_at - row.at) == (row.at, 12 * 60_000)
