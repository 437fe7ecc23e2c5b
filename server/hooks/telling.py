"""Telling Prefect of events: `POST /events` of its API, where deployment triggers and automations see them.

An event is named `dovecote.webhook.<action>` and belongs to the resource `dovecote.profile.<refId>`; its payload is the
body of the webhook. Its id is drawn from `hookId`, so an event told twice is one event to Prefect.
"""

import asyncio
import json
import logging
import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from pydantic import SecretStr

from pipeline.fetching import FetchError, FetchLimits, HttpStatus
from server.fetching import LazyFetcher
from server.hooks.received import FORGET_EVERY, Received, ReceivedEvents
from server.hooks.settings import HookSettings
from social.contract.webhooks import read_event
from social.instants import Clock, wire

log = logging.getLogger(__name__)

BATCH = 50
SECONDS = 30.0
_REFUSED = frozenset({400, 413, 422})
_NAMES = uuid.UUID("6f7d7a52-8d0c-5a39-9a9e-0d2b7f8c4e11")


def prefect_event(received: Received) -> dict[str, Any]:
    """A received event as Prefect takes it."""
    event = read_event(received.body)
    said = json.loads(received.body)
    resource = {
        "prefect.resource.id": f"dovecote.profile.{event.ref_id}",
        "prefect.resource.name": f"profile {event.ref_id[:8]}",
    }
    for key, label in (("subAction", "sub-action"), ("platform", "network"), ("status", "status"), ("id", "id")):
        if isinstance(said.get(key), str):
            resource[f"dovecote.{label}"] = said[key]
    return {
        "id": str(uuid.uuid5(_NAMES, event.hook_id)),
        "event": f"dovecote.webhook.{event.action}",
        "occurred": wire(received.received_at),
        "resource": resource,
        "related": [],
        "payload": said,
    }


class Teller:
    """Hands events on to one Prefect, oldest first; what it could not hand on stays in the store for the next try."""

    def __init__(self, events: ReceivedEvents, settings: HookSettings, clock: Clock) -> None:
        self._events = events
        self._settings = settings
        self._clock = clock
        # Prefect stands where the operator says, mostly on the same machine.
        self._fetcher = LazyFetcher(allow_private=True)
        self._forgotten: datetime | None = None
        self.arrived = asyncio.Event()

    async def run(self) -> None:
        """Tell until cancelled; a Prefect that is away is tried again."""
        while True:
            self.arrived.clear()
            try:
                await self.tell_all()
            except FetchError as error:
                log.warning("Prefect was not told, trying again in %g s: %s", self._settings.poll_seconds, error)
            except Exception:
                log.exception("telling Prefect failed, trying again in %g s", self._settings.poll_seconds)
            try:
                async with asyncio.timeout(self._settings.poll_seconds):
                    await self.arrived.wait()
            except TimeoutError:
                continue

    async def tell_all(self) -> int:
        """Tell of everything that has not been told. Returns how many. Raises FetchError when Prefect takes nothing."""
        await self._forget()
        told = 0
        while self._settings.prefect_url and (waiting := await self._events.untold(BATCH)):
            await self._tell_of(waiting)
            await self._events.mark_told([one.hook_id for one in waiting], self._clock.now())
            told += len(waiting)
        return told

    async def close(self) -> None:
        """Give connections back."""
        await self._fetcher.close()

    async def _tell_of(self, waiting: Sequence[Received]) -> None:
        try:
            await self._tell(waiting)
        except HttpStatus as error:
            if error.status not in _REFUSED:
                raise
            # One event that Prefect does not take must not hold up those behind it.
            if len(waiting) > 1:
                for one in waiting:
                    await self._tell_of([one])
            else:
                log.error("Prefect refuses event %s, status %s: not told", waiting[0].hook_id, error.status)  # noqa: TRY400

    async def _tell(self, waiting: Sequence[Received]) -> None:
        body = json.dumps([prefect_event(one) for one in waiting]).encode()
        headers = {"content-type": "application/json"} | _authorization(self._settings.prefect_key)
        limits = FetchLimits(total=SECONDS, connect=SECONDS)
        await self._fetcher.post(f"{self._settings.prefect_url}/events", body, headers=headers, limits=limits)

    async def _forget(self) -> None:
        now = self._clock.now()
        if self._forgotten is None or now - self._forgotten >= FORGET_EVERY:
            await self._events.forget(now - self._settings.keep)
            self._forgotten = now


def _authorization(key: SecretStr) -> dict[str, str]:
    return {"authorization": f"Bearer {key.get_secret_value()}"} if key.get_secret_value() else {}
