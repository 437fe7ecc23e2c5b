"""What a web page names for itself: its picture (`og:image`), for items whose feed brings none, and its feeds.

Pages are strangers' text: fetched through the guard, looked at within bounds, read in linear time.
"""

import asyncio
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from html import unescape
from urllib.parse import urljoin

from pipeline.fetching import Fetched, Fetcher, FetchError, FetchLimits
from pipeline.records import Item, Picture
from pipeline.sources.decoding import decode
from pipeline.sources.pictures import canonical_picture
from pipeline.sources.raw import pixels
from pipeline.sources.text import cleaned

AT_ONCE = 8
LIMITS = FetchLimits(total=20.0, max_bytes=4 * 1024 * 1024)
_HEAD = 512 * 1024
_LONGEST_ALT = 1_000
_FEED_TYPES = frozenset(
    {"application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml", "application/json"}
)
_MOST_FEEDS = 5
_LINK = re.compile(r"<link\b((?:[^<>\"']++|\"[^\"]*+\"|'[^']*+')*+)>", re.IGNORECASE)
_META = re.compile(r"<meta\b((?:[^<>\"']++|\"[^\"]*+\"|'[^']*+')*+)>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"(?<![\w:-])([a-zA-Z][\w:-]*+)\s*+=\s*+(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'<>]+))")
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_NAMES = ("og:image:secure_url", "og:image", "og:image:url", "twitter:image", "twitter:image:src")


def page_picture(html: str, url: str) -> Picture | None:
    """The picture that the page at `url` names for itself; None when it names none that can be fetched.

    Only the first 512 Ki characters are looked at. `og:image` goes before `twitter:image`, the first of several wins.
    """
    said: dict[str, str] = {}
    for name, content in _metas(_COMMENT.sub("", html[:_HEAD])):
        said.setdefault(name, content)
    for name in _NAMES:
        if picture := canonical_picture(said.get(name, ""), url) if said.get(name) else "":
            alt = said.get("og:image:alt" if name.startswith("og:") else "twitter:image:alt", "")
            return Picture(
                url=picture,
                alt=cleaned(alt)[:_LONGEST_ALT].replace("\n", " "),
                width=pixels(said.get("og:image:width")),
                height=pixels(said.get("og:image:height")),
                origin=name,
            )
    return None


def feeds_of_page(page: Fetched) -> list[str]:
    """Addresses of the feeds that a page names (`<link rel="alternate">`), in its order; at most five."""
    html = decode(page.body[: 2 * _HEAD], page.content_type)[0][:_HEAD]
    found = []
    for given in _tags(_LINK, _COMMENT.sub("", html)):
        kind, relation = given.get("type", "").partition(";")[0].strip().lower(), given.get("rel", "").lower().split()
        if "alternate" in relation and kind in _FEED_TYPES and given.get("href", "").strip():
            found.append(urljoin(page.url, given["href"].strip()))
    return list(dict.fromkeys(found))[:_MOST_FEEDS]


async def with_page_pictures(items: Sequence[Item], fetcher: Fetcher) -> tuple[list[Item], dict[str, str]]:
    """The items, those without a picture given that of their page; and by link why a page gave none. Never raises."""
    found: dict[str, Picture] = {}
    missed: dict[str, str] = {}
    queue = iter(dict.fromkeys(item.link for item in items if item.link and not item.pictures))

    async def work() -> None:
        for link in queue:
            try:
                fetched = await fetcher.get(link, limits=LIMITS)
            except FetchError as error:
                missed[link] = f"no picture from its page: {error}"
                continue
            picture = await asyncio.to_thread(_look, fetched)
            if picture is None:
                missed[link] = f"no picture from its page: {fetched.url} names none"
            else:
                found[link] = picture

    async with asyncio.TaskGroup() as group:
        for _ in range(AT_ONCE):
            group.create_task(work())
    return [_with(item, found.get(item.link)) for item in items], missed


def _look(fetched: Fetched) -> Picture | None:
    return page_picture(decode(fetched.body[: 2 * _HEAD], fetched.content_type)[0], fetched.url)


def _with(item: Item, picture: Picture | None) -> Item:
    return replace(item, pictures=(picture,)) if picture and not item.pictures else item


def _tags(tag: re.Pattern[str], html: str) -> Iterator[dict[str, str]]:
    """The attributes of each such tag; of one given twice the first counts, as in browsers."""
    for match in tag.finditer(html):
        pairs = _ATTRIBUTE.findall(match.group(1))
        yield {name.lower(): unescape(double or single or bare) for name, double, single, bare in reversed(pairs)}


def _metas(html: str) -> Iterator[tuple[str, str]]:
    for given in _tags(_META, html):
        name = given.get("property") or given.get("name") or ""
        if content := given.get("content", "").strip():
            yield name.strip().lower(), content
