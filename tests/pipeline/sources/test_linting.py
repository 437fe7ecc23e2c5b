"""The feed linter: each fault alone in a feed that is otherwise fine."""

import gzip
from datetime import UTC, datetime

import pytest

from pipeline.sources.linting import Severity, lint

URL = "https://birds.example/feed.xml"
NOW = datetime(2026, 11, 20, tzinfo=UTC)
HEADERS = {"Content-Type": "application/rss+xml", "ETag": '"1"'}
GUID = "<guid>{n}</guid>"
TITLE = "<title>Bird number {n}</title>"
LINK = "<link>https://birds.example/{n}</link>"
DATE = "<pubDate>Tue, 03 Nov 2026 09:30:00 +0100</pubDate>"
TEXT = '<description>&lt;img src="https://birds.example/{n}.jpg" alt="A bird"&gt; It sings.</description>'


def item(n, *parts):
    return f"<item>{''.join(parts) or GUID + TITLE + LINK + DATE + TEXT}</item>".replace("{n}", str(n))


def feed(*items, head="<title>Birds</title><link>https://birds.example</link><language>en</language>"):
    return f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel>{head}{"".join(items)}</channel></rss>'


def found(body, headers=HEADERS, url=URL):
    data = body if isinstance(body, bytes) else body.encode()
    return [(one.severity.value, one.place, one.message) for one in lint(data, url, headers, now=NOW)]


def test_a_good_feed_is_told_nothing():
    assert found(feed(item(1), item(2))) == []
    assert found(gzip.compress(feed(item(1)).encode())) == []


def bad(*parts):
    return feed(item(1), item(2, *parts))


SHARED = "https://birds.example/1"


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        (bad(TITLE, LINK, DATE, TEXT), ("warning", "entry 2", "no guid")),
        (bad("<guid>1</guid>", TITLE, LINK, DATE, TEXT), ("error", "entry 1, entry 2", "the same guid")),
        (feed(item(1), item(1)), ("warning", "entry 2", "duplicate of entry 1")),
        (bad(GUID), ("error", "entry 2", "nothing to post")),
        (bad(GUID, TITLE, LINK, TEXT), ("warning", "entry 2", "no date")),
        (bad(GUID, TITLE, LINK, TEXT, "<pubDate>soon</pubDate>"), ("warning", "entry 2", "nobody can read")),
        (bad(GUID, TITLE, LINK, TEXT, "<pubDate>2031-01-01</pubDate>"), ("warning", "entry 2", "in the future")),
        (bad(GUID, TITLE, LINK, TEXT, "<pubDate>2026-01-01T00:00:00</pubDate>"), ("hint", "entry 2", "taken as UTC")),
        (bad(GUID, TITLE, "<link>/2</link>", DATE, TEXT), ("warning", "entry 2", "relative link")),
        (bad(GUID, TITLE, DATE, TEXT), ("warning", "entry 2", "no link")),
        (bad(GUID, TITLE, f"<link>{SHARED}</link>", DATE, TEXT), ("warning", "entry 1, entry 2", "the same link")),
        (bad(GUID, TITLE, "<link>http://birds.example/2</link>", DATE, TEXT), ("hint", "entry 2", "link over http")),
        (bad(GUID, LINK, DATE, TEXT), ("hint", "entry 2", "no title")),
        (bad(GUID, "<title>&lt;b&gt;Bold&lt;/b&gt; bird</title>", LINK, DATE, TEXT), ("warning", "entry 2", "markup")),
        (bad(GUID, "<title>Q &amp;amp; A</title>", LINK, DATE, TEXT), ("warning", "entry 2", "markup")),
        (bad(GUID, "<title>Un cafÃ©</title>", LINK, DATE, TEXT), ("warning", "feed", "letters such as")),
        (bad(GUID, "<title>Itâ€™s a bird</title>", LINK, DATE, TEXT), ("warning", "entry 2", "letters such as")),
        (bad(GUID, TITLE, LINK, DATE, "<description>x</description>"), ("hint", "entry 2", "no picture")),
        (feed(item(1, GUID, TITLE, LINK, DATE)), ("warning", "entry 1", "no picture")),
        (feed(item(1).replace(' alt="A bird"', "")), ("hint", "entry 1", "alternative text")),
        (feed(item(1)).replace("utf-8", "iso-8859-1").replace("Bird ", "Vögel "), ("warning", "feed", "is utf-8")),
        (feed(item(1)).replace("Bird number", "Bird & number"), ("error", "feed", "not well-formed")),
        (feed(item(1), head="<language>en</language>"), ("hint", "feed", "no title of its own")),
        (feed(item(1), head="<title>Birds</title>"), ("hint", "feed", "no language")),
        (feed(), ("warning", "feed", "no entries")),
        (feed(*map(item, range(201))), ("hint", "feed", "201 entries")),
        (feed(item(1)) + "<!--" + "x" * 2_200_000 + "-->", ("warning", "feed", "2.1 MiB")),
        ("<html><body>Birds</body></html>", ("error", "feed", "an HTML page")),
        (b"", ("error", "feed", "empty")),
    ],
)  # fmt: skip
def test_each_fault_is_told_with_its_place(body, wanted):
    severity, place, words = wanted
    [finding] = [one for one in found(body) if words in one[2]]
    assert finding[:2] == (severity, place)


@pytest.mark.parametrize(
    ("headers", "words"),
    [
        ({"content-type": "text/xml"}, ["neither ETag nor Last-Modified"]),
        ({"ETag": "x", "Content-Type": "text/html"}, ["content type text/html"]),
        ({"Last-Modified": "x"}, ["content type missing"]),
        (HEADERS, []),
        (None, []),
    ],
)
def test_headers_are_looked_at_where_there_are_any(headers, words):
    assert [message for _, _, message in found(feed(item(1)), headers)] == words


def test_a_feed_over_http_is_a_hint():
    assert found(feed(item(1)), url="http://birds.example/feed")[0][2] == "served over http"


def test_the_worst_comes_first_and_many_places_are_counted():
    findings = lint(feed(*(item(n, TITLE, DATE) for n in range(9)), item(10, GUID)).encode(), URL, {}, now=NOW)
    severities = [one.severity for one in findings]
    assert severities == sorted(severities, key=list(Severity).index)
    assert "entry 1, entry 2, entry 3 and 6 more" in {one.place for one in findings}
    assert all(one.message and one.advice for one in findings)
