"""Facebook Pages (posts.md 10.2): posts, Reels, Stories, link carousels."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from social.networks.base import (
    NOT_SHOWN,
    Content,
    Feature,
    FileRule,
    MediaRule,
    Network,
    Options,
    Problem,
    Quota,
    TextRule,
    Variant,
)
from social.networks.fields import IsoInstant
from social.networks.limits import GB, HOUR, MB, at_least, at_most, between, shapes
from social.networks.meta import Carousel

TITLE_LIMIT = 255


def _cut(title: object) -> object:
    return title[:TITLE_LIMIT] if isinstance(title, str) else title


class Targeting(Options):
    """Who may see the post."""

    age_min: Literal[13, 15, 18, 21, 25] | None = Field(default=None, description="Minimum age of the audience.")
    countries: list[str] = Field(default=[], max_length=25, description="ISO country codes the post is shown in.")


class FacebookOptions(Options):
    """`faceBookOptions`."""

    reels: bool = Field(default=False, description="Publish the video as a Reel.")
    stories: bool = Field(default=False, description="Publish the image or video as a Story; its text is not shown.")
    title: Annotated[str | None, BeforeValidator(_cut)] = Field(
        default=None, description=f"Title of a Reel or video; Facebook cuts it at {TITLE_LIMIT} characters."
    )
    thumb_nail: str | None = Field(default=None, description="URL of the cover of a Reel or video, JPEG or PNG.")
    alt_text: list[str] = Field(default=[], description="Alternative text, one per image, in order.")
    media_captions: list[str] = Field(default=[], description="Caption, one per media file, in order.")
    location_id: str | None = Field(default=None, description="Page id, or page name with @, of a place.")
    link: str | None = Field(default=None, description="URL for a custom link preview.")
    draft: bool = Field(default=False, description="Save as a draft in the Meta suite.")
    scheduled_publish_date: IsoInstant | None = Field(
        default=None, description="Schedule inside the Meta suite, ISO 8601 with zone."
    )
    targeting: Targeting | None = Field(default=None, description="Who may see the post.")
    carousel: Carousel | None = Field(default=None, description="Link carousel; ignored when media is sent.")


TEXT = TextRule(limit=63_206)
IMAGE = FileRule(
    formats=frozenset({"jpeg", "bmp", "png", "tiff", "gif"}),
    size=at_most(10 * MB),
    width=at_most(2_048),
    height=at_most(2_048),
)
VIDEOS = frozenset({"mp4", "mov", "avi"})
REEL = FileRule(
    formats=VIDEOS,
    size=at_most(2 * GB),
    short_side=at_least(540),
    long_side=at_least(960),
    duration=between(3, 90),
    fps=between(24, 60),
    advice=FileRule(ratio=shapes((9, 16))),
)


def _variant(options: FacebookOptions) -> Variant:
    if options.stories:
        return Variant(
            text=NOT_SHOWN,
            media=MediaRule(required=True, max_images=1, max_videos=1, image=FileRule(formats=IMAGE.formats)),
        )
    if options.reels:
        return Variant(media=MediaRule(required=True, max_videos=1, video=REEL))
    return Variant(text=TextRule(limit=TEXT.limit, empty_alone=True)) if options.carousel else Variant()


def _check(content: Content, options: FacebookOptions) -> Iterator[Problem]:
    if options.carousel and content.media:
        yield FACEBOOK.problem("carousel", "is ignored because the post has media; send one of both", warning=True)


FACEBOOK = Network(
    name="facebook",
    title="Facebook",
    aliases=frozenset({"fb", "facebook pages", "facebook page"}),
    options_key="faceBookOptions",
    options=FacebookOptions,
    text=TEXT,
    media=MediaRule(
        max_images=10,
        max_videos=1,
        max_total=10,
        image=IMAGE,
        video=FileRule(
            formats=VIDEOS,
            size=at_most(10 * GB),
            duration=at_most(4 * HOUR),
            fps=at_most(30),
            advice=FileRule(ratio=shapes((16, 9), (9, 16))),
        ),
    ),
    # Everything but what the contract says Facebook lacks.
    features=frozenset(Feature) - {Feature.DISABLE_COMMENTS, Feature.THREADS},
    quotas=(Quota(posts=30, option="reels"),),
    variant=_variant,
    check=_check,
)
