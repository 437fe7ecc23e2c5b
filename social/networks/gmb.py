"""Google Business Profile as declared by the contract (posts.md 10, 12)."""

from social.networks.base import MediaRule, Network, TextRule

GMB = Network(
    name="gmb",
    title="Google Business Profile",
    options_key="gmbOptions",
    aliases=frozenset({"google business", "google", "gbp", "google my business"}),
    text=TextRule(limit=1_500),
    media=MediaRule(max_images=1, max_videos=1),
)
