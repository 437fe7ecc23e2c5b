"""`DELETE /post`: withdraw what waits, delete what is out, or only note that it was deleted by hand (posts.md 6)."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from server.answers import ApiError
from server.auth import Caller
from server.store import deliveries, posts
from server.store.deliveries import DeliveryState
from server.store.posts import WAITING, Post, PostStatus
from server.views import deletion
from social.contract.posts import PostDelete
from social.networks import NETWORKS
from social.networks.base import Feature

ACTION = "delete"


async def delete(caller: Caller, wanted: PostDelete) -> dict[str, Any] | list[dict[str, Any]]:
    """Carry out one mode. Raises ApiError: 114 unknown id, 383 deleted already, 382 still live, 101 not one mode."""
    async with caller.database.begin() as connection:
        if wanted.delete_all_scheduled:
            ids = await posts.waiting(connection, caller.profile_id)
            return await _withdraw(connection, caller, ids)
        if wanted.bulk is not None and wanted.id is None:
            return await _withdraw(connection, caller, list(dict.fromkeys(wanted.bulk)))
        if wanted.id is None or wanted.bulk is not None:
            raise ApiError(101, "Send exactly one of id, bulk and deleteAllScheduled.", action=ACTION)
        post = await posts.get(connection, wanted.id, profile_id=caller.profile_id)
        if post is None:
            raise ApiError(114, action=ACTION, id=wanted.id)
        if post.status is PostStatus.DELETED:
            raise ApiError(383, action=ACTION, id=post.id)
        if post.status is PostStatus.PROCESSING:
            raise ApiError(101, "The post is being sent right now: delete it in a moment.", action=ACTION, id=post.id)
        if wanted.mark_manual_deleted:
            return await _mark(connection, post)
        return await _delete(connection, caller, post)


async def _withdraw(connection: AsyncConnection, caller: Caller, ids: Sequence[str]) -> list[dict[str, Any]]:
    before = await posts.withdraw(connection, caller.profile_id, ids)
    return [_withdrawn(post_id, before.get(post_id)) for post_id in ids]


def _withdrawn(post_id: str, status: PostStatus | None) -> dict[str, Any]:
    if status is None:
        return ApiError(114, action=ACTION, id=post_id).body()
    if status not in WAITING:
        message = f"The post is {status}: bulk deletes posts that still wait."
        return ApiError(101, message, action=ACTION, id=post_id).body()
    return {"action": ACTION, "status": "success", "id": post_id, "code": 200}


async def _mark(connection: AsyncConnection, post: Post) -> dict[str, Any]:
    if post.published_on:
        raise ApiError(382, action=ACTION, id=post.id)
    await _set_deleted(connection, post)
    return {"status": "success", "id": post.id}


async def _delete(connection: AsyncConnection, caller: Caller, post: Post) -> dict[str, Any]:
    out = post.published_on
    caller.require_x(one.platform for one in out)
    answer: dict[str, Any] = {"status": "success", "id": post.id, "code": 200}
    # A network that cannot delete keeps its post, and the call is a success all the same (posts.md 13.2).
    kept = {one.platform for one in out if Feature.DELETE not in NETWORKS[one.platform].features}
    for one in out:
        answer[one.platform] = deletion(one, possible=one.platform not in kept)
    await _set_deleted(connection, post, kept=kept)
    return answer


async def _set_deleted(connection: AsyncConnection, post: Post, *, kept: Collection[str] = ()) -> None:
    await posts.change(connection, post.id, values={"status": PostStatus.DELETED})
    going = [one.platform for one in post.deliveries if one.platform not in kept]
    await deliveries.set_state(connection, post.id, DeliveryState.GONE, platforms=going)
