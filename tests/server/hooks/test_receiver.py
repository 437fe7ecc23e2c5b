"""The receiver of webhooks: what was signed is kept once and told to Prefect once, whatever fails on the way."""

import asyncio
import json
from contextlib import asynccontextmanager
from datetime import timedelta

import httpx
import pytest

from server.hooks.received import ReceivedEvents
from server.hooks.receiver import MOST_BYTES, make_receiver
from server.hooks.settings import HookSettings
from server.hooks.telling import BATCH, Teller
from social.signatures import sign

SECRET = "quiet-dove"
TAKEN = (204, {}, b"")


def event(number=1, action="scheduled", **more):
    return {
        "action": action,
        "created": "2026-03-02T09:29:00Z",
        "code": 200,
        "refId": "0123456789abcdef",
        "hookId": f"hook-{number}",
        "url": "http://127.0.0.1/hook",
        "status": "success",
        "id": f"post-{number}",
    } | more


@pytest.fixture
def sqlite_template():
    """Databases of these tests begin without tables."""
    return


@pytest.fixture
def postgres_template():
    """Databases of these tests begin without tables."""
    return "template1"


@pytest.fixture
async def prefect(site):
    """A Prefect that takes events."""
    site.pages["/api/events"] = TAKEN
    return site


@pytest.fixture
def open_receiver(tmp_path, clock, prefect):
    """Open a receiver over one database: a client of it, and its teller."""

    @asynccontextmanager
    async def opened(url=f"sqlite:///{tmp_path / 'hooks.db'}", **more):
        given = {"secret": SECRET, "database": url, "prefect_url": prefect.url("/api"), "poll_seconds": 0.05} | more
        settings = HookSettings(**given)
        async with ReceivedEvents(settings.database) as events:
            teller = Teller(events, settings, clock)
            app = make_receiver(events, settings.secrets, clock, teller.arrived)
            transport = httpx.ASGITransport(app)
            async with httpx.AsyncClient(transport=transport, base_url="http://receiver") as client:
                yield client, teller
            await teller.close()

    return opened


def told(site):
    return [one for request in site.asked for one in json.loads(request.body)]


async def send(client, clock, body, *, secret=SECRET, **headers):
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return await client.post("/hook", content=raw, headers=sign(raw, [secret], clock.now()) | headers)


@pytest.mark.usefixtures("database_url")
async def test_an_event_is_kept_and_told_once(open_receiver, clock, prefect, database_url):
    async with open_receiver(database_url) as (client, teller):
        first = await send(client, clock, event())
        again = await send(client, clock, event())
        assert (first.json()["new"], again.json()["new"]) == (True, False)
        assert await teller.tell_all() == 1
        assert await teller.tell_all() == 0
    async with open_receiver(database_url) as (client, teller):
        assert (await send(client, clock, event())).json()["new"] is False
        assert await teller.tell_all() == 0
    (one,) = told(prefect)
    assert one["event"] == "dovecote.webhook.scheduled"
    assert one["resource"]["prefect.resource.id"] == "dovecote.profile.0123456789abcdef"
    assert one["resource"]["dovecote.id"] == "post-1"
    assert one["payload"] == event()


async def test_what_prefect_missed_is_told_later_with_the_same_id(open_receiver, clock, prefect):
    taken = asyncio.Event()

    async def back_at_the_third_call(_request, writer):
        back = len(prefect.asked) >= 3
        writer.write(f"HTTP/1.1 {204 if back else 503} X\r\ncontent-length: 0\r\n\r\n".encode())
        await writer.drain()
        if back:
            taken.set()

    prefect.pages["/api/events"] = back_at_the_third_call
    async with open_receiver() as (client, teller):
        await send(client, clock, event())
        running = asyncio.create_task(teller.run())
        await asyncio.wait_for(taken.wait(), 20)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    assert len({one["id"] for one in told(prefect)}) == 1


async def test_events_kept_before_a_crash_are_told_after_it(open_receiver, clock, prefect):
    async with open_receiver() as (client, _):
        for number in range(BATCH + 5):
            await send(client, clock, event(number))
    async with open_receiver() as (_, teller):
        assert await teller.tell_all() == BATCH + 5
    assert [len(json.loads(request.body)) for request in prefect.asked] == [BATCH, 5]


