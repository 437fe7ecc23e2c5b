import asyncio
import gzip
import time
from datetime import UTC, datetime

import pytest

from pipeline.fetching import (
    BadBody,
    Blocked,
    Fetcher,
    FetchError,
    FetchLimits,
    HttpStatus,
    TimedOut,
    TooLarge,
    Unreachable,
)
from social.instants import ManualClock


def fetcher(**given):
    return Fetcher(**({"allow_private": True} | given))


async def get(url, **given):
    async with fetcher(**given) as open_fetcher:
        return await open_fetcher.get(url)


def moved(to, status=302):
    return (status, {"location": to}, b"")


async def test_page_is_fetched(site):
    site.pages["/feed?a=1"] = (200, {"content-type": "text/xml; charset=utf-8", "ETag": '"7"'}, b"<rss/>")
    answer = await get(site.url("/feed?a=1#top"))
    assert (answer.status, answer.body, answer.etag) == (200, b"<rss/>", '"7"')
    assert answer.content_type == "text/xml; charset=utf-8"
    assert answer.url == site.url("/feed?a=1")
    assert answer.permanent_url is None
    assert site.asked[0].headers["host"] == f"127.0.0.1:{site.port}"
    assert "Dovecote" in site.asked[0].headers["user-agent"]


async def test_unchanged_page_is_not_sent_again(site):
    async def page(request, writer):
        known = request.headers.get("if-none-match") == '"7"' and "if-modified-since" in request.headers
        site.pages["/inner"] = (304, {}, b"") if known else (200, {"etag": '"7"'}, b"body")
        await site.answer(type(request)("GET", "/inner", {}), writer)

    site.pages["/feed"] = page
    async with fetcher() as open_fetcher:
        first = await open_fetcher.get(site.url("/feed"))
        again = await open_fetcher.get(
            site.url("/feed"), etag=first.etag, last_modified="Mon, 04 Jan 2027 09:00:00 GMT"
        )
    assert (first.body, first.not_modified) == (b"body", False)
    assert (again.status, again.body, again.not_modified) == (304, b"", True)


async def test_unasked_304_is_an_error(site):
    site.pages["/"] = (304, {}, b"")
    with pytest.raises(HttpStatus, match="HTTP 304"):
        await get(site.url("/"))


@pytest.mark.parametrize(
    ("status", "advice"),
    [(404, "not found"), (410, "take it out of the sources"), (403, "refuses us"), (503, "try again later")],
)
async def test_errors_say_what_to_do(site, status, advice):
    site.pages["/x"] = (status, {"retry-after": "120"}, b"sorry")
    with pytest.raises(HttpStatus, match=advice) as caught:
        await get(site.url("/x"))
    assert caught.value.status == status
    assert caught.value.retry_after == 120
    assert site.url("/x") in str(caught.value)


async def test_redirects_are_followed(site):
    site.pages |= {"/a": moved("/b", 301), "/b": moved("c", 308), "/c": moved("/d", 302), "/d": (200, {}, b"here")}
    answer = await get(site.url("/a"))
    assert (answer.url, answer.body) == (site.url("/d"), b"here")
    assert answer.permanent_url == site.url("/c")


async def test_redirect_loop_is_noticed(site):
    site.pages |= {"/a": moved("/b"), "/b": moved("/a")}
    with pytest.raises(Blocked, match="loop"):
        await get(site.url("/a"))
    assert len(site.asked) == 2


async def test_redirects_are_counted(site):
    site.pages |= {f"/{n}": moved(f"/{n + 1}") for n in range(9)}
    with pytest.raises(Blocked, match="more than 5 times"):
        await get(site.url("/0"))
    assert len(site.asked) == 6


