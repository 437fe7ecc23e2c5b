"""Simulated clicks on the short links of delivered posts: as many as the engagement says, by browser and referrer.

Told apart from clicks of real visitors by their origin (`server/store/links.py` keeps only real ones).
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from server.delivery.pulse import PostFacts, pulse

Label = TypeVar("Label")

REFERRERS = {
    "bluesky": "bsky.app",
    "facebook": "l.facebook.com",
    "gmb": "business.google.com",
    "instagram": "l.instagram.com",
    "linkedin": "www.linkedin.com",
    "pinterest": "www.pinterest.com",
    "reddit": "www.reddit.com",
    "snapchat": "www.snapchat.com",
    "telegram": "t.me",
    "threads": "l.threads.com",
    "tiktok": "www.tiktok.com",
    "twitter": "t.co",
    "youtube": "www.youtube.com",
}
# The n-th click takes the n-th place, round and round: so every count only ever grows, and they always add up.
_BROWSERS = ("Chrome", "Safari", "Chrome", "Firefox", "Chrome", "Safari", "Edge", "Chrome", "Safari", "Chrome")
_FROM_NETWORK = (True, True, True, False, True, True)


@dataclass(slots=True)
class Clicks:
    """Clicks counted by browser, by referring host and by network."""

    total: int = 0
    browsers: Counter[str] = field(default_factory=Counter)
    referrers: Counter[str] = field(default_factory=Counter)
    social: Counter[str] = field(default_factory=Counter)

    def add(self, other: "Clicks") -> None:
        """Count the other's clicks too."""
        self.total += other.total
        self.browsers += other.browsers
        self.referrers += other.referrers
        self.social += other.social


def sandbox_clicks(uses: Iterable[PostFacts], since: datetime | None, until: datetime) -> Clicks:
    """What the sandbox's people clicked on one link within the delivered posts `uses`, from `since` up to `until`."""
    clicks = Clicks()
    for facts in uses:
        first = pulse(facts, since).clicks if since is not None else 0
        clicks.add(_between(facts.network, first, pulse(facts, until).clicks))
    return clicks


def _between(network: str, first: int, last: int) -> Clicks:
    host = REFERRERS[network]
    browsers, sent = _places(_BROWSERS, first, last), _places(_FROM_NETWORK, first, last)
    named = sent[True]
    return Clicks(
        total=max(0, last - first),
        browsers=browsers,
        referrers=+Counter({host: named, "direct": sent[False]}),
        social=+Counter({network: named}),
    )


def _places(pattern: tuple[Label, ...], first: int, last: int) -> Counter[Label]:
    found: Counter[Label] = Counter()
    for end, sign in ((last, 1), (first, -1)):
        rounds, rest = divmod(end, len(pattern))
        for place, label in enumerate(pattern):
            found[label] += sign * (rounds + (place < rest))
    return +found
