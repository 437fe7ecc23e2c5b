"""The picture of an item's page: only where asked for, and never a reason to fail."""

import time

import pytest

from pipeline.campaign import Campaign, Pictures
from pipeline.fetching import Fetcher
from pipeline.planning import draft_all
from pipeline.records import Item, Picture
from pipeline.sources.pages import page_picture, with_page_pictures
from social.instants import SystemClock

URL = "https://birds.example/2026/swifts.html"


@pytest.mark.parametrize(
    ("html", "wanted"),
    [
        ('<meta property="og:image" content="https://p.example/a.jpg">', "https://p.example/a.jpg"),
        ("<META CONTENT='/a.jpg?x=1&amp;y=2' PROPERTY='og:image'/>", "https://birds.example/a.jpg?x=1&y=2"),
        ("<meta name=twitter:image content=b.png>", "https://birds.example/2026/b.png"),
        (
            '<meta name="twitter:image" content="/t.jpg"><meta property="og:image" content="/o.jpg">',
            "https://birds.example/o.jpg",
        ),
        (
            '<meta property="og:image" content="/1.jpg"><meta property="og:image" content="/2.jpg">',
            "https://birds.example/1.jpg",
        ),
        (
            '<meta property="og:image" content="data:image/png;base64,x"><meta name="twitter:image" content="/t.jpg">',
            "https://birds.example/t.jpg",
        ),
        ('<!-- <meta property="og:image" content="/no.jpg"> -->', None),
        ('<meta property="og:image" content="javascript:alert(1)">', None),
        ('<meta property="og:image" content="">', None),
        ("x" * 600_000 + '<meta property="og:image" content="/far.jpg">', None),
        ("", None),
    ],
)
def test_the_page_names_its_picture(html, wanted):
    found = page_picture(html, URL)
    assert (found and found.url) == wanted


def test_alternative_text_and_size_come_along():
    html = """<meta property="og:image" content="/a.jpg"><meta property="og:image:width" content="1200">
    <meta property="og:image:height" content="630">
    <meta property="og:image:alt" content="Two&nbsp;swifts &amp; a roof">"""
    assert page_picture(html, URL) == Picture(
        url="https://birds.example/a.jpg", alt="Two swifts & a roof", width=1200, height=630, origin="og:image"
    )


@pytest.mark.parametrize("evil", ["<meta ", "<meta a='", '<meta content="', "<!--", "<meta property=og:image content="])
def test_hostile_pages_take_no_time(evil):
    began = time.perf_counter()
    page_picture(evil * (500_000 // len(evil)), URL)
    assert time.perf_counter() - began < 2


def item(number, link, **changes):
    values = {"source": "s", "place": f"entry {number}", "identity": f"i{number}", "content_hash": f"h{number}"}
    return Item(**values, title=f"Swift {number}", link=link, **changes)


@pytest.fixture
def pages(site):
    named = b'<html><head><meta property="og:image" content="/swift.png"></head></html>'
    site.pages["/named"] = (200, {"content-type": "text/html"}, named)
    site.pages["/bare"] = (200, {"content-type": "text/html"}, b"<html></html>")
    return site


async def test_only_items_without_picture_are_looked_up_and_failures_have_reasons(pages):
    own = Picture(url="https://p.example/own.jpg")
    items = [
        item(1, pages.url("/named")),
        item(2, pages.url("/bare")),
        item(3, pages.url("/gone")),
        item(4, pages.url("/named"), pictures=(own,)),
        item(5, ""),
    ]
    async with Fetcher(allow_private=True) as fetcher:
        found, missed = await with_page_pictures(items, fetcher)

    assert [[picture.url for picture in one.pictures] for one in found] == [
        [pages.url("/swift.png")], [], [], [own.url], []
    ]  # fmt: skip
    assert "names none" in missed.pop(pages.url("/bare"))
    assert "404" in missed.pop(pages.url("/gone"))
    assert missed == {}
    assert sorted(request.path for request in pages.asked) == ["/bare", "/gone", "/named"]


async def test_private_addresses_stay_closed(pages):
    async with Fetcher() as fetcher:
        found, missed = await with_page_pictures([item(1, pages.url("/named"))], fetcher)
    assert found[0].pictures == ()
    assert "public" in missed[pages.url("/named")]
    assert pages.asked == []


@pytest.mark.parametrize("asked", [True, False])
async def test_pages_are_fetched_only_where_asked_for_and_a_failure_is_a_warning(pages, asked):
    campaign = Campaign(platforms=["bluesky"], pictures=Pictures(from_page=asked))
    async with Fetcher(allow_private=True) as fetcher:
        drafts, verdicts = await draft_all(
            campaign, [item(1, pages.url("/gone"))], linked=None, fetcher=fetcher, now=SystemClock().now()
        )
    assert (len(drafts), verdicts) == (1, [])
    assert any("no picture from its page" in warning for warning in drafts[0].warnings) is asked
    assert len(pages.asked) == asked
