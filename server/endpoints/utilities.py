"""Helpers around posts: flairs, collaborators, the channel's watermark, categories (posts.md 7.8)."""

from datetime import timedelta
from typing import Any

from server.answers import ApiError
from server.auth import Caller
from server.delivery import reddit
from server.delivery.collaborators import invitation
from server.routing import handles
from server.store import deliveries, posts
from server.verification.files import look_at
from social.contract.routes import (
    DELETE_WATERMARK,
    GET_CATEGORIES,
    GET_COLLABORATORS,
    GET_FLAIRS,
    SET_WATERMARK,
)
from social.contract.utilities import CollaboratorsQuery, WatermarkRequest
from social.instants import wire_ms
from social.networks.base import Problem
from social.networks.checks import fits
from social.networks.youtube_channel import CATEGORIES, WATERMARK

REFRESHED = timedelta(minutes=1)
_COUNTRY = 2


@handles(GET_FLAIRS)
async def flairs(caller: Caller, subreddit: str) -> dict[str, Any]:
    """The flairs of a subreddit. Raises ApiError 101 when it does not exist."""
    _need(caller, "reddit")
    if not reddit.exists(subreddit):
        raise ApiError(101, f"There is no subreddit {subreddit!r}. Write it without /r/.", platform="reddit")
    return {"flairs": reddit.flairs(subreddit)}


@handles(GET_COLLABORATORS)
async def collaborators(caller: Caller, post_id: str, query: CollaboratorsQuery) -> dict[str, Any]:
    """Who of the invited accounts has answered what. Raises ApiError 294 for what is no post on Instagram."""
    async with caller.database.read() as connection:
        if query.search_platform_id:
            delivery = await deliveries.by_social_id(connection, caller.profile_id, "instagram", post_id)
            post_id = delivery.post_id if delivery else ""
        post = await posts.get(connection, post_id, profile_id=caller.profile_id)
    out = next((one for one in post.published_on if one.platform == "instagram"), None) if post else None
    if post is None or out is None or out.published_at is None:
        message = (
            "This id is no post that Instagram has. Send the id of POST /post, or Instagram's with searchPlatformId."
        )
        raise ApiError(294, message, action="analytics")
    invited = post.request.get("instagramOptions", {}).get("collaborators", [])
    updated = caller.now.replace(second=0, microsecond=0)
    return {
        "collaborators": [invitation(post.id, name, out.published_at, updated) for name in invited],
        "lastUpdated": wire_ms(updated),
        "nextUpdate": wire_ms(updated + REFRESHED),
    }


@handles(SET_WATERMARK)
async def set_watermark(caller: Caller, body: WatermarkRequest) -> dict[str, Any]:
    """Take a watermark of the right format and size. Raises ApiError 136 for another file."""
    _need(caller, "youtube")
    url = body.media_urls[0]
    found = (await look_at(caller.services, [url], is_video=False))[url]
    if isinstance(found, Problem):
        raise ApiError(136, found.message, platform="youtube")
    if not fits(WATERMARK, found):
        raise ApiError(136, f"{url}: a watermark is a square JPEG or PNG of 150 to 1,920 pixels, at most 1 MB.")
    return {"status": "success", "message": "The watermark is on all videos."} | body.to_wire()


@handles(DELETE_WATERMARK)
async def delete_watermark(caller: Caller) -> dict[str, str]:
    """Take the watermark away; one that is not there is fine, as it is for YouTube."""
    _need(caller, "youtube")
    return {"status": "success", "message": "The channel has no watermark."}


@handles(GET_CATEGORIES)
async def categories(caller: Caller, region: str) -> dict[str, Any]:
    """YouTube's categories, the same in every region here. Raises ApiError 101 for what is no country code."""
    _need(caller, "youtube")
    if not (len(region) == _COUNTRY and region.isascii() and region.isalpha()):
        raise ApiError(101, f"{region!r} is no region: send a country code of two letters, such as US.")
    return {"status": "success", "categories": [{"id": number, "title": title} for number, title in CATEGORIES.items()]}


def _need(caller: Caller, platform: str) -> None:
    if platform not in caller.linked:
        raise ApiError(156, platform=platform)
