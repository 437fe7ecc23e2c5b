"""JSON Feed 1.0 and 1.1, and RSS written as JSON (`{"rss": {"channel": {"item": [...]}}}`)."""

import json
from collections.abc import Iterator
from typing import Any

from pipeline.sources.raw import Emblem, Medium, Passage, RawEntry, RawFeed, SourceError


def read_json(text: str, url: str) -> RawFeed:
    """Read a feed in JSON. Raises SourceError when it is cut off, not JSON, or JSON of another kind."""
    try:
        data = json.loads(text, strict=False)
    except json.JSONDecodeError as error:
        raise SourceError(url, _broken(text, error)) from error
    except RecursionError as error:
        raise SourceError(url, "JSON nested too deeply to be a feed: check the address") from error
    if isinstance(data, dict) and isinstance(data.get("rss"), dict):
        return _rss(data["rss"])
    if isinstance(data, dict) and (isinstance(data.get("items"), list) or "jsonfeed.org" in str(data.get("version"))):
        return _feed(data)
    raise SourceError(url, "JSON, but neither JSON Feed nor RSS in JSON: check the address")


def _broken(text: str, error: json.JSONDecodeError) -> str:
    if error.pos >= len(text.rstrip()) - 1 or error.msg.startswith("Unterminated string"):
        return f"the JSON is cut off after {len(text)} characters: fetch it again"
    return f"damaged JSON, line {error.lineno} column {error.colno} ({error.msg}): its owner must mend it"


def _feed(data: dict[str, Any]) -> RawFeed:
    version = _string(data.get("version")).rstrip("/").rpartition("/")[2]
    return RawFeed(
        format=f"JSON Feed {version}" if version[:1].isdigit() else "JSON Feed",
        title=_string(data.get("title")),
        link=_string(data.get("home_page_url")),
        description=_string(data.get("description")),
        emblem=_emblem(data),
        language=_string(data.get("language")),
        entries=[_entry(item) for item in _list(data.get("items"))],
    )


def _emblem(data: dict[str, Any]) -> Emblem | None:
    url = _string(data.get("icon")) or _string(data.get("favicon"))
    return Emblem(url=url, title=_string(data.get("title")), link=_string(data.get("home_page_url"))) if url else None


def _entry(item: object) -> RawEntry:
    if not isinstance(item, dict):
        return RawEntry(broken=f"not an object but {type(item).__name__}")
    return RawEntry(
        guid=_string(item.get("id")),
        link=_string(item.get("url")) or _string(item.get("external_url")),
        title=Passage(value=_string(item.get("title")), html=False),
        passages=[
            Passage(value=value, html=name == "content_html")
            for name in ("summary", "content_text", "content_html")
            if (value := _string(item.get(name)))
        ],
        author=_author(item),
        language=_string(item.get("language")),
        tags=[_string(tag) for tag in _list(item.get("tags"))],
        dates=[_string(item.get(name)) for name in ("date_published", "date_modified")],
        media=list(_media(item)),
    )


def _author(item: dict[str, Any]) -> str:
    authors = _list(item.get("authors")) or [item.get("author")]
    return ", ".join(name for author in authors if isinstance(author, dict) and (name := _string(author.get("name"))))


def _media(item: dict[str, Any]) -> Iterator[Medium]:
    for name in ("image", "banner_image"):
        if url := _string(item.get(name)):
            yield Medium(url=url, type="image", origin=name)
    for attachment in _list(item.get("attachments")):
        if isinstance(attachment, dict) and (url := _string(attachment.get("url"))):
            yield Medium(url=url, type=_string(attachment.get("mime_type")).lower(), origin="attachment")


def _rss(rss: dict[str, Any]) -> RawFeed:
    channel = rss.get("channel")
    channel = channel if isinstance(channel, dict) else {}
    items = channel.get("item")
    return RawFeed(
        format=f"RSS in JSON {_string(rss.get('version'))}".strip(),
        title=_string(channel.get("title")),
        link=_string(channel.get("link")),
        description=_string(channel.get("description")),
        language=_string(channel.get("language")),
        entries=[_rss_entry(item) for item in (items if isinstance(items, list) else [items] if items else [])],
    )


def _rss_entry(item: object) -> RawEntry:
    if not isinstance(item, dict):
        return RawEntry(broken=f"not an object but {type(item).__name__}")
    enclosures = item.get("enclosure")
    enclosures = enclosures if isinstance(enclosures, list) else [enclosures]
    return RawEntry(
        guid=_inner(item.get("guid")),
        link=_string(item.get("link")),
        title=Passage(value=_inner(item.get("title"))),
        passages=[Passage(value=value) for value in (_inner(item.get("description")),) if value],
        author=_inner(item.get("author")),
        tags=[_inner(tag) for tag in _list(item.get("category"))],
        dates=[_inner(item.get("pubDate"))],
        media=[
            Medium(url=_string(found.get("url")), type=_string(found.get("type")).lower(), origin="enclosure")
            for found in enclosures
            if isinstance(found, dict) and found.get("url")
        ],
    )


def _inner(value: object) -> str:
    return _string(value.get("#value") or value.get("#text")) if isinstance(value, dict) else _string(value)


def _string(value: object) -> str:
    if isinstance(value, str):
        return value.strip()
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else [value] if isinstance(value, str) else []
