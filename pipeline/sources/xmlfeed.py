"""RSS 0.9x, 1.0, 2.0 and Atom through feedparser, without the two things it spends its time on.

feedparser sanitises and resolves every piece of HTML it meets. We keep few of them and turn those into plain text, so
its strict reader is driven here directly with both switched off, over an expat that joins character data. Text it
refuses is mended and tried again; what is still refused goes to feedparser's forgiving reader.
"""

import io
import re
import xml.sax
from dataclasses import dataclass
from typing import Any
from xml.parsers.expat import XMLParserType
from xml.sax.expatreader import ExpatParser
from xml.sax.handler import feature_external_ges, feature_namespaces

import feedparser
from feedparser.api import SUPPORTED_VERSIONS, StrictFeedParser

from pipeline.sources.raw import Emblem, RawFeed, SourceError, pixels
from pipeline.sources.xmlentries import entry, field
from pipeline.sources.xmltext import Prepared, cut_off, entry_pieces, mended, prepared

_MIB = 1024 * 1024
_MOST_FORGIVEN = 5 * _MIB
_PIECE = 1 << 16
_ROOTS = ("rss", "rdf", "feed", "channel")
_NAMES = {"RSS 0.91 (Userland)": "RSS 0.91", "RSS 0.91 (Netscape)": "RSS 0.91", "RSS (unknown version)": "RSS"}
_LINK = re.compile(r"<link\b[^<>]*+>", re.IGNORECASE)
_FEED_TYPE = re.compile(r"type=[\"']application/(?:rss|atom|feed)\+(?:xml|json)[\"']", re.IGNORECASE)
_HREF = re.compile(r"href=[\"']([^\"'<>]+)", re.IGNORECASE)


def read_xml(text: str, url: str) -> RawFeed:
    """Read a feed in XML. Raises SourceError for HTML pages, other XML, entity bombs and text beyond reading."""
    feed = prepared(text, url)
    if feed.root in ("html", "head", "body", "script"):
        raise SourceError(url, f"an HTML page, not a feed: {_hint(text)}")
    if feed.root not in _ROOTS:
        raise SourceError(url, f"XML, but not a feed (its root is <{feed.root}>): check the address")
    found, oddities = _read(feed, url)
    raw = _raw(found, feed.root)
    raw.oddities = oddities
    if oddities and raw.entries and cut_off(feed.text):
        raw.entries[-1].broken = "the feed ends inside this entry, so it may lack text: fetch it again"
    return raw


def _read(feed: Prepared, url: str) -> tuple["_Found", list[str]]:
    strict, problem = _strictly(feed.text)
    if strict is not None:
        return strict, []
    again, _ = _strictly(mended(feed))
    if again is not None:
        return again, [f"not well-formed ({problem}), mended"]
    return _forgivingly(feed, problem, url), [f"not well-formed ({problem}), read forgivingly"]


@dataclass(slots=True)
class _Found:
    version: str
    feed: dict[str, Any]
    entries: list[dict[str, Any]]


class _Joined(ExpatParser):
    """Expat that hands over character data in one piece instead of line by line."""

    _parser: XMLParserType

    def reset(self) -> None:
        super().reset()
        self._parser.buffer_text = True
        self._parser.buffer_size = 1 << 16


def _strictly(text: str) -> tuple["_Found | None", str]:
    reader = StrictFeedParser("", None, "utf-8")
    reader.resolve_relative_uris = reader.sanitize_html = False
    parser = _Joined()
    parser.setFeature(feature_namespaces, True)
    parser.setFeature(feature_external_ges, False)
    parser.setContentHandler(reader)
    parser.setErrorHandler(reader)
    try:
        # Not as a stream: `io.StringIO` would hold the text once more, with four bytes a character.
        for start in range(0, len(text), _PIECE):
            parser.feed(text[start : start + _PIECE])
        parser.close()
    except (xml.sax.SAXException, feedparser.UndeclaredNamespace, ValueError) as error:
        return None, _problem(error)
    return _Found(reader.version, reader.feeddata, reader.entries), ""


def _problem(error: Exception) -> str:
    if isinstance(error, xml.sax.SAXParseException):
        return f"{error.getMessage()} in line {error.getLineNumber()}"
    return str(error)


def _forgivingly(feed: Prepared, problem: str, url: str) -> "_Found":
    if len(feed.text) > _MOST_FORGIVEN:
        raise SourceError(
            url, f"not well-formed ({problem}) and too large to be read forgivingly: its owner must mend it"
        )
    whole = _loosely(feed.text)
    pieces = entry_pieces(feed.text)
    if len(pieces) > len(whole.entries):
        # A tag left open swallows the entries after it: read alone, only its own entry suffers.
        whole.entries = [found for piece in pieces for found in _loosely(piece).entries[:1]]
    if not whole.entries and not whole.feed:
        raise SourceError(url, f"malformed beyond reading ({problem}): its owner must mend it")
    return whole


def _loosely(text: str) -> _Found:
    # A stream, never the bytes themselves: feedparser would try them as a file name first.
    stream = io.BytesIO(text.encode("utf-8", "replace"))
    parsed = feedparser.parse(stream, sanitize_html=False, resolve_relative_uris=False)
    return _Found(parsed.version, parsed.feed, parsed.entries)


def _raw(found: _Found, root: str) -> RawFeed:
    version = SUPPORTED_VERSIONS.get(found.version, "")
    name = version if version and version != "unknown" else "Atom" if root == "feed" else "RSS"
    language = field(found.feed, "language").replace("_", "-")
    # Each as found goes when it has been read: both together are the most memory a large feed would need.
    found.entries.reverse()
    entries = [entry(found.entries.pop(), language) for _ in range(len(found.entries))]
    return RawFeed(
        format=_NAMES.get(name, name),
        title=field(found.feed, "title"),
        link=field(found.feed, "link"),
        description=field(found.feed, "subtitle"),
        emblem=_emblem(found.feed),
        language=language,
        entries=entries,
    )


def _emblem(feed: dict[str, Any]) -> Emblem | None:
    image = dict.get(feed, "image")
    if isinstance(image, dict) and (url := field(image, "href") or field(image, "url")):
        width, height = pixels(dict.get(image, "width")), pixels(dict.get(image, "height"))
        return Emblem(url=url, title=field(image, "title"), link=field(image, "link"), width=width, height=height)
    url = field(feed, "logo") or field(feed, "icon")
    return Emblem(url=url, title=field(feed, "title"), link=field(feed, "link")) if url else None


def _hint(text: str) -> str:
    links = _LINK.findall(text[: 512 * 1024])
    href = next((found for link in links if _FEED_TYPE.search(link) and (found := _HREF.search(link))), None)
    return f"the page names its feed, take {href.group(1)}" if href else "look on the page for its feed's address"
