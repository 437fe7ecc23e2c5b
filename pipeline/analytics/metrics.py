"""The metric dictionary: which raw field of which network says what, in one set of common names and units.

The lake keeps raw names; common ones are read from them when frames are made (`pipeline/analytics/common.py`).
Fields are those of analytics.md 5; nested objects are written with dots.
"""

from dataclasses import dataclass

UNITS = {
    "impressions": "times shown",
    "reach": "accounts",
    "engagements": "actions",
    "reactions": "actions",
    "comments": "actions",
    "shares": "actions",
    "saves": "actions",
    "clicks": "actions",
    "video_views": "times played",
    "watch_time_s": "seconds",
    "followers": "accounts",
}
"""Every common metric with its unit."""

DEFINITIONS = {
    "impressions": "How often it was on a screen, the same person again included; some networks call it views.",
    "reach": "How many different accounts saw it.",
    "engagements": "Everything people did with it, clicks aside: reactions, comments, shares and saves.",
    "reactions": "Likes, and what else is one tap.",
    "comments": "Comments and replies.",
    "shares": "Shares, reposts and quotes.",
    "saves": "How often it was kept for later: saves, bookmarks, favourites, pins.",
    "clicks": "How often a link in it was followed, as the network counts; short links count by themselves.",
    "video_views": "How often the video was started, by each network's own rule of when a start counts.",
    "watch_time_s": "How long the video was watched by all together.",
    "followers": "How many accounts follow the account, or subscribe to it.",
}
"""Every common metric with its meaning."""

ENGAGEMENT_PARTS = ("reactions", "comments", "shares", "saves")
"""What makes up `engagements` where a network names no such total: the same four everywhere, so that networks compare.

Clicks stay out: LinkedIn and X count them in their own totals, most networks never tell them (analytics.md 5.5, 5.12).
"""


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read a common metric: the sum of these raw fields, times `factor` to reach the common unit."""

    fields: tuple[str, ...]
    factor: float = 1.0


def _first(*choices: str, factor: float = 1.0) -> tuple[Reading, ...]:
    return tuple(Reading(tuple(choice.split("+")), factor) for choice in choices)


_MILLISECONDS = 0.001
_MINUTES = 60.0

POST_METRICS: dict[str, dict[str, tuple[Reading, ...]]] = {
    "bluesky": {
        "reactions": _first("likeCount"),
        "comments": _first("replyCount"),
        "shares": _first("repostCount+quoteCount"),
    },
    "facebook": {
        "impressions": _first("mediaView", "impressions"),
        "reach": _first("postImpressionsUnique", "impressionsUnique"),
        "reactions": _first("reactions.total", "likeCount"),
        "comments": _first("commentsCount"),
        "shares": _first("sharesCount"),
        "clicks": _first("clicksUnique"),
        "video_views": _first("videoViews", "totalVideoViews", "blueReelsPlayCount"),
        "watch_time_s": _first("videoViewTime", "totalVideoViewTotalTime", factor=_MILLISECONDS),
    },
    "instagram": {
        "impressions": _first("viewsCount", "impressionsCount"),
        "reach": _first("reachCount"),
        "engagements": _first("engagementCount"),
        "reactions": _first("likeCount"),
        "comments": _first("commentsCount", "repliesCount"),
        "shares": _first("sharesCount"),
        "saves": _first("savedCount"),
        "video_views": _first("playsCount", "igReelsAggregatedAllPlaysCount"),
        "watch_time_s": _first("igReelsVideoViewTotalTimeCount", factor=_MILLISECONDS),
    },
    "linkedin": {
        "impressions": _first("impressionCount"),
        "reach": _first("uniqueImpressionsCount"),
        "reactions": _first("likeCount"),
        "comments": _first("commentCount"),
        "shares": _first("shareCount"),
        "clicks": _first("clickCount"),
        "video_views": _first("videoViews"),
        "watch_time_s": _first("videoWatchTimeMs", factor=_MILLISECONDS),
    },
    "pinterest": {
        "impressions": _first("impression"),
        "reactions": _first("totalReactions"),
        "comments": _first("totalComments"),
        "saves": _first("save"),
        "clicks": _first("outboundClick"),
        "video_views": _first("videoMrcView"),
        "watch_time_s": _first("videoV50WatchTime", factor=_MILLISECONDS),
    },
    "reddit": {
        "reactions": _first("ups", "score"),
        "comments": _first("numComments"),
    },
    "snapchat": {
        "impressions": _first("views"),
        "reach": _first("viewers"),
        "engagements": _first("interactions"),
        "comments": _first("replies"),
        "shares": _first("shares"),
        "video_views": _first("views"),
        "watch_time_s": _first("viewTime", factor=_MILLISECONDS),
    },
    "threads": {
        "impressions": _first("views"),
        "reactions": _first("likes"),
        "comments": _first("replies"),
        "shares": _first("reposts+quotes+shares"),
    },
    "tiktok": {
        "impressions": _first("videoViews"),
        "reach": _first("reach"),
        "reactions": _first("likeCount"),
        "comments": _first("commentsCount"),
        "shares": _first("shareCount"),
        "saves": _first("favorites"),
        "video_views": _first("videoViews"),
        "watch_time_s": _first("totalTimeWatched"),
    },
    # Public before organic before private: the latter two end after 30 days, and a curve must not fall for that.
    "twitter": {
        "impressions": _first(
            "publicMetrics.impressionCount", "organicMetrics.impressionCount", "nonPublicMetrics.impressionCount"
        ),
        "reactions": _first("publicMetrics.likeCount", "organicMetrics.likeCount"),
        "comments": _first("publicMetrics.replyCount", "organicMetrics.replyCount"),
        "shares": _first("publicMetrics.retweetCount+publicMetrics.quoteCount", "organicMetrics.retweetCount"),
        "saves": _first("publicMetrics.bookmarkCount"),
        "clicks": _first("nonPublicMetrics.urlLinkClicks"),
        "video_views": _first("organicMetrics.video.viewCount", "nonPublicMetrics.video.playback0Count"),
    },
    "youtube": {
        "impressions": _first("views"),
        "reactions": _first("likes"),
        "comments": _first("comments"),
        "shares": _first("shares"),
        "video_views": _first("views"),
        "watch_time_s": _first("estimatedMinutesWatched", factor=_MINUTES),
    },
}
"""Post metrics by network: common name → readings, the first one whose fields were given wins.

