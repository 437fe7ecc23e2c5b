"""TikTok (posts.md 10.11): one video, or up to 35 JPEG images."""

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from social.networks.base import (
    Content,
    Feature,
    FileRule,
    MediaKind,
    MediaRule,
    Network,
    Options,
    Problem,
    Quota,
    TextRule,
)
from social.networks.limits import CONVERTED_WEBP, GB, MB, at_most, between, shapes


class TikTokOptions(Options):
    """`tikTokOptions`."""

    auto_add_music: bool = Field(default=False, description="Add recommended music (images).")
    disable_comments: bool = Field(default=False, description="Forbid comments.")
    disable_duet: bool = Field(default=False, description="Forbid duets (video).")
    disable_stitch: bool = Field(default=False, description="Forbid stitches (video).")
    draft: bool = Field(default=False, description="Send to the app's inbox, to be published there (video).")
    is_ai_generated: bool = Field(
        default=False, alias="isAIGenerated", description="Label as AI made; cannot be removed (video)."
    )
    is_branded_content: bool = Field(default=False, description='Label "Paid partnership".')
    is_brand_organic: bool = Field(default=False, description='Label "Promotional content".')
    image_cover_index: int = Field(default=0, ge=0, description="Which of the images is the cover, from 0.")
    title: str | None = Field(default=None, max_length=90, description="Title, at most 90 characters (images).")
    thumb_nail_offset: int = Field(default=0, ge=0, description="Cover frame, in ms from the start (video).")
    thumb_nail: str | None = Field(default=None, description="URL of the cover; beats thumbNailOffset (video).")
    visibility: Literal["public", "private", "followers", "friends"] = Field(
        default="public", description="Who sees the post; a private one stays pending."
    )


def _check(content: Content, options: TikTokOptions) -> Iterator[Problem]:
    images = sum(file.kind is not MediaKind.VIDEO for file in content.media)
    if images and options.image_cover_index >= images:
        yield TIKTOK.problem(
            "imageCoverIndex", f"is {options.image_cover_index}, but there are {images} images; count from 0"
        )
    if images and options.draft:
        yield TIKTOK.problem("draft", "is for videos; the images are published", warning=True)


TIKTOK = Network(
    name="tiktok",
    title="TikTok",
    aliases=frozenset({"tik tok", "tt"}),
    options_key="tikTokOptions",
    options=TikTokOptions,
    text=TextRule(limit=2_200),
    media=MediaRule(
        required=True,
        max_images=35,
        max_videos=1,
        max_total=35,
        image=FileRule(
            formats=frozenset({"jpeg"}),
            converted=CONVERTED_WEBP,
            size=at_most(20 * MB),
            short_side=at_most(1_080),
            long_side=at_most(1_920),
        ),
        video=FileRule(
            formats=frozenset({"mp4", "mov", "webm"}),
            size=at_most(10 * GB),
            width=between(360, 4_096),
            height=between(360, 4_096),
            duration=between(3, 600),
            fps=between(23, 60),
            advice=FileRule(ratio=shapes((9, 16), (16, 9))),
        ),
    ),
    features=frozenset(
        {
            Feature.COMMENTS,
            Feature.ADD_COMMENT,
            Feature.REPLY,
            Feature.REPLY_BY_ID,
            Feature.DELETE_COMMENT,
            Feature.DELETE_COMMENT_BY_ID,
            Feature.DISABLE_COMMENTS,
            Feature.POST_ANALYTICS,
            Feature.ACCOUNT_ANALYTICS,
            Feature.HISTORY,
            Feature.SHORT_VIDEO,
            Feature.DUPLICATE_CHECK,
        }
    ),
    quotas=(Quota(posts=6, seconds=60), Quota(posts=15)),
    check=_check,
)
