"""Small pictures for the report: of any readable picture, of nothing else, never a failure of the run."""

import base64
import io

import pytest
from PIL import Image

from pipeline.compose.thumbnails import SIDE, thumbnails


def packed(image, form, **options):
    file = io.BytesIO()
    image.save(file, form, **options)
    return file.getvalue()


def opened(small):
    return Image.open(io.BytesIO(base64.b64decode(small)))


@pytest.mark.parametrize(("mode", "form"), [("RGB", "JPEG"), ("RGBA", "PNG"), ("P", "GIF"), ("RGB", "WEBP")])
def test_a_picture_becomes_a_small_square(make_draft, mode, form):
    draft = make_draft(bluesky=("https://a.org/x",))
    data = packed(Image.new(mode, (640, 480)), form)
    ((named, small),) = thumbnails([draft], {"https://a.org/x": data})
    assert named is draft
    assert opened(small).size == (SIDE, SIDE)
    assert opened(small).format == "JPEG"
    assert len(small) < 5_000


def test_a_phones_picture_stands_upright_and_tells_no_place(make_draft):
    image = Image.new("RGB", (200, 100), "red")
    image.paste("blue", (0, 0, 100, 100))
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "a phone"
    draft = make_draft(bluesky=("u",))
    ((_, small),) = thumbnails([draft], {"u": packed(image, "JPEG", exif=exif)})
    top, bottom = (opened(small).getpixel((SIDE // 2, y)) for y in (5, SIDE - 5))
    assert (round(top[0] / 255), round(top[2] / 255)) == (0, 1)
    assert (round(bottom[0] / 255), round(bottom[2] / 255)) == (1, 0)
    assert not opened(small).getexif()


@pytest.mark.parametrize(
    "data", [b"", b"<svg/>", b"\xff\xd8\xff\xe0broken", packed(Image.new("RGB", (9, 9)), "PNG")[:40]]
)
def test_what_cannot_be_read_has_none(make_draft, data):
    draft = make_draft(bluesky=("u",))
    assert list(thumbnails([draft, make_draft(bluesky=())], {"u": data})) == []
