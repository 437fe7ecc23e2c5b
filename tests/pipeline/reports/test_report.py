"""The report as a reader gets it: one file, complete, honest when empty, safe with hostile feeds, quiet when opened."""

import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from html.parser import HTMLParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfoNotFoundError

import pytest
from PIL import Image
from playwright.sync_api import Browser

from pipeline.analytics.lake import Lake
from pipeline.reports.report import write_report
from tests.browser import PHONE, look_at, needs_chromium

# One worker makes the report that all of them read.
pytestmark = pytest.mark.xdist_group("report")

SECTIONS = ["out", "failed", "growth", "networks", "calendar", "ranks", "accounts", "costs", "feeds", "quality", "runs"]
Make = Callable[..., dict[str, Any]]


class Page(HTMLParser):
    """What a page is made of: ids, tags, links, everything it would fetch, the text, and unbalanced tags."""

    VOID = frozenset({"meta", "link", "br", "img", "input", "hr"})

    def __init__(self, source: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.tags: list[str] = []
        self.links: list[str] = []
        self.fetched: list[str] = []
        self.handlers: list[str] = []
        self.words: list[str] = []
        self.open: list[str] = []
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        for name, value in attrs:
            if name == "id":
                self.ids.append(value or "")
            if name.startswith("on"):
                self.handlers.append(name)
            if name in {"src", "srcset", "poster", "action", "data", "xlink:href"} or (name == "href" and tag != "a"):
                self.fetched.append(value or "")
        self.links += [value or "" for name, value in attrs if name == "href" and tag == "a"]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in self.VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


def written(lake: Lake, path: Path, now: datetime, **more: Any) -> tuple[str, Page]:
    source = write_report(lake, path, now=now, title="Town news", **more).read_text(encoding="utf-8")
    return source, Page(source)


@pytest.fixture(scope="session")
def file(full_lake: Lake, tmp_path_factory: pytest.TempPathFactory) -> Path:
    now = full_lake.frame("runs")["observed_at"].max().to_pydatetime()
    path = tmp_path_factory.mktemp("out") / "new" / "report.html"
    return write_report(full_lake, path, now=now, title="Town news", zone="Europe/Berlin")


@pytest.fixture(scope="session")
def full(file: Path) -> tuple[str, Page]:
    source = file.read_text(encoding="utf-8")
    return source, Page(source)


def test_all_sections_are_there_and_the_nav_leads_to_them(full: tuple[str, Page]) -> None:
    _, page = full
    assert [name for name in page.ids if name in SECTIONS] == SECTIONS
    assert [link for link in page.links if link.startswith("#")] == [f"#{name}" for name in SECTIONS]
    assert len(page.ids) == len(set(page.ids))
    assert page.open == []
    assert "Nothing yet" not in page.text


def test_the_file_fetches_nothing(full: tuple[str, Page]) -> None:
    source, page = full
    assert page.fetched[0] == "data:,"
    assert all(one.startswith("data:image/jpeg;base64,") for one in page.fetched[1:])
    assert "script" not in page.tags
    assert "@import" not in source
    assert "url(" not in source.split("</style>")[0].split("<style>")[1]
    assert "default-src 'none'" in source


def test_what_happened_can_be_read(full: tuple[str, Page]) -> None:
    _, page = full
    for words in (
        "Every number here is simulated",
        "Status is a duplicate. (code 110)",
        "no answer within 60 s after sending",
        "Page analytics are throttled (code 444)",
        "HTTP 404: the feed is gone, check its address",
        "60 read = 54 known + 1 filtered + 5 scheduled",
        "Times in Europe/Berlin",
        "19 Jan 2027",
        "29 more",
        "No gaps: every post was looked at",
        "X: 0.015 USD a post",
    ):
        assert words in page.text


def test_every_chart_has_a_name_and_a_description(full: tuple[str, Page]) -> None:
    source, page = full
    charts = source.split("<svg")[1:]
    assert len(charts) == 9 + 4 + 5  # growth panels, bars and heat map in two widths, followers
    assert all('role="img"' in chart and "<title>" in chart and "<desc>" in chart for chart in charts)
    assert source.count("× usual, ") > 4
    assert "The median post reaches" in page.text


def test_charts_lie_beside_as_pictures(full_lake: Lake, tmp_path: Path, now: datetime) -> None:
    folder = tmp_path / "report-charts"
    folder.mkdir()
    (folder / "old.png").write_bytes(b"")
    write_report(full_lake, tmp_path / "report.html", now=now, title="Town news")
    names = {file.name for file in folder.iterdir()}
    assert {"hours.png", "hours.svg", "networks.png", "growth-engagements-bluesky.png"} <= names
    assert len(names) == 2 * (9 + 2)
    with Image.open(folder / "hours.png") as picture:
        assert picture.width > 1000
        assert picture.convert("RGB").getpixel((0, 0)) == (255, 255, 255)


def test_gaps_and_fields_that_came_or_went_are_told(
    lake: Lake, tmp_path: Path, now: datetime, make_post: Make, make_sample: Make
) -> None:
    out = now - timedelta(days=20)
    lake.append("posts", [make_post(1, "bluesky", out)])
    seen = {"post_id": "post1", "social_id": "bluesky-1"}
    lake.append(
        "post_metrics",
        [make_sample(out + timedelta(days=day), "bluesky", "likeCount", 1.0, **seen) for day in range(20)]
        + [make_sample(out + timedelta(days=1), "bluesky", "oldCount", 1.0, **seen)]
        + [make_sample(out + timedelta(days=19), "bluesky", "newCount", 1.0, **seen)],
    )
    _, page = written(lake, tmp_path / "report.html", now)
    assert "Posts that were not looked at as often as their age asks for" in page.text
    assert "vanished post oldCount" in page.text
    assert "new post newCount" in page.text


def test_an_empty_lake_says_so_in_every_section(lake: Lake, tmp_path: Path, now: datetime) -> None:
    _, page = written(lake, tmp_path / "report.html", now)
    assert [name for name in page.ids if name in SECTIONS] == SECTIONS
    assert page.text.count("Nothing yet") == len(SECTIONS)
    assert "svg" not in page.tags
    assert "simulated" not in page.text


def test_one_post_looked_at_once(lake: Lake, tmp_path: Path, now: datetime, make_post: Make, make_sample: Make) -> None:
    at = now - timedelta(hours=3)
    lake.append("posts", [make_post(0, "bluesky", at, source="api")])
    lake.append("post_metrics", [make_sample(now, "bluesky", "likeCount", 4, post_id="post0", source="api")])
    _, page = written(lake, tmp_path / "report.html", now)
    assert "Posts out 1" in page.text
    assert "Engagements 4" in page.text
    assert "growth needs at least two looks" in page.text
    assert "Sandbox" not in page.text


def test_mixed_sources_are_called_mixed(lake: Lake, tmp_path: Path, now: datetime, make_post: Make) -> None:
    lake.append("posts", [make_post(0, "bluesky", now), make_post(1, "bluesky", now, source="api")])
    _, page = written(lake, tmp_path / "report.html", now)
    assert "mixes simulated and real numbers" in page.text


def test_only_the_period_is_shown(lake: Lake, tmp_path: Path, now: datetime, make_post: Make) -> None:
    ages = {"Old": 40, "Recent": 3}
    lake.append(
        "posts", [make_post(n, "bluesky", now - timedelta(days=d), text=t) for n, (t, d) in enumerate(ages.items())]
    )
    _, month = written(lake, tmp_path / "report.html", now)
    _, year = written(lake, tmp_path / "report.html", now, days=365)
    assert ("Old" in month.text, "Old" in year.text, "Recent" in month.text) == (False, True, True)


HOSTILE = (
    '"><script>alert(1)</script><img src="{url}/pixel" onerror=alert(1)>'
    '<a href="javascript:alert(1)">x</a>{{{{ 7*7 }}}}'
)


def fill_hostile(lake: Lake, now: datetime, make_post: Make, make_sample: Make, url: str) -> None:
    evil = HOSTILE.format(url=url)
    bad = {"title": evil, "text": evil, "link": "javascript:alert(1)", "post_url": f'{url}/"onload="x', "feed": evil}
    at = now - timedelta(hours=30)
    lake.append(
        "posts", [make_post(0, "bluesky", at, **bad), make_post(1, evil, at, **bad, status="refused", reason=evil)]
    )
    looks = [make_sample(at + timedelta(hours=h), "bluesky", "likeCount", h, post_id="post0") for h in range(1, 29)]
    lake.append("post_metrics", looks)
    lake.append("feed_health", [{"observed_at": at, "feed": evil, "status": "failed", "reason": evil, "title": evil}])
    lake.append(
        "measure_errors", [{"observed_at": at, "post_id": "p", "network": evil, "message": evil, "source": evil}]
    )
    lake.append(
        "runs", [{"observed_at": at, "run_id": evil, "flow": evil, "campaign": evil, "read": 0, "closes": True}]
    )


def test_hostile_feeds_stay_text(lake: Lake, tmp_path: Path, now: datetime, make_post: Make, make_sample: Make) -> None:
    fill_hostile(lake, now, make_post, make_sample, "http://evil.example")
    source = write_report(lake, tmp_path / "report.html", now=now, title=HOSTILE).read_text(encoding="utf-8")
    page = Page(source)
    assert {"script", "img"} & set(page.tags) == set()
    assert (page.handlers, page.fetched, page.open) == ([], ["data:,"], [])
    assert all(link.startswith(("#", "https://", "http://")) for link in page.links)
    assert "alert(1)" in page.text
    assert "{{ 7*7 }}" in page.text


def test_wrong_instants_and_zones_are_refused(lake: Lake, tmp_path: Path, now: datetime) -> None:
    with pytest.raises(ValueError, match="naive"):
        write_report(lake, tmp_path / "r.html", now=now.replace(tzinfo=None), title="t")
    with pytest.raises(ZoneInfoNotFoundError):
        write_report(lake, tmp_path / "r.html", now=now, title="t", zone="Europe/Nowhere")


@pytest.fixture
def listener() -> Iterator[tuple[str, list[str]]]:
    """A local server that notes every path asked for."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Stay quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    thread.join()
    server.server_close()


@needs_chromium
def test_a_browser_opens_hostile_text_without_a_request_or_an_error(
    lake: Lake,
    tmp_path: Path,
    now: datetime,
    make_post: Make,
    make_sample: Make,
    listener: tuple[str, list[str]],
    browser: Browser,
) -> None:
    url, asked = listener
    fill_hostile(lake, now, make_post, make_sample, url)
    seen = look_at(browser, write_report(lake, tmp_path / "report.html", now=now, title="Town news"))
    assert (seen.said, seen.asked, asked) == ([], [], [])
    control = tmp_path / "control.html"
    control.write_text(f'<img src="{url}/pixel"><script>console.error("seen")</script>', encoding="utf-8")
    control_seen = look_at(browser, control)
    assert "seen" in control_seen.said
    assert control_seen.asked == [f"{url}/pixel"]


@needs_chromium
def test_charts_tables_and_pictures_are_seen_on_desk_phone_and_paper(file: Path, browser: Browser) -> None:
    desk = look_at(browser, file)
    assert (desk.said, desk.asked) == ([], [])
    charts = [box for chart in desk.page.locator("svg").all() if chart.is_visible() and (box := chart.bounding_box())]
    assert len(charts) == 9 + 2 + 5
    assert all(box["width"] > 100 and box["height"] > 20 for box in charts)
    thumbs = desk.page.locator("img.thumb")
    assert thumbs.count() > 3
    assert thumbs.first.evaluate("picture => picture.complete && picture.naturalWidth") == 96
    # What a mark says when the pointer rests on it.
    told = desk.page.locator("svg [aria-roledescription], svg path > title").all_text_contents()
    assert any("(median)" in one for one in told)
    assert any("× usual" in one for one in told)
    light = desk.page.evaluate("getComputedStyle(document.body).backgroundColor")

    phone = look_at(browser, file, size=PHONE, dark=True)
    assert phone.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert phone.page.evaluate("getComputedStyle(document.body).backgroundColor") != light

    desk.page.emulate_media(media="print", color_scheme="dark")
    assert desk.page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert not desk.page.locator("nav").is_visible()
    # Paper cannot be clicked: what is folded away on the screen is there.
    assert desk.page.locator("details ol.posts li").last.evaluate("line => line.getBoundingClientRect().height") > 0
    assert desk.page.pdf().startswith(b"%PDF")
