"""X as declared by the contract (posts.md 10, 12)."""

from social.networks.base import MediaRule, Network, TextRule
from social.networks.counting import weighted

TWITTER = Network(
    name="twitter",
    title="X",
    options_key="twitterOptions",
    aliases=frozenset({"x", "x/twitter"}),
    text=TextRule(limit=280, count=weighted),
    media=MediaRule(max_images=4, max_videos=4, max_total=4, mixed=True),
)
