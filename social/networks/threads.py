"""Threads as declared by the contract (posts.md 10, 12)."""

from social.networks.base import MediaRule, Network, TextRule

THREADS = Network(
    name="threads",
    title="Threads",
    options_key="threadsOptions",
    text=TextRule(limit=500, max_hashtags=1),
    media=MediaRule(max_images=20, max_videos=20, max_total=20, mixed=True),
)
