"""The pictures of an entry, best first: media:content, enclosures, media:thumbnail, itunes:image, first img in text."""

import re
from collections.abc import Iterable, Iterator
from html import unescape
from urllib.parse import parse_qsl, urljoin, urlsplit

from pipeline.records import Picture
from pipeline.sources.identity import canonical
from pipeline.sources.raw import Medium, Passage, pixels
from pipeline.sources.text import cleaned, decoded

_IMG = re.compile(r"<img\b(?=[\s/])((?:[^<>=]++|=\s*+(?:\"[^\"]*+\"|'[^']*+')?+)*+)>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"(?<![\w-])([a-zA-Z][\w-]*+)\s*+=\s*+(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'<>]+))")
_SUFFIX = re.compile(r"\.(?:jpe?g|png|gif|webp|avif|heic|bmp|tiff?|svg)$", re.IGNORECASE)
# Counters and decorations that feeds carry as images; a picture of them in a post would be a mistake.
_DECORATION = re.compile(
    r"//(?:pixel|stats)\.wordpress\.com/|//pixel\.wp\.com/|//feeds\.(?:wordpress|feedburner)\.com/(?:1\.0/|~)"
    r"|/feedburner\.com/~|//s\.w\.org/images/core/emoji/|/wp-includes/images/smilies/|//(?:secure|www|\d)\.gravatar\.com/avatar/"
    r"|\.doubleclick\.net/|feedsportal\.com/|/tracking(?:pixel)?\.|//www\.google-analytics\.com/|//res\.feedsportal"
    r"|/(?:matomo|piwik|p)\.php\?|/favicon[^/]*$|/apple-touch-icon|/filetype/|/emoji/|/(?:smileys?|smilies|emoticons?)/"
    r"|/(?:blank|spacer|pixel|1x1|clear|transparent)\.(?:gif|png)(?:$|\?)|//rss\.buysellads\.com/|//ad\.|\bpheedo\.com/",
    re.IGNORECASE,
)
_SIZES = {
    "w",
    "h",
    "width",
    "height",
    "fit",
    "crop",
    "quality",
    "q",
    "resize",
    "auto",
    "format",
    "dpr",
    "s",
    "size",
    "ssl",
}
_SMALL = 300
_MOST = 10


def pictures(media: Iterable[Medium], passages: Iterable[Passage], base: str) -> tuple[Picture, ...]:
    """The pictures of an entry without repetitions, at most ten.

    Tracking pixels and decorations are left out; of one picture in several sizes the widest stays; thumbnails known
    to be narrower than 300 pixels go last.
    """
    inline = first_image(passages, base)
    found = [picture for medium in media if (picture := _picture(medium, base))]
    if inline is not None:
        found.append(inline)
    alts = {picture.url: picture.alt for picture in found if picture.alt}
    best: dict[str, Picture] = {}
    for picture in found:
        key = _same(picture.url)
        known = best.get(key)
        if known is None or (picture.width or 0) > (known.width or 0):
            best[key] = picture
    ordered = sorted(best.values(), key=_is_small)
    return tuple(_with_alt(picture, alts.get(picture.url, "")) for picture in ordered[:_MOST])


def first_image(passages: Iterable[Passage], base: str) -> Picture | None:
    """The first img of the text that is a picture, or None."""
    for passage in passages:
        for attributes in _images(passage):
            source = _source(attributes)
            sizes = pixels(attributes.get("width")), pixels(attributes.get("height"))
            url = canonical_picture(source, urljoin(base, passage.base) if passage.base else base)
            if url and not _is_pixel(url, *sizes):
                alt = cleaned(decoded(attributes.get("alt", ""))).replace("\n", " ")
                return Picture(url=url, alt=alt, width=sizes[0], height=sizes[1], origin="img in content")
    return None


def canonical_picture(url: str, base: str) -> str:
    """The absolute URL of a picture, empty when it is none (data:, other schemes)."""
    return "" if url.startswith("data:") else canonical(url, base)


def is_picture(medium: Medium) -> bool:
    """True for a medium said to be a picture, or that says nothing and has the name of one."""
    if medium.type:
        return medium.type.startswith("image") or (_is_vague(medium) and _has_suffix(medium.url))
    return "image" in medium.origin or "thumbnail" in medium.origin or _has_suffix(medium.url)


def _is_vague(medium: Medium) -> bool:
    return medium.type in ("application/octet-stream", "text/html", "text/plain")


def _has_suffix(url: str) -> bool:
    return bool(_SUFFIX.search(url.partition("?")[0].partition("#")[0]))


def _picture(medium: Medium, base: str) -> Picture | None:
    if not is_picture(medium):
        return None
    url = canonical_picture(medium.url, base)
    if not url or _is_pixel(url, medium.width, medium.height):
        return None
    # Podcasts and some shops declare width="0": nothing said, rather than nothing to see.
    return Picture(
        url=url, alt=medium.alt, width=medium.width or None, height=medium.height or None, origin=medium.origin
    )


def _images(passage: Passage) -> Iterator[dict[str, str]]:
    value = passage.value
    if "<img" not in value and "<IMG" not in value:
        if "&lt;img" not in value:
            return
        value = unescape(value)
    for match in _IMG.finditer(value):
        pairs = _ATTRIBUTE.findall(match.group(1))
        yield {name.lower(): unescape(double or single or bare) for name, double, single, bare in reversed(pairs)}


def _source(attributes: dict[str, str]) -> str:
    source = attributes.get("src", "").strip()
    if source and not source.startswith("data:"):
        return source
    lazy = next((attributes[name] for name in ("data-src", "data-lazy-src", "data-original") if name in attributes), "")
    return lazy or attributes.get("srcset", "").strip().partition(" ")[0].rstrip(",")


def _is_pixel(url: str, width: int | None, height: int | None) -> bool:
    tiny = any(size is not None and 0 < size <= _TRACKER for size in (width, height))
    return tiny or (width == 0 and height == 0) or bool(_DECORATION.search(url))


_TRACKER = 3


def _same(url: str) -> str:
    parts = urlsplit(url)
    if all(name in _SIZES for name, _ in parse_qsl(parts.query, keep_blank_values=True)):
        return f"{parts.netloc}{parts.path}"
    return f"{parts.netloc}{parts.path}?{parts.query}"


def _is_small(picture: Picture) -> bool:
    return picture.width is not None and picture.width < _SMALL


def _with_alt(picture: Picture, alt: str) -> Picture:
    if picture.alt or not alt:
        return picture
    return Picture(url=picture.url, alt=alt, width=picture.width, height=picture.height, origin=picture.origin)
