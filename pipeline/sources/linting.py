"""What is wrong with a feed, told to whoever can mend it: `lint` reads bytes and headers, posts and stores nothing."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from urllib.parse import urlsplit

from pipeline.records import DateQuality, Item
from pipeline.sources.parsing import ParsedFeed, parse_feed, read_raw
from pipeline.sources.raw import RawEntry, RawFeed, SourceError
from pipeline.sources.text import repaired

MOST_ENTRIES = 200
HUGE = 2 * 1024 * 1024
_NAMED = 3
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_MARKUP = re.compile(r"</?[a-zA-Z][^<>]*>|&(?:lt|gt|amp|quot|nbsp|#\d{2,7}|#x[0-9a-fA-F]{2,6});")

# UTF-8 of UTF-8, as feedparser's reader mends it unasked.
_GARBLED = re.compile(rb"\xc3\x83\xc2[\xa0-\xbf]")


class Severity(StrEnum):
    """How bad a finding is. Errors lose posts or double them, warnings cost quality, hints are good manners."""

    ERROR = "error"
    WARNING = "warning"
    HINT = "hint"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing to mend. `place` is `feed`, `headers`, or entries such as `entry 3, entry 7, entry 9 and 4 more`."""

    severity: Severity
    place: str
    message: str
    advice: str


def lint(
    body: bytes, url: str, headers: Mapping[str, str] | None = None, *, now: datetime | None = None
) -> list[Finding]:
    """What is wrong with the feed in `body`, worst first; empty when nothing is. Never raises for the feed.

    Args:
        body: The feed's bytes as they came.
        url: Where they came from; relative links resolve against it.
        headers: The HTTP headers of the answer; None for a file, whose headers nobody misses.
        now: The present, to notice dates in the future; the machine's clock by default.
    """
    told = None if headers is None else {name.lower(): value for name, value in headers.items()}
    content_type = told.get("content-type") if told else None
    try:
        raw, encoding = read_raw(body, url, content_type)
        parsed = parse_feed(body, url=url, content_type=content_type, now=now or datetime.now(UTC))
    except SourceError as error:
        advice = "until this is mended nothing of the feed is posted"
        return [Finding(severity=Severity.ERROR, place="feed", message=error.reason, advice=advice)]
    look = _Look(
        size=len(body),
        garbled=bool(_GARBLED.search(body)),
        url=url,
        headers=told,
        encoding=encoding,
        raw=raw,
        parsed=parsed,
    )
    found = [finding for rule in _RULES for finding in rule(look)]
    return sorted(found, key=lambda finding: _ORDER.index(finding.severity))


_ORDER = list(Severity)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Look:
    """A feed from all sides: entries as found in `raw`, items as we understand them in `parsed`."""

    size: int
    garbled: bool
    url: str
    headers: Mapping[str, str] | None
    encoding: Sequence[str]
    raw: RawFeed
    parsed: ParsedFeed

    def entries(self, fault: Callable[[RawEntry], object]) -> list[str]:
        numbered = enumerate(self.raw.entries, 1)
        return [f"entry {number}" for number, entry in numbered if not entry.broken and fault(entry)]

    def items(self, fault: Callable[[Item], object]) -> list[str]:
        return [item.place for item in self.parsed.items if fault(item)]


_Rule = Callable[[_Look], Iterator[Finding]]


def _found(severity: Severity, places: Sequence[str] | str, message: str, advice: str) -> Iterator[Finding]:
    if places:
        place = places if isinstance(places, str) else _named(places)
        yield Finding(severity=severity, place=place, message=message, advice=advice)


def _named(places: Sequence[str]) -> str:
    more = len(places) - _NAMED
    return ", ".join(places[:_NAMED]) + (f" and {more} more" if more > 0 else "")


def _unusable(look: _Look) -> Iterator[Finding]:
    reasons: dict[str, list[str]] = {}
    for entry in look.parsed.quarantined:
        reasons.setdefault(entry.reason, []).append(entry.place)
    for reason, places in reasons.items():
        twice = reason.startswith("duplicate")
        severity = Severity.WARNING if twice else Severity.ERROR
        yield from _found(severity, places, reason, "list each post once" if twice else "it is not posted: complete it")


def _identity(look: _Look) -> Iterator[Finding]:
    advice = "give each entry a guid (Atom: id) of its own that never changes"
    missing = look.entries(lambda entry: not entry.guid.strip())
    yield from _found(Severity.WARNING, missing, "no guid: known by its link, and posted again if that changes", advice)
    guids = Counter(item.guid for item in look.parsed.items if item.guid)
    shared = look.items(lambda item: guids[item.guid] > 1)
    yield from _found(Severity.ERROR, shared, "different posts with the same guid", advice)


_DATES = {
    DateQuality.MISSING: (Severity.WARNING, "no date"),
    DateQuality.UNREADABLE: (Severity.WARNING, "a date nobody can read"),
    DateQuality.IMPLAUSIBLE: (Severity.WARNING, "a date in the future, or before 1995"),
    DateQuality.ASSUMED_ZONE: (Severity.HINT, "a date without a usable time zone: taken as UTC"),
}


