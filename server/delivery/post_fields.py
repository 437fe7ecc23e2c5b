"""What each network tells of one post: names of analytics.md 5, numbers of `pulse.py`. A field is one line.

Google Business Profile and Telegram have no post analytics (analytics.md 3.5) and so no entry.
"""

from typing import Any

from server.delivery.fields import Group
from server.delivery.pulse import Pulse
from social.instants import wire

MONTH_HOURS = 30 * 24
STORY_HOURS = 24


def _video(pulse: Pulse) -> bool:
    return pulse.facts.video


def _reel(pulse: Pulse) -> bool:
    return pulse.facts.video and not pulse.facts.story


def _story(pulse: Pulse) -> bool:
    return pulse.facts.story


def _no_story(pulse: Pulse) -> bool:
    return not pulse.facts.story


def _lively(pulse: Pulse) -> bool:
    return pulse.recent > 0


def _ratio(part: float, whole: float) -> float:
    return round(part / whole, 6) if whole else 0.0


def _part(count: int, share: float) -> int:
    return int(count * share)


def _small_is_zero(count: int) -> int:
    return count if count >= 5 else 0  # noqa: PLR2004 -- analytics.md 3.4, stories


def _reactions(likes: int) -> dict[str, int]:
    # Each kind is rounded for itself and the total is their sum: so no kind ever falls when another grows.
    kinds = {"like": 1.0, "love": 0.16, "haha": 0.06, "wow": 0.04, "sorry": 0.01, "anger": 0.01}
    counts = {kind: _part(likes, share) for kind, share in kinds.items()}
    return counts | {"total": sum(counts.values())}


def _professional_reactions(likes: int) -> dict[str, int]:
    kinds = {"like": 1.0, "praise": 0.12, "maybe": 0.01, "empathy": 0.06, "interest": 0.05, "appreciation": 0.04}
    return {kind: _part(likes, share) for kind, share in kinds.items()}


def _playbacks(pulse: Pulse) -> dict[str, int]:
    shares = {0: 1.0, 25: 0.7, 50: 0.5, 75: 0.38, 100: 0.28}
    return {f"playback{percent}Count": _part(pulse.views, share) for percent, share in shares.items()}


def _quotes(pulse: Pulse) -> int:
    return _part(pulse.shares, 0.2)


def _product_type(pulse: Pulse) -> str:
    return "STORY" if pulse.facts.story else "REELS" if pulse.facts.video else "FEED"


def _media_type(pulse: Pulse) -> str:
    if pulse.facts.media_count > 1:
        return "CAROUSEL_ALBUM"
    return "VIDEO" if pulse.facts.video else "IMAGE"


def _public(pulse: Pulse) -> dict[str, int]:
    return {
        "retweetCount": pulse.shares - _quotes(pulse),
        "replyCount": pulse.comments,
        "likeCount": pulse.likes,
        "quoteCount": _quotes(pulse),
        "bookmarkCount": pulse.saves,
        "impressionCount": pulse.impressions,
    }


def _non_public(pulse: Pulse) -> dict[str, Any]:
    block: dict[str, Any] = {
        "impressionCount": pulse.impressions,
        "userProfileClicks": pulse.visits,
        "engagements": pulse.interactions + pulse.clicks,
        "urlLinkClicks": pulse.clicks,
    }
    return block | ({"video": _playbacks(pulse)} if pulse.facts.video else {})


def _organic(pulse: Pulse) -> dict[str, Any]:
    block: dict[str, Any] = {
        "likeCount": pulse.likes,
        "impressionCount": pulse.impressions,
        "replyCount": pulse.comments,
        "retweetCount": pulse.shares - _quotes(pulse),
        "userProfileClicks": pulse.visits,
    }
    video = _playbacks(pulse) | {"viewCount": pulse.views}
    return block | ({"video": video} if pulse.facts.video else {})


def _pin_media(pulse: Pulse) -> dict[str, Any]:
    return {"mediaType": "video" if pulse.facts.video else "image", "count": pulse.facts.media_count}


def _countries(_pulse: Pulse) -> list[dict[str, Any]]:
    return [{"country": name, "percentage": share} for name, share in (("US", 0.41), ("GB", 0.22), ("DE", 0.14))]


def _traffic(_pulse: Pulse) -> list[dict[str, Any]]:
    shares = (("For You", 0.68), ("Follow", 0.2), ("Search", 0.07), ("Personal Profile", 0.05))
    return [{"impressionSource": name, "percentage": share} for name, share in shares]


