"""`/comments`: writing, reading, answering and deleting them (content.md 12)."""

import re
import secrets
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from server.answers import ApiError, Reply
from server.auth import Caller
from server.commenting import (
    ACTION,
    Remark,
    answers_to,
    comment_urn,
    native_post_of,
    own_remark,
    post_of,
    remark_by_id,
    remarks,
    require,
    require_visible,
    shown_under,
)
from server.delivery.comments import own_comment_id
from server.delivery.engagement import snapshot
from server.partial import NetworkError, known_networks, partly
from server.routing import handles
from server.store import comments as store
from server.store import posts
from server.store.comments import StoredComment
from server.store.posts import new_id
from server.timeline import Shown
from server.verification.files import look_at
from server.verification.submission import bounded_text
from social.contract.comments import CommentDelete, CommentRequest, CommentsQuery, ReplyRequest
from social.contract.routes import DELETE_COMMENTS, GET_COMMENTS, POST_COMMENT, REPLY_COMMENT
from social.instants import wire_ms
from social.networks import NETWORKS
from social.networks.base import Feature, Problem

REFRESH = timedelta(minutes=10)
RANDOM = ("Thank you for reading.", "Tell us what you think.", "More of this soon.", "Questions? Ask away.")
_URN = re.compile(r"urn:li:comment:\((.+),(\w+)\)")


@handles(POST_COMMENT)
async def create(caller: Caller, body: CommentRequest) -> Reply:
    """Comment on a post, on each of its networks or on those named."""
    text = _text(body.comment, random=body.random_comment)
    asked = known_networks(body.platforms, ACTION)
    async with caller.database.read() as connection:
        if body.search_platform_id:
            platform = _only(asked)
            places = {platform: await native_post_of(caller, connection, platform, body.id)}
        else:
            places = await post_of(caller, connection, body.id)
    failed: list[NetworkError] = []
    ready: dict[str, tuple[Shown, str]] = {}
    for platform in asked or sorted(places):
        try:
            shown = _placed(places, platform, body.id)
            await _check(caller, platform, (Feature.ADD_COMMENT, Feature.COMMENT_MEDIA), text, body.media_urls)
            require_visible(shown)
            ready[platform] = (shown, "")
        except NetworkError as error:
            failed.append(error)
    return await _write(caller, ready, failed, text, body.media_urls, head={"id": body.id})


@handles(REPLY_COMMENT)
async def reply(caller: Caller, comment_id: str, body: ReplyRequest) -> Reply:
    """Answer a comment, on each network it is on or on those named."""
    comment_id = comment_id or body.comment_id
    text = _text(body.comment, random=body.random_comment)
    asked = known_networks(body.platforms, ACTION)
    async with caller.database.read() as connection:
        if body.search_platform_id:
            places = {_only(asked): await _answered(caller, connection, _only(asked), comment_id, body)}
        else:
            places = await _own_places(caller, connection, comment_id)
    failed: list[NetworkError] = []
    ready: dict[str, tuple[Shown, str]] = {}
    for platform in asked or sorted(places):
        try:
            shown, answered = _placed(places, platform, comment_id)
            await _check(caller, platform, (Feature.REPLY, Feature.REPLY_MEDIA), text, body.media_urls)
            ready[platform] = (shown, answered.id)
        except NetworkError as error:
            failed.append(error)
    post_ids = [shown.post.id if shown.post else shown.facts.social_id for shown, _ in places.values()]
    return await _write(caller, ready, failed, text, body.media_urls, head={"id": post_ids[0]})


@handles(GET_COMMENTS)
async def listed(caller: Caller, post_id: str, query: CommentsQuery) -> Reply:
    """Comments on a post, newest first. Strangers' stand still for ten minutes, our own are there at once."""
    post_id = post_id or query.id
    window = snapshot(caller.now, REFRESH, datetime.fromtimestamp(0, UTC))
    blocks: dict[str, Any] = {}
    failed: list[NetworkError] = []
    async with caller.database.read() as connection:
        places = await _read_places(caller, connection, post_id, query)
        for platform in known_networks([query.platform], ACTION) if query.platform else sorted(places):
            try:
                require(caller, platform, Feature.COMMENTS)
                shown, of_comment = _placed(places, platform, post_id)
                require_visible(shown)
                said = await remarks(caller, connection, shown, window.last_updated)
                blocks[platform] = answers_to(shown, said, of_comment) if of_comment else shown_under(shown, said)
            except NetworkError as error:
                failed.append(error)
    # Without being asked for, networks that have no comments are no failure.
    told = failed if query.platform or not blocks else [one for one in failed if one.code != 101]  # noqa: PLR2004
    stamps = {"lastUpdated": wire_ms(window.last_updated), "nextUpdate": wire_ms(window.next_update)}
    answer = partly(blocks, told, {"id": post_id}, action=ACTION)
    return Reply(answer.content | stamps, answer.status)


