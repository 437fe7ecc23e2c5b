"""Media: upload, presigned upload, existence, facts (content.md 6)."""

from typing import Any, Literal

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


SIZES = {
    "bluesky": (1200, 675),
    "facebook": (1200, 630),
    "gmb": (1200, 900),
    "instagram": (1080, 1080),
    "instagram_landscape": (1080, 566),
    "instagram_portrait": (1080, 1350),
    "instagram_story": (1080, 1920),
    "linkedin": (1200, 627),
    "pinterest": (1000, 1500),
    "reddit": (1200, 628),
    "snapchat": (1080, 1920),
    "telegram": (1280, 720),
    "threads": (1080, 1350),
    "tiktok": (1080, 1920),
    "twitter": (1600, 900),
    "youtube": (1280, 720),
}
"""Width and height that a `platform` stands for when a picture is resized. Facebook's and Instagram's are the
contract's (content.md 6.6), the others what the networks recommend (content.md 19)."""

Position = Literal[
    "north", "northeast", "east", "southeast", "south", "southwest", "west", "northwest", "center", "centre"
]


class Dimensions(Wire):
    """A size in pixels, and where a crop begins."""

    width: int = Field(ge=1, le=5000)
    height: int = Field(ge=1, le=5000)
    x_coordinate: int = Field(default=0, ge=0, le=100_000)
    y_coordinate: int = Field(default=0, ge=0, le=100_000)


class Watermark(Wire):
    """A picture laid on the picture."""

    url: str = Field(min_length=1)
    position: Position = "southeast"


class Effects(Wire):
    """`opacity` and `quality` in percent, `color` a hex tint, `blur` a radius in pixels."""

    opacity: float | None = Field(default=None, ge=0, le=100)
    color: str | None = Field(default=None, pattern=r"^#[0-9a-fA-F]{6}$")
    quality: int | None = Field(default=None, ge=1, le=100)
    blur: float | None = Field(default=None, ge=0, le=100)


class ResizeRequest(Wire):
    """Body of `POST /media/resize`: a picture by address, and a size by `platform` or `dimensions`.

    `image_url` and `watermark_url` are older spellings. A form may carry the picture as its part `file`.
    """

    media_url: str | None = None
    image_url: str | None = None
    platform: str | None = None
    dimensions: Dimensions | None = None
    mode: Literal["resize", "blur", "crop"] = "resize"
    watermark: Watermark | None = None
    watermark_url: str | None = None
    effects: Effects | None = None
    convert_to_jpg: bool = False
    convert_to_web_p: bool = Field(default=False, alias="convertToWebP")


class Resized(Answer):
    """Where the new picture is; it is in the gallery too."""

    status: str = "success"
    url: str
    platform: str | None = None
    mode: str | None = None
    effects: dict[str, Any] = {}
