"""What YouTube tells (analytics.md 5.13)."""

from typing import Any

from server.delivery.fields import Flows, Group, Posts, States, part, ratio
from server.delivery.pulse import AccountPulse
from social.instants import wire


def _playlists(account: AccountPulse) -> list[dict[str, Any]]:
    playlist = f"PL{account.account.digest[11:22].hex()}"
    url = f"https://www.youtube.com/playlist?list={playlist}"
    found = {"id": playlist, "title": "All videos", "description": "", "url": url, "channelId": account.account.id}
    starts = account.total.visits
    watched = {
        "views": account.total.views,
        "estimatedMinutesWatched": account.total.minutes,
        "playlistStarts": starts,
        "viewsPerPlaylistStart": ratio(account.total.views, starts),
        "averageTimeInPlaylist": ratio(account.total.minutes, starts),
    }
    return [found | {"publishedAt": wire(account.account.opened)} | watched]


POST: Posts = (
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
            "dislikes": lambda p: part(p.likes, 0.03),
            "comments": lambda p: p.comments,
            "shares": lambda p: p.shares,
            "engagedViews": lambda p: p.reach,
            "averageViewDuration": lambda p: p.seconds * 4,
            "averageViewPercentage": lambda p: round(100 * p.complete, 2),
            "estimatedMinutesWatched": lambda p: p.impressions * p.seconds * 4 // 60,
            "subscribersGained": lambda p: p.follows,
            "subscribersLost": lambda p: part(p.follows, 0.1),
            "videosAddedToPlaylists": lambda p: p.saves,
            "videosRemovedFromPlaylists": lambda p: part(p.saves, 0.05),
        },
        after=(24, 48),
    ),
)

STATE: States = {
    "id": lambda a: a.account.id,
    "title": lambda a: a.account.name,
    "description": lambda a: a.account.description,
    "handle": lambda a: f"@{a.account.username}",
    "url": lambda a: a.account.url,
    "thumbnailUrl": lambda a: a.account.picture,
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
}

FLOW: Flows = {
    "views": lambda d: d.views,
    "likes": lambda d: d.likes,
    "dislikes": lambda d: int(d.likes * 0.03),
    "comments": lambda d: d.comments,
    "shares": lambda d: d.shares,
    "estimatedMinutesWatched": lambda d: d.minutes,
    "subscribersGained": lambda d: d.follows,
    "subscribersLost": lambda d: min(d.unfollows, d.follows),
    "videosAddedToPlaylists": lambda d: d.saves,
}
