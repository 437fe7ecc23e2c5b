"""`PATCH /post` and `PUT /post/retry`: what of a stored post may still change, and when (posts.md 5, 7.1)."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from server.answers import ApiError
from server.auth import Caller
from server.store import deliveries, posts
from server.store.posts import Post, PostStatus
from server.store.schema import to_ms
from social.contract.posts import PostRetry, PostUpdate
from social.instants import wire

CHANGES = ("approved", "scheduleDate", "scheduledPause", "notes", "disableComments", "youTubeOptions")


async def update(caller: Caller, wanted: PostUpdate) -> dict[str, Any]:
    """Apply every change of the body, or none. Raises ApiError 186 for an unknown post, 101 for what cannot change."""
    async with caller.database.begin() as connection:
        post = await _post(connection, caller, wanted.id)
        if post.status is PostStatus.DELETED:
            raise ApiError(383, action="update", id=post.id)
        caller.require_x(one.platform for one in post.published_on)
        change = Change(caller, post)
        change.apply(wanted)
        if not change.values:
            raise _cannot(post, f"nothing to change: send one of {', '.join(CHANGES)}")
        if not await posts.change(connection, post.id, when=[post.status], values=change.values):
            raise _cannot(post, "it changed its state meanwhile: try again")
        if "due_at" in change.values:
            await posts.move(connection, post.id, change.due_at)
            caller.services.due.notice(change.values["due_at"])
    return change.answer


async def retry(caller: Caller, wanted: PostRetry) -> dict[str, Any]:
    """Send what failed once more, as a scheduled post. Raises ApiError 186, or 101 unless it failed just once."""
    async with caller.database.begin() as connection:
        post = await _post(connection, caller, wanted.id)
        if post.status is not PostStatus.ERROR:
            raise _cannot(post, "only a post in status error can be sent once more")
        if post.retried:
            raise _cannot(post, "it was sent once more already")
        caller.require_x(one.platform for one in post.deliveries if one.errors)
        now = to_ms(caller.now)
        values = {"status": PostStatus.PENDING, "retried": True, "due_at": now}
        await posts.change(connection, post.id, values=values)
        await deliveries.reopen(connection, post.id, caller.now)
    caller.services.due.notice(now)
    return {"status": PostStatus.PENDING, "id": post.id}


class Change:
    """The columns a PATCH sets, collected change by change."""

    def __init__(self, caller: Caller, post: Post) -> None:
        self._now = caller.now
        self._post = post
        self.due_at = post.due_at
        self.values: dict[str, Any] = {}
        self.answer: dict[str, Any] = {"status": "success", "id": post.id}

    def apply(self, wanted: PostUpdate) -> None:
        """Take over everything that was asked. Raises ApiError 101 for the first thing that cannot be."""
        if wanted.notes is not None:
            self.values["notes"] = wanted.notes
        if wanted.approved:
            self._approve()
        if wanted.schedule_date is not None:
            self._move(wanted.schedule_date)
        if wanted.scheduled_pause is not None:
            self._pause(paused=wanted.scheduled_pause)
        if wanted.disable_comments is not None:
            self._only_on({"instagram", "linkedin"}, "disableComments")
            self._request({"disableComments": wanted.disable_comments})
        if wanted.you_tube_options is not None:
            self._video(wanted.you_tube_options)

    def _approve(self) -> None:
        if self._post.status is not PostStatus.AWAITING:
            raise _cannot(self._post, "approved works only while it awaits approval")
        self.values |= {"status": PostStatus.PENDING, "approved_at": to_ms(self._now)}
        self._due(self._post.due_at)

    def _move(self, to: datetime) -> None:
        status = self.values.get("status", self._post.status)
        if self._post.type != "scheduled" or status is not PostStatus.PENDING:
            raise _cannot(self._post, "scheduleDate changes only while a scheduled post is pending")
        self._due(to)
        self.answer["scheduleDate"] = wire(self.due_at)

    def _pause(self, *, paused: bool) -> None:
        expected = PostStatus.PENDING if paused else PostStatus.PAUSED
        if self.values.get("status", self._post.status) is not expected:
            raise _cannot(self._post, f"scheduledPause {str(paused).lower()} needs a post that is {expected}")
        self.values["status"] = PostStatus.PAUSED if paused else PostStatus.PENDING
        if not paused:
            self._due(self.due_at)
        self.answer |= {"scheduledPaused": paused, "scheduleDate": wire(self.due_at)}

    def _due(self, at: datetime) -> None:
        # What should have gone out already goes out now, and counts as published now.
        self.due_at = max(at, self._now)
        self.values["due_at"] = to_ms(self.due_at)

    def _video(self, options: dict[str, Any]) -> None:
        if not any(one.platform == "youtube" for one in self._post.published_on):
            raise _cannot(self._post, "youTubeOptions change only on a published YouTube video")
        if not options.get("title"):
            raise _cannot(self._post, "youTubeOptions.title is required, also to change something else")
        known = self._post.request.get("youTubeOptions", {})
        self._request({"youTubeOptions": {"description": "", "categoryId": 24} | known | options})

    def _only_on(self, networks: Iterable[str], field: str) -> None:
        if not set(networks) & set(self._post.platforms):
            raise _cannot(self._post, f"{field} can be changed on {', '.join(sorted(networks))} only")

    def _request(self, changed: dict[str, Any]) -> None:
        self.values["request"] = self.values.get("request", self._post.request) | changed


async def _post(connection: AsyncConnection, caller: Caller, post_id: str) -> Post:
    post = await posts.get(connection, post_id, profile_id=caller.profile_id)
    if post is None:
        raise ApiError(186, action="update", id=post_id)
    return post


def _cannot(post: Post, why: str) -> ApiError:
    return ApiError(101, f"Post {post.id} is {post.status}: {why}.", action="update", id=post.id)
