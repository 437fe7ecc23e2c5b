"""A real Chromium for pages that people look at, driven by Playwright; Debian's own, nothing is downloaded."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, ViewportSize, sync_playwright

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
PHONE: ViewportSize = {"width": 390, "height": 844}
DESK: ViewportSize = {"width": 1200, "height": 900}
needs_chromium = pytest.mark.skipif(
    CHROMIUM is None,
    reason="no Chromium on this machine: install it (Debian: apt-get install chromium) to see pages opened",
)


@pytest.fixture
def browser() -> Iterator[Browser]:
    """Chromium, closed afterwards. Only for tests that are not async."""
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield opened
        opened.close()


@dataclass
class Seen:
    """A page that was opened from a file: what it asked for beside itself, and what its console said."""

    page: Page
    asked: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)


def look_at(browser: Browser, file: Path, *, size: ViewportSize = DESK, dark: bool = False) -> Seen:
    """Open a file. Requests to anywhere else are noted and not let through."""
    context = browser.new_context(viewport=size, color_scheme="dark" if dark else "light")
    seen = Seen(context.new_page())

    def note(route: Route) -> None:
        if route.request.url == file.as_uri():
            route.continue_()
        else:
            seen.asked.append(route.request.url)
            route.abort()

    context.route(lambda url: not url.startswith("data:"), note)
    seen.page.on("console", lambda message: seen.said.append(message.text))
    seen.page.on("pageerror", lambda error: seen.said.append(str(error)))
    seen.page.goto(file.as_uri())
    return seen