@pytest.mark.parametrize(
    "where",
    ["http://169.254.169.254/latest/meta-data/", "http://[fe80::1]/", "ftp://127.0.0.1/", "http://u:p@127.0.0.1/"],
)
async def test_redirect_to_forbidden_place_is_refused(site, where):
    site.pages["/a"] = moved(where)
    with pytest.raises(Blocked):
        await get(site.url("/a"))


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "[::1]", "[::ffff:127.0.0.1]"])
async def test_own_machine_is_closed(site, host):
    with pytest.raises(Blocked, match="not a public address"):
        await get(f"http://{host}:{site.port}/", allow_private=False)
    assert site.asked == []


async def test_name_of_a_private_address_is_refused(site):
    async def resolver(host, port):
        return ["10.0.0.1"]

    with pytest.raises(Blocked, match=r"10\.0\.0\.1 is not a public address"):
        await get("http://inside.test/", allow_private=False, resolver=resolver)


async def test_rebinding_gains_nothing(site):
    """Each resolution is checked and its very address connected to, so a second, different answer is checked too."""
    answers = [["127.0.0.1"], ["169.254.169.254"]]
    asked = []

    async def resolver(host, port):
        asked.append(host)
        return answers[min(len(asked), 2) - 1]

    site.pages["/"] = (200, {"connection": "close"}, b"fine")
    async with fetcher(resolver=resolver) as open_fetcher:
        url = f"http://rebind.test:{site.port}/"
        assert (await open_fetcher.get(url)).body == b"fine"
        assert asked == ["rebind.test"]
        with pytest.raises(Blocked, match=r"169\.254\.169\.254"):
            await open_fetcher.get(url)


async def test_one_bad_address_among_good_ones_is_refused(site):
    async def resolver(host, port):
        return ["127.0.0.1", "169.254.169.254"]

    with pytest.raises(Blocked, match="link-local"):
        await get(f"http://mixed.test:{site.port}/", resolver=resolver)
    assert site.asked == []


async def test_next_address_is_tried(site):
    async def resolver(host, port):
        return ["127.0.0.2", "127.0.0.1"]

    site.pages["/"] = (200, {}, b"second")
    assert (await get(f"http://two.test:{site.port}/", resolver=resolver)).body == b"second"


@pytest.mark.parametrize("host", ["...", "a..b", "a" * 300 + ".test"])
async def test_name_that_is_none_is_explained(host):
    with pytest.raises(Unreachable, match="not found"):
        await get(f"http://{host}/")


async def test_unknown_name_is_explained():
    async def resolver(host, port):
        raise OSError(-2, "Name or service not known")

    with pytest.raises(Unreachable, match=r"nowhere\.test not found.*check the address"):
        await get("http://nowhere.test/", resolver=resolver)


async def test_refused_connection_is_explained(site):
    port = await free_port()
    with pytest.raises(Unreachable, match="no connection"):
        await get(f"http://127.0.0.1:{port}/")