@handles(DELETE_COMMENTS)
async def delete(caller: Caller, comment_id: str, body: CommentDelete) -> Reply:
    """Delete a comment by the API's id or the network's own, or all that we wrote under the post with this id."""
    asked = known_networks([*body.platforms, *([body.platform] if body.platform else [])], ACTION)
    async with caller.database.begin() as connection:
        if body.search_platform_id:
            gone = await _by_native_id(caller, connection, _only(asked), comment_id)
        else:
            gone = await _own(caller, connection, comment_id)
        blocks: dict[str, Any] = {}
        failed: list[NetworkError] = []
        for platform in asked or sorted({platform for platform, _ in gone}):
            try:
                require(caller, platform, Feature.DELETE_COMMENT)
                blocks[platform] = await _delete(caller, connection, platform, gone)
            except NetworkError as error:
                failed.append(error)
    return partly(blocks, failed, {}, action=ACTION)


def _text(given: str | None, *, random: bool) -> str:
    text = given if given is not None or not random else secrets.choice(RANDOM)
    if not text or not text.strip():
        raise ApiError(101, "comment: missing; say something.", action=ACTION)
    return bounded_text(text, "comment")


def _only(asked: list[str]) -> str:
    if len(asked) != 1:
        raise ApiError(101, "searchPlatformId needs exactly one network in platforms.", action=ACTION)
    return asked[0]


def _placed(places: dict[str, Any], platform: str, wanted: str) -> Any:  # noqa: ANN401 -- what the caller put there
    if platform not in places:
        raise NetworkError(platform, 186, f"{wanted} is not on {platform}.")
    return places[platform]


async def _check(caller: Caller, platform: str, features: tuple[Feature, Feature], text: str, media: list[str]) -> None:
    """`features` are what writing takes, and writing with a file. Raises NetworkError."""
    plain, with_media = features
    require(caller, platform, plain)
    network = NETWORKS[platform]
    if network.comment_limit is not None and len(text) > network.comment_limit:
        message = f"comment has {len(text):,} characters; {network.title} takes {network.comment_limit:,}."
        raise NetworkError(platform, network.code, message)
    if not media:
        return
    if with_media not in network.features or len(media) > 1:
        taken = "takes one file" if with_media in network.features else "takes no media here"
        raise NetworkError(platform, 101, f"mediaUrls: {network.title} {taken}.")
    looked = (await look_at(caller.services, media, is_video=False))[media[0]]
    if isinstance(looked, Problem):
        raise NetworkError(platform, looked.code, looked.message)


async def _write(
    caller: Caller,
    ready: dict[str, tuple[Shown, str]],
    failed: list[NetworkError],
    text: str,
    media_urls: list[str],
    *,
    head: dict[str, Any],
) -> Reply:
    if not ready:
        return partly({}, failed, head, action=ACTION)
    comment_id = new_id()
    written = [
        StoredComment(
            id=comment_id,
            platform=platform,
            post_id=shown.post.id if shown.post else "",
            post_social_id=shown.facts.social_id,
            social_id=own_comment_id(shown.facts, comment_id),
            parent_id=answered,
            text=text,
            media_urls=media_urls,
            created=caller.now,
        )
        for platform, (shown, answered) in ready.items()
    ]
    async with caller.database.begin() as connection:
        await store.add(connection, caller.profile_id, written)
    blocks = {one.platform: _written(ready[one.platform][0], one) for one in written}
    return partly(blocks, failed, head | {"commentId": comment_id}, action=ACTION)


def _written(shown: Shown, one: StoredComment) -> dict[str, Any]:
    block = {"status": "success", "commentId": one.social_id, "comment": one.text, "platform": one.platform}
    if one.platform == "linkedin":
        block["commentUrn"] = comment_urn(shown, one.social_id)
    return block | ({"sourceCommentId": one.parent_id} if one.parent_id else {})


