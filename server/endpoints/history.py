"""History: posts sent or scheduled through the API (content.md 3)."""

from datetime import datetime, timedelta
from typing import Any

from server.answers import ApiError, Reply
from server.auth import Caller
from server.routing import handles
from server.store import deliveries, posts
from server.store.posts import HistoryFilter
from server.views import stored_post
from social.contract.history import HistoryIdQuery, HistoryQuery
from social.contract.routes import GET_HISTORY, GET_HISTORY_ID
from social.instants import wire_ms

# An immediate post is stored as `now`, although the filter says `immediate` (content.md 3.1).
MOST_DAYS = 36_500
TYPES = {"immediate": "now", "scheduled": "scheduled"}


@handles(GET_HISTORY)
async def history(caller: Caller, query: HistoryQuery) -> Reply:
    """The profile's posts, newest first. Nothing found is HTTP 400 with code 221 nested under `history`."""
    async with caller.database.read() as connection:
        found = await posts.history(connection, caller.profile_id, _filter(query, caller.now))
    if not found:
        return Reply({"history": ApiError(221, action="history").body(), "count": 0}, 400)
    now = wire_ms(caller.now)
    answer = {"history": [stored_post(post) for post in found], "refId": caller.ref_id, "count": len(found)}
    return Reply(answer | {"lastUpdated": now, "nextUpdate": now})


@handles(GET_HISTORY_ID)
async def get(caller: Caller, post_id: str, query: HistoryIdQuery) -> dict[str, Any]:
    """One post: by its id, or with `searchPlatformId` and `platform` by the network's id (content.md 3.2, 3.3)."""
    asked = caller.request.query_params
    async with caller.database.read() as connection:
        wanted: str = post_id
        if asked.get("searchPlatformId", "").lower() == "true":
            platform = asked.get("platform", "")
            found = await deliveries.by_social_id(connection, caller.profile_id, platform, post_id)
            wanted = found.post_id if found else ""
        of_all = query.search_all_posts and caller.profile.is_primary
        post = await posts.get(connection, wanted, profile_id=None if of_all else caller.profile_id)
    if post is None:
        raise ApiError(186, id=post_id)
    return stored_post(post)


def _filter(query: HistoryQuery, now: datetime) -> HistoryFilter:
    since, until = query.start_date, query.end_date
    if not (since and until) and query.last_days:
        recent = now - timedelta(days=min(query.last_days, MOST_DAYS))
        since = max(since, recent) if since else recent
    return HistoryFilter(
        limit=query.limit,
        since=since,
        until=until,
        platforms=tuple(query.platforms or ()),
        status=query.status,
        type=TYPES[query.type] if query.type else None,
        auto_repost_id=query.auto_repost_id,
    )
