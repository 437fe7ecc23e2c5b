"""The bytes of uploaded media on disk: written aside and then moved, so that no half file is ever served."""

import asyncio
import contextlib
import os
import secrets
from collections.abc import AsyncIterator
from pathlib import Path

CONTENT_TYPES = {
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "png": "image/png",
    "gif": "image/gif",
    "webp": "image/webp",
    "bmp": "image/bmp",
    "tif": "image/tiff",
    "tiff": "image/tiff",
    "avif": "image/avif",
    "heic": "image/heic",
    "heif": "image/heif",
    "mp4": "video/mp4",
    "m4v": "video/x-m4v",
    "mov": "video/quicktime",
    "webm": "video/webm",
    "avi": "video/x-msvideo",
    "mkv": "video/x-matroska",
    "pdf": "application/pdf",
    "doc": "application/msword",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "ppt": "application/vnd.ms-powerpoint",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "srt": "application/x-subrip",
}
"""Content type by file extension: what is kept here at all. Nothing a browser would run as a page is among them."""

OCTETS = "application/octet-stream"
EXTENSIONS = {kind: extension for extension, kind in reversed(CONTENT_TYPES.items())} | {"quicktime": "mov"}


class TooManyBytes(ValueError):
    """An upload is larger than allowed."""


class MediaFiles:
    """A folder of files named `<id>.<extension>`, spread over subfolders by the first two characters of the id."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def path(self, name: str) -> Path:
        """Where the file called `name` is, or would be."""
        return self._folder / name[:2] / name

    async def write(self, name: str, chunks: AsyncIterator[bytes], *, most: int) -> int:
        """Store a file and return its size in bytes. Raises TooManyBytes beyond `most`; nothing is left behind then."""
        target = self.path(name)
        beside = target.with_name(f".{secrets.token_hex(8)}")
        size = 0
        await asyncio.to_thread(target.parent.mkdir, parents=True, exist_ok=True)
        try:
            with beside.open("wb") as file:
                async for chunk in chunks:
                    size += len(chunk)
                    if size > most:
                        raise TooManyBytes(f"more than {most:,} bytes")
                    await asyncio.to_thread(file.write, chunk)
                await asyncio.to_thread(_to_disk, file.fileno())
            await asyncio.to_thread(beside.replace, target)
        finally:
            await asyncio.to_thread(beside.unlink, missing_ok=True)
        return size

    async def head(self, name: str, count: int) -> bytes:
        """The first `count` bytes of a file."""
        return await asyncio.to_thread(_first, self.path(name), count)

    async def remove(self, name: str) -> None:
        """Delete a file; one that is gone already is fine."""
        with contextlib.suppress(FileNotFoundError):
            await asyncio.to_thread(self.path(name).unlink)


def _to_disk(descriptor: int) -> None:
    os.fsync(descriptor)


def _first(path: Path, count: int) -> bytes:
    with path.open("rb") as file:
        return file.read(count)
