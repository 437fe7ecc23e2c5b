"""What networks charge for a post: a dated table, and nothing else in the project knows a price. Part of the plan.

The contract names no prices: posts to X go through your own X developer app, whose bill is X's (posts.md 10.10).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from social.networks import NETWORKS
from social.networks.domains import link_pattern
from social.networks.thread_posts import split_thread

_FREE = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """What one post costs in US dollars, without and with a link in its text.

    `assumed` means that neither the contract nor an account's bill proves it: look at your own price list.
    """

    network: str
    post: Decimal
    post_with_link: Decimal
    as_of: date
    source: str
    assumed: bool


PRICES: Mapping[str, Price] = {
    "twitter": Price(
        network="twitter",
        post=Decimal("0.015"),
        post_with_link=Decimal("0.20"),
        as_of=date(2026, 4, 20),
        source="X API pay-per-use price list, Developer Console (docs.x.com, Pricing)",
        assumed=True,
    ),
}
"""Networks that charge for each post. Every other network charges nothing for it."""


def cost(network: str, text: str, options: Mapping[str, Any] | None = None) -> Decimal:
    """What the network charges for this post, in US dollars; each post of a thread counts on its own."""
    price = PRICES.get(network)
    if price is None:
        return _FREE
    rule = NETWORKS[network].text_rule(NETWORKS[network].read_options(dict(options or {})))
    posts = split_thread(text, rule) if rule.split else [text]
    return sum((price.post_with_link if link_pattern().search(post) else price.post for post in posts), _FREE)


def price_note(network: str) -> str:
    """One line on a network's price and where it comes from; empty for a network that charges nothing."""
    price = PRICES.get(network)
    if price is None:
        return ""
    known = "assumed: the contract proves no price, check your own list" if price.assumed else "as billed"
    return (
        f"{NETWORKS[network].title}: {price.post} USD a post, {price.post_with_link} USD with a link, as of "
        f"{price.as_of} ({price.source}; {known})"
    )
