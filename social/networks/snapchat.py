"""Snapchat as declared by the contract (posts.md 10, 12)."""

from social.networks.base import MediaRule, Network, TextRule

SNAPCHAT = Network(
    name="snapchat",
    title="Snapchat",
    options_key="snapChatOptions",
    aliases=frozenset({"snap"}),
    text=TextRule(limit=500),
    media=MediaRule(required=True, max_images=1, max_videos=1),
)
