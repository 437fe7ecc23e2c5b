"""XML as feeds really write it, made safe and readable before a parser sees it.

`prepared` is always done: no document type, no entity declarations, no characters XML forbids. `mended` is done only
for text a strict parser refused: entities of HTML, bare ampersands, undeclared prefixes, attributes without quotes.
"""

import re
from dataclasses import dataclass
from html import unescape
from html.entities import html5

from pipeline.sources.raw import SourceError

_PROLOG = re.compile(r"\s*(?:<!--.*?-->\s*|<\?.*?\?>\s*)*", re.DOTALL)
_DECLARATION = re.compile(r"<\?xml\b[^>]*\?>")
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_DOCTYPE = re.compile(r"<!DOCTYPE\b(?:[^\[>\"']|\"[^\"]*\"|'[^']*')*(\[)?", re.IGNORECASE)
_SUBSET = re.compile(r"(?:[^\]\"'<]++|\"[^\"]*+\"|'[^']*+'|<!--.*?(?:-->|\Z)|<)*+\]\s*>", re.DOTALL)
_ENTITY = re.compile(r"<!ENTITY\s+(%\s+)?([\w.:-]+)\s+(SYSTEM\b|PUBLIC\b|\"([^\"]*)\"|'([^']*)')?", re.IGNORECASE)
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_ROOT = re.compile(r"<([A-Za-z_][\w.-]*:)?([A-Za-z_][\w.-]*)")
_FEED_START = re.compile(r"<(?:\?xml|rss|feed|rdf:RDF|channel)\b", re.IGNORECASE)
_CDATA = re.compile(r"(<!\[CDATA\[.*?(?:\]\]>|\Z))", re.DOTALL)
_REFERENCE = re.compile(r"&(#[xX]?[0-9a-fA-F]+;|[A-Za-z][\w.-]*;)?")
_PREFIX = re.compile(r"</?([A-Za-z_][\w.-]*):[A-Za-z_]|\s([A-Za-z_][\w.-]*):[A-Za-z_][\w.-]*\s*=")
_UNQUOTED = re.compile(r"(\s[\w:.-]+=)([^\s\"'<>=]+)(?=[\s>])")
_OPEN_TAG = re.compile(r"<[A-Za-z_][^<>]*+>")
_VALUE = re.compile(r"=\s*(?:\"[^\"]*\"|'[^']*')")
_WRAPPED = re.compile(r"<(feed|rss|rdf:RDF)\b[^<>]*(?:xmlns|version)\s*=", re.IGNORECASE)
_ROOT_TAG = re.compile(r"<[^<>]+>(?:\s*<channel\b[^<>]*>)?", re.IGNORECASE)
_PIECE = re.compile(
    r"<(item|entry)[\s>](?:(?!<(?:item|entry)[\s>]).)*?(?:</\1\s*>|(?=<(?:item|entry)[\s>])|\Z)", re.DOTALL
)
_EMPTY_ITEM = re.compile(r"<(?:item|entry)\s*/>")
_PREDEFINED = {"lt", "gt", "amp", "quot", "apos"}
# feedparser looks for an e-mail address in them, in time that grows with the square of their length.
_LONG_PERSON = re.compile(
    r"<(?:[\w.-]+:)?(?:author|creator|contributor|publisher|owner|managingeditor|webmaster|name|email)\b[^<>]*+>[^<>]{5000}",
    re.IGNORECASE,
)
_JUNK = 4096
_LONGEST_DOCTYPE = 64 * 1024
_NAMESPACES = {
    "atom": "http://www.w3.org/2005/Atom",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "media": "http://search.yahoo.com/mrss/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
}


@dataclass(slots=True)
class Prepared:
    """Text ready for a parser: `text` starts at the root element, `root` is its lower-case name without prefix."""

    text: str
    root: str
    entities: dict[str, str]


def prepared(text: str, url: str) -> Prepared:
    """Cut off everything before the root element and refuse what could explode or reach out.

    Raises SourceError for nested, external and parameter entities (they are never expanded or fetched), and for text
    without any element.
    """
    text = _without_junk(text)
    position = _after_prolog(text, 0)
    entities: dict[str, str] = {}
    if match := _DOCTYPE.match(text, position):
        end = _end_of_doctype(text, match, url)
        entities = _safe_entities(text[position:end], url)
        position = _after_prolog(text, end)
    root = _ROOT.match(text, position)
    if root is None:
        raise SourceError(url, "no XML element in it, so no feed: check the address")
    text = text[position:]
    if root.group(2).lower() == "html" and (wrapped := _WRAPPED.search(text)):
        # Seen in the wild: a whole feed inside the body of an HTML page.
        end = text.rfind(f"</{wrapped.group(1)}>")
        text = text[wrapped.start() : end + len(wrapped.group(1)) + 3 if end > 0 else len(text)]
        root = _ROOT.match(text) or root
    if _LONG_PERSON.search(text):
        raise SourceError(url, "an author of more than 5000 characters: refused, its owner must mend it")
    if _FORBIDDEN.search(text):
        text = _FORBIDDEN.sub("", text)
    return Prepared(_EMPTY_ITEM.sub("", text), root.group(2).lower(), entities)


