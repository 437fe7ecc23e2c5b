"""The sandbox's own controls, beside the contract: time, accounts, profiles, faults. They need the API key."""

from datetime import timedelta
from typing import Any

from pydantic import Field, model_validator

from server.announcing import account, expiring
from server.answers import ApiError
from server.auth import Caller
from server.clock import Movable, MovableClock
from server.events import emit
from server.routing import handles
from server.store import deliveries, faults, posts, profiles
from server.store.deliveries import DeliveryState
from server.store.faults import FaultKind
from server.worker import Worker
from social.contract.auto_schedule import Done
from social.contract.base import Answer, Wire
from social.contract.route import Method, Route
from social.instants import wire_ms
from social.networks import NETWORKS

SLOWEST = 60.0


class ClockMove(Wire):
    """Body of `POST /sandbox/clock`: how far to move, in seconds. There is no way back."""

    advance_seconds: float = Field(gt=0, le=400 * 86_400)


class ClockAnswer(Answer):
    """What time the server believes it is."""

    now: str


class Accounts(Wire):
    """Body of `POST /sandbox/accounts`: networks to link to, and to unlink from, the selected profile.

    Those of `refresh` tell that they must be linked anew soon (the webhook `social`), and stay as they are.
    """

    link: list[str] = []
    unlink: list[str] = []
    refresh: list[str] = []


class AccountsAnswer(Answer):
    """The networks that are linked now."""

    linked: list[str]


class NewProfile(Wire):
    """Body of `POST /sandbox/profiles`. Without `linked` the profile has every network."""

    title: str = Field(min_length=1)
    linked: list[str] | None = None


class ProfileAnswer(Answer):
    """The new profile. Its key is shown once."""

    profile_key: str
    ref_id: str
    title: str


class NewFault(Wire):
    """Body of `POST /sandbox/faults`: what goes wrong, how often, and on which calls or network only.

    `path` is a prefix such as `/post`. Kinds that lose the answer of a call concern POST unless `method` says so.
    `seconds` belongs to `slow`, at most 60, and to `429`, whose answers then say Retry-After; `metric` to
    `metric_withdrawn`, which every analytics answer with that number uses up by one.
    """

    kind: FaultKind
    count: int = Field(default=1, ge=1)
    platform: str | None = None
    method: str | None = None
    path: str | None = None
    seconds: float | None = Field(default=None, ge=0, le=86_400)
    metric: str | None = Field(default=None, min_length=1, max_length=100)

    @model_validator(mode="after")
    def _complete(self) -> "NewFault":
        if self.kind is FaultKind.SLOW and not (self.seconds and self.seconds <= SLOWEST):
            raise ValueError(f"slow needs seconds, at most {SLOWEST}")
        if (self.kind is FaultKind.METRIC_WITHDRAWN) != (self.metric is not None):
            raise ValueError("metric goes with metric_withdrawn, and is needed there")
        return self


class Vanish(Wire):
    """Body of `POST /sandbox/vanish`: somebody deletes a published post by hand, on all its networks or on one."""

    id: str
    platform: str | None = None


def sandbox_route(
    name: str,
    method: Method,
    path: str,
    answer: type[Answer],
    summary: str,
    *,
    body: type[Wire] | None = None,
    query: type[Wire] | None = None,
) -> Route:
    """A call that is ours, not the contract's. Register its handler with `prefix=""`."""
    return Route(f"sandbox.{name}", method, path, answer, "ours", summary, body=body, query=query)


CLOCK = sandbox_route("clock", "GET", "/sandbox/clock", ClockAnswer, "What time the server believes it is")
MOVE = sandbox_route("move", "POST", "/sandbox/clock", ClockAnswer, "Move the clock forward", body=ClockMove)
LINK = sandbox_route("accounts", "POST", "/sandbox/accounts", AccountsAnswer, "Link and unlink networks", body=Accounts)
PROFILE = sandbox_route("profiles", "POST", "/sandbox/profiles", ProfileAnswer, "Make a user profile", body=NewProfile)
FAULT = sandbox_route(
    "faults", "POST", "/sandbox/faults", Done, "Have the next calls or deliveries go wrong", body=NewFault
)
VANISH = sandbox_route("vanish", "POST", "/sandbox/vanish", Done, "Delete a post by hand on the network", body=Vanish)
WELL = sandbox_route("well", "DELETE", "/sandbox/faults", Done, "Behave well again")


