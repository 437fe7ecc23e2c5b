"""Facebook as declared by the contract (posts.md 10, 12)."""

from social.networks.base import MediaRule, Network, TextRule

FACEBOOK = Network(
    name="facebook",
    title="Facebook",
    options_key="faceBookOptions",
    aliases=frozenset({"fb", "facebook pages"}),
    text=TextRule(limit=63_206),
    media=MediaRule(max_images=10, max_videos=1, max_total=10),
)
