"""Short links and the clicks of real visitors (content.md 8)."""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, ColumnElement, Row, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from server.delivery.clicks import Clicks
from server.store import upsert
from server.store.chunks import chunks
from server.store.schema import from_ms, link_clicks, links, to_ms
from server.visitors import Visitor

ID_LENGTH = 6
_LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_URL = re.compile(r"https?://[^\s<>\"']+", re.IGNORECASE)
_TRAILING = ".,;:!?)]}…»”’"


@dataclass(frozen=True, slots=True)
class StoredLink:
    """One short link. `url` is where it leads, its UTM parameters included."""

    id: str
    profile_id: int
    url: str
    utm: dict[str, str]
    created: datetime
    updated: datetime | None


async def create(
    connection: AsyncConnection, profile_id: int, url: str, utm: dict[str, str], now: datetime
) -> StoredLink:
    """The profile's short link to `url`: the one it has, else a new one (content.md 8.1)."""
    asked = hashlib.sha256(url.encode()).hexdigest()
    values = {"profile_id": profile_id, "url": url, "asked": asked, "utm": utm, "created": to_ms(now)}
    mine = select(links).where(links.c.profile_id == profile_id, links.c.asked == asked)
    for attempt in range(100):
        row = (await connection.execute(mine)).first()
        if row is not None:
            return _read(row)
        await upsert.add(connection, links, values | {"id": _short_id(f"{profile_id}:{attempt}:{url}")})
    raise RuntimeError(f"no free short id for {url} after 100 attempts; the links table is as good as full")


async def update_url(
    connection: AsyncConnection, profile_id: int, link_id: str, url: str, now: datetime
) -> StoredLink | None:
    """Let a link lead to `url`. None when the profile has no such link."""
    # It no longer answers for the URL it was made for; that URL would get a new link.
    asked = hashlib.sha256(f"changed:{link_id}".encode()).hexdigest()
    mine = (links.c.profile_id == profile_id) & (links.c.id == link_id)
    await connection.execute(update(links).where(mine).values(url=url, asked=asked, utm={}, updated=to_ms(now)))
    return await get(connection, profile_id, link_id)


async def get(connection: AsyncConnection, profile_id: int, link_id: str) -> StoredLink | None:
    """One link of the profile, or None."""
    found = select(links).where(links.c.profile_id == profile_id, links.c.id == link_id)
    row = (await connection.execute(found)).first()
    return None if row is None else _read(row)


async def listed(
    connection: AsyncConnection, profile_id: int, *, since: datetime | None, until: datetime | None
) -> list[StoredLink]:
    """The profile's links created from `since` up to, not including, `until`; newest first."""
    found = select(links).where(links.c.profile_id == profile_id, *_within(links.c.created, since, until))
    rows = await connection.execute(found.order_by(links.c.created.desc(), links.c.id))
    return [_read(row) for row in rows]


async def destination(connection: AsyncConnection, link_id: str) -> str | None:
    """Where a link of any profile leads, or None."""
    url: str | None = await connection.scalar(select(links.c.url).where(links.c.id == link_id))
    return url


async def count_click(connection: AsyncConnection, link_id: str, visitor: Visitor, now: datetime) -> None:
    """Note one visit of a real visitor or bot."""
    await connection.execute(
        insert(link_clicks).values(
            link_id=link_id,
            at=to_ms(now),
            browser=visitor.browser,
            referrer=visitor.referrer,
            social=visitor.social or None,
            bot=visitor.bot,
        )
    )


async def clicks(
    connection: AsyncConnection, link_ids: Iterable[str], *, since: datetime | None, until: datetime | None
) -> dict[str, Clicks]:
    """Real visitors' clicks by link, bots left out."""
    counted: dict[str, Clicks] = {}
    for row in await _grouped(connection, link_ids, since, until, bot=False):
        found = counted.setdefault(row.link_id, Clicks())
        found.total += row.times
        found.browsers[row.browser] += row.times
        found.referrers[row.referrer] += row.times
        if row.social:
            found.social[row.social] += row.times
    return counted


async def bot_clicks(
    connection: AsyncConnection, link_ids: Iterable[str], *, since: datetime | None, until: datetime | None
) -> dict[str, int]:
    """Bots' visits by link: they are kept, but count as no click."""
    counted: dict[str, int] = {}
    for row in await _grouped(connection, link_ids, since, until, bot=True):
        counted[row.link_id] = counted.get(row.link_id, 0) + row.times
    return counted


async def shorten_text(connection: AsyncConnection, profile_id: int, text: str, now: datetime, base: str) -> str:
    """`text` with each http(s) URL replaced by the profile's short link (posts.md 3.1). `base`: the public URL.

    Links that are short already, and punctuation that closes the sentence, stay as they are.
    """
    short: dict[str, str] = {}
    for found in _URL.findall(text):
        url = _bare(found)
        if url not in short and not url.startswith(f"{base}/l/"):
            short[url] = short_url(base, (await create(connection, profile_id, url, {}, now)).id)
    return _URL.sub(lambda match: _replaced(match[0], short), text)


def short_url(base: str, link_id: str) -> str:
    """The address of a short link; its last part is the id."""
    return f"{base}/l/{link_id}"


def _bare(url: str) -> str:
    while url and url[-1] in _TRAILING and not (url[-1] == ")" and url.count("(") >= url.count(")")):
        url = url[:-1]
    return url


def _replaced(found: str, short: dict[str, str]) -> str:
    url = _bare(found)
    return short.get(url, url) + found[len(url) :]


def _short_id(seed: str) -> str:
    number = int.from_bytes(hashlib.sha256(seed.encode()).digest()[:8])
    letters = []
    for _ in range(ID_LENGTH):
        number, place = divmod(number, len(_LETTERS))
        letters.append(_LETTERS[place])
    return "".join(letters)


def _within(column: Column[int], since: datetime | None, until: datetime | None) -> list[ColumnElement[bool]]:
    after = [column >= to_ms(since)] if since is not None else []
    return after + ([column < to_ms(until)] if until is not None else [])


async def _grouped(
    connection: AsyncConnection, link_ids: Iterable[str], since: datetime | None, until: datetime | None, *, bot: bool
) -> list[Row[tuple[str, str, str, str | None, int]]]:
    kinds = (link_clicks.c.link_id, link_clicks.c.browser, link_clicks.c.referrer, link_clicks.c.social)
    counted = select(*kinds, func.count().label("times")).where(link_clicks.c.bot.is_(bot)).group_by(*kinds)
    counted = counted.where(*_within(link_clicks.c.at, since, until))
    rows: list[Row[tuple[str, str, str, str | None, int]]] = []
    for some in chunks(list(link_ids)):
        rows += (await connection.execute(counted.where(link_clicks.c.link_id.in_(some)))).all()
    return rows


def _read(row: Row[tuple[object, ...]]) -> StoredLink:
    return StoredLink(
        id=row.id,
        profile_id=row.profile_id,
        url=row.url,
        utm=row.utm,
        created=from_ms(row.created),
        updated=from_ms(row.updated) if row.updated is not None else None,
    )
