"""What can go wrong on the way, on real sockets: nothing sent, sent and lost, accepted and failed, slow."""

import asyncio
import json
import socket
from datetime import timedelta

import httpx
import pytest

from social.contract.posts import PostRequest
from social.errors import NotSent, OutcomeUnknown

POST = PostRequest(platforms=["bluesky"], post="Hello")
ACCEPTED = json.dumps({"status": "success", "id": "p1", "postIds": []}).encode()


def reply(status, body, *extra):
    head = [f"HTTP/1.1 {status} X", f"Content-Length: {len(body)}", "Content-Type: application/json", *extra]
    return "\r\n".join(head).encode() + b"\r\n\r\n" + body


async def accept(_reader, writer, _requests):
    writer.write(reply(200, ACCEPTED))
    await writer.drain()


async def reset(_reader, writer, _requests):
    writer.transport.abort()
    raise ConnectionResetError


async def hang_up(_reader, writer, _requests):
    writer.close()
    raise ConnectionResetError


async def half_an_answer(_reader, writer, _requests):
    writer.write(reply(200, ACCEPTED)[:-10])
    await writer.drain()
    raise ConnectionResetError


async def fail_after_accepting(_reader, writer, _requests):
    writer.write(reply(500, b'{"status": "error", "message": "oops"}'))
    await writer.drain()


async def babble(_reader, writer, _requests):
    writer.write(b"SMTP ready\r\n\r\n")
    await writer.drain()


async def broken_gzip(_reader, writer, _requests):
    writer.write(reply(200, b"not gzip at all", "Content-Encoding: gzip"))
    await writer.drain()


async def think(_reader, _writer, _requests):
    await asyncio.sleep(0.5)
    raise ConnectionResetError


async def trickle(_reader, writer, _requests):
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Len")
    await writer.drain()
    await asyncio.sleep(0.5)
    raise ConnectionResetError


LOST = [reset, hang_up, half_an_answer, fail_after_accepting, babble, broken_gzip, think, trickle]


@pytest.mark.parametrize("talk", LOST, ids=lambda talk: talk.__name__)
async def test_a_post_whose_answer_was_lost_is_unknown_and_sent_once(connect, tcp_server, talk):
    async with tcp_server(talk) as (url, requests):
        client = await connect(base_url=url, timeout=0.2)
        with pytest.raises(OutcomeUnknown, match="POST /post: "):
            await client.posts.create(POST)
        assert len(requests) == 1
        assert requests[0].endswith(b'{"post":"Hello","platforms":["bluesky"]}')


@pytest.mark.parametrize("talk", LOST, ids=lambda talk: talk.__name__)
async def test_a_read_whose_answer_was_lost_is_tried_three_times(connect, tcp_server, clock, talk):
    start = clock.now()
    async with tcp_server(talk) as (url, requests):
        client = await connect(base_url=url, timeout=0.1)
        with pytest.raises(OutcomeUnknown, match="GET /user: "):
            await client.user.get()
        assert len(requests) == 3
    assert clock.now() - start == timedelta(seconds=2.5)


@pytest.mark.parametrize("talk", [reset, fail_after_accepting], ids=lambda talk: talk.__name__)
async def test_a_read_that_works_the_second_time_works(connect, tcp_server, talk):
    async def first_not_then_yes(reader, writer, requests):
        if len(requests) == 1:
            await talk(reader, writer, requests)
        else:
            writer.write(reply(200, b'{"email": "a@example.org"}'))

    async with tcp_server(first_not_then_yes) as (url, requests):
        client = await connect(base_url=url)
        assert (await client.user.get()).email == "a@example.org"
        assert len(requests) == 2


async def test_nobody_listening_means_not_sent(connect):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        client = await connect(base_url=f"http://127.0.0.1:{probe.getsockname()[1]}/api")
        with pytest.raises(NotSent, match=r"POST /post: nothing was sent: ConnectError"):
            await client.posts.create(POST)


@pytest.mark.parametrize("base_url", ["ftp://127.0.0.1/api", "no-scheme/api", "http://"])
async def test_an_address_that_is_none_means_not_sent(connect, base_url):
    client = await connect(base_url=base_url)
    with pytest.raises(NotSent, match="nothing was sent"):
        await client.posts.create(POST)


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (httpx.ConnectError("no route"), NotSent),
        (httpx.ConnectTimeout("slow"), NotSent),
        (httpx.PoolTimeout("busy"), NotSent),
        (httpx.ProxyError("407"), NotSent),
        (httpx.UnsupportedProtocol("gopher"), NotSent),
        (httpx.ReadTimeout(""), OutcomeUnknown),
        (httpx.WriteTimeout(""), OutcomeUnknown),
        (httpx.ReadError("reset"), OutcomeUnknown),
        (httpx.WriteError("broken pipe"), OutcomeUnknown),
        (httpx.CloseError(""), OutcomeUnknown),
        (httpx.RemoteProtocolError("babble"), OutcomeUnknown),
        (httpx.LocalProtocolError("ours"), OutcomeUnknown),
        (httpx.DecodingError("gzip"), OutcomeUnknown),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else None,
)
async def test_every_error_of_the_transport_has_its_class(connect, error, kind):
    def fail(_request):
        raise error

    client = await connect(fail)
    with pytest.raises(kind, match=type(error).__name__) as raised:
        await client.posts.create(POST)
    assert raised.value.__cause__ is error


async def test_a_key_in_the_transports_own_words_is_blotted_out(connect):
    def fail(request):
        raise httpx.LocalProtocolError(f"Illegal header value {request.headers['authorization']!r}")

    client = await connect(fail)
    with pytest.raises(OutcomeUnknown, match=r"Bearer \*\*\*") as raised:
        await client.posts.create(POST)
    assert "AAAAAAA" not in str(raised.value)


async def test_one_connection_serves_many_posts(connect, tcp_server):
    ports = set()

    async def remember(reader, writer, requests):
        ports.add(writer.get_extra_info("peername"))
        await accept(reader, writer, requests)

    async with tcp_server(remember) as (url, requests):
        client = await connect(base_url=url)
        for _ in range(20):
            assert (await client.posts.create(POST)).id == "p1"
        assert len(requests) == 20
    assert len(ports) == 1


async def test_redirects_are_not_followed_with_the_key(connect, tcp_server):
    async def redirect(_reader, writer, _requests):
        writer.write(reply(307, b"", "Location: http://127.0.0.1:9/elsewhere"))
        await writer.drain()

    async with tcp_server(redirect) as (url, requests):
        client = await connect(base_url=url)
        with pytest.raises(Exception, match="correct base_url"):
            await client.posts.create(POST)
        assert len(requests) == 1
