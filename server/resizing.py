"""A picture brought to an exact size, with watermark and effects (content.md 6.6). Blocking: call it in a thread."""

import io
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipeline.compose.resizing import MOST_PIXELS
from pipeline.media import facts_of
from social.contract.media import Effects
from social.networks.base import MediaKind

if TYPE_CHECKING:
    from PIL.Image import Image

CONVERTED_QUALITY = 75
USUAL_QUALITY = 90
BACKGROUND_BLUR = 40
_MARK_SHARE, _MARK_MARGIN = 4, 40
_KEPT = {"PNG": "png", "WEBP": "webp"}


class NotAPicture(ValueError):
    """These bytes cannot be resized. The message is the reason."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """`size` is (width, height); `at` where a crop begins; `format` JPEG, WEBP or empty to keep what it is."""

    size: tuple[int, int]
    mode: str
    at: tuple[int, int] = (0, 0)
    mark: bytes = b""
    mark_position: str = "southeast"
    effects: Effects = field(default_factory=Effects)
    format: str = ""


def resized(data: bytes, wanted: Wanted) -> tuple[bytes, str]:
    """The new picture and its extension. Raises NotAPicture.

    `resize` fills the size and cuts off what is too much, `blur` shows the whole picture on a blurred one, `crop` takes
    a part as it is.
    """
    from PIL import Image, ImageColor, ImageFilter  # noqa: PLC0415 -- seldom asked for

    source = _opened(data)
    image = _shaped(source, wanted)
    if wanted.effects.blur:
        image = image.filter(ImageFilter.GaussianBlur(wanted.effects.blur))
    if wanted.effects.color:
        tint = Image.new("RGBA", image.size, (*ImageColor.getrgb(wanted.effects.color)[:3], 90))
        image = Image.alpha_composite(image, tint)
    if wanted.mark:
        _mark(image, _opened(wanted.mark), wanted.mark_position)
    if wanted.effects.opacity is not None:
        share = wanted.effects.opacity / 100
        image.putalpha(image.getchannel("A").point(lambda value: round(value * share)))
    return _saved(image, wanted, source.format or "JPEG")


def _opened(data: bytes) -> "Image":
    from PIL import Image, ImageOps, UnidentifiedImageError  # noqa: PLC0415

    try:
        _check(data)
        image = Image.open(io.BytesIO(data))
        upright = ImageOps.exif_transpose(image).convert("RGBA")
    except (ValueError, OSError, SyntaxError, UnidentifiedImageError, Image.DecompressionBombError) as error:
        raise NotAPicture(f"it cannot be unpacked ({error})") from error
    upright.format = image.format
    return upright


def _check(data: bytes) -> None:
    facts = facts_of(data, url="picture")
    if facts.kind not in {MediaKind.IMAGE, MediaKind.GIF}:
        raise NotAPicture(f"it is a {facts.kind}")
    if (facts.pixels or 0) > MOST_PIXELS:
        raise NotAPicture(f"it has {facts.pixels:,} pixels; at most {MOST_PIXELS:,} are unpacked")


def _shaped(source: "Image", wanted: Wanted) -> "Image":
    from PIL import Image, ImageFilter, ImageOps  # noqa: PLC0415

    if wanted.mode == "crop":
        left, top = wanted.at
        right, bottom = left + wanted.size[0], top + wanted.size[1]
        if right > source.width or bottom > source.height:
            raise NotAPicture(f"the crop up to {right} x {bottom} lies outside of its {source.width} x {source.height}")
        return source.crop((left, top, right, bottom))
    filled = ImageOps.fit(source, wanted.size, Image.Resampling.LANCZOS)
    if wanted.mode != "blur":
        return filled
    background = filled.filter(ImageFilter.GaussianBlur(BACKGROUND_BLUR))
    whole = ImageOps.contain(source, wanted.size, Image.Resampling.LANCZOS)
    place = ((wanted.size[0] - whole.width) // 2, (wanted.size[1] - whole.height) // 2)
    background.alpha_composite(whole, place)
    return background


def _mark(image: "Image", mark: "Image", position: str) -> None:
    """Lay the mark on, at most a quarter as wide and as high as the picture."""
    mark.thumbnail((max(1, image.width // _MARK_SHARE), max(1, image.height // _MARK_SHARE)))
    margin = min(image.size) // _MARK_MARGIN
    free = (image.width - mark.width, image.height - mark.height)
    x = margin if "west" in position else free[0] - margin if "east" in position else free[0] // 2
    y = margin if "north" in position else free[1] - margin if "south" in position else free[1] // 2
    image.alpha_composite(mark, (max(0, x), max(0, y)))


def _saved(image: "Image", wanted: Wanted, source_format: str) -> tuple[bytes, str]:
    from PIL import Image  # noqa: PLC0415

    file, asked = io.BytesIO(), wanted.format or (source_format if source_format in _KEPT else "JPEG")
    quality = wanted.effects.quality or (CONVERTED_QUALITY if wanted.format else USUAL_QUALITY)
    if asked == "JPEG":
        flat = Image.new("RGB", image.size, "white")
        flat.paste(image, mask=image.getchannel("A"))
        flat.save(file, "JPEG", quality=quality)
        return file.getvalue(), "jpg"
    opaque = image.getchannel("A").getextrema() == (255, 255)
    (image.convert("RGB") if opaque else image).save(file, asked, **({"quality": quality} if asked == "WEBP" else {}))
    return file.getvalue(), _KEPT[asked]
