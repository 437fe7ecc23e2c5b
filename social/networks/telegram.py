"""Telegram as declared by the contract (posts.md 10, 12)."""

from social.networks.base import MediaRule, Network, TextRule

TELEGRAM = Network(
    name="telegram",
    title="Telegram",
    aliases=frozenset({"tg"}),
    text=TextRule(limit=1_024, too_long="cut"),
    media=MediaRule(max_images=1, max_videos=1),
)
