"""Publishing what has fallen due. Claimed under a lease, so several server processes can share one store.

There is no age at which a due post is given up: each one reaches a terminal state.
"""

import asyncio
import logging
import secrets
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from pydantic import ValidationError
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from server.announcing import made_public, processed
from server.answers import ApiError
from server.clock import MovableClock
from server.delivery.base import Parcel
from server.delivery.dispatch import dispatch, failed
from server.events import Event, emit
from server.feeds import Reader
from server.inbox import Inbox
from server.services import Services
from server.store import deliveries, profiles, queue
from server.store.deliveries import DeliveryState
from server.store.posts import Post, PostStatus, several
from server.store.schema import to_ms
from server.verification.findings import Finding, by_platform, error_element
from server.verification.networks import judge
from server.verification.recent import duplicates, quotas
from server.verification.submission import Part, read_submission
from social.contract.posts import PostRequest

log = logging.getLogger(__name__)

BATCH = 200
# How long the hint of the next due instant is believed: another process may have stored an earlier post meanwhile.
HINT_SECONDS = 1.0
PAUSE_AFTER_ERROR = 5.0


class Worker:
    """Sends due posts of one store. `settle` does what is due now; `run` keeps doing so."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._owner = secrets.token_hex(16)
        self._looked_at = float("-inf")
        self._turn = asyncio.Lock()
        self._inbox = Inbox(services)
        self._reader = Reader(services)

    async def settle(self) -> int:
        """Send everything due by the server's clock; returns how many posts. Cheap when nothing is due."""
        await self._inbox.settle()
        await self._reader.settle()
        if not await self._anything_due():
            return 0
        async with self._turn:
            sent = 0
            while await self._anything_due():
                sent += await self._settle_batch()
                self._looked_at = float("-inf")
            return sent

    async def run(self) -> None:
        """Settle again and again until cancelled. An error is logged and tried again; leases keep the posts safe."""
        while True:
            pause = self._services.settings.poll_seconds
            try:
                if isinstance(self._services.clock, MovableClock):
                    await self._services.clock.load(self._services.database)
                await self.settle()
            except Exception:
                log.exception("settling due posts failed; trying again in %s s", PAUSE_AFTER_ERROR)
                pause = PAUSE_AFTER_ERROR
            await asyncio.sleep(pause)

    async def stop(self) -> None:
        """Hand back what was claimed and not sent."""
        async with self._services.database.begin() as connection:
            await queue.release(connection, self._owner)

    async def _anything_due(self) -> bool:
        due = self._services.due
        if time.monotonic() - self._looked_at > HINT_SECONDS:
            async with self._services.database.read() as connection:
                due.at = await queue.next_due(connection)
            self._looked_at = time.monotonic()
        return due.at is not None and due.at <= to_ms(self._services.clock.now())

    async def _settle_batch(self) -> int:
        try:
            claimed = await self._claim()
            if claimed:
                late = {post.id: await self._judge_late(post) for post in claimed if _unjudged(post)}
                async with self._services.database.begin() as connection:
                    await self._send(connection, claimed, late)
        except BaseException:
            # Nothing of this batch was written: whoever looks next may have it at once instead of after the lease.
            with suppress(SQLAlchemyError):
                await self.stop()
            raise
        return len(claimed)

    async def _claim(self) -> list[Post]:
        now, seconds = self._services.clock.now(), self._services.settings.lease_seconds
        async with self._services.database.begin() as connection:
            completed = await deliveries.complete_ready(connection, now)
            await emit(connection, now, *await made_public(connection, completed))
            ids = await queue.claim(connection, now, owner=self._owner, seconds=seconds, limit=BATCH)
            return await several(connection, ids) if ids else []

    async def _send(self, connection: AsyncConnection, claimed: Sequence[Post], late: dict[str, list[Finding]]) -> None:
        mine = await queue.still_mine(connection, (post.id for post in claimed), self._owner)
        linked = await profiles.linked_of(connection, {post.profile_id for post in claimed})
        outcomes: list[dict[str, Any]] = []
        finished: list[tuple[str, PostStatus]] = []
        told: list[Event] = []
        for post in claimed:
            if post.id not in mine:
                continue
            unlinked = [Finding.known(name, 156) for name in post.platforms if name not in linked[post.profile_id]]
            new = await self._send_post(connection, post, [*unlinked, *late.get(post.id, [])])
            outcomes += new
            standing = [one.state for one in post.deliveries if one.state is not DeliveryState.PENDING]
            states = [*standing, *(one["state"] for one in new)]
            status = PostStatus.ERROR if DeliveryState.FAILED in states else PostStatus.SUCCESS
            finished.append((post.id, status))
            if post.type == "scheduled":
                told.append(processed(post, status, new))
        if outcomes:
            await deliveries.settle(connection, outcomes)
        await queue.finish(connection, finished)
        await emit(connection, self._services.clock.now(), *told)

    async def _send_post(
        self, connection: AsyncConnection, post: Post, known: Sequence[Finding]
    ) -> list[dict[str, Any]]:
        try:
            parts, at = pending_parts(post), post.due_at
        except (ApiError, ValidationError) as error:
            return _unreadable(post, error)
        findings = list(known)
        if _unjudged(post):
            findings += await duplicates(connection, post.profile_id, parts, at, but=post.id)
            findings += await quotas(connection, post.profile_id, parts, at, but=post.id)
        stopped = by_platform(findings)
        outcomes = []
        for part in parts:
            if part.platform in stopped:
                errors = [finding.element() for finding in stopped[part.platform]]
                outcomes.append(failed(post.id, part.platform, to_ms(at), errors))
            else:
                outcomes.append(await dispatch(self._services, connection, post.profile_id, _parcel(post, part)))
        return outcomes

    async def _judge_late(self, post: Post) -> list[Finding]:
        try:
            body, parts = _body(post), pending_parts(post)
        except (ApiError, ValidationError):
            return []
        return await judge(
            self._services,
            parts,
            linked=frozenset(post.platforms),
            scheduled=True,
            is_video=body.is_video,
            comment=body.first_comment,
        )


def pending_parts(post: Post) -> list[Part]:
    """What the networks that still wait for a post are to be given, with the text as it was finished."""
    body = _body(post).model_copy(update={"post": post.text})
    submission = read_submission(body, (), post.created)
    waiting = {one.platform for one in post.deliveries if one.state is DeliveryState.PENDING}
    return [part for part in submission.parts if part.platform in waiting]


def _body(post: Post) -> PostRequest:
    return PostRequest.model_validate(post.request | {"platforms": list(post.platforms)})


def _unreadable(post: Post, error: Exception) -> list[dict[str, Any]]:
    # Stored by another version of the server, perhaps. It fails visibly rather than standing in the way of the others.
    log.error("post %s cannot be read from the store: %s", post.id, error)
    message = f"the stored request cannot be read any more: {error}"
    waiting = [one.platform for one in post.deliveries if one.state is DeliveryState.PENDING]
    return [
        failed(post.id, name, to_ms(post.due_at), [error_element(name, 500, f"{name}: {message}")]) for name in waiting
    ]


def _unjudged(post: Post) -> bool:
    # What was not checked when it came in, or failed and is sent once more, is checked now.
    return post.retried or post.request.get("validateScheduled") is False


def _parcel(post: Post, part: Part) -> Parcel:
    return Parcel(
        post_id=post.id,
        ref_id=post.ref_id,
        platform=part.platform,
        text=part.text,
        media_urls=part.media_urls,
        options=part.options,
        at=post.due_at,
        is_video=bool(post.request.get("isVideo")),
    )
