"""Handing parcels to the carrier, with the injected faults in between, and writing down what became of them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from server.delivery.base import NotTaken, Parcel, Taken
from server.delivery.sandbox import misbehave
from server.services import Services
from server.store import deliveries
from server.store.deliveries import DeliveryState
from server.store.schema import to_ms
from server.verification.findings import error_element

DAY = timedelta(hours=24)


async def dispatch(services: Services, connection: AsyncConnection, profile_id: int, parcel: Parcel) -> dict[str, Any]:
    """Deliver one parcel. Returns the columns of its delivery (`server/store/deliveries.py: settle`).

    A post counts as out at its due time; `sent_at` is when it really was sent, so that lateness is on record.
    """
    return await _delivered(services, connection, profile_id, parcel) | {"sent_at": to_ms(services.clock.now())}


async def _delivered(
    services: Services, connection: AsyncConnection, profile_id: int, parcel: Parcel
) -> dict[str, Any]:
    fault = await services.faults.at_delivery(connection, parcel.platform, has_media=bool(parcel.media_urls))
    if fault is not None:
        return outcome(parcel, misbehave(fault, parcel.platform))
    if parcel.platform == "instagram":
        since = parcel.at - DAY
        had = await deliveries.count(
            connection, profile_id, "instagram", since=since, until=parcel.at, but=parcel.post_id
        )
        parcel = replace(parcel, used_quota=had + 1)
    return outcome(parcel, await services.carrier.deliver(parcel))


def outcome(parcel: Parcel, became: Taken | NotTaken) -> dict[str, Any]:
    """What the network said, as columns."""
    if isinstance(became, NotTaken):
        element = error_element(parcel.platform, became.code, became.message)
        if became.retry_available:
            element["retryAvailable"] = True
        return failed(parcel.post_id, parcel.platform, parcel.at_ms, [element])
    state = DeliveryState.READY if became.completes_at else DeliveryState.COMPLETED
    return _columns(parcel.post_id, parcel.platform, parcel.at_ms) | {
        "state": state,
        "social_id": became.social_id,
        "url": became.url,
        "extra": became.extra,
        "published_at": parcel.at_ms,
        "completes_at": to_ms(became.completes_at) if became.completes_at else None,
    }


def failed(post_id: str, platform: str, at_ms: int, errors: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """A delivery that came to nothing, as columns."""
    return _columns(post_id, platform, at_ms) | {"state": DeliveryState.FAILED, "errors": list(errors)}


def waiting(post_id: str, platform: str, at_ms: int) -> dict[str, Any]:
    """A delivery whose time has not come, as columns."""
    return _columns(post_id, platform, at_ms) | {"state": DeliveryState.PENDING}


def _columns(post_id: str, platform: str, at_ms: int) -> dict[str, Any]:
    empty = dict.fromkeys(("social_id", "url", "extra", "published_at", "completes_at", "sent_at"))
    return {"post_id": post_id, "platform": platform, "at": at_ms, "errors": []} | empty
