"""Faults the sandbox was told to make: which kind, on which calls or networks, how many times still."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from server.store.schema import faults, to_ms


class FaultKind(StrEnum):
    """How the sandbox can misbehave: on calls, in what networks tell, on deliveries to a network."""

    ACCEPTED_THEN_TIMEOUT = "accepted_then_timeout"
    ACCEPTED_THEN_500 = "accepted_then_500"
    TOO_MANY_REQUESTS = "429"
    ERROR_BEFORE = "500_before"
    SLOW = "slow"
    METRIC_WITHDRAWN = "metric_withdrawn"
    TOKEN_REVOKED = "token_revoked"  # noqa: S105  the name of a fault
    MEDIA_REFUSED_LATE = "media_refused_late"


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault as stored. None in `platform`, `method` or `path` matches everything.

    `seconds` is how slow an answer is, or what Retry-After says of a 429; `metric` the number that is withdrawn.
    """

    id: int
    kind: FaultKind
    platform: str | None
    method: str | None
    path: str | None
    remaining: int
    seconds: float | None = None
    metric: str | None = None


async def add(
    connection: AsyncConnection,
    kind: FaultKind,
    *,
    times: int,
    now: datetime,
    platform: str | None = None,
    method: str | None = None,
    path: str | None = None,
    detail: dict[str, Any] | None = None,
) -> None:
    """Have the next `times` matching calls or deliveries go wrong. `detail` holds `seconds` or `metric`."""
    values = {"kind": kind.value, "platform": platform, "method": method, "path": path, "remaining": times}
    await connection.execute(insert(faults).values(created=to_ms(now), detail=detail or {}, **values))


async def active(connection: AsyncConnection) -> list[Fault]:
    """The faults still to be made, oldest first."""
    rows = await connection.execute(select(faults).where(faults.c.remaining > 0).order_by(faults.c.id))
    return [
        Fault(row.id, FaultKind(row.kind), row.platform, row.method, row.path, row.remaining, **(row.detail or {}))
        for row in rows
    ]


async def spend(connection: AsyncConnection, fault_id: int) -> bool:
    """Use a fault up by one. False when another call took the last one."""
    statement = update(faults).where(faults.c.id == fault_id, faults.c.remaining > 0)
    return (await connection.execute(statement.values(remaining=faults.c.remaining - 1))).rowcount == 1


async def clear(connection: AsyncConnection) -> None:
    """Behave well again."""
    await connection.execute(delete(faults))
