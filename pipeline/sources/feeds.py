"""Feeds from anywhere: http(s) addresses, files, `file:` URLs and folders of feed files.

`read_feeds` never raises for a feed: a feed that cannot be read is a result with its reason.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal
from urllib.parse import unquote, urlsplit

from pipeline.fetching import Fetched, Fetcher, FetchError
from pipeline.sources.parsing import ParsedFeed, Quarantined, parse_feed
from pipeline.sources.raw import SourceError

__all__ = [
    "FeedReading",
    "FeedState",
    "ParsedFeed",
    "Quarantined",
    "SourceError",
    "expand",
    "parse_feed",
    "read_feed",
    "read_feeds",
]

SUFFIXES = (".xml", ".rss", ".rdf", ".atom", ".json", ".feed")
LARGEST_FILE = 64 * 1024 * 1024


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

    Keep `state` for the next reading once the items are safely in the ledger.
    """

    source: str
    status: Literal["ok", "unchanged", "failed"]
    state: FeedState
    reason: str = ""
    parsed: ParsedFeed | None = None


def expand(sources: Sequence[str]) -> list[str]:
    """The sources with each folder replaced by its feed files, sorted by name. Order is kept."""
    expanded: list[str] = []
    for source in sources:
        try:
            path = _path(source)
            inside = path.iterdir() if path is not None and path.is_dir() else ()
            files = sorted(one for one in inside if one.is_file() and one.suffix.lower() in SUFFIXES)
        except _UNUSABLE:  # told when it is read, where it stops no other source
            files = []
        expanded += [str(file) for file in files] or [source]
    return expanded


async def read_feeds(
    sources: Sequence[str], *, fetcher: Fetcher, states: Mapping[str, FeedState], concurrency: int = 8
) -> list[FeedReading]:
    """Read many feeds, `concurrency` at a time. `states` is keyed by source; results keep the order of the sources."""
    gate = asyncio.Semaphore(concurrency)

    async def one(source: str) -> FeedReading:
        async with gate:
            return await read_feed(source, fetcher=fetcher, state=states.get(source))

    # Expanding looks at the disk.
    expanded = await asyncio.to_thread(expand, sources)
    return list(await asyncio.gather(*(one(source) for source in expanded)))


async def read_feed(source: str, *, fetcher: Fetcher, state: FeedState | None = None) -> FeedReading:
    """Read one feed. With a `state`, an unchanged feed is not read again. Never raises for the feed."""
    known = state or FeedState(url=source)
    try:
        path = _path(source)
        if path is not None:
            parsed = await asyncio.to_thread(_read_file, path, source)
            return FeedReading(source=source, status="ok", state=replace(known, title=parsed.title), parsed=parsed)
        fetched = await fetcher.get(known.url, etag=known.etag, last_modified=known.last_modified)
        return await _reading(source, known, fetched)
    except (FetchError, SourceError) as error:
        return FeedReading(source=source, status="failed", state=known, reason=str(error))
    except _UNUSABLE as error:
        reason = f"{source}: {getattr(error, 'strerror', None) or error}: check the path"
        return FeedReading(source=source, status="failed", state=known, reason=reason)


async def _reading(source: str, known: FeedState, fetched: Fetched) -> FeedReading:
    state = replace(known, url=fetched.permanent_url or known.url)
    if fetched.not_modified:
        return FeedReading(source=source, status="unchanged", state=state)
    parsed = await asyncio.to_thread(
        parse_feed, fetched.body, url=fetched.url, content_type=fetched.content_type, source=source
    )
    state = replace(state, etag=fetched.etag, last_modified=fetched.last_modified, title=parsed.title)
    return FeedReading(source=source, status="ok", state=state, parsed=parsed)


# No such place, no permission; no path or URL at all; no such user's home.
_UNUSABLE = (OSError, ValueError, RuntimeError)


def _path(source: str) -> Path | None:
    scheme = urlsplit(source).scheme.lower() if "://" in source or source.lower().startswith("file:") else ""
    if scheme == "file":
        return Path(unquote(urlsplit(source).path))
    return None if scheme else Path(source).expanduser()


def _read_file(path: Path, source: str) -> ParsedFeed:
    if path.is_dir():
        raise SourceError(source, f"no feed files in this folder (looked for {', '.join(SUFFIXES)})")
    if path.stat().st_size > LARGEST_FILE:
        raise SourceError(source, f"larger than {LARGEST_FILE} bytes: split it")
    return parse_feed(path.read_bytes(), url=path.resolve().as_uri(), source=source)
