"""The calendar page: every post on its day in the reader's zone, planned ones marked, safe with hostile text."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser

from pipeline.analytics.lake import Lake
from pipeline.reports.calendar import span, write_calendar
from tests.browser import PHONE, look_at, needs_chromium

Make = Callable[..., dict[str, Any]]


def page_of(lake: Lake, tmp_path: Path, now: datetime, zone: str = "UTC") -> str:
    return write_calendar(lake, tmp_path / "calendar.html", now=now, title="Town", zone=zone).read_text("utf-8")


def days_of(page: str, month: str) -> dict[str, str]:
    """The cells of a month by the number of their day."""
    section = page.split(f'id="m{month}"')[1].split("</section>", maxsplit=1)[0]
    cells = re.findall(r'<div class="day[^"]*">\s*<h4>(\d+)</h4>(.*?)</div>', section, re.DOTALL)
    inside = re.findall(r'<div class="day(?! outside)[^"]*">\s*<h4>(\d+)</h4>', section)
    assert len(inside) == len(set(inside)) >= 28
    return {number: cell for number, cell in cells if "<li" in cell}


def test_posts_stand_on_their_day_in_the_readers_zone(
    lake: Lake, tmp_path: Path, now: datetime, make_post: Make
) -> None:
    late = datetime(2027, 1, 12, 23, 30, tzinfo=UTC)
    lake.append("posts", [make_post(1, "bluesky", late), make_post(1, "facebook", late)])
    assert set(days_of(page_of(lake, tmp_path, now), "2027-01")) == {"12"}
    shown = days_of(page_of(lake, tmp_path, now, "Europe/Berlin"), "2027-01")
    assert set(shown) == {"13"}
    assert "00:30" in shown["13"]
    assert shown["13"].count("<li") == 1
    assert shown["13"].count("<i ") == 2


def test_planned_and_failed_posts_are_told_apart(lake: Lake, tmp_path: Path, now: datetime, make_post: Make) -> None:
    coming = now + timedelta(days=20)
    gone: dict[str, Any] = {"published_at": None, "social_id": None, "post_url": None}
    lake.append(
        "posts",
        [
            make_post(1, "bluesky", now, key="a", status="scheduled", **gone | {"scheduled_for": coming}),
            make_post(2, "bluesky", now, key="b", status="refused", **gone),
        ],
    )
    page = page_of(lake, tmp_path, now)
    assert '<li class="waiting">' in days_of(page, "2027-02")[str(coming.day)]
    assert '<b class="bad">failed</b>' in days_of(page, "2027-01")[str(now.day)]
    assert "1 waiting" in page


def test_empty_months_are_left_out_at_both_ends(lake: Lake, tmp_path: Path, now: datetime, make_post: Make) -> None:
    lake.append("posts", [make_post(1, "bluesky", now + timedelta(days=60))])
    page = page_of(lake, tmp_path, now)
    assert re.findall(r'id="m([0-9-]+)"', page) == ["2027-01", "2027-02", "2027-03"]


def test_an_empty_lake_is_an_empty_calendar(lake: Lake, tmp_path: Path, now: datetime) -> None:
    page = page_of(lake, tmp_path, now)
    assert "Nothing yet" in page
    assert re.findall(r'id="m([0-9-]+)"', page) == ["2027-01"]
    with pytest.raises(ValueError, match="naive"):
        page_of(lake, tmp_path, now.replace(tzinfo=None))


def test_hostile_text_stays_text(lake: Lake, tmp_path: Path, now: datetime, make_post: Make) -> None:
    evil = "<script>alert(1)</script><img src=x onerror=alert(2)>{{ 7*7 }}"
    row = make_post(1, "bluesky", now, text=evil, link="javascript:alert(3)", post_url="javascript:alert(4)")
    lake.append("posts", [row])
    page = page_of(lake, tmp_path, now)
    assert "<script" not in page
    assert "<img" not in page
    assert "javascript:" not in page
    assert "{{ 7*7 }}" in page


def test_a_flooded_day_stays_readable(lake: Lake, tmp_path: Path, now: datetime, make_post: Make) -> None:
    lake.append("posts", [make_post(n, "bluesky", now, key=f"k{n}") for n in range(75)])
    cell = days_of(page_of(lake, tmp_path, now), "2027-01")[str(now.day)]
    assert cell.count("<li") == 60
    assert "and 15 more" in cell


@needs_chromium
def test_a_browser_shows_month_and_week_and_asks_for_nothing(
    full_lake: Lake, tmp_path: Path, now: datetime, browser: Browser
) -> None:
    file = write_calendar(full_lake, tmp_path / "calendar.html", now=now, title="Town")
    desk = look_at(browser, file)
    assert (desk.said, desk.asked) == ([], [])
    shown = [day for day in desk.page.locator(".day li").all() if day.is_visible()]
    assert len(shown) > 20
    colours = desk.page.locator(".day li i").evaluate_all(
        "marks => marks.map(mark => getComputedStyle(mark).backgroundColor)"
    )
    assert len(set(colours)) == 5
    phone = look_at(browser, file, size=PHONE, dark=True)
    assert phone.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert phone.page.pdf().startswith(b"%PDF")


def test_posts_that_are_not_the_lakes_stand_there_too(
    lake: Lake, tmp_path: Path, now: datetime, make_post: Make
) -> None:
    coming = now + timedelta(days=2)
    gone: dict[str, Any] = {"published_at": None, "social_id": None, "post_url": None, "scheduled_for": coming}
    more = [make_post(7, "facebook", now, status="pending", text="Planned by hand", **gone)]
    shown = {"text": "Put up on the network itself", "post_url": "https://bluesky.example/77"}
    other = {"observed_at": now, "network": "bluesky", "social_id": "77", "published_at": now, "source": "api"} | shown
    lake.append("other_posts", [other])
    file = write_calendar(lake, tmp_path / "calendar.html", now=now, title="Town", more=more, trouble="API < away")
    page = file.read_text("utf-8")
    days = days_of(page, f"{coming:%Y-%m}") | days_of(page, f"{now:%Y-%m}")
    assert "Planned by hand" in days[str(coming.day)]
    assert '<li class="waiting">' in days[str(coming.day)]
    assert "Put up on the network itself" in days[str(now.day)]
    assert shown["post_url"] in days[str(now.day)]
    assert "API &lt; away" in page
    assert page.count('<li class="out elsewhere">') >= 1
    assert "1 from elsewhere" in page
    assert "1 waiting" in page


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Niue"])
@pytest.mark.parametrize("now", [datetime(2027, 1, 1, 0, 5, tzinfo=UTC), datetime(2027, 1, 31, 23, 55, tzinfo=UTC)])
def test_every_day_shown_is_asked_for(lake: Lake, tmp_path: Path, make_post: Make, now: datetime, zone: str) -> None:
    middle = now.replace(day=15)
    lake.append("posts", [make_post(n, "bluesky", middle + timedelta(days=30 * n), key=str(n)) for n in range(-3, 5)])
    months = re.findall(r'id="m(\d{4}-\d\d)"', page_of(lake, tmp_path, now, zone))
    assert len(months) == 4
    starts = [datetime.fromisoformat(f"{month}-01").replace(tzinfo=ZoneInfo(zone)) for month in months]
    first, end = span(now, zone)
    assert first == starts[0]
    assert end - timedelta(days=31) <= starts[-1] < end
