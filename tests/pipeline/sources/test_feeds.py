from pathlib import Path
from urllib.parse import quote

import pytest

from pipeline.fetching import Fetcher, FetchLimits
from pipeline.sources.feeds import FeedState, expand, parse_feed, read_feed, read_feeds

CASES = Path(__file__).parents[2] / "data" / "feeds"


def rss(title: str) -> bytes:
    item = "<item><title>A</title><link>/a</link></item>"
    return f"<rss version='2.0'><channel><title>{title}</title>{item}</channel></rss>".encode()


@pytest.fixture
async def fetcher():
    async with Fetcher(allow_private=True, limits=FetchLimits(total=5)) as open_fetcher:
        yield open_fetcher


async def test_feed_is_read_from_the_web(site, fetcher):
    site.pages["/feed"] = (200, {"etag": '"1"', "last-modified": "Mon, 04 Jan 2027 09:00:00 GMT"}, rss("One"))
    reading = await read_feed(site.url("/feed"), fetcher=fetcher)
    assert (reading.status, reading.reason) == ("ok", "")
    (item,) = reading.parsed.items
    assert (item.source, item.place, item.link) == (site.url("/feed"), "entry 1", site.url("/a"))
    assert reading.state == FeedState(
        url=site.url("/feed"), etag='"1"', last_modified="Mon, 04 Jan 2027 09:00:00 GMT", title="One"
    )


async def test_unchanged_feed_is_not_read_again(site, fetcher):
    site.pages["/feed"] = (304, {}, b"")
    state = FeedState(url=site.url("/feed"), etag='"1"', title="One")
    reading = await read_feed(site.url("/feed"), fetcher=fetcher, state=state)
    assert (reading.status, reading.parsed, reading.state) == ("unchanged", None, state)
    assert site.asked[0].headers["if-none-match"] == '"1"'


async def test_moved_feed_keeps_its_source(site, fetcher):
    site.pages |= {"/old": (301, {"location": "/new"}, b""), "/new": (200, {}, rss("Moved"))}
    first = await read_feed(site.url("/old"), fetcher=fetcher)
    assert first.state.url == site.url("/new")
    again = await read_feed(site.url("/old"), fetcher=fetcher, state=first.state)
    assert [request.path for request in site.asked] == ["/old", "/new", "/new"]
    assert again.source == again.parsed.items[0].source == site.url("/old")


async def test_failing_feeds_are_results(site, fetcher, tmp_path):
    site.pages |= {"/page": (200, {}, b"<html><p>hi</p></html>"), "/good": (200, {}, rss("Good"))}
    (tmp_path / "empty").mkdir()
    (tmp_path / "folder-not-file.xml").mkdir()
    sources = [
        site.url("/page"),
        site.url("/gone"),
        site.url("/good"),
        str(tmp_path / "missing.xml"),
        str(tmp_path / "empty"),
        "ftp://example.com/feed",
        "http://u:p@127.0.0.1/feed",
    ]
    readings = await read_feeds(sources, fetcher=fetcher, states={}, concurrency=3)
    assert [reading.source for reading in readings] == sources
    assert [reading.status for reading in readings] == [
        "failed",
        "failed",
        "ok",
        "failed",
        "failed",
        "failed",
        "failed",
    ]
    parts = ["an HTML page", "HTTP 404", "", "No such file", "no feed files in this folder", "scheme 'ftp'", "password"]
    for reading, part in zip(readings, parts, strict=True):
        assert part in reading.reason
        assert reading.source in reading.reason or "***" in reading.reason or reading.status == "ok"


async def test_failed_feed_keeps_its_state(site, fetcher):
    state = FeedState(url=site.url("/feed"), etag='"1"', title="One")
    [reading] = await read_feeds([site.url("/feed")], fetcher=fetcher, states={site.url("/feed"): state})
    assert (reading.status, reading.state) == ("failed", state)


@pytest.mark.parametrize("most", [0, 1_000, 10**9])
async def test_results_keep_the_order_of_sources_in_memory_and_on_disk(fetcher, tmp_path, most):
    for name in ("b.xml", "a.rss", "c.JSON", "notes.txt"):
        (tmp_path / name).write_bytes(
            rss(name) if not name.endswith("JSON") else b'{"version":"https://jsonfeed.org/version/1.1","items":[]}'
        )
    extra = CASES / "rss20-plain.xml"
    sources = [extra.as_uri(), str(tmp_path), str(extra)]
    readings = await read_feeds(sources, fetcher=fetcher, states={}, most=most)
    assert [Path(reading.source).name for reading in readings] == [
        "rss20-plain.xml",
        "a.rss",
        "b.xml",
        "c.JSON",
        "rss20-plain.xml",
    ]
    assert {reading.status for reading in readings} == {"ok"}
    assert next(iter(readings)).parsed.items[0].source == extra.as_uri()
    assert list(readings) == list(await read_feeds(sources, fetcher=fetcher, states={}))


def test_file_urls_are_unquoted(tmp_path):
    (tmp_path / "my feeds").mkdir()
    (tmp_path / "my feeds" / "a.xml").write_bytes(rss("x"))
    assert expand([f"file://{quote(str(tmp_path))}/my%20feeds"]) == [str(tmp_path / "my feeds" / "a.xml")]


@pytest.mark.parametrize("order", [[0, 1, 2], [2, 1, 0]])
def test_identity_does_not_depend_on_order(order):
    entries = [
        "<item><title>A</title><link>https://x.example/a</link><guid isPermaLink='false'>1</guid></item>",
        "<item><title>B</title><link>https://x.example/b</link><guid isPermaLink='false'>1</guid></item>",
        "<item><title>C</title><link>https://x.example/c?utm_source=y</link></item>",
    ]
    body = "<rss version='2.0'><channel>" + "".join(entries[index] for index in order) + "</channel></rss>"
    parsed = parse_feed(body.encode(), url="https://x.example/")
    assert {item.title: item.identity for item in parsed.items} == {
        "A": "1 https://x.example/a",
        "B": "1 https://x.example/b",
        "C": "https://x.example/c",
    }


@pytest.mark.parametrize(
    "source",
    [
        "https://[broken/feed",
        "https://host:port/feed",
        "file://[broken",
        "~nobody-of-that-name/feed.xml",
        "a\0b",
        "x" * 5000,
    ],
)
async def test_a_source_that_is_no_address_stops_no_other(fetcher, tmp_path, source):
    good = tmp_path / "good.xml"
    good.write_bytes(rss("Good"))
    bad, fine = await read_feeds([source, str(good)], fetcher=fetcher, states={})
    assert (bad.status, fine.status) == ("failed", "ok")
    assert "check" in bad.reason
