"""Facts of a media file from its first bytes: what it is and how large, without ever decoding its pixels.

Used when drafts are made, to give each network only what it takes. The bytes are a stranger's: a picture that claims a
billion pixels costs nothing here, because nothing is unpacked.
"""

import io
import struct
from collections.abc import Callable
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from social.networks.base import MediaFacts, MediaKind

if TYPE_CHECKING:
    from PIL.ImageFile import ImageFile

_Size = tuple[int | None, int | None]
_ORIENTATION = 0x0112
_TURNED = range(5, 9)
_FTYP_IMAGES = {b"avif": "avif", b"avis": "avif", b"heic": "heic", b"heix": "heic", b"mif1": "heif", b"msf1": "heif"}
_FTYP_VIDEOS = {b"qt  ": "mov", b"M4V ": "m4v", b"M4VH": "m4v", b"M4VP": "m4v"}
_BY_NAME = {
    MediaKind.IMAGE: ("jpg", "jpeg", "png", "webp", "bmp", "tif", "tiff", "avif", "heic", "heif"),
    MediaKind.GIF: ("gif",),
    MediaKind.VIDEO: ("mp4", "mov", "m4v", "webm", "avi"),
    MediaKind.DOCUMENT: ("pdf", "ppt", "pptx", "doc", "docx"),
}
_KINDS = {extension: kind for kind, extensions in _BY_NAME.items() for extension in extensions}
_SAME = {"jpg": "jpeg", "tif": "tiff"}
# What a broken or hostile header makes the readers of pillow raise; none of them has one error class of its own.
_UNREADABLE = (OSError, SyntaxError, ValueError, EOFError, KeyError, IndexError, TypeError, OverflowError, struct.error)


class MediaError(ValueError):
    """These bytes are no media file that a post could carry. `url` says where they came from, `reason` why not."""

    def __init__(self, url: str, reason: str) -> None:
        super().__init__(f"{url}: {reason}; use a direct link to a JPEG, PNG, GIF, WebP, MP4 or MOV file")
        self.url = url
        self.reason = reason


def facts_of(data: bytes, *, url: str, content_type: str | None = None) -> MediaFacts:
    """What `data` is: kind, format, bytes, and for pictures pixels as shown (a turned photo is measured turned).

    The bytes decide; `content_type` is only named in the error. Videos and documents are known by their signature and
    get no more than their size. An animated GIF is of kind `GIF`, a still one `IMAGE`. Raises MediaError for anything
    else.
    """
    kind, form = _signature(data[:4096])
    if kind is None:
        raise MediaError(url, _what_else(data[:512], content_type))
    width, height = None, None
    if form in _READERS:
        try:
            (width, height), animated = _READERS[form](data)
        except _UNREADABLE as error:
            raise MediaError(url, f"is a broken {form} file ({error})") from error
        kind = MediaKind.GIF if form == "gif" and animated else kind
    return MediaFacts(url=url, kind=kind, format=form, size=len(data), width=width, height=height)


def facts_by_name(url: str) -> MediaFacts | None:
    """What the ending of the URL's path promises, nothing measured; None when it promises no media."""
    extension = urlsplit(url).path.rpartition(".")[2].lower()
    kind = _KINDS.get(extension)
    return None if kind is None else MediaFacts(url=url, kind=kind, format=_SAME.get(extension, extension))


def _signature(head: bytes) -> tuple[MediaKind | None, str]:
    if head[4:8] == b"ftyp":
        return _ftyp(head[8:12])
    if head[:4] == b"RIFF":
        return {b"WEBP": (MediaKind.IMAGE, "webp"), b"AVI ": (MediaKind.VIDEO, "avi")}.get(head[8:12], (None, ""))
    if head[:4] == b"\x1aE\xdf\xa3":
        return MediaKind.VIDEO, "webm" if b"webm" in head[:64] else "mkv"
    return next((found for start, found in _STARTS.items() if head.startswith(start)), (None, ""))


