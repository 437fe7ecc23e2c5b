"""What `dovecote doctor` and the blocks' `check` look at: API, key, networks, X, clock, ledger, lake, disk, Google.

Each finding says what to do.
"""

import asyncio
import shutil
import time
import uuid
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import httpx

from pipeline.ledger import Ledger
from pipeline.showing import shown
from server.connection import EMBEDDED, Access, Connection
from server.environment import Environment
from social.contract.user import User
from social.errors import NotAllowed, NotSent, OutcomeUnknown, RateLimited, SocialError
from social.instants import SystemClock

if TYPE_CHECKING:
    from pipeline.analytics.lake import Lake
    from pipeline.sources.sheets import GoogleAccount

Grade = Literal["ok", "warning", "error"]
SKEW_SECONDS = 60.0
LEAST_FREE = 1 << 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What one look found: `advice` says in plain words what to do, empty when nothing is."""

    what: str
    grade: Grade
    said: str
    advice: str = ""

    def row(self) -> dict[str, Any]:
        """As a dict."""
        return asdict(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Doors:
    """How to reach API, ledger, lake and Google: from the environment's settings, or from blocks."""

    access: Access
    ledger: Callable[[], Ledger]
    lake: Callable[[], "Lake"]
    lake_path: str
    google: "GoogleAccount | None" = None


def doors_of(settings: Environment) -> Doors:
    """The doors that the environment names."""
    return Doors(
        access=settings.access(),
        ledger=lambda: Ledger(settings.ledger_url, SystemClock(), profile=None),
        lake=settings.open_lake,
        lake_path=shown(settings.lake_path),
        google=settings.google(),
    )


async def examine(folder: Path, doors: Doors) -> AsyncIterator[Finding]:
    """Look at everything, one finding after the other. Writes nothing but empty databases where there are none."""
    for found in _disk(folder):
        yield found
    async for found in look_at_api(doors.access):
        yield found
    yield await look_at_ledger(doors.ledger)
    yield await asyncio.to_thread(look_at_lake, doors.lake, doors.lake_path)
    if doors.google is not None:
        yield await asyncio.to_thread(look_at_google, doors.google)


def _disk(folder: Path) -> list[Finding]:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / f".probe-{uuid.uuid4().hex}"
        probe.write_bytes(b"x")
        probe.unlink()
        free = shutil.disk_usage(folder).free
    except OSError as error:
        advice = "make it writable for this user, or name another with --home or DOVECOTE_HOME"
        return [Finding(what="data folder", grade="error", said=f"{folder}: {error.strerror}", advice=advice)]
    said = f"{folder}, {free / (1 << 30):.1f} GiB free"
    if free < LEAST_FREE:
        advice = "free some space: a full disk stops the ledger before anything is sent"
        return [Finding(what="data folder", grade="warning", said=said, advice=advice)]
    return [Finding(what="data folder", grade="ok", said=said)]


async def look_at_api(access: Access) -> AsyncIterator[Finding]:
    """Whether the API answers, lets the key in, has networks, and whether our clock agrees with its own."""
    where = "embedded sandbox: posts stay on this machine" if access.base_url == EMBEDDED else access.base_url
    async with AsyncExitStack() as stack:
        try:
            connection = await stack.enter_async_context(access.connect())
            user = await connection.client.user.get()
        except (SocialError, ValueError, OSError) as error:
            yield _refused(where, error)
            return
        yield Finding(what="API", grade="ok", said=where)
        yield Finding(what="key and profile", grade="ok", said=_profile(user))
        for found in _networks(user, access):
            yield found
        yield await _clock(access, connection)


def _refused(where: str, error: Exception) -> Finding:
    what, advice = "API", "look at the message, and at the API's status page"
    if isinstance(error, NotAllowed):
        what, advice = (
            "key and profile",
            "copy DOVECOTE_API_KEY (and DOVECOTE_PROFILE_KEY) anew from the API's dashboard",
        )
    elif isinstance(error, NotSent):
        advice = "check DOVECOTE_API_URL (it ends in /api), the network and the proxy; is your own server running?"
    elif isinstance(error, OutcomeUnknown):
        advice = "something answered, but not this API: check that DOVECOTE_API_URL ends in /api, or try again later"
    elif isinstance(error, RateLimited):
        advice = "the requests of these five minutes are used up: wait, and look for another client of the profile"
    elif isinstance(error, ValueError):
        what, advice = "key and profile", "set DOVECOTE_API_KEY"
    return Finding(what=what, grade="error", said=f"{where}: {error}", advice=advice)


def _profile(user: User) -> str:
    quota = (
        f", {user.monthly_post_count or 0} of {user.monthly_post_quota} posts this month"
        if user.monthly_post_quota
        else ""
    )
    return f"profile {user.title or user.ref_id or 'primary'}{quota}"


