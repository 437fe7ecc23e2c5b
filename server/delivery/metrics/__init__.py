"""What each network tells of a post and of an account in the sandbox: one file per network, a field is one line.

The fields are those that `social/contract/metrics/` declares; a test holds the two together. Google Business Profile
has no post analytics (analytics.md 3.5), Telegram none at all (5.9).
"""

from server.delivery.fields import Flows, Posts, States
from server.delivery.metrics import (
    bluesky,
    facebook,
    gmb,
    instagram,
    linkedin,
    pinterest,
    reddit,
    snapchat,
    threads,
    tiktok,
    twitter,
    youtube,
)

POSTS: dict[str, Posts] = {
    "bluesky": bluesky.POST,
    "facebook": facebook.POST,
    "instagram": instagram.POST,
    "linkedin": linkedin.POST,
    "pinterest": pinterest.POST,
    "reddit": reddit.POST,
    "snapchat": snapchat.POST,
    "threads": threads.POST,
    "tiktok": tiktok.POST,
    "twitter": twitter.POST,
    "youtube": youtube.POST,
}

STATES: dict[str, States] = {
    "bluesky": bluesky.STATE,
    "facebook": facebook.STATE,
    "gmb": gmb.STATE,
    "instagram": instagram.STATE,
    "linkedin": linkedin.STATE,
    "pinterest": pinterest.STATE,
    "reddit": reddit.STATE,
    "snapchat": snapchat.STATE,
    "threads": threads.STATE,
    "tiktok": tiktok.STATE,
    "twitter": twitter.STATE,
    "youtube": youtube.STATE,
}
"""Fields that describe an account as it is."""

FLOWS: dict[str, Flows] = {
    "bluesky": bluesky.FLOW,
    "facebook": facebook.FLOW,
    "gmb": gmb.FLOW,
    "instagram": instagram.FLOW,
    "linkedin": linkedin.FLOW,
    "pinterest": pinterest.FLOW,
    "reddit": reddit.FLOW,
    "snapchat": snapchat.FLOW,
    "threads": threads.FLOW,
    "tiktok": tiktok.FLOW,
    "twitter": twitter.FLOW,
    "youtube": youtube.FLOW,
}
"""Fields that add up over days, and come day by day where the network offers `daily` (analytics.md 4.1)."""

DAILY = frozenset({"facebook", "instagram", "snapchat", "tiktok", "youtube"})
"""Networks that take `daily`."""

QUARTERLY = frozenset({"facebook", "instagram", "youtube"})
"""Networks that take `quarters`."""

LAG_DAYS = {"linkedin": 2, "tiktok": 2}
"""Days by which a network's account numbers trail (analytics.md 4.4)."""