_STARTS: dict[bytes, tuple[MediaKind, str]] = {
    b"\xff\xd8\xff": (MediaKind.IMAGE, "jpeg"),
    b"\x89PNG\r\n\x1a\n": (MediaKind.IMAGE, "png"),
    b"GIF8": (MediaKind.IMAGE, "gif"),
    b"BM": (MediaKind.IMAGE, "bmp"),
    b"II*\x00": (MediaKind.IMAGE, "tiff"),
    b"MM\x00*": (MediaKind.IMAGE, "tiff"),
    b"%PDF-": (MediaKind.DOCUMENT, "pdf"),
}


def _ftyp(brand: bytes) -> tuple[MediaKind, str]:
    if brand in _FTYP_IMAGES:
        return MediaKind.IMAGE, _FTYP_IMAGES[brand]
    return MediaKind.VIDEO, _FTYP_VIDEOS.get(brand, "mp4")


def _what_else(head: bytes, content_type: str | None) -> str:
    start = head.lstrip().lower()
    if not head:
        return "is empty"
    if start.startswith((b"<!doctype", b"<html")):
        return "is a web page, not a media file"
    if b"<svg" in start:
        return "is an SVG drawing, which no network takes"
    return f"is no media file (sent as {content_type or 'unknown type'}, begins with {head[:8]!r})"


# The readers are called by hand: Image.open would load every plugin, and its bomb check warns through a global switch.
def _jpeg(data: bytes) -> tuple[_Size, bool]:
    from PIL.JpegImagePlugin import JpegImageFile  # noqa: PLC0415

    image = JpegImageFile(io.BytesIO(data))
    turned = image.getexif().get(_ORIENTATION) in _TURNED
    return (image.size[::-1] if turned else image.size), False


def _png(data: bytes) -> tuple[_Size, bool]:
    from PIL.PngImagePlugin import PngImageFile  # noqa: PLC0415

    return _plain(PngImageFile(io.BytesIO(data)))


def _gif(data: bytes) -> tuple[_Size, bool]:
    from PIL.GifImagePlugin import GifImageFile  # noqa: PLC0415
    from PIL.Image import DecompressionBombError, DecompressionBombWarning  # noqa: PLC0415

    try:
        image = GifImageFile(io.BytesIO(data))
        animated = image.is_animated
    except (DecompressionBombError, DecompressionBombWarning) as error:
        raise ValueError(str(error)) from error
    return image.size, animated


def _bmp(data: bytes) -> tuple[_Size, bool]:
    from PIL.BmpImagePlugin import BmpImageFile  # noqa: PLC0415

    return _plain(BmpImageFile(io.BytesIO(data)))


def _tiff(data: bytes) -> tuple[_Size, bool]:
    from PIL.TiffImagePlugin import TiffImageFile  # noqa: PLC0415

    return _plain(TiffImageFile(io.BytesIO(data)))


def _plain(image: "ImageFile") -> tuple[_Size, bool]:
    return image.size, False


def _webp(data: bytes) -> tuple[_Size, bool]:
    # By hand (RFC 9649): pillow's reader allocates the whole canvas as soon as it is opened.
    chunk, body = data[12:16], data[20:30]
    if chunk == b"VP8X":
        width, height = (int.from_bytes(body[at : at + 3], "little") + 1 for at in (4, 7))
    elif chunk == b"VP8L":
        bits = struct.unpack("<I", body[1:5])[0]
        width, height = (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    elif chunk == b"VP8 ":
        width, height = (side & 0x3FFF for side in struct.unpack("<HH", body[6:10]))
    else:
        raise ValueError(f"unknown WebP chunk {chunk!r}")
    return (width, height), False


_READERS: dict[str, Callable[[bytes], tuple[_Size, bool]]] = {
    "jpeg": _jpeg,
    "png": _png,
    "gif": _gif,
    "bmp": _bmp,
    "tiff": _tiff,
    "webp": _webp,
}
