"""Instagram as declared by the contract (posts.md 10, 12)."""

from social.networks.base import MediaRule, Network, TextRule

INSTAGRAM = Network(
    name="instagram",
    title="Instagram",
    options_key="instagramOptions",
    aliases=frozenset({"ig", "insta"}),
    text=TextRule(limit=2_200, max_hashtags=5, max_mentions=3),
    media=MediaRule(required=True, max_images=10, max_videos=10, max_total=10, mixed=True),
)
