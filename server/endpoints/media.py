"""`/media`: upload, gallery, large uploads, existence and facts; and the files themselves (content.md 6)."""

import asyncio
import secrets
from dataclasses import replace
from http.client import responses
from typing import Any

from starlette.requests import ClientDisconnect, Request
from starlette.responses import FileResponse, Response

from pipeline.fetching import FetchError, FetchLimits, HttpStatus
from pipeline.media import MediaError, facts_of
from server.answers import ApiError, Reply
from server.auth import Caller
from server.gallery import keep
from server.media_files import CONTENT_TYPES, EXTENSIONS, OCTETS, MediaFiles, TooManyBytes
from server.routing import handles, public
from server.services import Services
from server.store import media as store
from server.store.media import StoredMedia
from server.uploads import Upload, read_upload
from social.contract.media import MediaMetaQuery, MediaUrl, UploadUrlQuery
from social.contract.routes import LIST_MEDIA, MEDIA_EXISTS, MEDIA_META, UPLOAD_MEDIA, UPLOAD_URL
from social.instants import wire_ms
from social.networks.base import MediaFacts

MOST_BY_URL = 5_000_000_000
HEADER_BYTES = 8_000_000
FOREIGN = FetchLimits(max_bytes=30 * 1024 * 1024)


@handles(UPLOAD_MEDIA, raw=True)
async def upload(caller: Caller) -> dict[str, Any]:
    """Keep a file of at most 30 MB for 90 days. Raises ApiError 136 for what is no media file."""
    given = await read_upload(caller.request)
    try:
        facts = await asyncio.to_thread(
            facts_of, given.data, url=given.file_name or "file", content_type=given.content_type
        )
    except MediaError as error:
        raise ApiError(136, f"The upload {error.reason}.") from error
    names = {"file_name": given.file_name, "description": given.description}
    stored = await keep(caller, given.data, facts, extension=_extension(facts, given), **names)
    shown = _shown(caller, stored)
    return {name: shown[name] for name in ("id", "url", "fileName", "description") if name in shown}


@handles(LIST_MEDIA)
async def gallery(caller: Caller) -> list[dict[str, Any]]:
    """The profile's files, newest first: a bare array (content.md 6.1)."""
    async with caller.database.read() as connection:
        found = await store.gallery(connection, caller.profile_id, caller.now)
    return [_shown(caller, one) for one in found]


@handles(UPLOAD_URL)
async def upload_url(caller: Caller, query: UploadUrlQuery) -> dict[str, str]:
    """An address to `PUT` up to 5 GB to, once, within 30 minutes."""
    extension, content_type = _announced(query)
    media_id, token = secrets.token_hex(16), secrets.token_urlsafe(32)
    values = {"id": media_id, "profile_id": caller.profile_id, "extension": extension}
    values |= {"content_type": content_type, "file_name": query.file_name}
    async with caller.database.begin() as connection:
        await store.expect(connection, values, token, caller.now)
    base = caller.settings.public_url
    access_url = f"{base}/media/{media_id}.{extension}"
    return {"uploadUrl": f"{base}/upload/{token}", "accessUrl": access_url, "contentType": content_type}


@handles(MEDIA_EXISTS)
async def exists(caller: Caller, body: MediaUrl) -> Reply:
    """Whether a HEAD request of the URL succeeds. Own files are looked up instead."""
    if name := _own_name(caller, body.media_url):
        async with caller.database.read() as connection:
            stored = await store.by_name(connection, name, caller.now)
        return _found(stored.content_type) if stored else _missing(404, "Not Found")
    try:
        head = await caller.services.fetcher.head(body.media_url, limits=FOREIGN)
    except HttpStatus as error:
        return _missing(error.status, responses.get(error.status, ""))
    except FetchError as error:
        return _missing(404, error.reason)
    return _found(head.content_type)


@handles(MEDIA_META)
async def meta(caller: Caller, query: MediaMetaQuery) -> dict[str, Any]:
    """Facts of a media file: bytes, pixels, seconds. Raises ApiError 136 when they cannot be had."""
    if name := _own_name(caller, query.url):
        async with caller.database.read() as connection:
            stored = await store.by_name(connection, name, caller.now)
            facts = await store.facts(connection, query.url) if stored else None
        if stored is None or facts is None:
            raise ApiError(136, f"{query.url}: no such media file was uploaded here.", action="get")
        return _facts_shown(facts, stored.content_type)
    try:
        fetched = await caller.services.fetcher.get(query.url, limits=FOREIGN)
        facts = facts_of(fetched.body, url=query.url, content_type=fetched.content_type)
    except (FetchError, MediaError) as error:
        raise ApiError(136, str(error), action="get") from error
    return _facts_shown(facts, CONTENT_TYPES.get(facts.format or "", fetched.content_type))


