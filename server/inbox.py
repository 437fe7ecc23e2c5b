"""What reaches the sandbox's accounts while time passes: webhooks are told, and messages answered automatically.

Arrivals are functions of time, so nothing waits in a queue: each profile has a mark up to which they have been dealt
with, and whoever moves the mark deals with what lies between, in the same transaction. So each is told once, however
many processes look.
"""

from collections.abc import AsyncIterator, Iterable, Iterator
from datetime import datetime, timedelta
from itertools import takewhile
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from server.delivery.comments import StrangersComment, strangers_comments
from server.delivery.messages import Incoming
from server.events import Event, emit
from server.messaging import Thread, incoming_item, since, threads
from server.services import Services
from server.store import deliveries, measured, posts, profiles, webhooks
from server.store import inbox as store
from server.store.inbox import AutoResponse, Sent
from server.store.posts import new_id
from server.store.profiles import Profile
from social.contract.webhooks import Action
from social.networks import NETWORKS
from social.networks.base import Feature

PAUSE = timedelta(seconds=15)
"""How much of the server's time passes between two looks."""

COMMENTED_FOR = timedelta(days=60)
"""Comments on posts older than that are told to nobody: hardly any come (`server/delivery/pulse.py`)."""

MOST_POSTS = 500
TOLD_COMMENTS = ("facebook", "instagram")
MESSAGES = tuple(name for name, network in NETWORKS.items() if Feature.MESSAGES in network.features)


class Inbox:
    """Deals with arrivals of one store. `settle` costs one query while nobody wants to know."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._looked_at: datetime | None = None

    async def settle(self) -> None:
        """Deal with everything that arrived up to now by the server's clock."""
        now = self._services.clock.now()
        if self._looked_at is not None and timedelta(0) <= now - self._looked_at < PAUSE:
            return
        self._looked_at = now
        async with self._services.database.read() as connection:
            ids = await store.watched(connection)
        for profile_id in ids:
            async with self._services.database.begin() as connection:
                await self._deal(connection, profile_id, now)

    async def _deal(self, connection: AsyncConnection, profile_id: int, now: datetime) -> None:
        profile = await profiles.by_id(connection, profile_id)
        before = await store.mark(connection, profile_id)
        if profile is None or not await store.move_mark(connection, profile_id, before, now):
            return
        hooks = await webhooks.listed(
            connection, [profile_id], actions=[Action.MESSAGES, Action.COMMENTS], and_primary=True
        )
        told: list[Event] = []
        for action, gather in ((Action.MESSAGES, self._of_messages), (Action.COMMENTS, self._of_comments)):
            registered = [hook.updated for hook in hooks if hook.action == action]
            if registered:
                start = max(before or min(registered), min(registered))
                told += [event async for event in gather(connection, profile, start, now)]
        await emit(connection, now, *told)
        response = await store.auto_response(connection, profile_id)
        if response is not None and response.active:
            await self._answer(connection, profile, response, max(before or response.since, response.since), now)

    async def _threads(
        self, connection: AsyncConnection, profile: Profile, platform: str, now: datetime
    ) -> list[Thread]:
        sent = await store.sent(connection, profile.id, platform, since(now))
        return threads(self._services.settings.guise.of(profile.ref_id, platform), sent, now)

    async def _of_messages(
        self, connection: AsyncConnection, profile: Profile, start: datetime, now: datetime
    ) -> AsyncIterator[Event]:
        base = self._services.settings.public_url
        for platform in sorted(profile.linked.intersection(MESSAGES)):
            for thread in await self._threads(connection, profile, platform, now):
                for kind, payload in _happened(thread, base, start, now):
                    yield Event(profile.id, Action.MESSAGES, payload, kind)

    async def _of_comments(
        self, connection: AsyncConnection, profile: Profile, start: datetime, now: datetime
    ) -> AsyncIterator[Event]:
        for platform in sorted(profile.linked.intersection(TOLD_COMMENTS)):
            shown = await deliveries.newest(connection, profile.id, platform, now, most=MOST_POSTS)
            recent = {one.post_id: one for one in shown if one.at > start - COMMENTED_FOR}
            for post in await posts.several(connection, list(recent)):
                facts = measured.facts_of(post, recent[post.id], self._services.settings.guise)
                for one in takewhile(lambda one: one.at > start, strangers_comments(facts, now)):
                    yield Event(profile.id, Action.COMMENTS, _comment(platform, post.id, one), "commentCreated")

    async def _answer(
        self, connection: AsyncConnection, profile: Profile, response: AutoResponse, start: datetime, now: datetime
    ) -> None:
        wait = timedelta(seconds=response.wait_seconds)
        for platform in sorted(profile.linked.intersection(MESSAGES)):
            for thread in await self._threads(connection, profile, platform, now):
                answered = [one.sent.at for one in thread.written if one.sent.automatic]
                for one in _came(thread.incoming, start, now):
                    if all(not timedelta(0) <= one.at - at < wait for at in answered):
                        answered.append(one.at)
                        await store.send(connection, profile.id, _automatic(platform, one, response))


def _came(incoming: Iterable[Incoming], start: datetime, now: datetime) -> Iterator[Incoming]:
    return (one for one in incoming if start < one.at <= now)


def _happened(thread: Thread, base: str, start: datetime, now: datetime) -> Iterator[tuple[str, dict[str, Any]]]:
    """What a stranger did in one conversation: (sub-action, payload)."""
    conversation = thread.conversation
    for one in _came(thread.incoming, start, now):
        yield "messageCreated", _payload(incoming_item(one, base))
    about = {
        "platform": conversation.account.network,
        "conversationId": conversation.id,
        "senderId": conversation.person.id,
    }
    for written in thread.written:
        became = written.reception
        if start < became.read_at <= now:
            yield "messageRead", about | {"id": written.sent.id}
        if became.reacted_at is not None and start < became.reacted_at <= now:
            yield "reactionCreated", about | {"id": written.sent.id, "reaction": became.reaction}


def _payload(item: dict[str, Any]) -> dict[str, Any]:
    # `created` and `action` of an event are its own.
    return {name: value for name, value in item.items() if name not in {"created", "updated", "action"}}


def _comment(platform: str, post_id: str, one: StrangersComment) -> dict[str, Any]:
    named = {"name": one.author.name} if platform == "facebook" else {"username": one.author.username}
    author = {"id": one.author.id} | named
    return {"platform": platform, "postId": post_id, "id": one.id, "text": one.text, "from": author}


def _automatic(platform: str, one: Incoming, response: AutoResponse) -> Sent:
    return Sent(
        id=("" if platform == "twitter" else "m_") + new_id(),
        platform=platform,
        conversation_id=one.conversation.id,
        recipient_id=one.conversation.person.id,
        text=response.message,
        media_urls=[],
        at=one.at,
        automatic=True,
    )
