"""Sending events to webhooks: signed, through the guarded fetcher, again with growing gaps (analytics.md 10.3, 10.4).

What is refused for good, or was tried for the last time, is dead: it stays, and `POST /sandbox/webhooks/replay` sends
it again. Times of attempts go by the server's clock, so a moved clock brings the next one.
"""

import asyncio
import logging
import secrets
from datetime import timedelta
from http import HTTPStatus

from pipeline.fetching import FetchError, FetchLimits, HttpStatus, TimedOut, Unreachable
from server.fetching import LazyFetcher
from server.services import Services
from server.store import events, webhooks
from server.store.events import Attempt, EventState, StoredEvent
from social.signatures import ATTEMPT, DELIVERY_ID, sign

log = logging.getLogger(__name__)

BATCH = 20
AGENT = "Dovecote-Webhooks/0.1"
PAUSE_AFTER_ERROR = 5.0
# Longer than the slowest attempt, so that nothing is sent twice while its first sender still lives.
LEASE_MARGIN = 45
_AGAIN = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS})


class Courier:
    """Sends the events of one store. `deliver_due` sends what is due now; `run` keeps doing so."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._owner = secrets.token_hex(16)
        settings = services.settings
        self._fetcher = LazyFetcher(allow_private=settings.allow_private_addresses, per_host=BATCH)
        self._limits = FetchLimits(total=settings.webhook_timeout, connect=settings.webhook_timeout)
        self._gaps = settings.webhook_gaps

    async def run(self) -> None:
        """Deliver again and again until cancelled. An error is logged and tried again; events are safe in the store."""
        while True:
            pause = self._services.settings.poll_seconds
            try:
                await self.deliver_due()
            except Exception:
                log.exception("sending webhooks failed; trying again in %s s", PAUSE_AFTER_ERROR)
                pause = PAUSE_AFTER_ERROR
            await asyncio.sleep(pause)

    async def deliver_due(self) -> int:
        """Send every event that is due by the server's clock, once. Returns how many were sent."""
        sent = 0
        async with self._services.database.read() as connection:
            due = await events.any_due(connection, self._services.clock.now())
        while due and (claimed := await self._claim()):
            attempts = await asyncio.gather(*(self._send(event, signing) for event, signing in claimed))
            async with self._services.database.begin() as connection:
                await events.settle(connection, self._owner, attempts)
                await events.forget(connection, self._services.clock.now())
            sent += len(claimed)
        return sent

    async def close(self) -> None:
        """Give connections back."""
        await self._fetcher.close()

    async def _claim(self) -> list[tuple[StoredEvent, tuple[str, ...]]]:
        now, seconds = self._services.clock.now(), round(self._services.settings.webhook_timeout) + LEASE_MARGIN
        async with self._services.database.begin() as connection:
            claimed = await events.claim(connection, now, owner=self._owner, seconds=seconds, limit=BATCH)
            signing = await webhooks.secrets_of(connection, {event.profile_id for event in claimed}, now)
        return [(event, signing.get(event.profile_id, ())) for event in claimed]

    async def _send(self, event: StoredEvent, signing: tuple[str, ...]) -> Attempt:
        body, now = event.body.encode(), self._services.clock.now()
        headers = {"content-type": "application/json; charset=utf-8", "user-agent": AGENT, DELIVERY_ID: event.id}
        headers |= {ATTEMPT: str(event.attempts)} | sign(body, signing, now)
        try:
            answered = await self._fetcher.post(event.url, body, headers=headers, limits=self._limits)
        except FetchError as error:
            return self._failed(event, error)
        return Attempt(id=event.id, state=EventState.DELIVERED, due_at=now, http_status=answered.status, error=None)

    def _failed(self, event: StoredEvent, error: FetchError) -> Attempt:
        now = self._services.clock.now()
        again = _worth_repeating(error) and event.attempts <= len(self._gaps)
        gap = timedelta(seconds=self._gaps[event.attempts - 1]) if again else timedelta(0)
        return Attempt(
            id=event.id,
            state=EventState.PENDING if again else EventState.DEAD,
            due_at=now + gap,
            http_status=error.status if isinstance(error, HttpStatus) else None,
            error=error.reason,
        )


def _worth_repeating(error: FetchError) -> bool:
    if isinstance(error, HttpStatus):
        return error.status in _AGAIN or error.status >= HTTPStatus.INTERNAL_SERVER_ERROR
    return isinstance(error, TimedOut | Unreachable)
