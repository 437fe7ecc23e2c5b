"""The media gallery of a profile: files that came by upload, and files the server made itself."""

import secrets
from collections.abc import AsyncIterator

from server.auth import Caller
from server.media_files import CONTENT_TYPES, OCTETS, MediaFiles
from server.store import media
from server.store.media import StoredMedia
from social.contract.media import MAX_UPLOAD_BYTES
from social.networks.base import MediaFacts


async def keep(
    caller: Caller,
    data: bytes,
    facts: MediaFacts,
    *,
    extension: str,
    file_name: str | None = None,
    description: str | None = None,
) -> StoredMedia:
    """Keep a file of at most 30 MB for 90 days, and let go of expired ones."""
    media_id = secrets.token_hex(16)
    name = f"{media_id}.{extension}"
    files = MediaFiles(caller.settings.media_dir)
    await files.write(name, _whole(data), most=MAX_UPLOAD_BYTES)
    values = {
        "id": media_id,
        "profile_id": caller.profile_id,
        "extension": extension,
        "content_type": CONTENT_TYPES.get(extension, OCTETS),
        "file_name": file_name or name,
        "description": description,
    }
    async with caller.database.begin() as connection:
        stored = await media.add(connection, values, facts, caller.now)
        expired = await media.sweep(connection, caller.now)
    for old in expired:
        await files.remove(old)
    return stored


async def _whole(data: bytes) -> AsyncIterator[bytes]:
    yield data
