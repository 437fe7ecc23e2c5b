"""`/reviews`: reading them, answering, taking the answer away (content.md 13)."""

from datetime import UTC, datetime, timedelta
from typing import Any

from server.answers import ApiError
from server.auth import Caller
from server.delivery.engagement import snapshot
from server.delivery.reviews import WORDS, Review, reviews
from server.routing import handles
from server.store import inbox as store
from server.store.inbox import Reply
from social.contract.reviews import ReviewReplyDelete, ReviewReplyRequest, ReviewsQuery
from social.contract.routes import DELETE_REVIEW_REPLY, GET_REVIEW, LIST_REVIEWS, REPLY_REVIEW
from social.instants import wire_ms
from social.networks import NETWORKS
from social.networks.base import Feature

ACTION = "reviews"
REFRESH = timedelta(minutes=10)
# The contract's samples of ten-minute caches show eleven (content.md 1).
SAID_REFRESH = timedelta(minutes=11)
GOOD = 4
PICTURE = 200
_EPOCH = datetime.fromtimestamp(0, UTC)


@handles(LIST_REVIEWS)
async def listed(caller: Caller, query: ReviewsQuery) -> dict[str, Any]:
    """The reviews of the account, newest first. Raises ApiError 350 when there are none."""
    found, replies = await _all(caller, query.platform)
    if not found:
        raise ApiError(350, action=ACTION, platform=query.platform)
    at = snapshot(caller.now, REFRESH, _EPOCH).last_updated
    answer: dict[str, Any] = {query.platform: [_shown(caller, query.platform, one, replies) for one in found]}
    if query.platform == "gmb":
        average = sum(one.stars for one in found) / len(found)
        answer |= {"averageRating": round(average, 1), "totalReviewCount": len(found)}
    return answer | {"lastUpdated": wire_ms(at), "nextUpdate": wire_ms(at + SAID_REFRESH)}


@handles(GET_REVIEW)
async def get(caller: Caller, review_id: str, query: ReviewsQuery) -> dict[str, Any]:
    """One review. Raises ApiError 349 for an id that is no review of the account."""
    found, replies = await _all(caller, query.platform)
    one = _found(found, review_id, query.platform)
    return {query.platform: _shown(caller, query.platform, one, replies)}


@handles(REPLY_REVIEW)
async def reply(caller: Caller, body: ReviewReplyRequest) -> dict[str, Any]:
    """Answer a review, in place of an earlier answer."""
    found, _ = await _all(caller, body.platform)
    one = _found(found, body.review_id, body.platform)
    if not body.reply.strip():
        raise ApiError(101, "reply: it is blank.", action=ACTION)
    async with caller.database.begin() as connection:
        await store.reply(connection, caller.profile_id, body.platform, one.id, Reply(body.reply, caller.now))
    done = {"action": "reply", "status": "success", "id": one.id, "reply": body.reply, "platform": body.platform}
    return {"status": "success", body.platform: done}


@handles(DELETE_REVIEW_REPLY)
async def delete_reply(caller: Caller, body: ReviewReplyDelete) -> dict[str, Any]:
    """Take our answer away; the same when there is none."""
    found, _ = await _all(caller, body.platform)
    one = _found(found, body.review_id, body.platform)
    async with caller.database.begin() as connection:
        await store.unreply(connection, caller.profile_id, body.platform, one.id)
    done = {"action": "delete", "status": "success", "id": one.id, "platform": body.platform}
    return {"status": "success", body.platform: done}


async def _all(caller: Caller, platform: str) -> tuple[list[Review], dict[str, Reply]]:
    if platform not in NETWORKS or Feature.REVIEWS not in NETWORKS[platform].features:
        takes = ", ".join(sorted(name for name, one in NETWORKS.items() if Feature.REVIEWS in one.features))
        raise ApiError(101, f"platform: {platform!r} has no reviews; choose from {takes}.", action=ACTION)
    if platform not in caller.linked:
        raise ApiError(156, action=ACTION, platform=platform)
    account = caller.settings.guise.of(caller.ref_id, platform)
    async with caller.database.read() as connection:
        replies = await store.replies(connection, caller.profile_id, platform)
    return list(reviews(account, snapshot(caller.now, REFRESH, _EPOCH).last_updated)), replies


def _found(found: list[Review], review_id: str, platform: str) -> Review:
    for one in found:
        if one.id == review_id:
            return one
    raise ApiError(349, action=ACTION, id=review_id, platform=platform)


def _shown(caller: Caller, platform: str, one: Review, replies: dict[str, Reply]) -> dict[str, Any]:
    picture = caller.settings.public_url + one.author.picture
    if platform == "facebook":
        profile = {"url": picture, "width": PICTURE, "height": PICTURE, "isSilhouette": False}
        reviewer: dict[str, Any] = {"id": one.author.id, "name": one.author.name, "profile": profile}
        rating = "positive" if one.stars >= GOOD else "negative"
    else:
        reviewer, rating = {"name": one.author.name, "profile": picture}, WORDS[one.stars - 1]
    created = one.at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    shown: dict[str, Any] = {"id": one.id, "rating": rating, "review": one.text, "created": created, "updated": created}
    # Facebook shows no answer (content.md 13).
    answered = replies.get(one.id) if platform == "gmb" else None
    if answered:
        updated = answered.updated.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        shown["reviewReply"] = {"reply": answered.text, "updated": updated}
    return shown | {"reviewer": reviewer}
