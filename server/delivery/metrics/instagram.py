"""What Instagram tells (analytics.md 5.4)."""

from server.delivery.fields import COUNTRIES, Flows, Group, Posts, States, is_no_story, is_reel, is_story, part
from server.delivery.pulse import Pulse
from social.instants import wire

LEAST = 5
"""Story metrics below this are told as 0 (analytics.md 3.4)."""

DEMOGRAPHICS: dict[str, dict[str, float]] = {
    "audienceCity": {
        "London, England": 0.11,
        "Berlin, Berlin": 0.08,
        "Paris, Île-de-France": 0.06,
        "New York, New York": 0.05,
    },
    "audienceCountry": COUNTRIES,
    "audienceGenderAge": {
        "F.18-24": 0.12,
        "F.25-34": 0.24,
        "F.35-44": 0.13,
        "M.18-24": 0.1,
        "M.25-34": 0.2,
        "M.35-44": 0.11,
    },
}
"""Demographic maps, as shares of the people counted; withheld below 100 people (analytics.md 4.4)."""


def _small_is_zero(count: int) -> int:
    return count if count >= LEAST else 0


def _product_type(pulse: Pulse) -> str:
    return "STORY" if pulse.facts.story else "REELS" if pulse.facts.video else "FEED"


def _media_type(pulse: Pulse) -> str:
    if pulse.facts.media_count > 1:
        return "CAROUSEL_ALBUM"
    return "VIDEO" if pulse.facts.video else "IMAGE"


POST: Posts = (
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
            "profileActivityCount": lambda p: part(p.visits, 0.3),
        },
        when=is_no_story,
    ),
    Group(
        {
            "playsCount": lambda p: p.views,
            "clipsReplaysCount": lambda p: part(p.views, 0.22),
            "igReelsAggregatedAllPlaysCount": lambda p: p.views + part(p.views, 0.22),
            "igReelsAvgWatchTimeCount": lambda p: p.seconds * 1000,
            "igReelsVideoViewTotalTimeCount": lambda p: p.views * p.seconds * 1000,
        },
        when=is_reel,
    ),
    Group(
        {
            "reachCount": lambda p: _small_is_zero(p.reach),
            "viewsCount": lambda p: _small_is_zero(p.impressions),
            "navigationCount": lambda p: _small_is_zero(part(p.impressions, 0.9)),
            "repliesCount": lambda p: _small_is_zero(p.comments),
            "tapForwardCount": lambda p: _small_is_zero(part(p.impressions, 0.6)),
            "tapBackCount": lambda p: _small_is_zero(part(p.impressions, 0.1)),
            "tapExitCount": lambda p: _small_is_zero(part(p.impressions, 0.12)),
            "swipeForwardCount": lambda p: _small_is_zero(part(p.impressions, 0.08)),
        },
        when=is_story,
    ),
)

STATE: States = {
    "id": lambda a: a.account.id,
    "name": lambda a: a.account.name,
    "username": lambda a: a.account.username,
    "biography": lambda a: a.account.description,
    "profilePictureUrl": lambda a: a.account.picture,
    "website": lambda _: "https://dovecote.localhost",
    "followersCount": lambda a: a.followers,
    "followsCount": lambda a: a.following,
    "mediaCount": lambda a: a.posts,
    "likeCount": lambda a: a.all_time.likes,
    "commentsCount": lambda a: a.all_time.comments,
    "shareCount": lambda a: a.all_time.shares,
}

FLOW: Flows = {"viewsCount": lambda d: d.impressions, "reachCount": lambda d: d.reach}
