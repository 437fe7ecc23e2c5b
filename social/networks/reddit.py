"""Reddit as declared by the contract (posts.md 10, 12)."""

from social.networks.base import MediaRule, Network, TextRule

REDDIT = Network(
    name="reddit",
    title="Reddit",
    options_key="redditOptions",
    text=TextRule(limit=5_000),
    media=MediaRule(max_images=1),
)
