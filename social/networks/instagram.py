"""Instagram (posts.md 10.4): always with media; single videos become Reels; carousels, Stories."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Annotated

from pydantic import Field

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
from social.networks.limits import CONVERTED_WEBP, GB, MB, MINUTE, OneOf, at_least, at_most, between, ratio, shapes
from social.networks.meta import AudioConfiguration, TrialParams, UserTag

# "Instagram error" and "Instagram video refused by verification" (posts.md 9.4).
REFUSED = 138
VIDEO_REFUSED = 182


class InstagramOptions(Options):
    """`instagramOptions`."""

    stories: bool = Field(default=False, description="Publish as a Story of 24 hours; its text is not shown.")
    reels: bool = Field(default=False, description="Accepted, not needed: a single video is a Reel.")
    share_reels_feed: bool | None = Field(default=None, description="Hint: show the Reel in the feed too.")
    audio_name: str | None = Field(default=None, description="Name of the Reel's own audio; can be set once.")
    audio_configuration: AudioConfiguration | None = Field(default=None, description="Licensed audio on the Reel.")
    thumb_nail: str | None = Field(default=None, description="URL of the Reel's cover; beats thumbNailOffset.")
    thumb_nail_offset: int | None = Field(default=None, ge=0, description="Cover frame, in ms from the start.")
    trial_params: TrialParams | None = Field(default=None, description="Publish as a trial Reel.")
    alt_text: list[Annotated[str, Field(max_length=1_000)]] = Field(
        default=[], description="Alternative text, one per image, at most 1,000 characters each."
    )
    location_id: str | None = Field(default=None, description="Facebook page id, or page name with @, of a place.")
    user_tags: list[UserTag] = Field(default=[], description="Accounts tagged in the image or Reel.")
    collaborators: list[str] = Field(default=[], max_length=3, description="Public accounts invited, at most 3.")
    is_ai_generated: bool = Field(default=False, alias="isAIGenerated", description='Show the "AI info" label.')
    auto_resize: bool = Field(default=False, description="Let the API resize images to 1080x1080.")


IMAGE = FileRule(
    formats=frozenset({"jpeg", "png", "gif"}),
    converted=CONVERTED_WEBP,
    size=at_most(8 * MB),
    width=between(320, 1_440),
    ratio=OneOf((ratio(4 / 5, 1.91), *shapes((9, 16)).ranges)),
    code=REFUSED,
)
REEL = FileRule(
    formats=frozenset({"mp4", "mov"}),
    size=at_most(1 * GB),
    width=at_most(1_920),
    height=at_most(3_600),
    short_side=at_least(540),
    long_side=at_least(960),
    ratio=ratio(0.01, 10),
    duration=between(3, 15 * MINUTE),
    fps=between(23, 60),
    code=REFUSED,
    size_code=VIDEO_REFUSED,
)
MEDIA = MediaRule(
    required=True, max_images=10, max_videos=10, max_total=10, mixed=True, image=IMAGE, video=REEL, code=REFUSED
)
STORY = MediaRule(required=True, max_images=1, max_videos=1, image=IMAGE, code=REFUSED)


def _variant(options: InstagramOptions) -> Variant:
    if options.stories:
        return Variant(text=NOT_SHOWN, media=STORY)
    if options.auto_resize:
        image = FileRule(formats=IMAGE.formats, converted=IMAGE.converted, size=IMAGE.size, code=REFUSED)
        return Variant(media=replace(MEDIA, image=image))
    return Variant()


def _check(content: Content, options: InstagramOptions) -> Iterator[Problem]:
    if options.stories and (options.trial_params or options.collaborators):
        name = "trialParams" if options.trial_params else "collaborators"
        yield INSTAGRAM.problem(name, "belongs to feed posts and Reels, not to a Story; it has no effect", warning=True)
    if len(content.media) > 1 and options.trial_params:
        yield INSTAGRAM.problem("trialParams", "needs a single video, this is a carousel", warning=True)


INSTAGRAM = Network(
    name="instagram",
    title="Instagram",
    aliases=frozenset({"ig", "insta"}),
    options_key="instagramOptions",
    options=InstagramOptions,
    text=TextRule(limit=2_200, max_hashtags=5, max_mentions=3),
    media=MEDIA,
    features=frozenset(Feature)
    - {Feature.DELETE, Feature.COMMENT_MEDIA, Feature.REPLY_MEDIA, Feature.REVIEWS, Feature.THREADS},
    quotas=(Quota(posts=50),),
    comment_limit=2_196,
    code=REFUSED,
    variant=_variant,
    check=_check,
)
