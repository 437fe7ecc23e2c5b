"""Pinterest as declared by the contract (posts.md 10, 12)."""

from social.networks.base import MediaRule, Network, TextRule

PINTEREST = Network(
    name="pinterest",
    title="Pinterest",
    options_key="pinterestOptions",
    aliases=frozenset({"pin"}),
    text=TextRule(limit=500),
    media=MediaRule(required=True, max_images=5, max_videos=1, max_total=5),
)
