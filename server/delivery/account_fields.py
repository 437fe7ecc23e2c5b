"""What each network tells of an account: names and types of analytics.md 5. A field is one line.

`STATE` fields describe the account as it is; `FLOW` fields add up over days and can be given day by day where the
network offers `daily` (analytics.md 4.1). Telegram has no analytics of any kind (analytics.md 5.9).
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from server.delivery.pulse import AccountPulse, Flow
from social.instants import wire

State = Callable[[AccountPulse], Any]
Daily = Callable[[Flow], int]

DAILY = frozenset({"facebook", "instagram", "snapchat", "tiktok", "youtube"})
"""Networks that take `daily`."""

QUARTERLY = frozenset({"facebook", "instagram", "youtube"})
"""Networks that take `quarters`."""

LAG_DAYS = {"linkedin": 2, "tiktok": 2}
"""Days by which a network's account numbers trail (analytics.md 4.4)."""

ONE_DAY = timedelta(days=1)
_LINKEDIN_PAGES = ("About", "Careers", "Insights", "Jobs", "LifeAt", "Overview", "People", "Products")


def _ratio(part: float, whole: float) -> float:
    return round(part / whole, 6) if whole else 0.0


def _spread(count: int, shares: dict[str, float]) -> dict[str, int]:
    return {name: int(count * share) for name, share in shares.items()}


def _percentages(name: str, shares: dict[str, float]) -> list[dict[str, Any]]:
    return [{name: label, "percentage": share} for label, share in shares.items()]


_CITIES = {"London, England": 0.11, "Berlin, Berlin": 0.08, "Paris, Île-de-France": 0.06, "New York, New York": 0.05}
_COUNTRIES = {"US": 0.34, "GB": 0.21, "DE": 0.15, "FR": 0.09}
_GENDER_AGE = {"F.18-24": 0.12, "F.25-34": 0.24, "F.35-44": 0.13, "M.18-24": 0.1, "M.25-34": 0.2, "M.35-44": 0.11}


def _reactions(likes: int) -> dict[str, int]:
    kinds = {"like": 1.0, "love": 0.16, "haha": 0.06, "wow": 0.04, "sorry": 0.01, "anger": 0.01}
    counts = _spread(likes, kinds)
    return counts | {"total": sum(counts.values())}


def _page_views(visits: int) -> dict[str, int]:
    views = {"allPageViews": visits, "allDesktopPageViews": int(visits * 0.6)}
    views["allMobilePageViews"] = visits - views["allDesktopPageViews"]
    for rank, page in enumerate(_LINKEDIN_PAGES, start=2):
        desktop, mobile = int(visits * 0.5 / rank**2), int(visits * 0.3 / rank**2)
        views |= {f"desktop{page}PageViews": desktop, f"mobile{page}PageViews": mobile}
        views[f"{page[0].lower()}{page[1:]}PageViews"] = desktop + mobile
    return views


def _pin_metrics(flow: Flow) -> dict[str, float]:
    """One day's or one period's numbers of a Pinterest account (analytics.md 5.6)."""
    counts = {
        "impression": flow.impressions,
        "engagement": flow.interactions + flow.clicks,
        "save": flow.saves,
        "pinClick": int(flow.impressions * 0.02),
        "outboundClick": flow.clicks,
        "clickthrough": flow.clicks,
        "closeup": int(flow.impressions * 0.03),
    }
    rates = {f"{name}Rate": _ratio(counts[name], flow.impressions) for name in counts if name != "impression"}
    videos = {"videoStart": int(flow.views * 0.2), "videoMrcView": int(flow.views * 0.16)}
    return counts | rates | videos | {"video10sView": int(flow.views * 0.1)}


def _pin_days(account: AccountPulse) -> list[dict[str, Any]]:
    return [{"date": f"{end - ONE_DAY:%Y-%m-%d}", "metrics": _pin_metrics(flow)} for end, flow in account.days]


def _playlists(account: AccountPulse) -> list[dict[str, Any]]:
    playlist = f"PL{account.account.digest[11:22].hex()}"
    url = f"https://www.youtube.com/playlist?list={playlist}"
    found = {"id": playlist, "title": "All videos", "description": "", "url": url, "channelId": account.account.id}
    return [found | {"publishedAt": wire(account.account.opened)}]


def _picture(account: AccountPulse) -> str:
    return picture_of(account.account.id)


def picture_of(account_id: str) -> str:
    """The address of a sandbox account's picture."""
    return f"https://images.dovecote.localhost/{account_id.rpartition(':')[2]}.jpg"


def page_likes(followers: int) -> int:
    """How many of a Facebook page's followers like it too."""
    return int(followers * 0.93)


