"""Media: the gallery, uploads, and what is known of a media URL (content.md 6)."""

import asyncio
import base64
from pathlib import Path

from social.client.http import Http
from social.contract import routes
from social.contract.media import (
    MAX_UPLOAD_BYTES,
    MediaExists,
    MediaMeta,
    MediaMetaQuery,
    MediaUpload,
    MediaUrl,
    Resized,
    ResizeRequest,
    UploadUrl,
    UploadUrlQuery,
)
from social.contract.media import Media as MediaFile

Gallery = list[MediaFile]


class Media:
    """The media of a profile. Every method raises the errors of `social.errors`."""

    def __init__(self, http: Http) -> None:
        self._http = http

    async def resize(self, request: ResizeRequest) -> Resized:
        """A picture in a network's size, in the gallery."""
        return await self._http.call(routes.RESIZE_MEDIA, body=request)

    async def list(self) -> Gallery:
        """The gallery."""
        return await self._http.listed(routes.LIST_MEDIA)

    async def upload(
        self, data: bytes, file_name: str, content_type: str, *, description: str | None = None
    ) -> MediaFile:
        """Upload a file of at most 30 MB; `content_type` as `image/png`. Its `url` is what a post names.

        Raises ValueError for a larger file: that one needs `upload_url` and `put`.
        """
        file = await asyncio.to_thread(data_uri, data, content_type)
        body = MediaUpload(file=file, file_name=file_name, description=description)
        return await self._http.call(routes.UPLOAD_MEDIA, body=body)

    async def upload_url(self, file_name: str | None = None, content_type: str | None = None) -> UploadUrl:
        """An address for one large upload: give a name with an extension, or a short type such as `mp4`."""
        query = UploadUrlQuery(file_name=file_name, content_type=content_type)
        return await self._http.call(routes.UPLOAD_URL, query=query)

    async def put(self, to: UploadUrl, data: bytes | Path) -> None:
        """Send a file of up to 5 GB to the address. The API never says whether it arrived: ask `exists` afterwards."""
        await self._http.put(to.upload_url, data, to.content_type)

    async def exists(self, url: str) -> MediaExists:
        """Whether a media URL answers. One that does not is an answer with status `error`, not an error."""
        return await self._http.call(routes.MEDIA_EXISTS, body=MediaUrl(media_url=url))

    async def meta(self, url: str) -> MediaMeta:
        """Bytes, pixels and seconds of a media file."""
        return await self._http.call(routes.MEDIA_META, query=MediaMetaQuery(url=url))


def data_uri(data: bytes, content_type: str) -> str:
    """The file as a base64 data URI, the form of an upload (content.md 6.2). Raises ValueError over 30 MB."""
    if len(data) > MAX_UPLOAD_BYTES:
        raise ValueError(
            f"{len(data):,} bytes are more than the {MAX_UPLOAD_BYTES:,} of an upload: use upload_url and put instead"
        )
    return f"data:{content_type};base64,{base64.b64encode(data).decode('ascii')}"
