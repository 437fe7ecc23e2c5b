"""Telegram (posts.md 10.9): the one network without options; too long text is cut."""

from social.networks.base import Feature, FileRule, MediaRule, Network, TextRule
from social.networks.limits import MB, at_most, between

TELEGRAM = Network(
    name="telegram",
    title="Telegram",
    aliases=frozenset({"tg"}),
    text=TextRule(limit=1_024, too_long="cut"),
    media=MediaRule(
        max_images=1,
        max_videos=1,
        image=FileRule(
            formats=frozenset({"jpeg", "png", "gif", "webp"}),
            size=at_most(5 * MB),
            perimeter=at_most(10_000),
            ratio=between(1 / 20, 20),
        ),
        video=FileRule(size=at_most(20 * MB)),
    ),
    features=frozenset({Feature.DELETE, Feature.RICH_TEXT}),
)
