"""The seam between what happens and who is told of it: events for webhooks (analytics.md 10).

Whatever post, feed, profile, message or comment code wants to tell, it tells in the transaction that makes it true:

    async with caller.database.begin() as connection:
        comment = await store.add(connection, …)
        told = {"platform": "facebook", "postId": post.id, "id": comment.id, "text": comment.text, "from": author}
        await emit(connection, caller.now, Event(caller.profile_id, Action.COMMENTS, told, "commentCreated"))

So an event is stored exactly if its cause is. Nobody waits for it to be sent: `server/webhooks.py` does that later,
again and again until it is taken. The keys of every event (`action`, `created`, `code`, `refId`, `hookId`, `url`) are
added here. Several events at once cost one look for webhooks, and nothing more where nobody registered any.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic_core import to_json
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from server.store import events, webhooks
from server.store.posts import new_id
from server.store.schema import profiles, to_ms
from server.store.webhooks import Webhook
from social.contract.webhooks import Action
from social.instants import wire


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a profile. `payload` holds the keys of its kind (analytics.md 10.5)."""

    profile_id: int
    action: Action
    payload: dict[str, Any]
    sub_action: str = ""


async def emit(connection: AsyncConnection, now: datetime, *happened: Event) -> int:
    """Store events for the webhooks that want them, within the transaction that caused them.

    An event goes to its profile's own webhooks for the action, else to the primary profile's, never to both.
    Returns how many are to be sent.
    """
    if not happened:
        return 0
    ids = {event.profile_id for event in happened}
    actions = {event.action for event in happened}
    hooks = await webhooks.listed(connection, ids, actions=actions, and_primary=True)
    if not hooks:
        return 0
    ref_ids = await _ref_ids(connection, ids)
    rows = [
        row
        for event in happened
        for row in _rows(event, _wanting(hooks, event), ref_ids.get(event.profile_id, ""), now)
    ]
    if rows:
        await events.add(connection, rows)
    return len(rows)


def _wanting(hooks: Iterable[Webhook], event: Event) -> list[Webhook]:
    concerned = [hook for hook in hooks if hook.action == event.action]
    own = [hook for hook in concerned if hook.profile_id == event.profile_id]
    return own or [hook for hook in concerned if hook.is_primary]


def _rows(event: Event, hooks: Iterable[Webhook], ref_id: str, now: datetime) -> Iterable[dict[str, Any]]:
    hook_id = new_id()
    kind = {"action": event.action} | ({"subAction": event.sub_action} if event.sub_action else {})
    for hook in hooks:
        common = {"created": wire(now), "code": 200, "refId": ref_id, "hookId": hook_id, "url": hook.url}
        yield {
            "id": new_id(),
            "hook_id": hook_id,
            "profile_id": hook.profile_id,
            "action": event.action,
            "url": hook.url,
            "body": to_json(kind | common | event.payload).decode(),
            "created": to_ms(now),
            "due_at": to_ms(now),
        }


async def _ref_ids(connection: AsyncConnection, ids: Iterable[int]) -> dict[int, str]:
    rows = await connection.execute(select(profiles.c.id, profiles.c.ref_id).where(profiles.c.id.in_(list(ids))))
    return {row.id: row.ref_id for row in rows}
