"""What networks charge: prices in one dated table, applied per post and per post of a thread."""

from datetime import date
from decimal import Decimal

import pytest

from pipeline.costs import PRICES, cost, price_note
from social.networks import NETWORKS

POST, LINKED = PRICES["twitter"].post, PRICES["twitter"].post_with_link


@pytest.mark.parametrize(
    ("text", "options", "expected"),
    [
        ("Good morning", {}, POST),
        ("Read https://example.org/a", {}, LINKED),
        ("Read example.org now", {}, LINKED),
        ("one\n\n\ntwo\n\n\nthree", {"thread": True}, 3 * POST),
        ("one\n\n\nhttps://example.org\n\n\nthree", {"thread": True}, 2 * POST + LINKED),
        ("one\n\n\nhttps://example.org\n\n\nthree", {}, LINKED),
    ],
)
def test_x_charges_per_post_and_more_with_a_link(text: str, options: dict[str, object], expected: Decimal) -> None:
    assert cost("twitter", text, options) == expected


@pytest.mark.parametrize("network", sorted(NETWORKS.keys() - PRICES.keys()))
def test_the_others_charge_nothing(network: str) -> None:
    assert cost(network, "Read https://example.org/a", {}) == 0
    assert price_note(network) == ""


def test_a_price_says_how_old_and_how_sure_it_is() -> None:
    for price in PRICES.values():
        assert date(2026, 1, 1) <= price.as_of
        assert price.source
        assert str(price.as_of) in price_note(price.network)
        assert ("assumed" in price_note(price.network)) == price.assumed
