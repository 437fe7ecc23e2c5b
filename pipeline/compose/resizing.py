"""Pictures made to fit: another format, fewer bytes, other pixels or another shape, as the networks' rules ask.

Comes after measuring and before a draft is composed. Blocking and heavy: call it in a thread. A picture that fits is
never touched; what is made anew stands upright, is sRGB, and carries no metadata (places where photos were taken) but
how it came to be, where that was said (`provenance.py`).
"""

import io
import math
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from pipeline.campaign import Pictures
from pipeline.compose.provenance import source_packet
from pipeline.media import MediaError, facts_of
from social.networks.base import FileRule, MediaFacts, MediaKind
from social.networks.checks import fits
from social.networks.limits import Limit, OneOf, Range

if TYPE_CHECKING:
    from PIL.Image import Image

MOST_PIXELS = 64_000_000
"""Larger pictures are not unpacked: a few of them at once would not fit into memory."""
MOST_GROWTH = 2.0
"""A picture is not enlarged beyond this: what is that small was no picture to post."""
LONGEST_SIDE = 4_096
"""Of a picture that is made anew anyway; no network shows more."""

# Squeezing a larger PNG takes seconds.
_SMALL = 1_000_000
_READABLE = {"jpeg": "JPEG", "png": "PNG", "gif": "GIF", "bmp": "BMP", "tiff": "TIFF", "webp": "WEBP"}
_QUALITIES = (88, 78, 68)
_SHRINK, _SHRINKS = 0.75, 6
# Even at the lowest quality a JPEG needs about so many bytes per pixel.
_BYTES_PER_PIXEL = 0.06
_LINEAR = ("width", "height", "short_side", "long_side", "perimeter")


class CannotFit(ValueError):
    """This picture cannot be made to fit these rules. The message is the reason."""


class Rendition(NamedTuple):
    """A picture made anew: its bytes and their measured facts, under the URL of the original."""

    data: bytes
    facts: MediaFacts


@dataclass(frozen=True, slots=True)
class _Canvas:
    """Sides of the new picture before scaling, and the smallest and largest scale the rules allow.

    `reshaped` tells that its width by height is not the original's.
    """

    width: float
    height: float
    low: float
    high: float
    reshaped: bool

    def sides(self, scale: float) -> tuple[int, int]:
        whole = math.floor if scale <= 1 else math.ceil
        width, height = (max(1, whole(round(side * scale, 6))) for side in (self.width, self.height))
        return width, height


def refit(data: bytes, facts: MediaFacts, rules: Sequence[FileRule], look: Pictures) -> Rendition:
    """The picture `data` changed as little as needed to hold all `rules` at once.

    `facts` are its facts as measured. The shape changes only where a ratio asks for it, as `look.fit` says;
    transparency is kept where PNG is allowed, else laid on `look.background`. Raises CannotFit for what is no still
    picture, is too large to unpack, too small, or cannot hold the rules.
    """
    canvas = _canvas(facts, rules, look.fit)
    try:
        image, packet = _opened(data, facts, canvas)
        for encoded in _attempts(image, _formats(facts, rules, image), canvas, look, packet):
            made = facts_of(encoded, url=facts.url)
            if all(fits(rule, made) for rule in rules):
                return Rendition(encoded, made)
    except _broken() as error:
        raise CannotFit(f"cannot be unpacked ({error})") from error
    raise CannotFit("cannot be made to hold the limits of format, bytes and pixels together")


def new_ratio(facts: MediaFacts, rules: Sequence[FileRule]) -> float:
    """The width by height nearest to the picture's own that all `rules` allow. Raises CannotFit if there is none."""
    own = facts.ratio
    if own is None:
        raise CannotFit("its pixels are not known")
    bounds = [bound for rule in rules for bound in _bounds(rule.ratio)]
    allowed = [ratio for ratio in (own, *bounds) if all(rule.ratio.holds(ratio) for rule in rules)]
    if not allowed:
        raise CannotFit("no shape holds all the networks' ratios")
    return min(allowed, key=lambda ratio: abs(math.log(ratio / own)))


def _canvas(facts: MediaFacts, rules: Sequence[FileRule], fit: str) -> _Canvas:
    if facts.kind is not MediaKind.IMAGE or facts.format not in _READABLE:
        raise CannotFit(f"is {facts.format or facts.kind}, which is not converted")
    ratio = new_ratio(facts, rules)
    width, height = float(facts.width or 0), float(facts.height or 0)
    if width * height > MOST_PIXELS:
        raise CannotFit(f"has {width * height:,.0f} pixels; at most {MOST_PIXELS:,} are unpacked")
    if ratio != facts.ratio:
        if fit == "none":
            raise CannotFit(f"has the ratio {facts.ratio:.4g} where {ratio:.4g} is needed, and pictures.fit is none")
        wider = (ratio > width / height) == (fit == "pad")
        width, height = (height * ratio, height) if wider else (width, width / ratio)
    low, high = _scales(width, height, rules)
    if low > min(high, MOST_GROWTH):
        raise CannotFit(f"has {facts.width} x {facts.height} pixels, too few to be enlarged, or of a shape too extreme")
    return _Canvas(width, height, low, high, reshaped=ratio != facts.ratio)


def _scales(width: float, height: float, rules: Sequence[FileRule]) -> tuple[float, float]:
    sides = (min(width, height), max(width, height))
    values = dict(zip(_LINEAR, (width, height, *sides, sum(sides)), strict=True))
    low, high = 0.0, LONGEST_SIDE / sides[1]
    for rule in rules:
        limits = [(getattr(rule, name), value, 1.0) for name, value in values.items()]
        limits.append((rule.pixels, width * height, 0.5))
        for limit, value, power in limits:
            least, most = _range(limit)
            low, high = max(low, (least / value) ** power), min(high, (most / value) ** power)
        high = min(high, math.sqrt(_range(rule.size)[1] / _BYTES_PER_PIXEL / (width * height)))
    return low, high


