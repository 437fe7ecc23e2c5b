"""OPML: one file that names many feeds, as feed readers export them. Read before the feeds are.

Folders may be nested; their names and the `category` of an outline become tags of what the feed brings.
"""

import asyncio
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urljoin, urlsplit
from xml.parsers import expat

from pipeline.fetching import Fetcher
from pipeline.sources.decoding import decode
from pipeline.sources.places import local_path
from pipeline.sources.raw import SourceError
from pipeline.sources.text import plain_title
from pipeline.sources.xmltext import mended, prepared

SUFFIX = ".opml"
MOST_FEEDS = 5_000
LARGEST = 5 * 1024 * 1024
_DEEPEST = 100
_WEB = ("http", "https")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """A feed named by an OPML file. `tags` are its folders from the outermost in, then its own categories."""

    url: str
    title: str = ""
    tags: tuple[str, ...] = ()


def is_opml(source: str) -> bool:
    """Whether a source names an OPML file, by its suffix: `feeds.opml`, `https://example.org/feeds.opml?x=1`."""
    path = source.partition("?")[0].partition("#")[0] if "://" in source else source
    return path.lower().endswith(SUFFIX)


async def load_opml(source: str, fetcher: Fetcher) -> list[Outline]:
    """The feeds that an OPML file or URL names. Raises SourceError, FetchError, or what a path can raise."""
    path = local_path(source)
    if path is not None:
        return await asyncio.to_thread(_load_file, path, source)
    fetched = await fetcher.get(source)
    return await asyncio.to_thread(read_opml, fetched.body, fetched.url, content_type=fetched.content_type)


def read_opml(body: bytes, url: str, *, content_type: str | None = None) -> list[Outline]:
    """The feeds of an OPML document at `url`, each once, in its order.

    From the web only http and https addresses are taken: a stranger's list must not name files of this machine.
    Relative addresses resolve against `url`. Entities are never expanded. Raises SourceError for what is no OPML, names
    no feed, or is beyond bounds (5 MiB, 5,000 feeds, 100 levels).
    """
    if len(body) > LARGEST:
        raise SourceError(url, f"an OPML file of more than {LARGEST} bytes: split it")
    document = prepared(decode(body, content_type)[0], url)
    if document.root != "opml":
        raise SourceError(url, f"no OPML (its root is <{document.root}>): check the address")
    problem = ""
    for text in (document.text, mended(document)):
        reader = _Reader(url)
        try:
            reader.read(text)
        except expat.ExpatError as error:
            problem = str(error)
            continue
        return reader.result()
    raise SourceError(url, f"malformed OPML ({problem}): its owner must mend it")


def joined_tags(tags: Sequence[str]) -> tuple[str, ...]:
    """The tags, each once without regard to case, as it was spelled first."""
    spelled: dict[str, str] = {}
    for tag in tags:
        spelled.setdefault(tag.casefold(), tag)
    return tuple(tag for tag in spelled.values() if tag)


def _load_file(path: Path, source: str) -> list[Outline]:
    if path.stat().st_size > LARGEST:
        raise SourceError(source, f"an OPML file of more than {LARGEST} bytes: split it")
    return read_opml(path.read_bytes(), path.resolve().as_uri())


@dataclass(slots=True)
class _Reader:
    """Walks through the outlines, keeping the names of the open folders."""

    url: str
    open: list[tuple[str, ...]] = field(default_factory=list)
    found: dict[str, Outline] = field(default_factory=dict)

    def read(self, text: str) -> None:
        parser = expat.ParserCreate()
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.Parse(text, True)

    def result(self) -> list[Outline]:
        if not self.found:
            raise SourceError(self.url, "an OPML file that names no feed: its outlines have no usable xmlUrl")
        return list(self.found.values())

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if name.lower() != "outline":
            return
        given = {key.lower(): value for key, value in attributes.items()}
        title = plain_title(given.get("title") or given.get("text") or "", html=False)
        address = _address(given.get("xmlurl", ""), self.url)
        # A feed's own name is no tag; that of a folder is.
        self.open.append(() if given.get("xmlurl") else (title,))
        if len(self.open) > _DEEPEST:
            raise SourceError(self.url, f"folders in folders, more than {_DEEPEST} deep: its owner must mend it")
        if address:
            folders = [tag for level in self.open for tag in level]
            tags = joined_tags([*folders, *_categories(given.get("category", ""))])
            self.found.setdefault(address, Outline(url=address, title=title, tags=tags))
        if len(self.found) > MOST_FEEDS:
            raise SourceError(self.url, f"names more than {MOST_FEEDS} feeds: split it")

    def _end(self, name: str) -> None:
        if name.lower() == "outline":
            self.open.pop()


def _address(given: str, base: str) -> str:
    given = re.sub(r"\s", "", given)
    if given.lower().startswith("feed:"):
        given = given[5:] if "://" in given[5:] else "http:" + given[5:]
    try:
        address = urljoin(base, given) if given else ""
        parts = urlsplit(address)
    except ValueError:
        return ""
    local = parts.scheme == "file" and urlsplit(base).scheme == "file" and not parts.netloc
    return address if local or (parts.scheme in _WEB and parts.hostname) else ""


def _categories(given: str) -> Iterator[str]:
    # Comma-separated; a path such as /science/birds stands for its parts.
    for category in given.split(","):
        yield from (plain_title(part, html=False) for part in category.split("/"))
