"""Facts of media files from their bytes."""

import io
import random
import struct
import subprocess
import sys
import zlib

import pytest
from PIL import Image

from pipeline.media import MediaError, facts_by_name, facts_of
from social.networks.base import MediaKind

URL = "https://example.org/picture"


def picture(form: str, size: tuple[int, int] = (64, 48), **options: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, (200, 30, 30)).save(out, form, **options)
    return out.getvalue()


def animated_gif() -> bytes:
    frames = [Image.new("RGB", (20, 10), colour) for colour in ("red", "lime", "blue")]
    out = io.BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:], duration=100)
    return out.getvalue()


def turned_photo() -> bytes:
    exif = Image.Exif()
    exif[0x0112] = 6
    return picture("JPEG", (64, 48), exif=exif)


def huge_png(side: int) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 64)) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    ("data", "kind", "form", "size"),
    [
        (picture("JPEG"), MediaKind.IMAGE, "jpeg", (64, 48)),
        (turned_photo(), MediaKind.IMAGE, "jpeg", (48, 64)),
        (picture("PNG"), MediaKind.IMAGE, "png", (64, 48)),
        (picture("BMP"), MediaKind.IMAGE, "bmp", (64, 48)),
        (picture("TIFF"), MediaKind.IMAGE, "tiff", (64, 48)),
        (picture("WEBP"), MediaKind.IMAGE, "webp", (64, 48)),
        (picture("WEBP", lossless=True), MediaKind.IMAGE, "webp", (64, 48)),
        (picture("WEBP", exif=b"Exif\0\0II*\0\x08\0\0\0\0\0"), MediaKind.IMAGE, "webp", (64, 48)),
        (picture("GIF"), MediaKind.IMAGE, "gif", (64, 48)),
        (animated_gif(), MediaKind.GIF, "gif", (20, 10)),
        (b"\0\0\0\x18ftypisom\0\0\0\0", MediaKind.VIDEO, "mp4", (None, None)),
        (b"\0\0\0\x14ftypqt  \0\0\0\0", MediaKind.VIDEO, "mov", (None, None)),
        (b"\x1aE\xdf\xa3\x9fB\x86\x81\x01B\x82\x84webm", MediaKind.VIDEO, "webm", (None, None)),
        (b"RIFF\0\0\0\0AVI LIST", MediaKind.VIDEO, "avi", (None, None)),
        (b"\0\0\0\x1cftypavif\0\0\0\0", MediaKind.IMAGE, "avif", (None, None)),
        (b"%PDF-1.7\n", MediaKind.DOCUMENT, "pdf", (None, None)),
    ],
)
def test_facts(data: bytes, kind: MediaKind, form: str, size: tuple[int | None, int | None]) -> None:
    facts = facts_of(data, url=URL)
    assert (facts.kind, facts.format, (facts.width, facts.height), facts.size) == (kind, form, size, len(data))


def test_a_bomb_is_measured_not_unpacked() -> None:
    facts = facts_of(huge_png(60_000), url=URL)
    assert (facts.width, facts.height) == (60_000, 60_000)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "is empty"),
        (b"  <!DOCTYPE html><html>", "web page"),
        (b"<?xml version='1.0'?><svg xmlns='x'/>", "SVG"),
        (b"hello", "sent as text/plain"),
        (b"\xff\xd8\xff\xe0", "broken jpeg"),
        (b"\x89PNG\r\n\x1a\n", "broken png"),
        (b"RIFF\0\0\0\0WEBPXXXX", "broken webp"),
    ],
)
def test_what_is_no_media_is_named(data: bytes, reason: str) -> None:
    with pytest.raises(MediaError, match=reason) as caught:
        facts_of(data, url=URL, content_type="text/plain")
    assert caught.value.url == URL
    assert URL in str(caught.value)


@pytest.mark.filterwarnings("ignore::UserWarning:PIL")
@pytest.mark.parametrize("form", ["JPEG", "PNG", "GIF", "BMP", "TIFF", "WEBP"])
def test_damaged_files_give_facts_or_a_media_error(form: str) -> None:
    whole = turned_photo() if form == "JPEG" else picture(form)
    chance = random.Random(form)
    for _ in range(300):
        data = bytearray(whole[: chance.randrange(8, len(whole))])
        for _ in range(6):
            data[chance.randrange(4, len(data))] = chance.randrange(256)
        try:
            facts = facts_of(bytes(data), url=URL)
        except MediaError:
            continue
        assert facts.size == len(data)


@pytest.mark.parametrize(
    ("url", "kind", "form"),
    [
        ("https://example.org/a/B.JPG?w=100", MediaKind.IMAGE, "jpeg"),
        ("https://example.org/film.mp4", MediaKind.VIDEO, "mp4"),
        ("https://example.org/dance.gif#x", MediaKind.GIF, "gif"),
    ],
)
def test_facts_by_name(url: str, kind: MediaKind, form: str) -> None:
    facts = facts_by_name(url)
    assert facts is not None
    assert (facts.kind, facts.format, facts.size) == (kind, form, None)


@pytest.mark.parametrize("url", ["https://example.org/", "https://example.org/picture", "https://x.org/a.html?b=c.png"])
def test_a_name_that_promises_nothing(url: str) -> None:
    assert facts_by_name(url) is None


def test_importing_it_does_not_load_pillow() -> None:
    code = "import pipeline.media, sys; sys.exit('PIL' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