def _range(limit: Limit) -> tuple[float, float]:
    # A choice of ranges is left to the check of the finished picture.
    if not isinstance(limit, Range):
        return 0.0, math.inf
    return limit.low or 0.0, math.inf if limit.high is None else limit.high


def _bounds(limit: Limit) -> Iterator[float]:
    for one in limit.ranges if isinstance(limit, OneOf) else [limit]:
        yield from (bound for bound in (one.low, one.high) if bound is not None)


def _opened(data: bytes, facts: MediaFacts, canvas: _Canvas) -> tuple["Image", str]:
    from PIL import Image, ImageOps  # noqa: PLC0415 - only for pictures that do not fit

    image = Image.open(io.BytesIO(data), formats=(_READABLE[facts.format or ""],))
    # A phone's JPEG may hold a second picture (MPO) without being an animation.
    if facts.format != "jpeg" and getattr(image, "is_animated", False):
        raise CannotFit("is animated; animations are left alone")
    # A JPEG can be unpacked smaller at once; twice the wanted size keeps the scaling clean.
    width, height = canvas.sides(min(1.0, canvas.high))
    image.draft(None, (2 * max(width, height), 2 * max(width, height)))
    shown = _srgb(ImageOps.exif_transpose(image))
    # Read last: a PNG may tell it behind its pixels.
    return shown, source_packet(image.info)


def _srgb(image: "Image") -> "Image":
    from PIL import ImageCms  # noqa: PLC0415

    if image.mode.startswith("I") or image.mode == "F":
        image = image.point(lambda value: value * (1 / 256)).convert("L")
    profile = image.info.get("icc_profile")
    wanted = "RGBA" if image.has_transparency_data else "RGB"
    if profile and image.mode in ("RGB", "RGBA", "CMYK", "L"):
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            shown = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode=wanted)
        except (ImageCms.PyCMSError, OSError, ValueError):
            # A broken profile says nothing about the colours; without one they are sRGB by convention.
            return image.convert(wanted)
        return shown or image.convert(wanted)
    return image.convert(wanted)


def _attempts(image: "Image", formats: Sequence[str], canvas: _Canvas, look: Pictures, packet: str) -> Iterator[bytes]:
    scale = min(1.0, canvas.high) if canvas.low <= 1 else canvas.low
    for _ in range(_SHRINKS):
        size = canvas.sides(scale)
        drawn = _reshaped(image, size, look) if canvas.reshaped else _resized(image, size)
        for form in formats:
            yield from _encoded(drawn, form, look.background, packet)
        if scale <= canvas.low:
            return
        scale = max(canvas.low, scale * _SHRINK)


def _formats(facts: MediaFacts, rules: Sequence[FileRule], image: "Image") -> list[str]:
    lossless = facts.format in ("png", "gif") or image.mode == "RGBA"
    wanted = ["png", "jpeg"] if lossless else ["jpeg", "png"]
    return [form for form in wanted if all(not rule.formats or form in rule.formats for rule in rules)]


def _resized(image: "Image", size: tuple[int, int]) -> "Image":
    from PIL import Image  # noqa: PLC0415

    return image.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)


def _reshaped(image: "Image", size: tuple[int, int], look: Pictures) -> "Image":
    from PIL import Image, ImageOps  # noqa: PLC0415

    if look.fit == "crop":
        return ImageOps.fit(image, size, Image.Resampling.LANCZOS)
    share = min(size[0] / image.width, size[1] / image.height)
    width, height = (max(1, round(side * share)) for side in image.size)
    canvas = Image.new(image.mode, size, look.background)
    canvas.paste(_resized(image, (width, height)), ((size[0] - width) // 2, (size[1] - height) // 2))
    return canvas


def _encoded(image: "Image", form: str, background: str, packet: str) -> Iterator[bytes]:
    from PIL import Image  # noqa: PLC0415

    if form == "png":
        yield _saved(image, "PNG", packet, optimize=image.width * image.height < _SMALL)
        return
    if image.mode == "RGBA":
        opaque = Image.new("RGB", image.size, background)
        opaque.paste(image, mask=image.getchannel("A"))
        image = opaque
    for quality in _QUALITIES:
        yield _saved(image, "JPEG", packet, quality=quality, optimize=True)
    # For the one network with a least number of bytes (posts.md 10.3).
    yield _saved(image, "JPEG", packet, quality=100, subsampling=0)


def _saved(image: "Image", form: str, packet: str, **how: object) -> bytes:
    from PIL.PngImagePlugin import PngInfo  # noqa: PLC0415

    out = io.BytesIO()
    image.info = {}
    if packet and form == "PNG":
        how["pnginfo"] = told = PngInfo()
        told.add_itxt("XML:com.adobe.xmp", packet)
    elif packet:
        how["xmp"] = packet.encode()
    image.save(out, form, **how)
    return out.getvalue()


def _broken() -> tuple[type[Exception], ...]:
    from PIL.Image import DecompressionBombError, DecompressionBombWarning  # noqa: PLC0415

    return (
        MediaError,
        DecompressionBombError,
        DecompressionBombWarning,
        OSError,
        SyntaxError,
        EOFError,
        KeyError,
        IndexError,
        TypeError,
        OverflowError,
        MemoryError,
        struct.error,
    )