POST_FIELDS: dict[str, tuple[Group[Pulse], ...]] = {
    "bluesky": (
        Group(
            {
                "created": lambda p: wire(p.facts.published_at),
                "post": lambda p: p.facts.text,
                "likeCount": lambda p: p.likes,
                "quoteCount": _quotes,
                "replyCount": lambda p: p.comments,
                "repostCount": lambda p: p.shares - _quotes(p),
            }
        ),
    ),
    "facebook": (
        Group(
            {
                "commentsCount": lambda p: p.comments,
                "likeCount": lambda p: p.likes,
                "sharesCount": lambda p: p.shares,
                "reactions": lambda p: _reactions(p.likes),
                "reactionsByType": lambda p: {kind: n for kind, n in _reactions(p.likes).items() if kind != "total"},
                "mediaView": lambda p: p.impressions,
            },
            when=_no_story,
        ),
        Group(
            {
                "videoViews": lambda p: p.views,
                "videoViewsUnique": lambda p: p.viewers,
                "videoViewTime": lambda p: p.views * p.seconds * 1000,
                "blueReelsPlayCount": lambda p: p.views,
                "totalVideoViews": lambda p: p.views,
                "totalVideoCompleteViews": lambda p: _part(p.views, p.complete),
                "totalVideoAvgTimeWatched": lambda p: p.seconds * 1000,
                "totalVideo10SViews": lambda p: _part(p.views, 0.55),
                "totalVideo15SViews": lambda p: _part(p.views, 0.42),
                "totalVideoViewTotalTime": lambda p: p.views * p.seconds * 1000,
                "postVideoAvgTimeWatched": lambda p: p.seconds * 1000,
                "postVideoSocialActions": lambda p: {"share": p.shares},
                "postImpressionsUnique": lambda p: p.reach,
            },
            when=_reel,
        ),
    ),
    "instagram": (
        Group(
            {
                "caption": lambda p: p.facts.text,
                "username": lambda p: p.facts.account.username,
                "created": lambda p: wire(p.facts.published_at),
                "mediaProductType": _product_type,
                "mediaType": _media_type,
            }
        ),
        Group(
            {
                "likeCount": lambda p: p.likes,
                "commentsCount": lambda p: p.comments,
                "engagementCount": lambda p: p.interactions,
                "reachCount": lambda p: p.reach,
                "savedCount": lambda p: p.saves,
                "viewsCount": lambda p: p.impressions,
                "sharesCount": lambda p: p.shares,
                "followsCount": lambda p: p.follows,
                "profileVisitsCount": lambda p: p.visits,
                "profileActivityCount": lambda p: _part(p.visits, 0.3),
            },
            when=_no_story,
        ),
        Group(
            {
                "playsCount": lambda p: p.views,
                "clipsReplaysCount": lambda p: _part(p.views, 0.22),
                "igReelsAggregatedAllPlaysCount": lambda p: p.views + _part(p.views, 0.22),
                "igReelsAvgWatchTimeCount": lambda p: p.seconds * 1000,
                "igReelsVideoViewTotalTimeCount": lambda p: p.views * p.seconds * 1000,
            },
            when=_reel,
        ),
        Group(
            {
                "reachCount": lambda p: _small_is_zero(p.reach),
                "viewsCount": lambda p: _small_is_zero(p.impressions),
                "navigationCount": lambda p: _small_is_zero(_part(p.impressions, 0.9)),
                "repliesCount": lambda p: _small_is_zero(p.comments),
                "tapForwardCount": lambda p: _small_is_zero(_part(p.impressions, 0.6)),
                "tapBackCount": lambda p: _small_is_zero(_part(p.impressions, 0.1)),
                "tapExitCount": lambda p: _small_is_zero(_part(p.impressions, 0.12)),
                "swipeForwardCount": lambda p: _small_is_zero(_part(p.impressions, 0.08)),
            },
            when=_story,
        ),
    ),
    "linkedin": (
        Group(
            {
                "likeCount": lambda p: p.likes,
                "commentCount": lambda p: p.comments,
                "shareCount": lambda p: p.shares,
                "clickCount": lambda p: p.clicks,
                "impressionCount": lambda p: p.impressions,
                "uniqueImpressionsCount": lambda p: p.reach,
                "engagement": lambda p: _ratio(p.likes + p.comments + p.shares + p.clicks, p.impressions),
                "reactions": lambda p: _professional_reactions(p.likes),
                "totalFirstLevelComments": lambda p: _part(p.comments, 0.7),
                "commentsState": lambda _: "OPEN",
            }
        ),
        Group(
            {
                "videoViews": lambda p: p.views,
                "videoViewers": lambda p: p.viewers,
                "videoWatchTimeMs": lambda p: p.views * p.seconds * 1000,
            },
            when=_video,
        ),
    ),
    "pinterest": (
        Group(
            {
                "description": lambda p: p.facts.text,
                "media": _pin_media,
                "totalComments": lambda p: p.comments,
                "totalReactions": lambda p: p.likes,
                "save": lambda p: p.saves,
                "outboundClick": lambda p: p.clicks,
                "pinClick": lambda p: _part(p.impressions, 0.02),
                "profileVisit": lambda p: p.visits,
                "userFollow": lambda p: p.follows,
            }
        ),
        Group(
            {"impression": lambda p: p.impressions, "saveRate": lambda p: _ratio(p.saves, p.impressions)},
            after=(24, 72),
        ),
        Group(
            {
                "videoStart": lambda p: p.views,
                "videoMrcView": lambda p: _part(p.views, 0.8),
                "video10sView": lambda p: _part(p.views, 0.5),
                "videoAvgWatchTime": lambda p: float(p.seconds * 1000),
                "videoV50WatchTime": lambda p: float(p.views * p.seconds * 500),
                "quartile95PercentView": lambda p: _part(p.views, p.complete),
            },
            when=_video,
        ),
    ),
    "reddit": (
        Group(
            {
                "ups": lambda p: p.likes + 1,
                "downs": lambda _: 0,
                "score": lambda p: p.likes + 1,
                "upvoteRatio": lambda p: round(0.7 + 0.3 * p.complete, 2),
                "numComments": lambda p: p.comments,
                "created": lambda p: wire(p.facts.published_at),
                "title": lambda p: p.facts.title,
                "subreddit": lambda p: str(p.facts.options.get("subreddit", "")).removeprefix("r/").strip("/"),
                "url": lambda p: p.facts.url,
            }
        ),
    ),
    "snapchat": (
        Group(
            {
                "views": lambda p: p.impressions,
                "viewers": lambda p: p.reach,
                "shares": lambda p: p.shares,
                "replies": lambda p: p.comments,
                "interactions": lambda p: p.interactions,
                "screenshots": lambda p: _part(p.saves, 0.5),
                "viewTime": lambda p: p.impressions * p.seconds * 1000,
                "avgViewTime": lambda p: p.seconds * 1000,
                "completionRate": lambda p: p.complete,
                "subscribers": lambda p: p.follows,
            }
        ),
    ),
    "threads": (
        Group(
            {
                "views": lambda p: p.impressions,
                "likes": lambda p: p.likes,
                "replies": lambda p: p.comments,
                "reposts": lambda p: p.shares - _quotes(p),
                "quotes": _quotes,
                "shares": lambda p: _part(p.shares, 0.4),
            }
        ),
    ),
    "tiktok": (
        Group(
            {
                "itemId": lambda p: p.facts.social_id,
                "created": lambda p: wire(p.facts.published_at),
                "postUrl": lambda p: p.facts.url,
                "url": lambda p: p.facts.url,
                "embedUrl": lambda p: f"https://www.tiktok.com/embed/v2/{p.facts.social_id}",
                "thumbnailUrl": lambda p: f"https://p16-sign.tiktokcdn.com/{p.facts.social_id}.jpeg",
                "thumbnailHeight": lambda _: 1024,
                "thumbnailWidth": lambda _: 576,
                "mediaType": lambda p: "video" if p.facts.video else "photo",
                "tags": lambda p: p.facts.tags,
            }
        ),
        Group(
            {
                "likeCount": lambda p: p.likes,
                "commentsCount": lambda p: p.comments,
                "shareCount": lambda p: p.shares,
                "videoViews": lambda p: p.impressions,
            },
            after=(24, 48),
            withholds=True,
        ),
        Group({"favorites": lambda p: p.saves}, after=(24, 48)),
        Group(
            {
                "reach": lambda p: p.reach,
                "averageTimeWatched": lambda p: float(p.seconds),
                "totalTimeWatched": lambda p: float(p.impressions * p.seconds),
                "fullVideoWatchedRate": lambda p: p.complete,
                "impressionSources": _traffic,
                "audienceCountries": _countries,
            },
            when=_lively,
            after=(24, 48),
        ),
    ),
    "twitter": (
        Group(
            {
                "created": lambda p: wire(p.facts.published_at),
                "name": lambda p: p.facts.account.name,
                "username": lambda p: p.facts.account.username,
                "post": lambda p: p.facts.text,
                "publicMetrics": _public,
            }
        ),
        Group({"nonPublicMetrics": _non_public, "organicMetrics": _organic}, until_hours=MONTH_HOURS),
    ),
    "youtube": (
        Group(
            {
                "title": lambda p: p.facts.title,
                "description": lambda p: p.facts.text,
                "channelTitle": lambda p: p.facts.account.name,
                "thumbnailUrl": lambda p: f"https://i.ytimg.com/vi/{p.facts.social_id}/hqdefault.jpg",
                "created": lambda p: wire(p.facts.published_at),
                "privacyStatus": lambda p: str(p.facts.options.get("visibility", "public")),
                "madeForKids": lambda p: bool(p.facts.options.get("madeForKids", False)),
                "tags": lambda p: list(p.facts.options.get("tags", [])),
            }
        ),
        Group(
            {
                "views": lambda p: p.impressions,
                "likes": lambda p: p.likes,
                "dislikes": lambda p: _part(p.likes, 0.03),
                "comments": lambda p: p.comments,
                "shares": lambda p: p.shares,
                "engagedViews": lambda p: p.reach,
                "averageViewDuration": lambda p: p.seconds * 4,
                "averageViewPercentage": lambda p: round(100 * p.complete, 2),
                "estimatedMinutesWatched": lambda p: p.impressions * p.seconds * 4 // 60,
                "subscribersGained": lambda p: p.follows,
                "subscribersLost": lambda p: _part(p.follows, 0.1),
                "videosAddedToPlaylists": lambda p: p.saves,
                "videosRemovedFromPlaylists": lambda p: _part(p.saves, 0.05),
            },
            after=(24, 48),
        ),
    ),
}
