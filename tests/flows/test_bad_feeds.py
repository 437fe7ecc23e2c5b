"""Bad input never stops a good feed, and each bad one is named with its reason."""

import gzip
import http.server
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from flows.publish import publish
from pipeline.campaign import Campaign

pytestmark = pytest.mark.usefixtures("prefect_url", "home")

BOMB = (
    '<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 20}">' for n in range(8))
    + "]><rss version='2.0'><channel><title>&i;</title><item><title>&i;</title></item></channel></rss>"
)
PAGE = "<!doctype html><html><head><title>Not found</title></head><body><p>Sorry.</p></body></html>"

# path → (HTTP status, headers, body, words its reason must hold)
BAD = {
    "/gone.xml": (410, {}, b"", "410"),
    "/missing.xml": (404, {}, b"", "404"),
    "/page.xml": (200, {}, PAGE.encode(), "HTML"),
    "/cut.json": (200, {}, b'{"version": "https://jsonfeed.org/version/1.1", "items": [{"id":', ""),
    "/entities.xml": (200, {}, BOMB.encode(), "entit"),
    "/bomb.xml": (200, {"Content-Encoding": "gzip"}, gzip.compress(b" " * 60_000_000), ""),
    "/huge.xml": (200, {}, b"<rss>" + b" " * 52_000_000, ""),
}
FINE = {
    "/empty.xml": (200, {}, b"<rss version='2.0'><channel><title>Nothing yet</title></channel></rss>", ""),
    "/cut.xml": (200, {}, b"<rss version='2.0'><channel><item><title>Half an en", ""),
}


class Site(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        status, headers, body, _ = (BAD | FINE)[self.path]
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        try:
            self.wfile.write(body)
        except (BrokenPipeError, ConnectionResetError):
            return  # who refuses a body early hangs up on it

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def site() -> Iterator[str]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Site) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


async def test_good_feed_goes_out_beside_every_bad_one(site: str, feed: Callable[..., Path]) -> None:
    sources = [*(site + path for path in (*BAD, *FINE)), str(feed(range(3)))]
    campaign = Campaign(sources=sources, platforms=["bluesky"], backfill=3, allow_private_addresses=True)
    state = await publish(campaign, return_state=True)
    story = await state.aresult()
    assert state.name == "CompletedWithTroubles"
    assert story.counts["scheduled"] == 3
    for path, (_, _, _, words) in BAD.items():
        found = [trouble for trouble in story.troubles if site + path in trouble]
        assert len(found) == 1, (path, story.troubles)
        assert words in found[0]
        assert len(found[0]) < 500
    assert not [trouble for trouble in story.troubles if "/empty.xml" in trouble]
    # What a cut feed ends inside of is quarantined, since nobody knows how it goes on.
    (half,) = [row for row in story.table if row["source"].endswith("/cut.xml")]
    assert half["disposition"] == "quarantined"