async def free_port() -> int:
    server = await asyncio.start_server(lambda r, w: None, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()
    return port


async def test_drip_runs_into_the_total_bound(site):
    async def drip(request, writer):
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n")
        for _ in range(100):
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(0.02)

    site.pages["/"] = drip
    started = time.monotonic()
    with pytest.raises(TimedOut, match=r"longer than 0.2 s"):
        await get(site.url("/"), limits=FetchLimits(total=0.2, read=5))
    assert time.monotonic() - started < 1.5


async def test_silence_runs_into_the_read_bound(site):
    async def silence(request, writer):
        await asyncio.sleep(1)
        writer.close()

    site.pages["/"] = silence
    with pytest.raises(TimedOut, match="silence for too long"):
        await get(site.url("/"), limits=FetchLimits(total=5, read=0.1))


async def test_large_body_is_refused_early(site):
    async def large(request, writer):
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n" % (50 * 1024 * 1024))
        await writer.drain()

    site.pages["/"] = large
    with pytest.raises(TooLarge, match="52428800 bytes"):
        await get(site.url("/"))


async def test_endless_body_is_cut(site):
    sent = []

    async def endless(request, writer):
        writer.write(b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n")
        while len(sent) < 800 and not writer.is_closing():
            writer.write(b"x" * 65536)
            await writer.drain()
            sent.append(65536)

    site.pages["/"] = endless
    with pytest.raises(TooLarge, match="more than 1 MiB"):
        await get(site.url("/"), limits=FetchLimits(max_bytes=1024 * 1024))
    assert sum(sent) < 20 * 1024 * 1024


async def test_gzip_bomb_is_defused(site):
    bomb = gzip.compress(b"\0" * 60 * 1024 * 1024)
    site.pages |= {"/said": (200, {"content-encoding": "gzip"}, bomb), "/silent": (200, {}, bomb)}
    for path in ("/said", "/silent"):
        with pytest.raises(TooLarge, match="bomb"):
            await get(site.url(path))


async def test_packed_bodies_are_unpacked(site):
    packed = gzip.compress(b"<rss/>")
    site.pages |= {"/said": (200, {"content-encoding": "gzip"}, packed), "/silent": (200, {}, packed)}
    assert (await get(site.url("/said"))).body == (await get(site.url("/silent"))).body == b"<rss/>"


async def test_unknown_packing_is_named(site):
    site.pages["/"] = (200, {"content-encoding": "br"}, b"?")
    with pytest.raises(BadBody, match="'br'"):
        await get(site.url("/"))


async def test_short_body_is_noticed(site):
    async def short(request, writer):
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf")
        await writer.drain()
        writer.close()

    site.pages["/"] = short
    with pytest.raises(Unreachable, match="broke off"):
        await get(site.url("/"))


async def test_broken_connection_is_tried_once_more(site):
    async def hang_up(request, writer):
        if len(site.asked) % 2:
            writer.close()
        else:
            writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok")
            await writer.drain()

    site.pages["/"] = hang_up
    assert (await get(site.url("/"))).body == b"ok"
    assert len(site.asked) == 2


async def test_always_broken_connection_is_given_up(site):
    async def hang_up(request, writer):
        writer.close()

    site.pages["/"] = hang_up
    with pytest.raises(Unreachable):
        await get(site.url("/"))
    assert len(site.asked) == 2


async def test_head_brings_no_body(site):
    site.pages["/pic"] = (200, {"content-type": "image/png"}, b"x" * 99)
    async with fetcher() as open_fetcher:
        answer = await open_fetcher.head(site.url("/pic"))
    assert (answer.body, answer.content_type, answer.headers["content-length"]) == (b"", "image/png", "99")


async def test_host_is_asked_politely(site):
    async def slow(request, writer):
        await asyncio.sleep(0.02)
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok")
        await writer.drain()

    site.pages |= {f"/{n}": slow for n in range(8)}
    async with fetcher(per_host=2) as open_fetcher:
        await asyncio.gather(*(open_fetcher.get(site.url(f"/{n}")) for n in range(8)))
    assert site.most_busy == 2


async def test_pause_between_two_requests(site):
    clock = ManualClock(datetime(2027, 1, 4, tzinfo=UTC))
    site.pages["/"] = (200, {}, b"ok")
    async with fetcher(clock=clock, min_interval=30, per_host=1) as open_fetcher:
        for _ in range(3):
            await open_fetcher.get(site.url("/"))
    assert (clock.now() - datetime(2027, 1, 4, tzinfo=UTC)).total_seconds() == 60


async def test_closed_fetcher_says_so():
    with pytest.raises(FetchError, match="async with"):
        await fetcher().get("http://127.0.0.1/")


async def test_an_authorization_goes_to_its_own_address_and_no_further(site):
    site.pages["/photos"] = moved(site.url("/elsewhere"))
    site.pages["/elsewhere"] = (200, {}, b"there")
    async with fetcher() as open_fetcher:
        await open_fetcher.get(site.url("/photos"), authorization="Client-ID key")
    assert [request.headers.get("authorization") for request in site.asked] == ["Client-ID key", None]