def _dates(look: _Look) -> Iterator[Finding]:
    advice = (
        "write the date of publication as `Tue, 03 Nov 2026 09:30:00 +0100` (Atom, JSON: 2026-11-03T09:30:00+01:00)"
    )
    for quality, (severity, message) in _DATES.items():
        wrong = [item.place for item in look.parsed.items if item.published_quality is quality]
        yield from _found(severity, wrong, message, advice)


def _links(look: _Look) -> Iterator[Finding]:
    relative = look.entries(lambda entry: entry.link and not _scheme(entry.link))
    yield from _found(
        Severity.WARNING, relative, "relative link", "write whole addresses: readers resolve them differently"
    )
    none = look.items(lambda item: not item.link)
    yield from _found(
        Severity.WARNING, none, "no link that can be posted", "give each entry an https address of its own"
    )
    links = Counter(item.link for item in look.parsed.items if item.link)
    shared = look.items(lambda item: links[item.link] > 1)
    yield from _found(
        Severity.WARNING, shared, "different posts with the same link", "link to the post, not to the site"
    )
    plain = look.items(lambda item: item.link.startswith("http://"))
    yield from _found(Severity.HINT, plain, "link over http", "link to the https address, if the site has one")


def _texts(look: _Look) -> Iterator[Finding]:
    untitled = look.items(lambda item: not item.title)
    yield from _found(Severity.HINT, untitled, "no title", "templates that use item.title find nothing there")
    # Only Atom can say that a title is HTML.
    atom = look.parsed.format.startswith("Atom")
    marked = look.entries(lambda entry: (_TAG if atom and entry.title.html else _MARKUP).search(entry.title.value))
    yield from _found(
        Severity.WARNING, marked, "markup in the title", "titles are plain text: leave tags and entities out"
    )
    wrong = look.entries(_is_mojibake) or ("feed" if look.garbled else "")
    advice = "the texts were turned into UTF-8 twice: mend it where the feed is made"
    yield from _found(Severity.WARNING, wrong, "letters such as \u00c3\u00a9 for \u00e9", advice)


def _is_mojibake(entry: RawEntry) -> bool:
    return any(repaired(value) != value for value in (entry.title.value, *(one.value for one in entry.passages)))


def _pictures(look: _Look) -> Iterator[Finding]:
    bare = look.items(lambda item: not item.pictures)
    advice = "name a picture by media:content or enclosure; posts with pictures are seen more"
    every = len(bare) == len(look.parsed.items)
    yield from _found(Severity.WARNING if every else Severity.HINT, bare, "no picture", advice)
    silent = look.items(lambda item: item.pictures and not item.pictures[0].alt)
    yield from _found(Severity.HINT, silent, "picture without alternative text", "say in `alt` what it shows")


def _document(look: _Look) -> Iterator[Finding]:
    for oddity in look.encoding:
        yield from _found(Severity.WARNING, "feed", oddity, "declare the encoding it has; best is UTF-8")
    for oddity in look.parsed.oddities:
        if oddity.startswith("not well-formed"):
            yield from _found(Severity.ERROR, "feed", oddity, "strict readers refuse it: write it with an XML library")
    if not look.raw.entries:
        yield from _found(Severity.WARNING, "feed", "no entries", "there is nothing to post")
    if not look.parsed.title:
        yield from _found(Severity.HINT, "feed", "no title of its own", "say whose feed it is")
    if not look.parsed.language:
        yield from _found(Severity.HINT, "feed", "no language", "declare it, such as <language>en</language>")


def _size(look: _Look) -> Iterator[Finding]:
    advice = "keep the newest 20 to 50 entries; every reader fetches all of it each time"
    if look.size > HUGE:
        yield from _found(Severity.WARNING, "feed", f"{look.size / 1024 / 1024:.1f} MiB", advice)
    if len(look.raw.entries) > MOST_ENTRIES:
        yield from _found(Severity.HINT, "feed", f"{len(look.raw.entries)} entries", advice)


def _headers(look: _Look) -> Iterator[Finding]:
    if look.headers is None:
        return
    if _scheme(look.url) == "http":
        yield from _found(Severity.HINT, "feed", "served over http", "serve it over https")
    if not look.headers.get("etag") and not look.headers.get("last-modified"):
        advice = "send one of them, so that an unchanged feed is not sent again"
        yield from _found(Severity.HINT, "headers", "neither ETag nor Last-Modified", advice)
    kind = look.headers.get("content-type", "")
    if not re.search(r"xml|json|rss|atom", kind, re.IGNORECASE):
        advice = "serve it as application/rss+xml, application/atom+xml or application/feed+json"
        yield from _found(Severity.HINT, "headers", f"content type {kind or 'missing'}", advice)


def _scheme(url: str) -> str:
    try:
        return urlsplit(url.strip()).scheme.lower()
    except ValueError:
        return ""


_RULES: tuple[_Rule, ...] = (_document, _unusable, _identity, _dates, _links, _texts, _pictures, _size, _headers)
