"""TikTok as declared by the contract (posts.md 10, 12)."""

from social.networks.base import MediaRule, Network, TextRule

TIKTOK = Network(
    name="tiktok",
    title="TikTok",
    options_key="tikTokOptions",
    aliases=frozenset({"tik tok"}),
    text=TextRule(limit=2_200),
    media=MediaRule(required=True, max_images=35, max_videos=1, max_total=35),
)
