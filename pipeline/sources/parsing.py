"""Bytes of a feed in, Items out: the one place where what every format has in common is decided."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from urllib.parse import urljoin

from pipeline.fetching import FetchError, FetchLimits
from pipeline.fetching.bodies import inflate
from pipeline.records import DateQuality, Item, Picture
from pipeline.sources.dates import best_date
from pipeline.sources.decoding import decode
from pipeline.sources.identity import Marks, canonical, content_hash, identities
from pipeline.sources.jsonfeed import read_json
from pipeline.sources.pictures import pictures
from pipeline.sources.raw import Emblem, Passage, RawEntry, RawFeed, SourceError
from pipeline.sources.text import cleaned, decoded, plain, plain_title, repaired
from pipeline.sources.xmlfeed import read_xml


@dataclass(frozen=True, slots=True, kw_only=True)
class Quarantined:
    """An entry that makes no Item. `place` is its `entry N`; `reason` says why."""

    place: str
    reason: str
    title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedFeed:
    """A feed as read: every entry is either in `items` or in `quarantined`.

    `format` as in `RSS 2.0`, `Atom 1.0`, `JSON Feed 1.1`. `oddities` are things worth knowing that stopped nothing.
    """

    title: str
    link: str
    description: str = ""
    emblem: Emblem | None = None
    language: str
    items: tuple[Item, ...]
    quarantined: tuple[Quarantined, ...]
    format: str
    oddities: tuple[str, ...]


@dataclass(slots=True, kw_only=True)
class _Read:
    """One entry, cleaned, before its identity within the feed is known."""

    place: str
    raw: RawEntry
    title: str
    text: str
    link: str
    published: datetime | None
    quality: DateQuality
    pictures: tuple[Picture, ...]

    @property
    def marks(self) -> Marks:
        said = content_hash(self.title, self.text, self.link)
        return Marks(self.raw.guid.strip(), self.link, self.title, said, self.published)

    @property
    def fault(self) -> str:
        if self.raw.broken:
            return self.raw.broken
        return "" if self.title or self.text or self.link else "has neither title nor text nor link: nothing to post"


def parse_feed(
    body: bytes, *, url: str, content_type: str | None = None, source: str | None = None, now: datetime | None = None
) -> ParsedFeed:
    """Read a feed: RSS 0.9x, 1.0, 2.0, Atom, JSON Feed, RSS in JSON; packed with gzip or not, in any encoding.

    Args:
        body: The feed's bytes.
        url: Where they came from; relative links resolve against it and errors name it.
        content_type: The HTTP header, for its charset.
        source: What the items' `source` says; `url` by default.
        now: The present, to notice dates in the future; the machine's clock by default.

    Raises:
        SourceError: HTML instead of a feed, malformed beyond reading, cut off JSON, unknown format, entity bomb.
    """
    raw, oddities = read_raw(body, url, content_type)
    base = canonical(raw.link, url) or url
    present = now or datetime.now(UTC)
    entries = [_read(entry, f"entry {number}", base, present) for number, entry in enumerate(raw.entries, 1)]
    items, quarantined = _sorted_out(entries, raw, source or url)
    return ParsedFeed(
        title=plain_title(repaired(raw.title), html=False),
        link=canonical(raw.link, url),
        description=plain_title(repaired(raw.description), html=True),
        emblem=_emblem(raw.emblem, base),
        language=raw.language,
        items=tuple(items),
        quarantined=tuple(quarantined),
        format=raw.format,
        oddities=(*oddities, *raw.oddities, *_remarks(entries)),
    )


def _emblem(found: Emblem | None, base: str) -> Emblem | None:
    url = canonical(found.url, base) if found else ""
    return replace(found, url=url, title=plain_title(repaired(found.title), html=False)) if found and url else None


def read_raw(body: bytes, url: str, content_type: str | None = None) -> tuple[RawFeed, list[str]]:
    """The entries as found, before anything is cleaned, and what was odd about the encoding. Raises SourceError."""
    try:
        text, oddities = decode(inflate(body, url, FetchLimits()), content_type)
    except FetchError as error:
        raise SourceError(url, error.reason) from error
    start = text.lstrip("\ufeff \t\r\n\0")
    if not start:
        raise SourceError(url, "empty: nothing to read, check the address")
    try:
        return (read_json(start, url) if start[0] in "{[" else read_xml(text, url)), oddities
    except SourceError:
        raise
    except Exception as error:
        # feedparser can stumble in many ways over hostile text; one feed must never end a run.
        raise SourceError(url, f"unreadable ({type(error).__name__}: {error}): its owner must mend it") from error


def _read(raw: RawEntry, place: str, base: str, now: datetime) -> _Read:
    raw.title.value = repaired(raw.title.value)
    published, quality = best_date(raw.dates, now=now)
    # The title stands directly in the entry, so the base in force for it (xml:base) is the entry's own.
    base = urljoin(base, raw.title.base)
    return _Read(
        place=place,
        raw=raw,
        title=plain_title(raw.title.value, html=raw.title.html),
        text=_text(raw.passages),
        link=canonical(raw.link, base) if raw.link else "",
        published=published,
        quality=quality,
        pictures=pictures(raw.media, reversed(raw.passages), base),
    )


def _text(passages: Sequence[Passage]) -> str:
    for passage in passages:
        value = repaired(passage.value)
        if text := plain(value) if passage.html or "<" not in value else _unmarked(value):
            return text
    return ""


def _unmarked(value: str) -> str:
    text = cleaned(decoded(value))
    return plain(value) if "</" in value else text


def _sorted_out(entries: list[_Read], raw: RawFeed, source: str) -> tuple[list[Item], list[Quarantined]]:
    sound = [entry for entry in entries if not entry.fault]
    names = dict(zip((entry.place for entry in sound), identities([entry.marks for entry in sound]), strict=True))
    items: list[Item] = []
    quarantined: list[Quarantined] = []
    for entry in entries:
        identity = names.get(entry.place, 0)
        if isinstance(identity, str):
            items.append(_item(entry, identity, raw, source))
        else:
            reason = entry.fault or f"duplicate of {sound[identity].place}"
            quarantined.append(Quarantined(place=entry.place, reason=reason, title=entry.title))
    return items, quarantined


def _item(entry: _Read, identity: str, feed: RawFeed, source: str) -> Item:
    raw, marks = entry.raw, entry.marks
    return Item(
        source=source,
        place=entry.place,
        identity=identity,
        content_hash=marks.content_hash,
        title=entry.title,
        text=entry.text,
        link=entry.link,
        guid=marks.guid,
        author=plain_title(repaired(raw.author), html=False),
        language=raw.language or feed.language,
        tags=_tags(raw.tags),
        pictures=entry.pictures,
        video=_stream(raw, "video"),
        audio=_stream(raw, "audio"),
        published=entry.published,
        published_quality=entry.quality,
    )


def _tags(found: Sequence[str]) -> tuple[str, ...]:
    tags = (plain_title(repaired(tag), html=False) for tag in found)
    return tuple({tag.casefold(): tag for tag in reversed(list(tags)) if tag}.values())[::-1]


_FILES = {"video": (".mp4", ".m4v", ".mov", ".webm"), "audio": (".mp3", ".m4a", ".ogg", ".opus", ".wav", ".aac")}


def _stream(raw: RawEntry, kind: str) -> str:
    for medium in raw.media:
        path = medium.url.partition("?")[0].lower()
        if medium.type.startswith(kind) or (not medium.type and path.endswith(_FILES[kind])):
            return canonical(medium.url)
    return ""


def _remarks(entries: list[_Read]) -> list[str]:
    if not entries:
        return ["no entries"]
    counts: Counter[str] = Counter()
    for entry in entries:
        if entry.quality in _ODD_DATES:
            counts[f"{entry.quality} date"] += 1
        if not entry.raw.guid:
            counts["no guid"] += 1
        if entry.raw.link and not entry.link:
            counts["link that is no http address"] += 1
    return [f"{remark}: {count} of {len(entries)} entries" for remark, count in sorted(counts.items())]


_ODD_DATES = (DateQuality.MISSING, DateQuality.UNREADABLE, DateQuality.IMPLAUSIBLE, DateQuality.ASSUMED_ZONE)