async def _own_places(caller: Caller, connection: AsyncConnection, comment_id: str) -> dict[str, tuple[Shown, Remark]]:
    """Where the comment with the API's id stands. Raises ApiError 186."""
    places: dict[str, tuple[Shown, Remark]] = {}
    for one in await store.by_id(connection, caller.profile_id, comment_id):
        shown = await native_post_of(caller, connection, one.platform, one.post_social_id)
        places[one.platform] = (shown, own_remark(shown, one))
    if not places:
        raise ApiError(186, f"No comment {comment_id} was sent through the API.", action=ACTION, id=comment_id)
    return places


async def _answered(
    caller: Caller, connection: AsyncConnection, platform: str, comment_id: str, body: ReplyRequest
) -> tuple[Shown, Remark]:
    """The comment with the network's own id. Raises ApiError: 101 without what the network needs besides, 186."""
    if Feature.REPLY_BY_ID not in NETWORKS[platform].features:
        raise ApiError(101, f"{platform} takes no reply by its own comment id: send ours.", action=ACTION)
    urn = _URN.fullmatch(body.comment_urn or "")
    post_id = {"tiktok": body.video_id or "", "linkedin": urn[1] if urn else ""}.get(platform, "")
    if platform in {"tiktok", "linkedin"} and not post_id:
        needed = "videoId" if platform == "tiktok" else "commentUrn"
        raise ApiError(101, f"{needed}: missing; {platform} needs it with searchPlatformId.", action=ACTION)
    found = await remark_by_id(caller, connection, platform, comment_id, post_id)
    if found is None:
        raise ApiError(186, f"No comment {comment_id} on {platform}.", action=ACTION, id=comment_id)
    return found


async def _read_places(
    caller: Caller, connection: AsyncConnection, post_id: str, query: CommentsQuery
) -> dict[str, tuple[Shown, str]]:
    if not query.search_platform_id:
        return {name: (shown, "") for name, shown in (await post_of(caller, connection, post_id)).items()}
    platform = _only(known_networks([query.platform] if query.platform else [], ACTION))
    if not query.comment_id:
        return {platform: (await native_post_of(caller, connection, platform, post_id), "")}
    found = await remark_by_id(caller, connection, platform, post_id)
    if found is None:
        raise ApiError(186, f"No comment {post_id} on {platform}.", action=ACTION, id=post_id)
    return {platform: (found[0], found[1].id)}


async def _own(caller: Caller, connection: AsyncConnection, wanted: str) -> list[tuple[str, Remark]]:
    """What was sent through the API as this comment, or under this post, with networks. Raises ApiError 114."""
    stored = await store.by_id(connection, caller.profile_id, wanted)
    if not stored:
        post = await posts.get(connection, wanted, profile_id=caller.profile_id)
        if post is None:
            raise ApiError(114, f"No comment and no post {wanted}.", action=ACTION, id=wanted)
        places = await post_of(caller, connection, wanted)
        said = [(name, await remarks(caller, connection, shown, caller.now)) for name, shown in places.items()]
        return [(name, one) for name, some in said for one in some if one.own]
    placed = await _own_places(caller, connection, wanted)
    return [(platform, remark) for platform, (_, remark) in placed.items()]


async def _by_native_id(
    caller: Caller, connection: AsyncConnection, platform: str, comment_id: str
) -> Iterable[tuple[str, Remark]]:
    if Feature.DELETE_COMMENT_BY_ID not in NETWORKS[platform].features:
        raise ApiError(101, f"{platform} deletes no comment by its own id: send ours.", action=ACTION)
    found = await remark_by_id(caller, connection, platform, comment_id)
    if found is None:
        raise ApiError(114, f"No comment {comment_id} on {platform}.", action=ACTION, id=comment_id)
    if platform == "twitter" and not found[1].own:
        raise ApiError(101, "X lets nobody but its author delete a reply.", action=ACTION, platform=platform)
    return [(platform, found[1])]


async def _delete(
    caller: Caller, connection: AsyncConnection, platform: str, gone: Iterable[tuple[str, Remark]]
) -> dict[str, Any] | list[dict[str, Any]]:
    done = [await _deleted(caller, connection, platform, one) for where, one in gone if where == platform]
    if not done:
        raise NetworkError(platform, 114, f"There is no such comment on {platform}.")
    return done if len(done) > 1 else done[0]


async def _deleted(caller: Caller, connection: AsyncConnection, platform: str, one: Remark) -> dict[str, Any]:
    if one.stored is not None:
        await store.delete(connection, caller.profile_id, [one.stored])
    else:
        await store.hide(connection, caller.profile_id, platform, one.id)
    block = {"action": "delete", "status": "success", "id": one.id}
    if platform == "tiktok":
        block["commentId"] = one.id
    return block if platform == "threads" else block | {"comment": one.text}
