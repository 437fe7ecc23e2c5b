"""Bluesky as declared by the contract (posts.md 10, 12)."""

from social.networks.base import MediaRule, Network, TextRule
from social.networks.counting import graphemes

BLUESKY = Network(
    name="bluesky",
    title="Bluesky",
    options_key="blueSkyOptions",
    aliases=frozenset({"bsky"}),
    text=TextRule(limit=300, count=graphemes),
    media=MediaRule(max_images=4, max_videos=1, max_total=4),
)
