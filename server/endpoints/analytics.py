"""`/analytics/…`: the sandbox's numbers in the contract's shapes (analytics.md 3–6).

Some networks failing is HTTP 200 with `status: partial`; every number is marked `source: sandbox`.
"""

import re
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from server.answers import ApiError, Reply
from server.auth import Caller, named_by
from server.delivery.accounts import Account, account_of
from server.delivery.engagement import (
    AccountAsk,
    account_metrics,
    account_warnings,
    foreign_video,
    insights_expired,
    post_metrics,
    snapshot,
    too_small,
)
from server.delivery.metrics import DAILY, POSTS, QUARTERLY
from server.delivery.pulse import PostFacts
from server.endpoints.links import counted
from server.partial import NetworkError, known_networks, partly
from server.routing import handles
from server.store import links, measured, posts
from server.store.deliveries import Delivery, DeliveryState
from server.store.posts import Post
from server.timeline import find
from social.contract.analytics import LinkDaysQuery, PostAnalyticsRequest, SocialAnalyticsRequest
from social.contract.links import LinksQuery
from social.contract.routes import ANALYTICS_LINKS, POST_ANALYTICS, SOCIAL_ANALYTICS
from social.instants import wire_ms

ACTION = "analytics"
SOURCE = "sandbox"
STILL_PROCESSING = 288
EXPIRED_STORY = 485
AUDIENCE_TOO_SMALL = 395
TOO_SMALL = "Page analytics need at least 100 page likes (analytics.md 4.4): ask again when the page has them."
VIDEO_ID = re.compile(r"[\w-]{11}", re.ASCII)
NOT_WITH_PROFILE_KEY = 400


@handles(POST_ANALYTICS)
async def of_post(caller: Caller, body: PostAnalyticsRequest) -> Reply:
    """Metrics of one post, by the API's id or by the network's own."""
    caller = await named_by(caller, body.profile_key)
    asked = known_networks(body.platforms or [], ACTION)
    if body.search_platform_id:
        return await _by_native_id(caller, body.id, asked)
    async with caller.database.read() as connection:
        post = await posts.get(connection, body.id, profile_id=caller.profile_id)
    if post is None:
        raise ApiError(186, action=ACTION, id=body.id)
    out = {one.platform: one for one in post.published_on}
    blocks: dict[str, Any] = {}
    failed: list[NetworkError] = []
    for platform in asked or [name for name in sorted(out) if name in POSTS]:
        try:
            blocks[platform] = _post_block(caller, post, platform, out.get(platform))
        except NetworkError as error:
            failed.append(error)
    return partly(await _told(caller, blocks), failed, {"id": body.id}, action=ACTION)


@handles(SOCIAL_ANALYTICS)
async def of_accounts(caller: Caller, body: SocialAnalyticsRequest) -> Reply:
    """Metrics of the linked accounts. Telegram has none and is left out (analytics.md 4.1)."""
    caller = await named_by(caller, body.profile_key)
    asked = known_networks(body.platforms, ACTION)
    _check_ask(caller, body, asked)
    async with caller.database.read() as connection:
        counts = await measured.published_counts(connection, caller.profile_id)
    blocks: dict[str, Any] = {}
    failed: list[NetworkError] = []
    for platform in (name for name in asked if name != "telegram"):
        try:
            _check_access(caller, platform)
            blocks[platform] = _account_block(caller, body, platform, counts.get(platform, 0))
        except NetworkError as error:
            failed.append(error)
    return partly(await _told(caller, blocks), failed, {}, action=ACTION)


@handles(ANALYTICS_LINKS)
async def of_links(caller: Caller, query: LinkDaysQuery) -> list[dict[str, Any]]:
    """Clicks of the last days by the network they came from (analytics.md 6.3); `direct` are all others."""
    since = f"{caller.now - timedelta(days=query.last_days):%Y-%m-%d}"
    async with caller.database.read() as connection:
        found = await links.listed(connection, caller.profile_id, since=None, until=None)
        seen = await counted(caller, connection, found, LinksQuery(from_click_date=since))
    return [
        {"link": one["originalUrl"], "shortLink": one["shortUrl"], "created": one["created"]}
        | {"linkEventStats": _events(one["socialClicks"], one["totalClicks"])}
        for one in seen
    ]


def _events(social: dict[str, int], total: int) -> list[dict[str, Any]]:
    direct = total - sum(social.values())
    by_origin = social | ({"direct": direct} if direct else {})
    return [{"event": "click", "platform": name, "count": count} for name, count in by_origin.items()]


async def _by_native_id(caller: Caller, social_id: str, asked: list[str]) -> Reply:
    if len(asked) != 1:
        raise ApiError(101, "searchPlatformId needs exactly one network in platforms.", action=ACTION)
    platform = asked[0]
    async with caller.database.read() as connection:
        shown = await find(caller, connection, platform, social_id)
    foreign = platform == "youtube" and VIDEO_ID.fullmatch(social_id)
    if shown is None and not foreign:
        raise ApiError(186, action=ACTION, id=social_id)
    try:
        block = _part_block(caller, shown.delivery, shown.facts) if shown else _foreign_video(caller, social_id)
    except NetworkError as error:
        return partly({}, [error], {"id": social_id}, action=ACTION)
    return partly(await _told(caller, {platform: block}), [], {"id": social_id}, action=ACTION)


