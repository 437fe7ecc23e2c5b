"""What a sandbox account posted by hand, beside the API: older posts, and a new one every few days. Not stored."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from server.delivery.accounts import Account
from server.delivery.arrivals import Arrival, newest
from server.delivery.ids import Seed, native_id
from server.delivery.pulse import PostFacts
from social.networks import NETWORKS
from social.networks.base import Feature

PER_DAY = 0.15
VIDEO_NETWORKS = frozenset({"youtube", "tiktok", "snapchat"})
_OPENINGS = (
    "A quiet morning at {name}.",
    "New in at {name} this week.",
    "Behind the scenes at {name}: how we pack an order.",
    "Somebody asked what we do on rainy days. This.",
    "Thank you for a busy weekend!",
    "We are looking for a pair of hands for the summer.",
    "Five things we learned in our first year",
    "Before and after. Which one do you like better?",
    "Closed on Monday, back on Tuesday at eight.",
    "Our neighbours took this picture from across the street.",
    "It took three tries, and here it is.",
    "What should we make next?",
)
_TAGS = ("", "", " #smallbusiness", " #behindthescenes #workshop", " #madebyhand", " #weekend")


def past_posts(account: Account, until: datetime) -> Iterator[PostFacts]:
    """The account's own posts up to and with `until`, newest first; none where the network has no history to read."""
    if Feature.HISTORY not in NETWORKS[account.network].features:
        return
    # Posts have whole seconds, arrivals have not: the one second more belongs to posts of the instant itself.
    for arrival in newest(_seed(account), account.opened, until + timedelta(seconds=1), per_day=PER_DAY):
        if (facts := _facts(account, arrival)).published_at <= until:
            yield facts


def past_post(account: Account, social_id: str, until: datetime) -> PostFacts | None:
    """The one of `past_posts` that the network knows under `social_id`, or None."""
    return next((facts for facts in past_posts(account, until) if facts.social_id == social_id), None)


def picture_of(facts: PostFacts) -> str:
    """Address of a picture that stands for the media of a post; the same post has the same picture."""
    key = Seed(facts.social_id, facts.network).letters(16, "0123456789abcdef")
    return f"{facts.account.base}/sandbox/pictures/posts/{key}.jpg"


def _seed(account: Account) -> str:
    return f"past:{account.network}:{account.digest.hex()}"


def _facts(account: Account, arrival: Arrival) -> PostFacts:
    native = native_id(account, f"past-{account.digest[:8].hex()}-{arrival.key}")
    opening = _OPENINGS[arrival.digest[20] % len(_OPENINGS)].format(name=account.name)
    pictured = account.network in {"instagram", "pinterest"} or arrival.draw(11) < 0.6  # noqa: PLR2004
    media = "video" if account.network in VIDEO_NETWORKS else "image" if pictured else ""
    return PostFacts(
        account=account,
        social_id=native.social_id,
        url=native.url or "",
        published_at=arrival.at.replace(microsecond=0),
        text=opening + _TAGS[arrival.digest[21] % len(_TAGS)],
        media=media,
        media_count=1 if media else 0,
        options={},
    )
