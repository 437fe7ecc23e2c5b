"""Pictures and films the sandbox makes itself, of a size every network takes; each says on its face what it is."""

import colorsys
import hashlib
import io
import re
import tempfile
from functools import lru_cache
from pathlib import Path

PICTURE = (1080, 1080)
# 9:16 and 16:9 at a size, length and rate within the rules of all networks (posts.md 12.4).
PORTRAIT, LANDSCAPE = (720, 1280), (1280, 720)
SECONDS, FPS = 6, 24
_SIZES = {"accounts": (400, 400), "people": (200, 200), "posts": PICTURE}
_DRAWN = re.compile(r"/sandbox/pictures/(accounts|people|posts)/([0-9a-f]{4})[0-9a-f]{12}\.jpg")
_LONGEST_CAPTION = 60


@lru_cache(maxsize=16)
def picture(caption: str, size: tuple[int, int] = PICTURE) -> bytes:
    """A JPEG with colours and dots of its own for each caption, and the caption. Blocking; the same each time."""
    from PIL import Image, ImageDraw, ImageFont  # noqa: PLC0415 -- seldom asked for

    seed = hashlib.sha256(caption.encode()).digest()
    image = Image.new("RGB", size, _colour(seed[0], 0.35))
    pen = ImageDraw.Draw(image)
    for place in range(1, 25):
        x, y, radius = (seed[(place + step) % 32] * size[0] // 255 for step in (0, 9, 17))
        pen.ellipse(
            (x - radius // 4, y - radius // 4, x + radius // 4, y + radius // 4), fill=_colour(seed[place], 0.5)
        )
    font = ImageFont.load_default(size[0] // 18)
    shown = f"{caption[:_LONGEST_CAPTION].encode('latin-1', 'replace').decode('latin-1')}\nsandbox"
    pen.multiline_text((size[0] // 2, size[1] // 2), shown, font=font, fill="white", anchor="mm", align="center")
    file = io.BytesIO()
    image.save(file, "JPEG", quality=90)
    return file.getvalue()


def drawn(path: str) -> bytes | None:
    """The picture of a sandbox account, person or older post by its address; None for any other path. Blocking."""
    found = _DRAWN.fullmatch(path)
    return picture(f"{found[1]} {found[2]}", _SIZES[found[1]]) if found else None


@lru_cache(maxsize=2)
def film(size: tuple[int, int]) -> bytes:
    """An MP4 of six seconds. Blocking, a quarter of a second; the same each time."""
    import av  # noqa: PLC0415 -- 0.1 s to import, and seldom asked for
    from PIL import Image  # noqa: PLC0415

    image = Image.open(io.BytesIO(picture("film", size)))
    still = av.VideoFrame.from_image(image).reformat(format="yuv420p")  # type: ignore[no-untyped-call]
    with tempfile.TemporaryDirectory() as folder:
        # Networks want the index first, which takes a second pass over a real file.
        path = Path(folder) / "film.mp4"
        with av.open(str(path), "w", options={"movflags": "+faststart"}) as container:
            stream = container.add_stream("libx264", rate=FPS)
            stream.width, stream.height = size
            stream.pix_fmt, stream.options = "yuv420p", {"preset": "ultrafast", "crf": "30", "threads": "1"}
            for number in range(FPS * SECONDS):
                still.pts = number
                container.mux(stream.encode(still))
            container.mux(stream.encode())
        return path.read_bytes()


def _colour(byte: int, lightness: float) -> tuple[int, int, int]:
    red, green, blue = colorsys.hls_to_rgb(byte / 256, lightness, 0.5)
    return round(red * 255), round(green * 255), round(blue * 255)