STATE: dict[str, dict[str, State]] = {
    "bluesky": {
        "id": lambda a: a.account.id,
        "handle": lambda a: a.account.username,
        "displayName": lambda a: a.account.name,
        "description": lambda a: a.account.description,
        "created": lambda a: wire(a.account.opened),
        "followersCount": lambda a: a.followers,
        "followsCount": lambda a: a.following,
        "postsCount": lambda a: a.posts,
        "avatar": _picture,
        "indexedAt": lambda a: wire(a.account.opened),
        "labels": lambda _: [],
        "associated": lambda _: {"lists": 0, "feedgens": 0, "starterPacks": 0, "labeler": False},
        "viewer": lambda _: {"muted": False, "blockedBy": False},
    },
    "facebook": {
        "id": lambda a: a.account.id,
        "name": lambda a: a.account.name,
        "link": lambda a: a.account.url,
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
        "pageVideoViewsByPaidNonPaid": lambda a: {"paid": 0, "nonPaid": a.total.views, "total": a.total.views},
        "pageVideoViewsByUploadedHosted": lambda a: {"uploaded": a.total.views, "hosted": 0},
    },
    "gmb": {},
    "instagram": {
        "id": lambda a: a.account.id,
        "name": lambda a: a.account.name,
        "username": lambda a: a.account.username,
        "biography": lambda a: a.account.description,
        "profilePictureUrl": _picture,
        "followersCount": lambda a: a.followers,
        "followsCount": lambda a: a.following,
        "mediaCount": lambda a: a.posts,
        "likeCount": lambda a: a.all_time.likes,
        "commentsCount": lambda a: a.all_time.comments,
        "shareCount": lambda a: a.all_time.shares,
    },
    "linkedin": {
        "engagement": lambda a: _ratio(a.total.interactions - a.total.saves + a.total.clicks, a.total.impressions),
        "followers": lambda a: {
            "organicFollowerCount": a.followers,
            "paidFollowerCount": 0,
            "totalFollowerCount": a.followers,
        },
        "views": lambda a: _page_views(a.total.visits),
    },
    "pinterest": {"daily": _pin_days},
    "reddit": {
        "id": lambda a: a.account.id,
        "name": lambda a: a.account.username,
        "url": lambda a: a.account.url,
        "iconImg": _picture,
        "profileImageUrl": _picture,
        "created": lambda a: wire(a.account.opened),
        "totalKarma": lambda a: a.all_time.likes + a.all_time.comments,
        "linkKarma": lambda a: a.all_time.likes,
        "commentKarma": lambda a: a.all_time.comments,
        "awardeeKarma": lambda _: 0,
        "awarderKarma": lambda _: 0,
        "verified": lambda _: True,
        "hasVerifiedEmail": lambda _: True,
        "isGold": lambda _: False,
        "isMod": lambda _: False,
        "isEmployee": lambda _: False,
        "acceptFollowers": lambda _: True,
    },
    "snapchat": {
        "subscribers": lambda a: a.followers,
        "completionRate": lambda a: round(0.3 + 0.4 * a.account.draw(5), 4),
        "avgViewTime": lambda a: 2000 + int(4000 * a.account.draw(6)),
    },
    "threads": {"followersCount": lambda a: a.followers},
    "tiktok": {
        "username": lambda a: a.account.username,
        "displayName": lambda a: a.account.name,
        "bio": lambda a: a.account.description,
        "url": lambda a: a.account.url,
        "userImage": _picture,
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
        "audienceAges": lambda _: _percentages("age", {"18-24": 0.38, "25-34": 0.36, "35-44": 0.17, "45-54": 0.09}),
        "audienceCountries": lambda _: _percentages("country", _COUNTRIES),
        "audienceGenders": lambda _: _percentages("gender", {"female": 0.54, "male": 0.44, "other": 0.02}),
    },
    "twitter": {
        "id": lambda a: a.account.id,
        "name": lambda a: a.account.name,
        "displayName": lambda a: a.account.name,
        "username": lambda a: a.account.username,
        "url": lambda a: a.account.url,
        "location": lambda _: "",
        "description": lambda a: a.account.description,
        "profileImageUrl": _picture,
        "created": lambda a: wire(a.account.opened),
        "protected": lambda _: False,
        "verified": lambda _: False,
        "listedCount": lambda a: int(a.followers * 0.004),
        "tweetCount": lambda a: a.posts,
        "followersCount": lambda a: a.followers,
        "friendsCount": lambda a: a.following,
        "likeCount": lambda a: a.following * 3,
    },
    "youtube": {
        "id": lambda a: a.account.id,
        "title": lambda a: a.account.name,
        "description": lambda a: a.account.description,
        "handle": lambda a: f"@{a.account.username}",
        "url": lambda a: a.account.url,
        "thumbnailUrl": _picture,
        "playlistId": lambda a: "UU" + a.account.id.removeprefix("UC"),
        "privacyStatus": lambda _: "public",
        "longUploadsStatus": lambda _: "allowed",
        "created": lambda a: wire(a.account.opened),
        "isLinked": lambda _: True,
        "hiddenSubscriberCount": lambda _: False,
        "subscriberCount": lambda a: str(a.followers),
        "videoCount": lambda a: str(a.posts),
        "viewCount": lambda a: str(a.all_time.views),
        "averageViewDuration": lambda a: 60 + int(180 * a.account.draw(5)),
        "averageViewPercentage": lambda a: round(30 + 40 * a.account.draw(6), 2),
        "playlists": _playlists,
    },
}