TikTok, YouTube, Snapchat, Threads and Instagram call views what others call impressions; so do we.
"""

ACCOUNT_METRICS: dict[str, dict[str, tuple[Reading, ...]]] = {
    "bluesky": {"followers": _first("followersCount")},
    "facebook": {
        "followers": _first("followersCount", "pageFollows", "fanCount"),
        "impressions": _first("pageMediaView", "pagePostsImpressions"),
        "engagements": _first("pagePostEngagements"),
    },
    "gmb": {
        "impressions": _first(
            "businessImpressionsDesktopSearch+businessImpressionsMobileSearch"
            "+businessImpressionsDesktopMaps+businessImpressionsMobileMaps"
        ),
        "clicks": _first("callClicks+websiteClicks+businessDirectionRequests"),
    },
    "instagram": {
        "followers": _first("followersCount"),
        "impressions": _first("viewsCount"),
        "reach": _first("reachCount"),
    },
    "linkedin": {
        "followers": _first(
            "followers.totalFollowerCount",
            "followers.organicFollowerCount+followers.paidFollowerCount",
            "followersCount",
        ),
        "impressions": _first("impressionCount"),
        "reach": _first("uniqueImpressionsCount"),
    },
    "pinterest": {"followers": _first("board.followerCount"), "impressions": _first("impression")},
    "reddit": {},
    "snapchat": {"followers": _first("subscribers"), "impressions": _first("views")},
    "threads": {"followers": _first("followersCount"), "impressions": _first("views")},
    "tiktok": {"followers": _first("followerCount"), "video_views": _first("viewCountTotal")},
    "twitter": {"followers": _first("followersCount")},
    "youtube": {"followers": _first("subscriberCount"), "video_views": _first("viewCount")},
}
"""Account metrics by network, read like `POST_METRICS`. Reddit tells karma only; Telegram tells nothing."""

TEXT_NUMBERS: dict[str, frozenset[str]] = {"youtube": frozenset({"subscriberCount", "videoCount", "viewCount"})}
"""Fields that hold an integer as text (analytics.md 5.13). A title may look like a number, so only these are read."""

DECLINED: dict[str, float] = {"tiktok": -1}
"""The number by which a network says that it does not tell (analytics.md 3.4)."""

ESTIMATED: dict[str, frozenset[str]] = {"youtube": frozenset({"estimatedMinutesWatched"})}
"""Metrics that the network itself calls an estimate (analytics.md 5.13)."""

NULLABLE = frozenset({"lifetimeLikes"})
"""Metrics whose explicit null means "not told" (analytics.md 4.1); any other null is a text field left empty."""

FACTS = frozenset(
    {"id", "created", "indexedAt", "media", "location", "profileImageSize", "thumbnailHeight", "thumbnailWidth"}
)
"""Top-level keys that may hold numbers but describe the post or account instead of measuring it."""
