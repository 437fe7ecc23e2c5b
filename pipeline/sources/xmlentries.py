"""Entries as feedparser gives them, as RawEntry.

feedparser's dictionaries answer for keys they do not have (`updated` for `published`) and warn about it, so they are
read with `dict.get`, which is also quicker.
"""

import re
from collections.abc import Iterator
from typing import Any

from pipeline.sources.raw import Medium, Passage, RawEntry, pixels

_MAIL_AND_NAME = re.compile(r"[^\s@()]+@[^\s()]+\s*\(([^()]+)\)")
_MACHINE_TAGS = ("http://schemas.google.com/", "http://gdata.youtube.com/schemas/")
_NOT_THE_POST = ("self", "enclosure", "edit", "replies", "hub", "license", "via", "next", "prev", "service.post")


def field(found: dict[str, Any], name: str) -> str:
    """A field as text; empty when it is missing or of another kind."""
    value = dict.get(found, name)
    return value if isinstance(value, str) else ""


def entry(found: dict[str, Any], feed_language: str) -> RawEntry:
    """One entry of feedparser's as RawEntry. `feed_language` stands in when the entry names none."""
    return RawEntry(
        guid=field(found, "id"),
        link=_link(found),
        title=_passage(dict.get(found, "title_detail"), field(found, "title"), html=False),
        passages=list(_passages(found)),
        author=_author(found),
        language=_language(found) or feed_language,
        tags=list(_tags(found)),
        dates=[text for name in ("published", "updated", "created") if (text := field(found, name).strip())],
        media=list(_media(found)),
    )


def _link(found: dict[str, Any]) -> str:
    original = field(found, "feedburner_origlink")
    if original.startswith("http"):
        return original
    link = field(found, "link")
    if link and link != field(found, "id"):
        return link
    named = [str(dict.get(one, "href") or "") for one in _links(found) if dict.get(one, "rel") not in _NOT_THE_POST]
    named = [href for href in named if href]
    if named:
        return named[0]
    # A guid stands in for the link only when it is an address itself.
    return link if link.startswith("http") else ""


def _links(found: dict[str, Any]) -> list[dict[str, Any]]:
    return [link for link in dict.get(found, "links") or [] if isinstance(link, dict)]


def _passage(detail: object, value: str, *, html: bool) -> Passage:
    if not isinstance(detail, dict):
        return Passage(value=value, html=html)
    return Passage(
        value=value,
        html=dict.get(detail, "type") in ("text/html", "application/xhtml+xml"),
        base=str(dict.get(detail, "base") or ""),
    )


def _passages(found: dict[str, Any]) -> Iterator[Passage]:
    contents = [content for content in dict.get(found, "content") or [] if field(content, "value")]
    summary = field(found, "summary")
    # feedparser copies a lone content into the summary, without its type and base.
    if summary and all(field(content, "value") != summary for content in contents):
        yield _passage(dict.get(found, "summary_detail"), summary, html=True)
    for content in contents:
        yield _passage(content, field(content, "value"), html=True)


def _author(found: dict[str, Any]) -> str:
    if match := _MAIL_AND_NAME.fullmatch(field(found, "author").strip()):
        return match.group(1)
    people = [person for person in dict.get(found, "authors") or [] if isinstance(person, dict)]
    names = [name for person in people if (name := field(person, "name"))]
    return ", ".join(dict.fromkeys(names))


def _language(found: dict[str, Any]) -> str:
    detail = dict.get(found, "title_detail")
    return field(detail, "language") if isinstance(detail, dict) else ""


def _tags(found: dict[str, Any]) -> Iterator[str]:
    for tag in dict.get(found, "tags") or []:
        if not str(dict.get(tag, "scheme") or "").startswith(_MACHINE_TAGS):
            yield field(tag, "label") or field(tag, "term")


def _media(found: dict[str, Any]) -> Iterator[Medium]:
    for content in dict.get(found, "media_content") or []:
        yield _medium(content, field(content, "url"), "media:content")
    for link in _links(found):
        if dict.get(link, "rel") == "enclosure":
            yield _medium(link, field(link, "href"), "enclosure")
    for thumbnail in dict.get(found, "media_thumbnail") or []:
        yield _medium(thumbnail, field(thumbnail, "url"), "media:thumbnail", kind="image")
    image = dict.get(found, "image")
    if isinstance(image, dict) and (url := field(image, "href")):
        yield Medium(url=url, type="image", origin="itunes:image")


def _medium(found: dict[str, Any], url: str, origin: str, *, kind: str = "") -> Medium:
    said = field(found, "type").strip().lower()
    medium = field(found, "medium").strip().lower()
    return Medium(
        url=url.strip(),
        type=kind or said or medium,
        width=pixels(dict.get(found, "width")),
        height=pixels(dict.get(found, "height")),
        origin=origin,
    )