FLOW: dict[str, dict[str, Daily]] = {
    "facebook": {
        "pagePostEngagements": lambda d: d.interactions + d.clicks,
        "pagePostsImpressions": lambda d: d.impressions,
        "pagePostsImpressionsPaid": lambda _: 0,
        "pagePostsImpressionsUnique": lambda d: d.reach,
        "pagePostsImpressionsOrganic": lambda d: d.impressions,
        "pagePostsImpressionsOrganicUnique": lambda d: d.reach,
        "pageMediaView": lambda d: d.impressions,
        "pageMediaViewIsFromAds": lambda _: 0,
        "pageMediaViewIsFromFollowers": lambda d: int(d.impressions * 0.6),
        "pageVideoViews": lambda d: d.views,
        "pageVideoViewsPaid": lambda _: 0,
        "pageVideoViewsOrganic": lambda d: d.views,
        "pageVideoViewsAutoplayed": lambda d: int(d.views * 0.7),
        "pageVideoViewsClickToPlay": lambda d: d.views - int(d.views * 0.7),
    },
    "gmb": {
        "businessImpressionsDesktopSearch": lambda d: int(d.impressions * 0.25),
        "businessImpressionsMobileSearch": lambda d: int(d.impressions * 0.35),
        "businessImpressionsDesktopMaps": lambda d: int(d.impressions * 0.1),
        "businessImpressionsMobileMaps": lambda d: int(d.impressions * 0.3),
        "callClicks": lambda d: int(d.clicks * 0.2),
        "websiteClicks": lambda d: int(d.clicks * 0.5),
        "businessDirectionRequests": lambda d: int(d.clicks * 0.3),
        "businessBookings": lambda d: int(d.clicks * 0.04),
        "businessConversations": lambda d: int(d.clicks * 0.03),
    },
    "instagram": {"viewsCount": lambda d: d.impressions, "reachCount": lambda d: d.reach},
    "linkedin": {
        "likeCount": lambda d: d.likes,
        "commentCount": lambda d: d.comments,
        "shareCount": lambda d: d.shares,
        "clickCount": lambda d: d.clicks,
        "impressionCount": lambda d: d.impressions,
        "uniqueImpressionsCount": lambda d: d.reach,
    },
    "snapchat": {
        "views": lambda d: d.impressions,
        "viewers": lambda d: d.reach,
        "shares": lambda d: d.shares,
        "replies": lambda d: d.comments,
        "interactions": lambda d: d.interactions,
        "screenshots": lambda d: int(d.saves * 0.5),
        "viewTime": lambda d: d.minutes * 60_000,
    },
    "threads": {
        "views": lambda d: d.impressions,
        "likes": lambda d: d.likes,
        "replies": lambda d: d.comments,
        "reposts": lambda d: d.shares - int(d.shares * 0.2),
        "quotes": lambda d: int(d.shares * 0.2),
    },
    "tiktok": {
        "profileViews": lambda d: d.visits,
        "bioLinkClicks": lambda d: d.clicks,
        "emailClicks": lambda d: int(d.clicks * 0.02),
        "phoneNumberClicks": lambda d: int(d.clicks * 0.03),
        "addressClicks": lambda d: int(d.clicks * 0.02),
        "appDownloadClicks": lambda _: 0,
        "leadSubmissions": lambda _: 0,
    },
    "youtube": {
        "views": lambda d: d.views,
        "likes": lambda d: d.likes,
        "dislikes": lambda d: int(d.likes * 0.03),
        "comments": lambda d: d.comments,
        "shares": lambda d: d.shares,
        "estimatedMinutesWatched": lambda d: d.minutes,
        "subscribersGained": lambda d: d.follows,
        "subscribersLost": lambda d: min(d.unfollows, d.follows),
        "videosAddedToPlaylists": lambda d: d.saves,
    },
}

DEMOGRAPHICS: dict[str, dict[str, float]] = {
    "audienceCity": _CITIES,
    "audienceCountry": _COUNTRIES,
    "audienceGenderAge": _GENDER_AGE,
}
"""Instagram's demographic maps, as shares of the people counted; withheld below 100 people (analytics.md 4.4)."""

PINTEREST_TOTALS = _pin_metrics
"""Pinterest's totals: rates beside counts, so they are read from the whole period at once."""