def mended(feed: Prepared) -> str:
    """The text with the usual mistakes mended, so that a strict parser may read it after all."""
    names = feed.entities
    parts = _CDATA.split(feed.text)
    parts[::2] = [_REFERENCE.sub(lambda match: _reference(match, names), part) for part in parts[::2]]
    parts[::2] = [_OPEN_TAG.sub(_quoted, part) for part in parts[::2]]
    return _with_prefixes("".join(parts))


def cut_off(text: str) -> bool:
    """True when the text ends inside an entry."""
    opened = max(text.rfind(f"<{name}{after}") for name in ("item", "entry") for after in "> \n\r\t")
    return opened > max(text.rfind("</item"), text.rfind("</entry"))


def entry_pieces(text: str) -> list[str]:
    """Each entry as a document of its own, for feeds in which one broken entry spoils those after it."""
    root = _ROOT_TAG.match(text)
    start = root.group(0) if root else ""
    return [f"{start}{match.group(0)}" for match in _PIECE.finditer(text)]


def _without_junk(text: str) -> str:
    text = text.lstrip("\ufeff \t\r\n\0")
    if text.startswith("<"):
        return text
    start = _FEED_START.search(text[:_JUNK])
    return text[start.start() :] if start else text


def _after_prolog(text: str, position: int) -> int:
    match = _PROLOG.match(text, position)
    return match.end() if match else position


def _end_of_doctype(text: str, match: re.Match[str], url: str) -> int:
    if match.group(1):
        subset = _SUBSET.match(text[: match.end() + _LONGEST_DOCTYPE], match.end())
        if subset is None:
            raise SourceError(url, "a document type without end, or a very long one: refused, its owner must mend it")
        return subset.end()
    end = text.find(">", match.end())
    return end + 1 if end >= 0 else len(text)


def _safe_entities(doctype: str, url: str) -> dict[str, str]:
    safe: dict[str, str] = {}
    for parameter, name, value, double, single in _ENTITY.findall(_COMMENT.sub("", doctype)):
        content = double or single
        nested = re.search(r"&(?!#)|%\w|<", content)
        if parameter or nested or value.upper() in ("SYSTEM", "PUBLIC"):
            raise SourceError(
                url, f"declares nested or external entities ({name}): refused, this is how XML bombs are built"
            )
        safe[name] = unescape(content)
    return safe


def _reference(match: re.Match[str], names: dict[str, str]) -> str:
    body = match.group(1)
    if body is None:
        return "&amp;"
    name = body[:-1]
    if name in _PREDEFINED:
        return match.group(0)
    if name.startswith("#"):
        value = unescape(match.group(0))
        return "" if _FORBIDDEN.search(value) or value == "\ufffd" else _escaped(value)
    value = names.get(name) or html5.get(body, "")
    return _escaped(value) if value else f"&amp;{body}"


def _quoted(match: re.Match[str]) -> str:
    tag = match.group(0)
    return _UNQUOTED.sub(r'\1"\2"', tag) if "=" in _VALUE.sub("", tag) else tag


def _escaped(value: str) -> str:
    return value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _with_prefixes(text: str) -> str:
    outside = _CDATA.sub("", text)
    used = {first or second for first, second in _PREFIX.findall(outside)} - {"xml", "xmlns"}
    missing = {prefix for prefix in used if f"xmlns:{prefix}=" not in outside}
    if "rss" in missing:
        # Seen in the wild: every element of RSS itself behind a prefix that nobody declared.
        text = re.sub(r"(</?|\s)rss:(?=\w)", r"\1", text)
        missing.discard("rss")
    declared = "".join(
        f' xmlns:{prefix}="{_NAMESPACES.get(prefix, "urn:undeclared:" + prefix)}"' for prefix in sorted(missing)
    )
    root = _ROOT.match(text)
    return text[: root.end()] + declared + text[root.end() :] if root else text
