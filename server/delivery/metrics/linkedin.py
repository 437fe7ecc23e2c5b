"""What LinkedIn tells (analytics.md 5.5)."""

from typing import Any

from server.delivery.fields import Flows, Group, Posts, States, part, ratio, spread
from server.delivery.pulse import AccountPulse, Pulse

PAGES = ("About", "Careers", "Insights", "Jobs", "LifeAt", "Overview", "People", "Products")


def _reactions(likes: int) -> dict[str, int]:
    kinds = {"like": 1.0, "praise": 0.12, "maybe": 0.01, "empathy": 0.06, "interest": 0.05, "appreciation": 0.04}
    return spread(likes, kinds)


def _page_views(visits: int) -> dict[str, int]:
    views = {"allPageViews": visits, "allDesktopPageViews": int(visits * 0.6)}
    views["allMobilePageViews"] = visits - views["allDesktopPageViews"]
    for rank, page in enumerate(PAGES, start=2):
        desktop, mobile = int(visits * 0.5 / rank**2), int(visits * 0.3 / rank**2)
        views |= {f"desktop{page}PageViews": desktop, f"mobile{page}PageViews": mobile}
        if page != "Insights":
            views[f"{page[0].lower()}{page[1:]}PageViews"] = desktop + mobile
    return views


def _careers_clicks(clicks: int) -> dict[str, dict[str, int]]:
    tabs = {"careersPagePromoLinksClicks": 0.02, "careersPageJobsClicks": 0.05, "careersPageEmployeesClicks": 0.03}
    desktop = spread(clicks, tabs | {"careersPageBannerPromoClicks": 0.01})
    return {"careersPageClicks": desktop, "mobileCareersPageClicks": spread(clicks // 2, tabs)}


def _is_page(pulse: Pulse) -> bool:
    return pulse.facts.account.kind != "personal"


def _is_page_video(pulse: Pulse) -> bool:
    return pulse.facts.video and _is_page(pulse)


def personal(account: AccountPulse) -> dict[str, Any]:
    """All that a personal account tells of itself."""
    return {"followersCount": account.followers}


POST: Posts = (
    Group(
        {
            "likeCount": lambda p: p.likes,
            "commentCount": lambda p: p.comments,
            "reactions": lambda p: _reactions(p.likes),
        }
    ),
    Group(
        {
            "shareCount": lambda p: p.shares,
            "clickCount": lambda p: p.clicks,
            "impressionCount": lambda p: p.impressions,
            "uniqueImpressionsCount": lambda p: p.reach,
            "engagement": lambda p: ratio(p.likes + p.comments + p.shares + p.clicks, p.impressions),
            "totalFirstLevelComments": lambda p: part(p.comments, 0.7),
            "commentsState": lambda _: "OPEN",
        },
        when=_is_page,
    ),
    Group(
        {
            "videoViews": lambda p: p.views,
            "videoViewers": lambda p: p.viewers,
            "videoWatchTimeMs": lambda p: p.views * p.seconds * 1000,
        },
        when=_is_page_video,
    ),
)

STATE: States = {
    "engagement": lambda a: ratio(a.total.interactions - a.total.saves + a.total.clicks, a.total.impressions),
    "followers": lambda a: {
        "organicFollowerCount": a.followers,
        "paidFollowerCount": 0,
        "totalFollowerCount": a.followers,
    },
    "views": lambda a: _page_views(a.total.visits),
    "clicks": lambda a: _careers_clicks(a.total.clicks),
}

FLOW: Flows = {
    "likeCount": lambda d: d.likes,
    "commentCount": lambda d: d.comments,
    "shareCount": lambda d: d.shares,
    "clickCount": lambda d: d.clicks,
    "impressionCount": lambda d: d.impressions,
    "uniqueImpressionsCount": lambda d: d.reach,
}
