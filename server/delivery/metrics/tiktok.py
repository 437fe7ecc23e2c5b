"""What TikTok tells (analytics.md 5.11)."""

from typing import Any

from server.delivery.fields import COUNTRIES, Flows, Group, Posts, States, is_lively, percentages
from server.delivery.pulse import Pulse
from social.instants import wire


def _countries(_pulse: Pulse) -> list[dict[str, Any]]:
    return percentages("country", {"US": 0.41, "GB": 0.22, "DE": 0.14})


def _traffic(_pulse: Pulse) -> list[dict[str, Any]]:
    return percentages("impressionSource", {"For You": 0.68, "Follow": 0.2, "Search": 0.07, "Personal Profile": 0.05})


POST: Posts = (
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
        when=is_lively,
        after=(24, 48),
    ),
)

STATE: States = {
    "username": lambda a: a.account.username,
    "displayName": lambda a: a.account.name,
    "bio": lambda a: a.account.description,
    "url": lambda a: a.account.url,
    "userImage": lambda a: a.account.picture,
    "isVerified": lambda _: False,
    "isBusinessAccount": lambda _: True,
    "followerCount": lambda a: a.followers,
    "followingCount": lambda a: a.following,
    "videoCountTotal": lambda a: a.posts,
    "viewCountTotal": lambda a: a.all_time.views,
    "likeCountTotal": lambda a: a.all_time.likes,
    "commentCountTotal": lambda a: a.all_time.comments,
    "shareCountTotal": lambda a: a.all_time.shares,
    "commentCountPeriod": lambda _: "all time",
    "shareCountPeriod": lambda _: "all time",
    "viewCountPeriod": lambda _: "all time",
    "audienceAges": lambda _: percentages("age", {"18-24": 0.38, "25-34": 0.36, "35-44": 0.17, "45-54": 0.09}),
    "audienceCountries": lambda _: percentages("country", COUNTRIES),
    "audienceGenders": lambda _: percentages("gender", {"female": 0.54, "male": 0.44, "other": 0.02}),
}

FLOW: Flows = {
    "profileViews": lambda d: d.visits,
    "bioLinkClicks": lambda d: d.clicks,
    "emailClicks": lambda d: int(d.clicks * 0.02),
    "phoneNumberClicks": lambda d: int(d.clicks * 0.03),
    "addressClicks": lambda d: int(d.clicks * 0.02),
    "appDownloadClicks": lambda _: 0,
    "leadSubmissions": lambda _: 0,
}
