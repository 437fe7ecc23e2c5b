"""The bytes behind a media URL: an uploaded file from the disk, a foreign one through the guard."""

import asyncio

from pipeline.fetching import FetchError, FetchLimits
from server.answers import ApiError
from server.auth import Caller
from server.media_files import MediaFiles
from server.store import media as store


async def media_bytes(caller: Caller, url: str, field: str, *, most: int, action: str) -> bytes:
    """At most `most` bytes. Raises ApiError 136, naming `field`, for what cannot be had."""
    base = f"{caller.settings.public_url}/media/"
    if not url.startswith(base):
        try:
            return (await caller.services.fetcher.get(url, limits=FetchLimits(max_bytes=most))).body
        except FetchError as error:
            raise ApiError(136, f"{field}: {error}", action=action) from error
    name = url.removeprefix(base).partition("?")[0]
    async with caller.database.read() as connection:
        stored = await store.by_name(connection, name, caller.now)
    if stored is None:
        raise ApiError(136, f"{field}: no such media file was uploaded here.", action=action)
    path = MediaFiles(caller.settings.media_dir).path(name)
    try:
        size = (await asyncio.to_thread(path.stat)).st_size
        data = await asyncio.to_thread(path.read_bytes) if size <= most else b""
    except OSError as error:
        raise ApiError(136, f"{field}: the file is gone.", action=action) from error
    if size > most:
        raise ApiError(136, f"{field}: {size:,} bytes, more than the {most:,} that can be looked at.", action=action)
    return data
