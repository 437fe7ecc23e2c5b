"""What Pinterest tells (analytics.md 5.6)."""

from typing import Any

from server.delivery.fields import DAY, Flows, Group, Posts, States, is_video, part, ratio, spread
from server.delivery.pulse import AccountPulse, Flow, Pulse
from social.instants import wire


def totals(flow: Flow) -> dict[str, float]:
    """One day's or one period's numbers of an account: rates beside counts, so they are read from it at once."""
    counts = {
        "impression": flow.impressions,
        "engagement": flow.interactions + flow.clicks,
        "save": flow.saves,
        "pinClick": int(flow.impressions * 0.02),
        "outboundClick": flow.clicks,
        "clickthrough": flow.clicks,
        "closeup": int(flow.impressions * 0.03),
    }
    rates = {f"{name}Rate": ratio(counts[name], flow.impressions) for name in counts if name != "impression"}
    return counts | rates | _videos(flow)


def _videos(flow: Flow) -> dict[str, float]:
    watched = flow.minutes * 6_000.0
    counts = spread(flow.views, {"videoStart": 0.2, "videoMrcView": 0.16, "video10sView": 0.1, "fullScreenPlay": 0.05})
    return counts | {
        "quartile95PercentView": int(flow.views * 0.04),
        "fullScreenPlaytime": watched / 4,
        "videoV50WatchTime": watched,
        "videoAvgWatchTime": ratio(watched, counts["videoStart"]),
    }


def _days(account: AccountPulse) -> list[dict[str, Any]]:
    return [
        {"date": f"{end - DAY:%Y-%m-%d}", "dataStatus": "READY", "metrics": totals(flow)} for end, flow in account.days
    ]


def _board(account: AccountPulse) -> dict[str, Any]:
    return {
        "name": account.account.name,
        "followerCount": account.followers,
        "pinCount": account.posts,
        "privacy": "PUBLIC",
        "createdAt": wire(account.account.opened),
        "media": {"imageCoverUrl": account.account.picture, "pinThumbnailUrls": [account.account.picture]},
    }


def _media(pulse: Pulse) -> dict[str, Any]:
    return {"mediaType": "video" if pulse.facts.video else "image", "count": pulse.facts.media_count}


POST: Posts = (
    Group(
        {
            "description": lambda p: p.facts.text,
            "media": _media,
            "totalComments": lambda p: p.comments,
            "totalReactions": lambda p: p.likes,
            "save": lambda p: p.saves,
            "outboundClick": lambda p: p.clicks,
            "pinClick": lambda p: part(p.impressions, 0.02),
            "profileVisit": lambda p: p.visits,
            "userFollow": lambda p: p.follows,
        }
    ),
    Group(
        {"impression": lambda p: p.impressions, "saveRate": lambda p: ratio(p.saves, p.impressions)},
        after=(24, 72),
    ),
    Group(
        {
            "videoStart": lambda p: p.views,
            "videoMrcView": lambda p: part(p.views, 0.8),
            "video10sView": lambda p: part(p.views, 0.5),
            "videoAvgWatchTime": lambda p: float(p.seconds * 1000),
            "videoV50WatchTime": lambda p: float(p.views * p.seconds * 500),
            "quartile95PercentView": lambda p: part(p.views, p.complete),
        },
        when=is_video,
    ),
)

STATE: States = {"board": _board, "daily": _days}

FLOW: Flows = {}