@public("PUT", "/upload/{token}")
async def receive(services: Services, request: Request, token: str) -> Response:
    """Take the bytes of a large upload, streamed to disk. As object stores do: 200 with no body, or 403."""
    now = services.clock.now()
    async with services.database.read() as connection:
        awaited = await store.awaited(connection, token, now)
    if awaited is None:
        raise ApiError(403, "This upload address is unknown, used or older than 30 minutes.", action="upload")
    if request.headers.get("content-type") != awaited.content_type:
        raise ApiError(403, f"Send exactly Content-Type: {awaited.content_type}", action="upload")
    files = MediaFiles(services.settings.media_dir)
    # Under a name of its own first: of two uploads at once only one may become the file.
    mine = f"{secrets.token_hex(16)}.part"
    try:
        size = await files.write(mine, request.stream(), most=MOST_BY_URL)
        facts = await _measured(files, mine, awaited, size)
        async with services.database.begin() as connection:
            if not await store.arrived(connection, token, size, facts, services.clock.now()):
                raise ApiError(403, "This upload address was used already.", action="upload")
            await asyncio.to_thread(_move, files, mine, awaited.name)
    except TooManyBytes as error:
        raise ApiError(400, f"The file is too large: {error}.", action="upload") from error
    except ClientDisconnect as error:
        raise ApiError(400, "The upload broke off.", action="upload") from error
    finally:
        await files.remove(mine)
    return Response(status_code=200)


@public("GET", "/media/{name}")
@public("HEAD", "/media/{name}")
async def serve(services: Services, _request: Request, name: str) -> Response:
    """The file itself."""
    async with services.database.read() as connection:
        stored = await store.by_name(connection, name, services.clock.now())
    path = MediaFiles(services.settings.media_dir).path(name)
    if stored is None or not await asyncio.to_thread(path.is_file):
        raise ApiError(404, "No such media file.", action="get")
    # Uploaded by strangers: the browser must not guess another type.
    safe = {"x-content-type-options": "nosniff", "cache-control": "public, max-age=86400"}
    return FileResponse(path, headers=safe, media_type=stored.content_type)


def _own_name(caller: Caller, url: str) -> str | None:
    base = f"{caller.settings.public_url}/"
    return url.removeprefix(base).removeprefix("media/").partition("?")[0] if url.startswith(base) else None


def _extension(facts: MediaFacts, given: Upload) -> str:
    named = (given.file_name or "").rpartition(".")[2].lower()
    # The bytes decide, not the name; but both spellings of one format are fine.
    known = facts.format or ""
    same = CONTENT_TYPES.get(named) is not None and CONTENT_TYPES.get(named) == CONTENT_TYPES.get(known)
    return named if same else {"jpeg": "jpg"}.get(known, known)


def _announced(query: UploadUrlQuery) -> tuple[str, str]:
    named = (query.file_name or "").rpartition(".")[2].lower() if "." in (query.file_name or "") else ""
    asked = (query.content_type or "").strip().lower().removeprefix(".")
    if not asked:
        if not named:
            raise ApiError(101, "Give fileName with an extension, or contentType such as mp4.", action="get")
        return (named, CONTENT_TYPES[named]) if named in CONTENT_TYPES else ("bin", OCTETS)
    extension = asked if asked in CONTENT_TYPES else EXTENSIONS.get(asked)
    if extension is None:
        raise ApiError(101, f"contentType {asked[:40]!r} is not taken; choose from mp4, mov, png, jpg, …", action="get")
    content_type = CONTENT_TYPES[extension]
    return (named if CONTENT_TYPES.get(named) == content_type else extension), content_type


async def _measured(files: MediaFiles, name: str, awaited: StoredMedia, size: int) -> MediaFacts | None:
    head = await files.head(name, HEADER_BYTES)
    try:
        facts = await asyncio.to_thread(facts_of, head, url=awaited.name, content_type=awaited.content_type)
    except MediaError:
        # A failed upload is not reported here, only found missing later (content.md 6.3).
        return None
    return replace(facts, size=size)


def _move(files: MediaFiles, source: str, target: str) -> None:
    place = files.path(target)
    place.parent.mkdir(parents=True, exist_ok=True)
    files.path(source).replace(place)


def _shown(caller: Caller, stored: StoredMedia) -> dict[str, Any]:
    shown = {
        "id": stored.id,
        "url": stored.url(caller.settings.public_url),
        "size": str(stored.size or 0),
        "timeCreated": wire_ms(stored.created),
        "fileName": stored.file_name,
        "description": stored.description,
        "expiresAt": wire_ms(stored.expires_at) if stored.expires_at else None,
    }
    return {name: value for name, value in shown.items() if value is not None}


def _found(content_type: str | None) -> Reply:
    bare = (content_type or OCTETS).partition(";")[0].strip()
    return Reply({"status": "success", "statusCode": 200, "contentType": bare})


def _missing(status: int, text: str) -> Reply:
    return Reply({"status": "error", "statusCode": status, "statusText": text}, 400)


def _facts_shown(facts: MediaFacts, content_type: str | None) -> dict[str, Any]:
    shown: dict[str, Any] = {"url": facts.url, "contentType": content_type, "size": facts.size, "width": facts.width}
    shown |= {"height": facts.height, "duration": facts.duration}
    return {"status": "success"} | {name: value for name, value in shown.items() if value is not None}
