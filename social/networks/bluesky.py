"""Bluesky (posts.md 10.1): short text counted in graphemes, small images, one short video."""

from pydantic import Field

from social.networks.base import Feature, FileRule, MediaKind, MediaRule, Network, Options, TextRule
from social.networks.counting import graphemes
from social.networks.limits import MB, MINUTE, at_most, between, ratio


class BlueskyOptions(Options):
    """`blueSkyOptions`."""

    alt_text: list[str] = Field(default=[], description="Alternative text, one per image or video, in order.")


BLUESKY = Network(
    name="bluesky",
    title="Bluesky",
    aliases=frozenset({"bsky", "blue sky"}),
    options_key="blueSkyOptions",
    options=BlueskyOptions,
    text=TextRule(limit=300, count=graphemes),
    media=MediaRule(
        max_images=4,
        max_videos=1,
        max_total=4,
        gif=MediaKind.VIDEO,
        image=FileRule(formats=frozenset({"jpeg", "png", "gif"}), size=at_most(1 * MB)),
        video=FileRule(
            formats=frozenset({"mp4"}),
            size=at_most(100 * MB),
            duration=between(1, 3 * MINUTE),
            ratio=ratio(1 / 3, 3),
        ),
    ),
    features=frozenset(
        {
            Feature.DELETE,
            Feature.COMMENTS,
            Feature.ADD_COMMENT,
            Feature.REPLY,
            Feature.DELETE_COMMENT,
            Feature.POST_ANALYTICS,
            Feature.ACCOUNT_ANALYTICS,
            Feature.HISTORY,
            Feature.ALT_TEXT,
            Feature.DUPLICATE_CHECK,
        }
    ),
)