async def test_an_event_prefect_refuses_holds_up_no_other(open_receiver, clock, prefect):
    async def picky(request, writer):
        status = 422 if b"post-2" in request.body else 204
        writer.write(f"HTTP/1.1 {status} X\r\ncontent-length: 0\r\n\r\n".encode())
        await writer.drain()

    prefect.pages["/api/events"] = picky
    async with open_receiver() as (client, teller):
        for number in range(1, 4):
            await send(client, clock, event(number))
        assert await teller.tell_all() == 3
        assert await teller.tell_all() == 0
    alone = [request for request in prefect.asked if len(json.loads(request.body)) == 1]
    assert len(alone) == 3


async def test_prefects_key_is_shown_and_without_prefect_events_are_only_kept(open_receiver, clock, prefect):
    async with open_receiver(prefect_key="pnu_key") as (client, teller):
        await send(client, clock, event())
        await teller.tell_all()
    assert prefect.asked[0].headers["authorization"] == "Bearer pnu_key"
    async with open_receiver(prefect_url="") as (client, teller):
        assert (await send(client, clock, event(2))).json()["new"]
        assert await teller.tell_all() == 0


@pytest.mark.parametrize(
    ("raw", "headers", "status", "said"),
    [
        (b"{}", {}, 400, "action"),
        (b"[1]", {}, 400, "no event"),
        (b"\xff\xfe", {}, 400, "no event"),
        (b"x" * (MOST_BYTES + 1), {}, 413, "bytes"),
        (b"{}", {"X-Authorization-Timestamp": "1"}, 401, "old"),
        (b"{}", {"X-Authorization-Timestamp": "soon"}, 401, "seconds since 1970"),
        (
            b"{}",
            {"X-Authorization-Content-SHA256": "0" * 64, "X-Authorization-Content-SHA256-V2": ""},
            401,
            "signature",
        ),
        (b"{}", {"X-Authorization-Content-SHA256": "", "X-Authorization-Content-SHA256-V2": ""}, 401, "not signed"),
    ],
    ids=lambda value: repr(value)[:30],
)
async def test_what_is_not_to_be_believed_is_refused_and_not_kept(open_receiver, clock, raw, headers, status, said):
    async with open_receiver() as (client, teller):
        answer = await send(client, clock, raw, **headers)
        assert answer.status_code == status
        assert said in answer.json()["message"]
        assert await teller.tell_all() == 0


async def test_two_secrets_are_believed_while_one_replaces_the_other(open_receiver, clock):
    async with open_receiver(secret="new", previous_secret=SECRET) as (client, _):
        assert (await send(client, clock, event(1))).status_code == 200
        assert (await send(client, clock, event(2), secret="new")).status_code == 200
        assert (await send(client, clock, event(3), secret="other")).status_code == 401


async def test_without_a_secret_nothing_is_received(clock):
    with pytest.raises(ValueError, match="DOVECOTE_HOOKS_SECRET"):
        make_receiver(ReceivedEvents("sqlite://"), (), clock, asyncio.Event())


async def test_old_events_are_forgotten_untold_ones_are_not(open_receiver, clock, prefect):
    async with open_receiver() as (client, teller):
        await send(client, clock, event(1))
        await teller.tell_all()
        prefect.pages["/api/events"] = (503, {}, b"")
        await send(client, clock, event(2))
        clock.advance(timedelta(days=31))
    prefect.pages["/api/events"] = TAKEN
    async with open_receiver() as (client, teller):
        assert await teller.tell_all() == 1
        assert (await send(client, clock, event(1))).json()["new"] is True


async def test_the_servers_own_courier_is_understood(make_host, client_of, open_receiver, clock, prefect):
    """Server → signed webhook → receiver → Prefect: a post that was published becomes one event."""
    async with open_receiver() as (client, teller):

        async def take(request, writer):
            answer = await client.post(request.path, content=request.body, headers=request.headers)
            writer.write(f"HTTP/1.1 {answer.status_code} X\r\ncontent-length: 0\r\n\r\n".encode())
            await writer.drain()

        prefect.pages["/hook"] = take
        async with make_host(allow_private_addresses=True, webhook_timeout=5) as host, client_of(host) as api:
            body = {"action": "scheduled", "url": prefect.url("/hook"), "secret": SECRET}
            await api.post("/api/hook/webhook", json=body)
            post = {"post": "Hi", "platforms": ["bluesky"], "scheduleDate": "2026-03-02T10:00:00Z"}
            sent = (await api.post("/api/post", json=post)).json()
            clock.advance(timedelta(hours=1))
            await host.worker.settle()
            assert await host.courier.deliver_due() == 1
        assert await teller.tell_all() == 1
    (one,) = [said for request in prefect.asked if request.path == "/api/events" for said in json.loads(request.body)]
    assert one["payload"]["id"] == sent["id"]
    assert one["resource"]["dovecote.status"] == "success"