@handles(CLOCK, prefix="")
async def clock(caller: Caller) -> dict[str, Any]:
    """The server's time."""
    return {"status": "success", "now": wire_ms(caller.now)}


@handles(MOVE, prefix="")
async def move(caller: Caller, body: ClockMove) -> dict[str, Any]:
    """Move time forward and let everything fall due that lies on the way."""
    if not isinstance(caller.clock, Movable):
        raise ApiError(101, "This server runs on the machine's own clock, which cannot be moved.")
    caller.clock.advance(timedelta(seconds=body.advance_seconds))
    if isinstance(caller.clock, MovableClock):
        await caller.clock.save(caller.database)
    worker: Worker = caller.request.app.state.worker
    await worker.settle()
    return {"status": "success", "now": wire_ms(caller.clock.now())}


@handles(LINK, prefix="")
async def link(caller: Caller, body: Accounts) -> dict[str, Any]:
    """Link and unlink networks of the selected profile."""
    _known([*body.link, *body.unlink, *body.refresh])
    linked = (caller.linked | set(body.link)) - set(body.unlink)
    async with caller.database.begin() as connection:
        await profiles.link(connection, caller.profile_id, linked)
        told = [account(caller.profile, name, "link") for name in sorted(linked - caller.linked)]
        told += [account(caller.profile, name, "unlink") for name in sorted(caller.linked - linked)]
        told += [expiring(caller.profile, name, caller.now) for name in sorted(linked.intersection(body.refresh))]
        await emit(connection, caller.now, *told)
    caller.services.profiles.forget()
    return {"status": "success", "linked": sorted(linked)}


@handles(PROFILE, prefix="")
async def profile(caller: Caller, body: NewProfile) -> dict[str, Any]:
    """Make a user profile; its key goes into the `Profile-Key` header."""
    linked = list(NETWORKS) if body.linked is None else body.linked
    _known(linked)
    async with caller.database.begin() as connection:
        seed = caller.settings.sandbox_seed
        key, ref_id = await profiles.create(connection, title=body.title, linked=linked, now=caller.now, seed=seed)
    return {"status": "success", "profileKey": key, "refId": ref_id, "title": body.title}


@handles(FAULT, prefix="")
async def fault(caller: Caller, body: NewFault) -> dict[str, Any]:
    """Order misbehaviour."""
    lost = body.kind in {FaultKind.ACCEPTED_THEN_TIMEOUT, FaultKind.ACCEPTED_THEN_500}
    method = body.method or ("POST" if lost else None)
    async with caller.database.begin() as connection:
        await faults.add(
            connection,
            body.kind,
            times=body.count,
            now=caller.now,
            platform=body.platform,
            method=method,
            path=body.path,
            detail=body.model_dump(include={"seconds", "metric"}, exclude_none=True),
        )
    caller.services.faults.forget()
    return {"status": "success"}


@handles(WELL, prefix="")
async def behave(caller: Caller) -> dict[str, Any]:
    """Forget every ordered fault."""
    async with caller.database.begin() as connection:
        await faults.clear(connection)
    caller.services.faults.forget()
    return {"status": "success"}


@handles(VANISH, prefix="")
async def vanish(caller: Caller, body: Vanish) -> dict[str, Any]:
    """The network no longer holds the post; the API does not know of it until it is told (`markManualDeleted`)."""
    async with caller.database.begin() as connection:
        post = await posts.get(connection, body.id, profile_id=caller.profile_id)
        if post is None:
            raise ApiError(186, id=body.id)
        gone = [one.platform for one in post.published_on if body.platform in {None, one.platform}]
        await deliveries.set_state(connection, post.id, DeliveryState.GONE, platforms=gone)
    return {"status": "success"}


def _known(networks: list[str]) -> None:
    if unknown := sorted(set(networks) - set(NETWORKS)):
        raise ApiError(101, f"Unknown networks {', '.join(unknown)}; choose from {', '.join(sorted(NETWORKS))}.")
