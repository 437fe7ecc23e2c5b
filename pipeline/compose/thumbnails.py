"""Small pictures of what was posted, for the report: it opens offline, so they are kept in the lake."""

import base64
import io
from collections.abc import Iterable, Iterator, Mapping

from pipeline.compose.resizing import MOST_PIXELS
from pipeline.media import MediaError, facts_of
from pipeline.records import Draft
from social.networks.base import MediaKind

SIDE = 96
MOST = 2_000
"""Of one run; some kilobytes each."""
_QUALITY = 70


def thumbnails(drafts: Iterable[Draft], pictures: Mapping[str, bytes]) -> Iterator[tuple[Draft, str]]:
    """Each draft with its first picture among the fetched `pictures`, as a square JPEG in base64. Blocks.

    Drafts without a picture, or with one that cannot be read, are left out; of a video there is none.
    """
    made: dict[str, str] = {}
    for draft in drafts:
        url = next((url for urls in draft.media.values() for url in urls if url in pictures), "")
        if url and url not in made:
            made[url] = _thumbnail(pictures[url], url)
        if made.get(url):
            yield draft, made[url]


def _thumbnail(data: bytes, url: str) -> str:
    from PIL import Image, ImageOps  # noqa: PLC0415 - only for posts with pictures

    try:
        facts = facts_of(data, url=url)
        if facts.kind is MediaKind.VIDEO or (facts.width or 0) * (facts.height or 0) > MOST_PIXELS:
            return ""
        image = Image.open(io.BytesIO(data))
        image.draft("RGB", (2 * SIDE, 2 * SIDE))
        upright = ImageOps.exif_transpose(image).convert("RGBA")
        square = ImageOps.fit(upright, (SIDE, SIDE))
        plain = Image.new("RGB", square.size, "white")
        plain.paste(square, mask=square)
    except (MediaError, OSError, ValueError, SyntaxError):
        return ""
    file = io.BytesIO()
    plain.save(file, "JPEG", quality=_QUALITY, optimize=True)
    return base64.b64encode(file.getvalue()).decode()
