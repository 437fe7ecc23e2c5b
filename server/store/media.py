"""Uploaded media: what they are, measured once when they came, so that a post that names them costs no decoding."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from server.store.schema import from_ms, media, to_ms
from social.networks.base import MediaFacts, MediaKind

KEPT = timedelta(days=90)
KEPT_LARGE = timedelta(days=30)
UPLOAD_TIME = timedelta(minutes=30)
_NAME = re.compile(r"/media/([0-9a-f]{32})\.([a-z0-9]{1,10})\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredMedia:
    """One file. `name` is its last URL part; `size` in bytes; `uploaded_at` None while an upload is awaited."""

    id: str
    profile_id: int
    extension: str
    file_name: str | None
    description: str | None
    content_type: str
    size: int | None
    created: datetime
    expires_at: datetime | None
    uploaded_at: datetime | None

    @property
    def name(self) -> str:
        """The name of the file: its id and extension."""
        return f"{self.id}.{self.extension}"

    def url(self, base: str) -> str:
        """The file's public address; `base` is the server's public URL."""
        return f"{base}/media/{self.name}"


async def add(connection: AsyncConnection, values: Mapping[str, Any], facts: MediaFacts, now: datetime) -> StoredMedia:
    """Note a file uploaded at once. `values`: the columns `id`, `profile_id`, `extension` and what it is called."""
    row = dict(values) | _measured(facts) | {"created": to_ms(now), "uploaded_at": to_ms(now)}
    await connection.execute(insert(media).values(row | {"expires_at": to_ms(now + KEPT)}))
    return _read_one((await connection.execute(select(media).where(media.c.id == values["id"]))).one())


async def expect(connection: AsyncConnection, values: Mapping[str, Any], token: str, now: datetime) -> None:
    """Note a file that will be uploaded with `token` within 30 minutes (content.md 6.3). `values` as for `add`."""
    row = dict(values) | {"created": to_ms(now), "upload_token": token}
    row |= {"upload_until": to_ms(now + UPLOAD_TIME), "expires_at": to_ms(now + KEPT_LARGE)}
    await connection.execute(insert(media).values(row))


async def awaited(connection: AsyncConnection, token: str, now: datetime) -> StoredMedia | None:
    """The file that may be uploaded with `token` now; None for a token unknown, used or too old."""
    row = (await connection.execute(select(media).where(_open(token, now)))).first()
    return None if row is None else _read_one(row)


async def arrived(connection: AsyncConnection, token: str, size: int, facts: MediaFacts | None, now: datetime) -> bool:
    """Note that the upload of `token` is complete. False when another one was faster: it works once."""
    values = (_measured(facts) if facts else {}) | {"size": size, "uploaded_at": to_ms(now)}
    done = await connection.execute(update(media).where(_open(token, now)).values(values))
    return done.rowcount == 1


async def gallery(connection: AsyncConnection, profile_id: int, now: datetime) -> list[StoredMedia]:
    """The profile's files that are there, newest first."""
    mine = select(media).where(media.c.profile_id == profile_id, media.c.uploaded_at.is_not(None), _alive(now))
    rows = await connection.execute(mine.order_by(media.c.created.desc(), media.c.id))
    return [_read_one(row) for row in rows]


async def by_name(connection: AsyncConnection, name: str, now: datetime) -> StoredMedia | None:
    """The file of any profile called `name`, if it is there and not expired."""
    row = await _row(connection, f"/media/{name}")
    if row is None or (row.expires_at is not None and row.expires_at <= to_ms(now)):
        return None
    return _read_one(row)


async def facts(connection: AsyncConnection, url: str) -> MediaFacts | None:
    """What is known of the own file behind `url`; None when there is none, or it was no media file.

    The caller makes sure that `url` is one of this server: only the last two parts of its path are looked at.
    """
    row = await _row(connection, url.partition("?")[0].partition("#")[0])
    if row is None or row.kind is None:
        return None
    return MediaFacts(
        url=url,
        kind=MediaKind(row.kind),
        format=row.format,
        size=row.size,
        width=row.width,
        height=row.height,
        duration=row.duration,
        fps=row.fps,
    )


async def sweep(connection: AsyncConnection, now: datetime, *, most: int = 20) -> list[str]:
    """Forget up to `most` expired files and name them, so that their bytes can go too."""
    old = await connection.execute(select(media).where(media.c.expires_at <= to_ms(now)).limit(most))
    gone = [_read_one(row) for row in old]
    if gone:
        await connection.execute(delete(media).where(media.c.id.in_([one.id for one in gone])))
    return [one.name for one in gone]


async def _row(connection: AsyncConnection, path: str) -> Row[Any] | None:
    found = _NAME.search(path)
    if found is None:
        return None
    named = (media.c.id == found[1]) & (media.c.extension == found[2]) & media.c.uploaded_at.is_not(None)
    return (await connection.execute(select(media).where(named))).first()


def _alive(now: datetime) -> ColumnElement[bool]:
    return media.c.expires_at.is_(None) | (media.c.expires_at > to_ms(now))


def _open(token: str, now: datetime) -> ColumnElement[bool]:
    waiting = media.c.uploaded_at.is_(None) & (media.c.upload_until > to_ms(now))
    return (media.c.upload_token == token) & waiting


def _measured(facts: MediaFacts) -> dict[str, Any]:
    measured = {name: getattr(facts, name) for name in ("format", "size", "width", "height", "duration", "fps")}
    return measured | {"kind": facts.kind.value}


def _read_one(row: Row[Any]) -> StoredMedia:
    return StoredMedia(
        id=row.id,
        profile_id=row.profile_id,
        extension=row.extension,
        file_name=row.file_name,
        description=row.description,
        content_type=row.content_type,
        size=row.size,
        created=from_ms(row.created),
        expires_at=from_ms(row.expires_at) if row.expires_at is not None else None,
        uploaded_at=from_ms(row.uploaded_at) if row.uploaded_at is not None else None,
    )
