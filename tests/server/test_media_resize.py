"""Pictures in a network's size: what comes out, pixel by pixel where it matters (content.md 6.6)."""

import base64
import io
import json

import pytest
from PIL import Image

from social.contract.media import SIZES

RED, BLUE, GREEN = (200, 0, 0), (0, 0, 200), (0, 200, 0)


def encoded(image, kind):
    file = io.BytesIO()
    image.save(file, kind)
    return file.getvalue()


def halves(size=(800, 400)):
    """Left half red, right half blue."""
    image = Image.new("RGB", size, RED)
    image.paste(BLUE, (size[0] // 2, 0, *size))
    return image


@pytest.fixture
def upload(api):
    async def sent(image, kind="PNG"):
        data = f"data:image/{kind.lower()};base64,{base64.b64encode(encoded(image, kind)).decode()}"
        return (await api.post("/api/media/upload", json={"file": data})).json()["url"]

    return sent


async def resize(api, **body):
    answer = (await api.post("/api/media/resize", json=body)).json()
    assert answer["status"] == "success", answer
    data = (await api.get(answer["url"])).content
    return answer, Image.open(io.BytesIO(data))


def near(pixel, colour, by=25):
    return all(abs(one - other) <= by for one, other in zip(pixel[:3], colour, strict=True))


@pytest.mark.parametrize("platform", SIZES)
async def test_every_platform_has_its_size(api, upload, platform):
    answer, image = await resize(api, mediaUrl=await upload(halves(), "JPEG"), platform=platform)
    assert image.size == SIZES[platform]
    assert (answer["platform"], answer["mode"], answer["effects"]) == (platform, "resize", {})
    assert answer["url"].endswith(".jpg")
    gallery = (await api.get("/api/media")).json()
    assert answer["url"] in {one["url"] for one in gallery}


async def test_resize_fills_and_blur_shows_all(api, upload):
    url, size = await upload(halves()), {"width": 400, "height": 400}
    _, filled = await resize(api, imageUrl=url, dimensions=size)
    assert near(filled.getpixel((10, 200)), RED)
    assert near(filled.getpixel((390, 10)), BLUE)
    _, whole = await resize(api, mediaUrl=url, dimensions=size, mode="blur")
    assert near(whole.getpixel((50, 200)), RED)
    middle, above = whole.getpixel((202, 200)), whole.getpixel((202, 20))
    assert near(middle, BLUE)
    assert not near(above, BLUE)


async def test_a_crop_is_cut_where_it_was_asked(api, upload):
    url = await upload(halves())
    box = {"width": 20, "height": 10, "xCoordinate": 390, "yCoordinate": 5}
    _, image = await resize(api, mediaUrl=url, dimensions=box, mode="crop")
    assert image.size == (20, 10)
    assert (image.getpixel((9, 5))[:3], image.getpixel((10, 5))[:3]) == (RED, BLUE)
    beyond = await api.post(
        "/api/media/resize", json={"mediaUrl": url, "dimensions": box | {"xCoordinate": 790}, "mode": "crop"}
    )
    assert beyond.json()["code"] == 136


@pytest.mark.parametrize(
    ("position", "at"),
    [("southeast", (380, 380)), ("northwest", (20, 20)), ("center", (200, 200)), ("north", (200, 20))],
)
async def test_a_watermark_lies_where_it_was_asked(api, upload, position, at):
    mark = {"url": await upload(Image.new("RGB", (90, 90), GREEN)), "position": position}
    size = {"width": 400, "height": 400}
    _, image = await resize(api, mediaUrl=await upload(halves()), dimensions=size, watermark=mark)
    assert near(image.getpixel(at), GREEN)
    assert sum(near(image.getpixel(spot), GREEN) for spot in [(20, 20), (380, 20), (20, 380), (380, 380)]) <= 1


async def test_effects_and_formats(api, upload):
    url, size = await upload(Image.new("RGB", (100, 100), RED)), {"width": 50, "height": 50}
    _, tinted = await resize(api, mediaUrl=url, dimensions=size, effects={"color": "#0000FF"})
    assert tinted.getpixel((25, 25))[2] > 60
    _, faint = await resize(api, mediaUrl=url, dimensions=size, effects={"opacity": 50})
    assert faint.format == "PNG"
    assert 120 <= faint.getpixel((25, 25))[3] <= 135
    answer, jpg = await resize(api, mediaUrl=url, dimensions=size, convertToJpg=True)
    assert (jpg.format, answer["url"][-4:]) == ("JPEG", ".jpg")
    answer, webp = await resize(api, mediaUrl=url, dimensions=size, convertToWebP=True)
    assert (webp.format, answer["url"][-5:]) == ("WEBP", ".webp")


async def test_a_form_carries_the_picture(api):
    files = {"file": ("a.png", encoded(halves(), "PNG"), "image/png")}
    size = {"dimensions": json.dumps({"width": 60, "height": 30}), "mode": "resize"}
    answer = await api.post("/api/media/resize", files=files, data=size)
    image = Image.open(io.BytesIO((await api.get(answer.json()["url"])).content))
    assert image.size == (60, 30)
    bad = await api.post("/api/media/resize", files=files, data={"dimensions": "{"})
    assert bad.json()["code"] == 101


def huge():
    """A PNG that says it has a thousand million pixels."""
    data = bytearray(encoded(Image.new("1", (8, 8)), "PNG"))
    data[16:24] = (40_000).to_bytes(4) + (25_000).to_bytes(4)
    return bytes(data)


@pytest.mark.parametrize("data", [b"", b"no picture", huge(), b"%PDF-1.4", b"GIF89a"])
async def test_what_is_no_picture_is_refused(api, data):
    answer = await api.post(
        "/api/media/resize", files={"file": ("a.png", data, "image/png")}, data={"platform": "facebook"}
    )
    assert answer.json()["code"] in {101, 136}


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, 101),
        ({"platform": "myspace"}, 101),
        ({"platform": "facebook", "mediaUrl": "https://sandbox.dovecote.localhost/media/none.jpg"}, 136),
        ({"platform": "facebook", "mediaUrl": "http://127.0.0.1:1/a.jpg"}, 136),
        ({"platform": "facebook", "mediaUrl": "file:///etc/passwd"}, 136),
        ({"platform": "facebook"}, 101),
        ({"dimensions": {"width": 0, "height": 9}, "mediaUrl": "https://e.org/a.jpg"}, 101),
        ({"dimensions": {"width": 5001, "height": 9}, "mediaUrl": "https://e.org/a.jpg"}, 101),
        ({"platform": "facebook", "mediaUrl": "https://e.org/a.jpg", "mode": "melt"}, 101),
        ({"platform": "facebook", "mediaUrl": "https://e.org/a.jpg", "effects": {"color": "red"}}, 101),
    ],
)
async def test_what_is_refused(api, body, code):
    assert (await api.post("/api/media/resize", json=body)).json()["code"] == code
