"""Misbehaving on purpose: the faults of `/sandbox/faults`, applied to calls and to deliveries."""

import asyncio
import time
from collections.abc import Iterable

from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from server.answers import ApiError
from server.auth import Caller
from server.store import faults as store
from server.store.database import Database
from server.store.faults import Fault, FaultKind

CACHE_SECONDS = 1.0
WITHHELD_SECONDS = 120.0
WITHHELD_STEP = 0.2
EMBEDDED = "dovecote-embedded"
WITHHELD = "withheld"
BEFORE = {FaultKind.TOO_MANY_REQUESTS: 429, FaultKind.ERROR_BEFORE: 500}
AFTER = {FaultKind.ACCEPTED_THEN_TIMEOUT, FaultKind.ACCEPTED_THEN_500}
AT_DELIVERY = {FaultKind.TOKEN_REVOKED, FaultKind.MEDIA_REFUSED_LATE}
ELSEWHERE = AT_DELIVERY | {FaultKind.METRIC_WITHDRAWN}


class Faults:
    """The faults still to be made. Read at most once a second, so a well-behaved server pays nothing for them."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: list[Fault] = []
        self._until = 0.0

    def forget(self) -> None:
        """Read them anew: they were changed here."""
        self._until = 0.0

    async def before(self, caller: Caller) -> Fault | None:
        """The fault for this call. Kinds that refuse raise ApiError at once; the others come back for `after`."""
        method, path = caller.request.method, caller.request.scope["path"]
        if path.startswith("/sandbox"):
            return None
        for fault in await self._active():
            if fault.kind not in ELSEWHERE and _concerns(fault, method, path) and await self._spend(fault):
                if code := BEFORE.get(fault.kind):
                    raise ApiError(code, f"Injected fault: {fault.kind}.", action="request", headers=_waits(fault))
                if fault.kind is not FaultKind.SLOW:
                    return fault
                await asyncio.sleep(fault.seconds or 0.0)
        return None

    async def after(self, fault: Fault, request: Request) -> Response:
        """What the caller gets although the call was carried out: a 500, or no answer at all."""
        if fault.kind is FaultKind.ACCEPTED_THEN_TIMEOUT:
            if EMBEDDED in request.scope:
                return Response(status_code=504, headers={EMBEDDED: WITHHELD})
            await _keep_waiting(request)
        body = ApiError(500, f"Injected fault: {fault.kind}.").body()
        return JSONResponse(body, 504 if fault.kind is FaultKind.ACCEPTED_THEN_TIMEOUT else 500)

    async def withdrawn(self, platforms: Iterable[str]) -> dict[str, set[str]]:
        """Metrics that networks do not tell in this answer, by network; each fault is used up by one."""
        found: dict[str, set[str]] = {}
        for fault in await self._active():
            if fault.kind is FaultKind.METRIC_WITHDRAWN and fault.metric:
                concerned = [name for name in platforms if fault.platform in {None, name}]
                if concerned and await self._spend(fault):
                    for name in concerned:
                        found.setdefault(name, set()).add(fault.metric)
        return found

    async def at_delivery(self, connection: AsyncConnection, platform: str, *, has_media: bool) -> FaultKind | None:
        """The fault for one delivery to a network, used up within the delivery's own transaction."""
        for fault in await self._active():
            if fault.kind not in AT_DELIVERY or fault.platform not in {None, platform}:
                continue
            if fault.kind is FaultKind.MEDIA_REFUSED_LATE and not has_media:
                continue
            self.forget()
            if await store.spend(connection, fault.id):
                return fault.kind
        return None

    async def _active(self) -> list[Fault]:
        if time.monotonic() >= self._until:
            async with self._database.read() as connection:
                self._known = await store.active(connection)
            self._until = time.monotonic() + CACHE_SECONDS
        return self._known

    async def _spend(self, fault: Fault) -> bool:
        self.forget()
        async with self._database.begin() as connection:
            return await store.spend(connection, fault.id)


async def _keep_waiting(request: Request) -> None:
    for _ in range(round(WITHHELD_SECONDS / WITHHELD_STEP)):
        if await request.is_disconnected():
            return
        await asyncio.sleep(WITHHELD_STEP)


def _waits(fault: Fault) -> dict[str, str]:
    wanted = fault.kind is FaultKind.TOO_MANY_REQUESTS and fault.seconds is not None
    return {"Retry-After": f"{round(fault.seconds or 0)}"} if wanted else {}


def _concerns(fault: Fault, method: str, path: str) -> bool:
    return fault.method in {None, method} and (fault.path is None or path.startswith("/api" + fault.path))