def _networks(user: User, access: Access) -> list[Finding]:
    linked = sorted(user.active_social_accounts)
    if user.suspended:
        advice = "ask the API's support why; nothing can be posted until it is lifted"
        return [Finding(what="networks", grade="error", said="the profile is suspended", advice=advice)]
    if not linked:
        advice = "link at least one in the API's dashboard; without it every post is left out"
        return [Finding(what="networks", grade="error", said="none is linked", advice=advice)]
    found = [Finding(what="networks", grade="ok", said=f"linked: {', '.join(linked)}")]
    if "twitter" in linked and access.base_url != EMBEDDED and access.x_keys is None:
        advice = (
            "set DOVECOTE_X_API_KEY and DOVECOTE_X_API_SECRET, the key pair of your own X developer app (posts.md 1)"
        )
        found.append(
            Finding(what="X headers", grade="error", said="X is linked, but its keys are missing", advice=advice)
        )
    elif "twitter" in linked:
        said = "not needed: the sandbox reaches no X" if access.base_url == EMBEDDED else "both keys are set"
        found.append(Finding(what="X headers", grade="ok", said=said))
    return found


async def _clock(access: Access, connection: Connection) -> Finding:
    if access.base_url == EMBEDDED:
        ahead = (connection.clock.now() - datetime.now(UTC)).total_seconds()
        said = f"the sandbox is {ahead / 86400:.1f} days ahead" if ahead > SKEW_SECONDS else "the sandbox keeps ours"
        return Finding(what="clock", grade="ok", said=said)
    began = time.monotonic()
    async with httpx.AsyncClient(timeout=10) as client:
        answered = await client.get(access.base_url)
    took = time.monotonic() - began
    date = answered.headers.get("Date")
    if not date:
        return Finding(what="clock", grade="warning", said="the API tells no time", advice="check the clock by hand")
    skew = (datetime.now(UTC) - parsedate_to_datetime(date)).total_seconds()
    # A Date header has whole seconds, and is as old as the answer took.
    if abs(skew) <= SKEW_SECONDS + took + 1:
        return Finding(what="clock", grade="ok", said=f"within {max(1, round(abs(skew)))} s of the API's")
    way = "ahead of" if skew > 0 else "behind"
    advice = "switch on time synchronisation (NTP): posts would go out at the wrong time, or at once"
    return Finding(what="clock", grade="error", said=f"{abs(skew):.0f} s {way} the API's", advice=advice)


async def look_at_ledger(opened: Callable[[], Ledger]) -> Finding:
    """Whether the ledger opens, and holds posts that nobody knows the end of."""
    try:
        async with opened() as ledger:
            claims = await ledger.unsettled()
    except Exception as error:  # noqa: BLE001 - any driver's error means the same: no ledger
        advice = "check DOVECOTE_LEDGER: the database must exist and let this user make tables"
        return Finding(what="ledger", grade="error", said=f"{type(error).__name__}: {error}", advice=advice)
    if claims:
        advice = "run dovecote reconcile"
        return Finding(what="ledger", grade="warning", said=f"{len(claims)} posts are unsettled", advice=advice)
    return Finding(what="ledger", grade="ok", said="opens, nothing unsettled")


def look_at_lake(opened: Callable[[], "Lake"], path: str) -> Finding:
    """Whether the lake at `path` (as shown: without a password) can be read. Blocks."""
    if "://" not in path and not Path(path).exists():
        return Finding(what="lake", grade="ok", said=f"{path}: made by the first run")
    try:
        rows = len(opened().frame("runs"))
    except Exception as error:  # noqa: BLE001 - any store's error means the same: no lake
        advice = (
            "check DOVECOTE_LAKE and the keys of the object store; options of the store go into the block Dovecote Lake"
        )
        return Finding(what="lake", grade="error", said=f"{type(error).__name__}: {error}", advice=advice)
    return Finding(what="lake", grade="ok", said=f"{path}, {rows} runs kept")


def look_at_google(account: "GoogleAccount") -> Finding:
    """Whether Google takes the account's key. Blocks."""
    from pipeline.sources.sheets import SheetRefused  # noqa: PLC0415  (only where an account is set)

    try:
        account.prove()
    except SheetRefused as refusal:
        problem = refusal.problem
        return Finding(what="Google account", grade="error", said=problem.message, advice=problem.advice)
    return Finding(what="Google account", grade="ok", said=f"{account.email}: share sheets with this address")


def worst(found: Sequence[Finding]) -> Grade:
    """The gravest grade among findings."""
    order: Callable[[Grade], int] = ("ok", "warning", "error").index
    return max((one.grade for one in found), key=order, default="ok")
