"""LinkedIn as declared by the contract (posts.md 10, 12)."""

from social.networks.base import MediaRule, Network, TextRule

LINKEDIN = Network(
    name="linkedin",
    title="LinkedIn",
    options_key="linkedInOptions",
    aliases=frozenset({"li"}),
    text=TextRule(limit=3_000),
    media=MediaRule(max_images=9, max_videos=1, max_documents=1, max_total=9),
)
