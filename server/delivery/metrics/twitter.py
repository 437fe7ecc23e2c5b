"""What X tells (analytics.md 5.12)."""

from typing import Any

from server.delivery.fields import Flows, Group, Posts, States, part, quotes
from server.delivery.pulse import Pulse
from social.instants import wire

MONTH_HOURS = 30 * 24


def _playbacks(pulse: Pulse) -> dict[str, int]:
    shares = {0: 1.0, 25: 0.7, 50: 0.5, 75: 0.38, 100: 0.28}
    return {f"playback{percent}Count": part(pulse.views, share) for percent, share in shares.items()}


def _public(pulse: Pulse) -> dict[str, int]:
    return {
        "retweetCount": pulse.shares - quotes(pulse),
        "replyCount": pulse.comments,
        "likeCount": pulse.likes,
        "quoteCount": quotes(pulse),
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
        "retweetCount": pulse.shares - quotes(pulse),
        "userProfileClicks": pulse.visits,
    }
    video = _playbacks(pulse) | {"viewCount": pulse.views}
    return block | ({"video": video} if pulse.facts.video else {})


POST: Posts = (
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
)

STATE: States = {
    "id": lambda a: a.account.id,
    "name": lambda a: a.account.name,
    "displayName": lambda a: a.account.name,
    "username": lambda a: a.account.username,
    "url": lambda a: a.account.url,
    "location": lambda _: "",
    "description": lambda a: a.account.description,
    "profileImageUrl": lambda a: a.account.picture,
    "created": lambda a: wire(a.account.opened),
    "protected": lambda _: False,
    "verified": lambda _: False,
    "listedCount": lambda a: int(a.followers * 0.004),
    "tweetCount": lambda a: a.posts,
    "followersCount": lambda a: a.followers,
    "friendsCount": lambda a: a.following,
    "likeCount": lambda a: a.following * 3,
}

FLOW: Flows = {}
