"""Every metric of every network, typed: one file per network, models `<Network>Post` and `<Network>Account`.

The one declaration of the fields of analytics.md 5: the client reads answers with it, OpenAPI shows it, and a test
holds the sandbox's tables (`server/delivery/metrics/`) to it.
"""

from social.contract.metrics.base import Metrics
from social.contract.metrics.bluesky import BlueskyAccount, BlueskyPost
from social.contract.metrics.facebook import FacebookAccount, FacebookPost
from social.contract.metrics.gmb import GmbAccount
from social.contract.metrics.instagram import InstagramAccount, InstagramPost
from social.contract.metrics.linkedin import LinkedinAccount, LinkedinPost
from social.contract.metrics.pinterest import PinterestAccount, PinterestPost
from social.contract.metrics.reddit import RedditAccount, RedditPost
from social.contract.metrics.snapchat import SnapchatAccount, SnapchatPost
from social.contract.metrics.threads import ThreadsAccount, ThreadsPost
from social.contract.metrics.tiktok import TiktokAccount, TiktokPost
from social.contract.metrics.twitter import TwitterAccount, TwitterPost
from social.contract.metrics.youtube import YoutubeAccount, YoutubePost

__all__ = [
    "ACCOUNT_METRICS",
    "POST_METRICS",
    "BlueskyAccount",
    "BlueskyPost",
    "FacebookAccount",
    "FacebookPost",
    "GmbAccount",
    "InstagramAccount",
    "InstagramPost",
    "LinkedinAccount",
    "LinkedinPost",
    "Metrics",
    "PinterestAccount",
    "PinterestPost",
    "RedditAccount",
    "RedditPost",
    "SnapchatAccount",
    "SnapchatPost",
    "ThreadsAccount",
    "ThreadsPost",
    "TiktokAccount",
    "TiktokPost",
    "TwitterAccount",
    "TwitterPost",
    "YoutubeAccount",
    "YoutubePost",
]

POST_METRICS: dict[str, type[Metrics]] = {
    "bluesky": BlueskyPost,
    "facebook": FacebookPost,
    "instagram": InstagramPost,
    "linkedin": LinkedinPost,
    "pinterest": PinterestPost,
    "reddit": RedditPost,
    "snapchat": SnapchatPost,
    "threads": ThreadsPost,
    "tiktok": TiktokPost,
    "twitter": TwitterPost,
    "youtube": YoutubePost,
}
"""Networks whose posts have metrics: all but Google Business Profile and Telegram (analytics.md 3.5)."""

ACCOUNT_METRICS: dict[str, type[Metrics]] = {
    "bluesky": BlueskyAccount,
    "facebook": FacebookAccount,
    "gmb": GmbAccount,
    "instagram": InstagramAccount,
    "linkedin": LinkedinAccount,
    "pinterest": PinterestAccount,
    "reddit": RedditAccount,
    "snapchat": SnapchatAccount,
    "threads": ThreadsAccount,
    "tiktok": TiktokAccount,
    "twitter": TwitterAccount,
    "youtube": YoutubeAccount,
}
"""Networks whose accounts have metrics: all but Telegram (analytics.md 4.1)."""
