"""Pinterest (posts.md 10.6): a pin is an image, a carousel of images, or a video with its cover."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from social.networks.base import Content, Feature, FileRule, MediaKind, MediaRule, Network, Options, Problem, TextRule
from social.networks.limits import GB, MB, MINUTE, at_most, between, ratio, shapes


class CarouselImage(Options):
    """What goes with one image of a carousel."""

    title: str | None = Field(default=None, description="Title of the image.")
    link: str | None = Field(default=None, description="URL the image leads to.")
    description: str | None = Field(default=None, description="Description of the image.")


class PinterestOptions(Options):
    """`pinterestOptions`."""

    title: str | None = Field(default=None, max_length=100, description="Title of the pin, at most 100 characters.")
    link: str | None = Field(default=None, max_length=2_048, description="URL the pin leads to.")
    board_id: str | None = Field(default=None, description="Board; empty: the account's default board.")
    alt_text: list[Annotated[str, Field(max_length=500)]] = Field(
        default=[], description="Alternative text, one per image or video, at most 500 characters each."
    )
    note: str | None = Field(default=None, max_length=1_000, description="Private note, at most 1,000 characters.")
    thumb_nail: str | None = Field(default=None, description="URL of the cover; required for a video.")
    carousel_options: list[CarouselImage] = Field(default=[], description="One per image of a carousel, in order.")


def _check(content: Content, options: PinterestOptions) -> Iterator[Problem]:
    if any(file.kind is MediaKind.VIDEO for file in content.media) and not options.thumb_nail:
        yield PINTEREST.problem("thumbNail", "is missing; a video pin needs the URL of a cover image")
    given, files = len(options.carousel_options), len(content.media)
    if given and given != files:
        yield PINTEREST.problem("carouselOptions", f"has {given} entries for {files} media files; give one per file")
    sides = {(file.width, file.height) for file in content.media if file.sides}
    if len(sides) > 1:
        shown = ", ".join(sorted(f"{width}x{height}" for width, height in sides))
        message = f"{PINTEREST.title}: mediaUrls of a carousel must be of equal size, these are {shown}"
        yield Problem(code=PINTEREST.media.code, message=message, field="mediaUrls")


PINTEREST = Network(
    name="pinterest",
    title="Pinterest",
    aliases=frozenset({"pin"}),
    options_key="pinterestOptions",
    options=PinterestOptions,
    text=TextRule(limit=500),
    media=MediaRule(
        required=True,
        max_images=5,
        max_videos=1,
        max_total=5,
        image=FileRule(
            formats=frozenset({"bmp", "jpeg", "png", "tiff", "gif", "webp"}),
            size=at_most(20 * MB),
            advice=FileRule(width=between(600, 2_000), height=between(900, 3_000), ratio=shapes((2, 3))),
        ),
        video=FileRule(
            formats=frozenset({"mp4", "mov", "m4v"}),
            size=at_most(2 * GB),
            duration=between(4, 15 * MINUTE),
            ratio=ratio(1 / 2, 1.91),
        ),
    ),
    features=frozenset(
        {Feature.DELETE, Feature.POST_ANALYTICS, Feature.ACCOUNT_ANALYTICS, Feature.HISTORY, Feature.ALT_TEXT}
    ),
    check=_check,
)
