"""Text built to be slow to read. Each would take minutes where a pattern runs in quadratic time."""

import time
from contextlib import suppress

import pytest

from pipeline.sources.feeds import SourceError, parse_feed
from pipeline.sources.text import plain, plain_title, repaired

MANY = 20_000


@pytest.mark.parametrize(
    "piece",
    [
        "<script",
        "<script>",
        "<!--",
        "<a ",
        "<a =",
        '<a ="',
        "<a ='",
        "<![CDATA[",
        "<p><",
        "&",
        "&#",
        "&amp;amp;",
        " \t",
        "\n ",
        "<svg/>",
    ],
)
@pytest.mark.parametrize("read", [plain, lambda text: plain_title(text, html=False), repaired])
def test_text_is_read_in_linear_time(piece, read):
    started = time.process_time()
    read("é" + piece * MANY)
    assert time.process_time() - started < 2


@pytest.mark.parametrize(
    "body",
    [
        "<rss>" + "<![CDATA[" * MANY,
        "<!DOCTYPE rss [" + "<!--" * MANY + "]><rss/>",
        "<!DOCTYPE rss [" + '"' * MANY,
        "<rss><channel><item><title a" + "=" * MANY + "<</title>",
        "<rss><channel>" + "<item><item/" * 2000,
        "<rss><channel><item><author>" + "a" * 2_000_000 + "</author></item></channel></rss>",
        "<html>" + "<link type='application/rss+xml' " * MANY,
        "<rss version='2.0'><channel><item><description>&lt;img "
        + "a" * MANY
        + "&gt;</description></item></channel></rss>",
        "<feed>" + "<a:b " * 3000,
        "{" * MANY,
        "[" * MANY,
        "<rss>" + "<a>" * 20_000,
    ],
    ids=lambda body: body[:28],
)
def test_feed_is_read_in_bounded_time(body):
    started = time.process_time()
    with suppress(SourceError):
        parse_feed(body.encode(), url="https://hostile.example/")
    assert time.process_time() - started < 5


def test_body_is_never_taken_for_a_file_name(tmp_path):
    secret = tmp_path / "secret.xml"
    secret.write_text("<rss><channel><item><title>secret</title></item></channel></rss>")
    with pytest.raises(SourceError, match="no XML element"):
        parse_feed(str(secret).encode(), url="https://hostile.example/")
