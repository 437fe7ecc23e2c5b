"""Media: upload, presigned upload, existence, facts (content.md 6)."""

from pydantic import Field

from social.contract.base import Answer, Wire

MAX_UPLOAD_BYTES = 30_000_000


class MediaUpload(Wire):
    """Body of `POST /media/upload`: `file` is a base64 data URI of at most 30 MB (content.md 6.2)."""

    file: str
    file_name: str | None = None
    description: str | None = None


class Media(Answer):
    """An uploaded file; `url` is what a post names. Kept 90 days. `size` is a string of bytes in the gallery."""

    id: str
    url: str
    file_name: str | None = None
    description: str | None = None
    size: str | None = None
    time_created: str | None = None
    expires_at: str | None = None


class UploadUrlQuery(Wire):
    """Query of `GET /media/uploadUrl`: a name with an extension, or a short content type such as `mp4`."""

    file_name: str | None = None
    content_type: str | None = None


class UploadUrl(Answer):
    """`PUT` the bytes to `upload_url` with exactly `content_type`, within 30 minutes, once (content.md 6.3)."""

    upload_url: str
    access_url: str
    content_type: str


class MediaUrl(Wire):
    """Body of `POST /media/urlExists`."""

    media_url: str = Field(min_length=1)


class MediaExists(Answer):
    """Whether a HEAD request of the URL succeeds (content.md 6.4)."""

    status: str
    status_code: int | None = None
    content_type: str | None = None
    status_text: str | None = None


class MediaMetaQuery(Wire):
    """Query of `GET /media/meta`."""

    url: str


class MediaMeta(Answer):
    """Facts of a media file: bytes, pixels, seconds (content.md 6.5; the shape is the proposal of content.md 19)."""

    status: str
    url: str
    content_type: str | None = None
    size: int | None = None
    width: int | None = None
    height: int | None = None
    duration: float | None = None
