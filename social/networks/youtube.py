"""YouTube as declared by the contract (posts.md 10, 12)."""

from social.networks.base import MediaRule, Network, TextRule

YOUTUBE = Network(
    name="youtube",
    title="YouTube",
    options_key="youTubeOptions",
    aliases=frozenset({"yt"}),
    text=TextRule(limit=5_000, forbidden="<>"),
    media=MediaRule(required=True, max_videos=1),
)
