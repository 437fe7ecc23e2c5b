"""The sandbox's controls of webhooks, beside the contract: what was sent, sending it again, events without a cause."""

from typing import Any, Literal

from pydantic import Field

from server.answers import ApiError
from server.auth import Caller
from server.endpoints.sandbox import sandbox_route
from server.events import Event, emit
from server.routing import handles
from server.store import events
from server.store.events import EventState, StoredEvent
from social.contract.base import Answer, Wire
from social.contract.webhooks import Action
from social.instants import wire_ms


class DeliveriesQuery(Wire):
    """Query of `GET /sandbox/webhooks`: the newest events for the profile's webhooks, of one state or of all."""

    state: Literal["pending", "delivered", "dead"] | None = None
    limit: int = Field(default=100, ge=1, le=1000)


class DeliveriesAnswer(Answer):
    """Events, newest first, and what became of each."""

    deliveries: list[dict[str, Any]]


class Replay(Wire):
    """Body of `POST /sandbox/webhooks/replay`: the id of one delivery; without, every dead one."""

    id: str | None = None


class Fire(Wire):
    """Body of `POST /sandbox/webhooks/fire`: an event of any action, with the keys you give in `payload`."""

    action: Action
    sub_action: str = ""
    payload: dict[str, Any] = {}


class Count(Answer):
    """How many events will be sent."""

    count: int


_PATH = "/sandbox/webhooks"
DELIVERIES = sandbox_route(
    "deliveries", "GET", _PATH, DeliveriesAnswer, "Events sent to webhooks", query=DeliveriesQuery
)
REPLAY = sandbox_route("replay", "POST", f"{_PATH}/replay", Count, "Send events to webhooks again", body=Replay)
FIRE = sandbox_route("fire", "POST", f"{_PATH}/fire", Count, "Let an event happen, for testing receivers", body=Fire)


@handles(DELIVERIES, prefix="")
async def deliveries(caller: Caller, query: DeliveriesQuery) -> dict[str, Any]:
    """What was sent, or waits to be."""
    async with caller.database.read() as connection:
        found = await events.listed(connection, caller.profile_id, state=query.state, limit=query.limit)
    return {"status": "success", "deliveries": [_shown(event) for event in found]}


@handles(REPLAY, prefix="")
async def replay(caller: Caller, body: Replay) -> dict[str, Any]:
    """Send again, with the same `hookId`."""
    async with caller.database.begin() as connection:
        count = await events.replay(connection, caller.profile_id, caller.now, body.id)
    if body.id is not None and count == 0:
        raise ApiError(404, f"id: no delivery {body.id[:40]!r} to a webhook of this profile.")
    return {"status": "success", "count": count}


@handles(FIRE, prefix="")
async def fire(caller: Caller, body: Fire) -> dict[str, Any]:
    """Let an event happen that nothing caused: mentions, automations and account activity have no other source here."""
    event = Event(caller.profile_id, body.action, body.payload, body.sub_action)
    async with caller.database.begin() as connection:
        count = await emit(connection, caller.now, event)
    return {"status": "success", "count": count}


def _shown(event: StoredEvent) -> dict[str, Any]:
    shown = {
        "id": event.id,
        "hookId": event.hook_id,
        "action": event.action,
        "url": event.url,
        "state": event.state,
        "attempts": event.attempts,
        "created": wire_ms(event.created),
        "nextAttempt": wire_ms(event.due_at) if event.state is EventState.PENDING else None,
        "httpStatus": event.http_status,
        "error": event.error,
    }
    return {name: value for name, value in shown.items() if value is not None}
