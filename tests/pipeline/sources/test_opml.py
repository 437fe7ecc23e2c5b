"""OPML files: one source that stands for many feeds."""

import pytest

from pipeline.fetching import Fetcher
from pipeline.sources.feeds import read_feeds
from pipeline.sources.opml import Outline, is_opml, read_opml
from pipeline.sources.raw import SourceError

HOME = "https://example.org/lists/feeds.opml"
FEED = '<rss version="2.0"><channel><title>{0}</title><item><guid>{0}-1</guid><title>{0} one</title><category>Own</category></item></channel></rss>'  # noqa: E501


def opml(outlines: str, start: str = '<?xml version="1.0"?><opml version="2.0">') -> bytes:
    return f"{start}<head><title>All</title></head><body>{outlines}</body></opml>".encode()


def test_nested_folders_and_categories_become_tags():
    found = read_opml(
        opml(
            '<outline text="News"><outline text="Sea &amp; sky"><outline type="rss" title="Tides" text="t" '
            'xmlUrl="https://tides.example/rss" category="/nature/Water,news"/></outline>'
            '<outline text="Town" xmlUrl="town.xml"/></outline><outline text="Loose" xmlUrl="feed://loose.example/a"/>'
        ),
        HOME,
    )
    assert found == [
        Outline(url="https://tides.example/rss", title="Tides", tags=("News", "Sea & sky", "nature", "Water")),
        Outline(url="https://example.org/lists/town.xml", title="Town", tags=("News",)),
        Outline(url="http://loose.example/a", title="Loose", tags=()),
    ]


def test_each_feed_once_and_odd_spellings_are_read():
    found = read_opml(
        opml('<OUTLINE XMLURL=" https://a.example/\nfeed "/><outline xmlurl="https://a.example/feed"/><outline/>'), HOME
    )
    assert [outline.url for outline in found] == ["https://a.example/feed"]


def test_slightly_broken_xml_is_mended():
    assert read_opml(opml('<outline text="Q&A" xmlUrl="https://a.example/?x=1&y=2"/>'), HOME)[0].title == "Q&A"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"<html><body>no</body></html>", "no OPML"),
        (b"", "no XML element"),
        (opml("<outline text='empty'/>"), "names no feed"),
        (opml('<outline xmlUrl="file:///etc/passwd"/><outline xmlUrl="javascript:1"/>'), "names no feed"),
        (opml("<outline text='open'>"), "malformed OPML"),
        (opml("<outline text='x'>" * 101 + "</outline>" * 101), "more than 100 deep"),
        (opml("".join(f'<outline xmlUrl="https://a.example/{n}"/>' for n in range(5001))), "more than 5000 feeds"),
        (b'<!DOCTYPE opml [<!ENTITY a "&b;"><!ENTITY b "x">]>' + opml("<outline text='&a;'/>", "<opml>"), "XML bombs"),
        (
            b'<!DOCTYPE opml [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + opml("<outline text='&a;'/>", "<opml>"),
            "XML bombs",
        ),
        (b" " * (5 * 1024 * 1024 + 1), "split it"),
    ],
)
def test_what_is_refused_says_why(body, said):
    with pytest.raises(SourceError, match=said):
        read_opml(body, HOME)


@pytest.mark.parametrize(
    ("source", "named"),
    [
        ("feeds.opml", True),
        ("/home/me/My.OPML", True),
        ("https://example.org/a.opml?key=1", True),
        ("https://example.org/a.xml?x=.opml", False),
        ("https://opml.example/feed", False),
    ],
)
def test_opml_is_known_by_its_suffix(source, named):
    assert is_opml(source) is named


async def test_opml_from_the_web_is_read_like_its_feeds(site, tmp_path):
    for name in "ab":
        site.pages[f"/{name}.xml"] = (200, {}, FEED.format(name).encode())
    outlines = '<outline text="Folder"><outline xmlUrl="a.xml"/><outline xmlUrl="/gone.xml"/></outline>'
    site.pages["/list.opml"] = (200, {}, opml(outlines))
    sources = [site.url("/list.opml"), site.url("/b.xml"), site.url("/a.xml"), site.url("/none.opml")]
    async with Fetcher(allow_private=True) as fetcher:
        readings = list(await read_feeds([*sources, str(tmp_path / "lost.opml")], fetcher=fetcher, states={}))

    assert [reading.source.removeprefix(site.base) for reading in readings[:4]] == [
        "/a.xml",
        "/gone.xml",
        "/b.xml",
        "/none.opml",
    ]
    assert [reading.status for reading in readings] == ["ok", "failed", "ok", "failed", "failed"]
    assert [reading.parsed.items[0].tags for reading in (readings[0], readings[2])] == [("Own", "Folder"), ("Own",)]
    assert "lost.opml" in readings[4].reason


async def test_opml_file_may_name_files_beside_it(tmp_path):
    (tmp_path / "one.xml").write_text(FEED.format("one"), encoding="utf-8")
    (tmp_path / "my.opml").write_bytes(opml('<outline xmlUrl="one.xml"/>'))
    async with Fetcher() as fetcher:
        [reading] = await read_feeds([str(tmp_path / "my.opml")], fetcher=fetcher, states={})
    assert (reading.status, reading.parsed.title) == ("ok", "one")
