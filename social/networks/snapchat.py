"""Snapchat (posts.md 10.8): one image or video as Story, saved Story or Spotlight."""

from pydantic import Field

from social.networks.base import Feature, FileRule, MediaRule, Network, Options, TextRule, Variant
from social.networks.limits import CONVERTED_WEBP, GB, MB, at_most, between, shapes


class SnapchatOptions(Options):
    """`snapChatOptions`. Neither set: a Story of 24 hours."""

    saved_story: bool = Field(default=False, description="Keep the Story on the public profile.")
    spotlight: bool = Field(default=False, description="Publish to Spotlight; its text is cut at 160 characters.")


SPOTLIGHT = Variant(text=TextRule(limit=160, too_long="cut"))


def _variant(options: SnapchatOptions) -> Variant:
    return SPOTLIGHT if options.spotlight else Variant()


SNAPCHAT = Network(
    name="snapchat",
    title="Snapchat",
    aliases=frozenset({"snap", "snap chat"}),
    options_key="snapChatOptions",
    options=SnapchatOptions,
    text=TextRule(limit=500),
    media=MediaRule(
        required=True,
        max_images=1,
        max_videos=1,
        image=FileRule(
            formats=frozenset({"jpeg", "png"}),
            converted=CONVERTED_WEBP,
            size=at_most(20 * MB),
        ),
        video=FileRule(
            formats=frozenset({"mp4"}),
            size=at_most(1 * GB),
            duration=between(5, 60),
            advice=FileRule(ratio=shapes((9, 16))),
        ),
    ),
    features=frozenset(
        {
            Feature.DELETE,
            Feature.POST_ANALYTICS,
            Feature.ACCOUNT_ANALYTICS,
            Feature.HISTORY,
            Feature.STORIES,
            Feature.SHORT_VIDEO,
            Feature.DUPLICATE_CHECK,
        }
    ),
    variant=_variant,
)
