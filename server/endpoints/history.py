"""History: posts sent or scheduled through the API, and what networks themselves show (content.md 3)."""

import base64
from datetime import UTC, datetime, timedelta
from typing import Any

from server.answers import ApiError, Reply
from server.auth import Caller
from server.delivery.accounts import Account, account_of
from server.delivery.engagement import snapshot
from server.delivery.history import history_item
from server.delivery.past import past_posts
from server.partial import known_networks
from server.routing import handles
from server.store import posts
from server.store.posts import HistoryFilter
from server.timeline import Shown, find, timeline
from server.views import stored_post
from social.contract.history import HistoryIdQuery, HistoryQuery, NetworkHistoryQuery
from social.contract.routes import GET_HISTORY, GET_HISTORY_ID, GET_NETWORK_HISTORY
from social.instants import wire_ms
from social.networks import NETWORKS
from social.networks.base import Feature

ACTION = "history"
MOST_DAYS = 36_500
# An immediate post is stored as `now`, although the filter says `immediate` (content.md 3.1).
TYPES = {"immediate": "now", "scheduled": "scheduled"}
REFRESH = timedelta(minutes=10)
NOT_WITH_PROFILE_KEY = 400
WITH_STORIES = frozenset({"facebook", "instagram"})


@handles(GET_HISTORY)
async def history(caller: Caller, query: HistoryQuery) -> Reply:
    """The profile's posts, newest first. Nothing found is HTTP 400 with code 221 nested under `history`."""
    async with caller.database.read() as connection:
        found = await posts.history(connection, caller.profile_id, _filter(query, caller.now))
    if not found:
        return Reply({"history": ApiError(221, action=ACTION).body(), "count": 0}, 400)
    now = wire_ms(caller.now)
    answer = {"history": [stored_post(post) for post in found], "refId": caller.ref_id, "count": len(found)}
    return Reply(answer | {"lastUpdated": now, "nextUpdate": now})


@handles(GET_NETWORK_HISTORY)
async def of_network(caller: Caller, platform: str, query: NetworkHistoryQuery) -> dict[str, Any]:
    """The account's posts as the network shows them, newest first, at most `limit` (content.md 3.4).

    Numbers stand still for ten minutes. Raises ApiError: 101 for a network without history, 156 for one not linked.
    """
    _check(caller, platform, query)
    window = snapshot(caller.now, REFRESH, datetime.fromtimestamp(0, UTC))
    found = await _shown(caller, platform, query)
    page = [
        history_item(shown.facts, max(window.last_updated, shown.facts.published_at), numbers=not query.skip_analytics)
        for shown in found[: query.limit]
    ]
    more = (
        {"hasMore": True, "next": _cursor(found[query.limit - 1])} if len(found) > query.limit else {"hasMore": False}
    )
    stamps = {"lastUpdated": wire_ms(window.last_updated), "nextUpdate": wire_ms(window.next_update)}
    return {"status": "success", "posts": page, "meta": {"pagination": more}} | stamps


@handles(GET_HISTORY_ID)
async def get(caller: Caller, post_id: str, query: HistoryIdQuery) -> dict[str, Any]:
    """One post: by its id (content.md 3.2), or by the network's own in the shape of `of_network` (3.3)."""
    if query.search_platform_id:
        return await _by_native_id(caller, post_id, query.platform or "")
    async with caller.database.read() as connection:
        of_all = query.search_all_posts and caller.profile.is_primary
        post = await posts.get(connection, post_id, profile_id=None if of_all else caller.profile_id)
    if post is None:
        raise ApiError(186, id=post_id)
    return stored_post(post)


async def _by_native_id(caller: Caller, social_id: str, platform: str) -> dict[str, Any]:
    known_networks([platform], ACTION)
    _check(caller, platform, NetworkHistoryQuery())
    async with caller.database.read() as connection:
        shown = await find(caller, connection, platform, social_id)
    if shown is None:
        raise ApiError(186, id=social_id)
    return {"status": "success"} | history_item(shown.facts, caller.now)


def _check(caller: Caller, platform: str, query: NetworkHistoryQuery) -> None:
    if Feature.HISTORY not in NETWORKS[platform].features:
        raise ApiError(101, f"{platform} has no history to read: use GET /history.", action=ACTION, platform=platform)
    if platform not in caller.linked:
        raise ApiError(156, action=ACTION, platform=platform)
    caller.require_x([platform])
    if (query.user_id or query.user_name) and caller.via_profile_key:
        raise ApiError(NOT_WITH_PROFILE_KEY, "userId and userName do not go with a Profile-Key.", action=ACTION)


async def _shown(caller: Caller, platform: str, query: NetworkHistoryQuery) -> list[Shown]:
    """One more than asked for, if there is one: that tells whether there is a next page."""
    since, until = (query.since, query.until) if platform == "facebook" else (None, None)
    after = _after(query.next)
    until = min(until or caller.now, caller.now, after[0] if after else caller.now)
    # Posts of the cursor's own instant come again, and are skipped up to the one it names.
    if (other := _other(platform, query)) is not None:
        found = [Shown(facts) for _, facts in zip(range(query.limit + 2), past_posts(other, until), strict=False)]
    else:
        most = query.limit + (500 if query.data_type or after else 1)
        async with caller.database.read() as connection:
            found = await timeline(caller, connection, platform, until=until, most=most)
    if after is not None:
        found = _behind(found, *after)
    if platform in WITH_STORIES and query.data_type:
        found = [shown for shown in found if shown.facts.story == (query.data_type == "stories")]
    return [shown for shown in found if since is None or shown.facts.published_at >= since]


def _other(platform: str, query: NetworkHistoryQuery) -> Account | None:
    named = query.user_id or query.user_name
    return account_of(f"stranger:{named.lower().lstrip('@')}", platform) if platform == "twitter" and named else None


def _behind(found: list[Shown], at: datetime, social_id: str) -> list[Shown]:
    places = [place for place, shown in enumerate(found) if shown.facts.social_id == social_id]
    return found[places[0] + 1 :] if places else [shown for shown in found if shown.facts.published_at < at]


def _cursor(last: Shown) -> str:
    plain = f"{last.facts.published_at.timestamp():.3f} {last.facts.social_id}"
    return base64.urlsafe_b64encode(plain.encode()).decode()


def _after(cursor: str | None) -> tuple[datetime, str] | None:
    if not cursor:
        return None
    try:
        stamp, _, social_id = base64.urlsafe_b64decode(cursor.encode()).decode().partition(" ")
        return datetime.fromtimestamp(float(stamp), UTC), social_id
    except (ValueError, OverflowError, OSError) as error:
        message = "next: give meta.pagination.next of the page before, as it came."
        raise ApiError(101, message, action=ACTION) from error


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