async def _told(caller: Caller, blocks: dict[str, Any]) -> dict[str, Any]:
    """The blocks without the metrics that the networks were told to withdraw (`/sandbox/faults`)."""
    gone = await caller.services.faults.withdrawn(blocks)
    for platform, names in gone.items():
        for block in blocks[platform] if isinstance(blocks[platform], list) else [blocks[platform]]:
            for metrics in block["analytics"] if isinstance(block["analytics"], list) else [block["analytics"]]:
                for name in names:
                    metrics.pop(name, None)
    return blocks


def _check_access(caller: Caller, platform: str) -> None:
    if platform not in caller.linked:
        raise NetworkError(platform, 156, f"{platform} is not linked to this profile. Link it first.")
    if code := caller.x_problem([platform]):
        raise NetworkError(platform, code)


def _post_block(caller: Caller, post: Post, platform: str, delivery: Delivery | None) -> object:
    if platform not in POSTS:
        raise NetworkError(platform, 101, f"{platform} has no post analytics (analytics.md 3.5): leave it out.")
    _check_access(caller, platform)
    if delivery is None:
        raise NetworkError(platform, 186, f"The post {post.id} is not published on {platform}.")
    parts = measured.parts_of(post, delivery, caller.settings.guise)
    blocks = [_part_block(caller, delivery, part) for part in parts]
    return blocks if len(blocks) > 1 else blocks[0]


def _part_block(caller: Caller, delivery: Delivery | None, facts: PostFacts) -> dict[str, Any]:
    platform = facts.network
    _check_access(caller, platform)
    if delivery is not None and delivery.state is DeliveryState.READY:
        raise NetworkError(platform, STILL_PROCESSING, f"{platform} still processes the post. Ask again in a minute.")
    if insights_expired(facts, caller.now):
        raise NetworkError(platform, EXPIRED_STORY, "Insights of an Instagram story end after 24 hours.")
    window = _window(caller, platform, facts.published_at)
    block = {"id": facts.social_id, "postUrl": facts.url or None, "type": facts.account.kind or None}
    shown = {name: value for name, value in block.items() if value is not None}
    return shown | {"analytics": post_metrics(facts, window[0])} | _stamps(*window)


def _foreign_video(caller: Caller, video_id: str) -> dict[str, Any]:
    # Of somebody else's video YouTube describes everything and counts nothing (analytics.md 3.1).
    _check_access(caller, "youtube")
    facts = foreign_video(video_id)
    window = _window(caller, "youtube", facts.published_at)
    metrics = post_metrics(facts, window[0])
    described = {name: 0 if type(value) in {int, float} else value for name, value in metrics.items()}
    return {"id": video_id, "postUrl": facts.url, "analytics": described} | _stamps(*window)


def _check_ask(caller: Caller, body: SocialAnalyticsRequest, asked: list[str]) -> None:
    if not asked:
        raise ApiError(101, "platforms is empty: name at least one network.", action=ACTION)
    if body.period60_days and (body.daily or _quarters(body)):
        raise ApiError(101, "period60Days goes neither with daily nor with quarters.", action=ACTION)
    if (body.user_id or body.user_name) and caller.via_profile_key:
        raise ApiError(NOT_WITH_PROFILE_KEY, "userId and userName do not go with a Profile-Key.", action=ACTION)


def _account_block(caller: Caller, body: SocialAnalyticsRequest, platform: str, posted: int) -> dict[str, Any]:
    account = _account(caller, body, platform)
    window = _window(caller, platform, account.opened)
    if too_small(account, window[0]):
        raise NetworkError(platform, AUDIENCE_TOO_SMALL, TOO_SMALL)
    ask = AccountAsk(
        quarters=_quarters(body),
        daily=body.daily and platform in DAILY,
        period60_days=body.period60_days,
        lifetime=bool((body.youtube or {}).get("lifetime")),
    )
    metrics = account_metrics(account, window[0], posts=posted, ask=ask)
    block: dict[str, Any] = {"analytics": [metrics] if platform == "snapchat" else metrics} | _stamps(*window)
    if (quarters := _quarters(body)) and platform in QUARTERLY:
        block["quarters"] = quarters
    if warnings := account_warnings(account, metrics):
        block["warning"] = warnings
    return block


def _quarters(body: SocialAnalyticsRequest) -> int:
    return max(0, body.quarters or 0)


def _account(caller: Caller, body: SocialAnalyticsRequest, platform: str) -> Account:
    other = body.user_id or body.user_name
    if platform != "twitter" or not other:
        return caller.settings.guise.of(caller.ref_id, platform)
    stranger = account_of(f"stranger:{other.lower().lstrip('@')}", platform)
    name = (body.user_name or stranger.username).lstrip("@")
    return replace(stranger, id=body.user_id or stranger.id, username=name, url=f"https://x.com/{name}")


def _window(caller: Caller, platform: str, anchor: datetime) -> tuple[datetime, datetime]:
    settings = caller.settings
    minutes = settings.analytics_refresh.get(platform, settings.analytics_refresh_minutes)
    window = snapshot(caller.now, timedelta(minutes=minutes), anchor)
    return window.last_updated, window.next_update


def _stamps(updated: datetime, following: datetime) -> dict[str, str]:
    return {"lastUpdated": wire_ms(updated), "nextUpdate": wire_ms(following), "source": SOURCE}
