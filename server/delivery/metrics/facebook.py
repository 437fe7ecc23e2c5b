"""What Facebook tells (analytics.md 5.2)."""

from typing import Any

from server.delivery.fields import Flows, Group, Posts, States, is_no_story, is_reel, part, spread
from server.delivery.pulse import AccountPulse

LIKING = 0.93


def page_likes(followers: int) -> int:
    """How many of a page's followers like it too."""
    return int(followers * LIKING)


def _reactions(likes: int) -> dict[str, int]:
    # Each kind is rounded for itself and the total is their sum: so no kind ever falls when another grows.
    counts = spread(likes, {"like": 1.0, "love": 0.16, "haha": 0.06, "wow": 0.04, "sorry": 0.01, "anger": 0.01})
    return counts | {"total": sum(counts.values())}


def _complete(views: int) -> dict[str, int]:
    shares = {"total": 0.3, "organic": 0.3, "autoplayed": 0.2, "clickToPlay": 0.1, "repeat": 0.04, "unique": 0.24}
    return spread(views, shares) | {"paid": 0}


def _place(account: AccountPulse) -> dict[str, Any]:
    number = 1 + int(120 * account.account.draw(9))
    city = {"street": f"{number} Loft Lane", "city": "Berlin", "state": "Berlin", "country": "Germany", "zip": "10115"}
    return city | {"latitude": 52.53, "longitude": 13.38}


POST: Posts = (
    Group(
        {
            "commentsCount": lambda p: p.comments,
            "likeCount": lambda p: p.likes,
            "sharesCount": lambda p: p.shares,
            "reactions": lambda p: _reactions(p.likes),
            "reactionsByType": lambda p: {kind: n for kind, n in _reactions(p.likes).items() if kind != "total"},
            "mediaView": lambda p: p.impressions,
            "impressions": lambda p: p.impressions,
            "impressionsFanUnique": lambda p: part(p.reach, 0.6),
            "impressionsOrganicUnique": lambda p: p.reach,
            "impressionsPaidUnique": lambda _: 0,
        },
        when=is_no_story,
    ),
    Group(
        {
            "videoViews": lambda p: p.views,
            "videoViewsUnique": lambda p: p.viewers,
            "videoViewTime": lambda p: p.views * p.seconds * 1000,
            "blueReelsPlayCount": lambda p: p.views,
            "totalVideoViews": lambda p: p.views,
            "totalVideoCompleteViews": lambda p: part(p.views, p.complete),
            "totalVideoAvgTimeWatched": lambda p: p.seconds * 1000,
            "totalVideo10SViews": lambda p: part(p.views, 0.55),
            "totalVideo15SViews": lambda p: part(p.views, 0.42),
            "totalVideoViewTotalTime": lambda p: p.views * p.seconds * 1000,
            "postVideoAvgTimeWatched": lambda p: p.seconds * 1000,
            "postVideoSocialActions": lambda p: {"share": p.shares},
            "postImpressionsUnique": lambda p: p.reach,
        },
        when=is_reel,
    ),
)

STATE: States = {
    "id": lambda a: a.account.id,
    "name": lambda a: a.account.name,
    "link": lambda a: a.account.url,
    "username": lambda a: a.account.name.replace(" ", "").lower(),
    "website": lambda _: "https://dovecote.localhost",
    "phone": lambda _: "+49 30 0000000",
    "emails": lambda _: ["page@dovecote.localhost"],
    "location": _place,
    "about": lambda a: a.account.description,
    "category": lambda _: "Local business",
    "fanCount": lambda a: page_likes(a.followers),
    "followersCount": lambda a: a.followers,
    "pageFans": lambda a: page_likes(a.followers),
    "pageFollows": lambda a: a.followers,
    "verified": lambda _: False,
    "overallStarRating": lambda a: round(3.6 + 1.4 * a.account.draw(4), 1),
    "unreadMessageCount": lambda _: 0,
    "engagement": lambda a: {"count": page_likes(a.followers)},
    "reactions": lambda a: _reactions(a.total.likes),
    "pageVideoCompleteViews30S": lambda a: _complete(a.total.views),
    "pageVideoViewsByPaidNonPaid": lambda a: {"paid": 0, "nonPaid": a.total.views, "total": a.total.views},
    "pageVideoViewsByUploadedHosted": lambda a: {"uploaded": a.total.views, "hosted": 0},
}

FLOW: Flows = {
    "pagePostEngagements": lambda d: d.interactions + d.clicks,
    "pagePostsImpressions": lambda d: d.impressions,
    "pagePostsImpressionsPaid": lambda _: 0,
    "pagePostsImpressionsUnique": lambda d: d.reach,
    "pagePostsImpressionsOrganic": lambda d: d.impressions,
    "pagePostsImpressionsOrganicUnique": lambda d: d.reach,
    "pagePostsImpressionsViral": lambda d: int(d.impressions * 0.12),
    "pagePostsImpressionsNonviral": lambda d: d.impressions - int(d.impressions * 0.12),
    "pageMediaView": lambda d: d.impressions,
    "pageMediaViewIsFromAds": lambda _: 0,
    "pageMediaViewIsFromFollowers": lambda d: int(d.impressions * 0.6),
    "pageVideoViews": lambda d: d.views,
    "pageVideoViewsPaid": lambda _: 0,
    "pageVideoViewsOrganic": lambda d: d.views,
    "pageVideoViewsAutoplayed": lambda d: int(d.views * 0.7),
    "pageVideoViewsClickToPlay": lambda d: d.views - int(d.views * 0.7),
}
