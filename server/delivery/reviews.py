"""The sandbox's reviews of a page or a business: who, how many stars, which words; one every other week."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from server.delivery.accounts import Account
from server.delivery.arrivals import Arrival, newest
from server.delivery.ids import Seed
from server.delivery.people import Person, stranger

PER_DAY = 0.08
WORDS = ("ONE", "TWO", "THREE", "FOUR", "FIVE")
_MIXED = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
# The share that gives at most so many stars: most are content, and the unhappy write more than the lukewarm.
_AT_MOST = (0.09, 0.13, 0.22, 0.42, 1.0)
_SILENT = 0.3
# fmt: off
_SAID = {
    1: ("Waited an hour and left.", "Never again.", "Rude on the phone, and no refund.", "Not what was advertised."),
    2: ("Disappointing, it used to be better.", "Slow, and dearer than last year."),
    3: ("It was all right.", "Good things, but far too crowded on Saturdays.", "Nice place, small choice."),
    4: ("Very nice, only parking is a pain.", "Friendly people. We will come again.", "Gutes Angebot, faire Preise."),
    5: ("Wonderful, every single time.", "The best in town!", "Great", "¡Excelente!", "Kind, quick and good.",
        "Came by chance, stayed for two hours.", "Je recommande vivement."),
}
# fmt: on


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """One review; `stars` from 1 to 5, `text` may be empty."""

    id: str
    author: Person
    stars: int
    text: str
    at: datetime


def reviews(account: Account, until: datetime) -> Iterator[Review]:
    """The reviews of an account up to and with `until`, newest first."""
    for arrival in newest(f"reviews:{account.digest.hex()}", account.opened, until, per_day=PER_DAY):
        yield _review(account, arrival)


def _review(account: Account, arrival: Arrival) -> Review:
    stars = 1 + sum(arrival.draw(8) >= share for share in _AT_MOST)
    said = _SAID[stars]
    seed = Seed("review", account.network, account.digest.hex(), arrival.key)
    return Review(
        id=seed.digits(16) if account.network == "facebook" else seed.letters(32, _MIXED),
        author=stranger(account.network, arrival.digest),
        stars=stars,
        text="" if arrival.draw(9) < _SILENT else said[arrival.digest[22] % len(said)],
        at=arrival.at.replace(microsecond=0),
    )
