"""Feeds from anywhere: http(s) addresses, files, `file:` URLs and folders of feed files.

`read_feeds` never raises for a feed: a feed that cannot be read is a result with its reason.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from pipeline.fetching import Fetched, Fetcher, FetchError
from pipeline.records import Verdict
from pipeline.sources.opml import Outline, is_opml, joined_tags, load_opml
from pipeline.sources.parsing import ParsedFeed, Quarantined, parse_feed
from pipeline.sources.places import UNUSABLE, local_path, unusable
from pipeline.sources.raw import SourceError
from pipeline.spool import Spool

__all__ = [
    "FeedReading",
    "FeedState",
    "ParsedFeed",
    "Quarantined",
    "SourceError",
    "expand",
    "named_feeds",
    "parse_feed",
    "read_feed",
    "read_feeds",
]

SUFFIXES = (".xml", ".rss", ".rdf", ".atom", ".json", ".feed")
LARGEST_FILE = 64 * 1024 * 1024
MOST_HELD = 16 * 1024 * 1024
"""Characters of readings that memory holds, roughly: some 15,000 items with a sentence each."""

# What an item weighs besides its text.
_ITEM = 800


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedState:
    """What is remembered of a feed between two readings. `url` is where to ask: the new address once it has moved."""

    url: str
    etag: str | None = None
    last_modified: str | None = None
    title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedReading:
    """What reading one source came to. `parsed` is set when `status` is ok, `reason` when it failed.

    Keep `state` for the next reading once the items are safely in the ledger. A sheet (`is_sheet`) is read the same
    way: its rows are the items, except those `aside`, which have their verdict already. Nothing in it is old. Where the
    items were `chosen` one by one, each is meant: none is old, or another one under a new id.
    """

    source: str
    status: Literal["ok", "unchanged", "failed"]
    state: FeedState
    reason: str = ""
    parsed: ParsedFeed | None = None
    aside: tuple[Verdict, ...] = ()
    is_sheet: bool = False
    chosen: bool = False

    @property
    def is_new_throughout(self) -> bool:
        """Whether nothing in it is old: the author of a sheet wrote every row to be posted, and choosing is meant."""
        return self.is_sheet or self.chosen


def expand(sources: Sequence[str], suffixes: Sequence[str] = SUFFIXES) -> list[str]:
    """The sources with each folder replaced by its files of these suffixes, sorted by name. Order is kept.

    Hidden files and those that an office program keeps open beside its own (`~$calendar.xlsx`) are none.
    """
    expanded: list[str] = []
    for source in sources:
        try:
            path = local_path(source)
            inside = path.iterdir() if path is not None and path.is_dir() else ()
            files = sorted(one for one in inside if _is_ours(one, suffixes))
        except UNUSABLE:  # told when it is read, where it stops no other source
            files = []
        expanded += [str(file) for file in files] or [source]
    return expanded


def _is_ours(file: Path, suffixes: Sequence[str]) -> bool:
    return file.suffix.lower() in suffixes and not file.name.startswith((".", "~$")) and file.is_file()


async def read_feeds(
    sources: Sequence[str],
    *,
    fetcher: Fetcher,
    states: Mapping[str, FeedState],
    concurrency: int = 8,
    most: int = MOST_HELD,
) -> Spool[FeedReading]:
    """Read many feeds, `concurrency` at a time. `states` is keyed by source; results keep the order of the sources.

    An OPML file or URL (`.opml`) stands for the feeds it names; one that cannot be read is a failed reading of its own.
    Readings of more than `most` characters in all are kept on disk. Raises OSError when it is full.
    """
    gate = asyncio.Semaphore(concurrency)
    readings: Spool[FeedReading] = Spool(most)

    async def one(number: int, place: Outline | FeedReading) -> None:
        async with gate:
            reading = place if isinstance(place, FeedReading) else await read_place(place)
        readings.put(number, reading, _weight(reading))

    async def read_place(place: Outline) -> FeedReading:
        return _tagged(await read_feed(place.url, fetcher=fetcher, state=states.get(place.url)), place.tags)

    places = enumerate(await named_feeds(sources, fetcher=fetcher))
    await asyncio.gather(*(one(number, place) for number, place in places))
    return readings


async def named_feeds(sources: Sequence[str], *, fetcher: Fetcher) -> list[Outline | FeedReading]:
    """The feeds that sources stand for, each once: those of folders and of OPML files and URLs among them.

    An OPML that cannot be read is a failed reading.
    """
    places: dict[str, Outline | FeedReading] = {}
    # Expanding looks at the disk.
    for source in await asyncio.to_thread(expand, sources):
        for place in await _named(source, fetcher) if is_opml(source) else [Outline(url=source)]:
            places.setdefault(place.url if isinstance(place, Outline) else place.source, place)
    return list(places.values())


async def read_feed(source: str, *, fetcher: Fetcher, state: FeedState | None = None) -> FeedReading:
    """Read one feed. With a `state`, an unchanged feed is not read again. Never raises for the feed."""
    known = state or FeedState(url=source)
    try:
        path = local_path(source)
        if path is not None:
            parsed = await asyncio.to_thread(_read_file, path, source)
            return FeedReading(source=source, status="ok", state=replace(known, title=parsed.title), parsed=parsed)
        fetched = await fetcher.get(known.url, etag=known.etag, last_modified=known.last_modified)
        return await _reading(source, known, fetched)
    except (FetchError, SourceError) as error:
        return FeedReading(source=source, status="failed", state=known, reason=str(error))
    except UNUSABLE as error:
        return FeedReading(source=source, status="failed", state=known, reason=unusable(source, error))


async def _named(source: str, fetcher: Fetcher) -> Sequence[Outline | FeedReading]:
    state = FeedState(url=source)
    try:
        return await load_opml(source, fetcher)
    except (FetchError, SourceError) as error:
        return [FeedReading(source=source, status="failed", state=state, reason=str(error))]
    except UNUSABLE as error:
        return [FeedReading(source=source, status="failed", state=state, reason=unusable(source, error))]


def _weight(reading: FeedReading) -> int:
    items = reading.parsed.items if reading.parsed else ()
    return sum(_ITEM + len(item.title) + len(item.text) for item in items)


def _tagged(reading: FeedReading, tags: tuple[str, ...]) -> FeedReading:
    if reading.parsed is None or not tags:
        return reading
    items = tuple(replace(item, tags=joined_tags((*item.tags, *tags))) for item in reading.parsed.items)
    return replace(reading, parsed=replace(reading.parsed, items=items))


async def _reading(source: str, known: FeedState, fetched: Fetched) -> FeedReading:
    state = replace(known, url=fetched.permanent_url or known.url)
    if fetched.not_modified:
        return FeedReading(source=source, status="unchanged", state=state)
    parsed = await asyncio.to_thread(
        parse_feed, fetched.body, url=fetched.url, content_type=fetched.content_type, source=source
    )
    state = replace(state, etag=fetched.etag, last_modified=fetched.last_modified, title=parsed.title)
    return FeedReading(source=source, status="ok", state=state, parsed=parsed)


def _read_file(path: Path, source: str) -> ParsedFeed:
    if path.is_dir():
        raise SourceError(source, f"no feed files in this folder (looked for {', '.join(SUFFIXES)})")
    if path.stat().st_size > LARGEST_FILE:
        raise SourceError(source, f"larger than {LARGEST_FILE} bytes: split it")
    return parse_feed(path.read_bytes(), url=path.resolve().as_uri(), source=source)
