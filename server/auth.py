"""Who is calling: the bearer key, the optional Profile-Key, and the X headers (analytics.md 1, 11.3)."""

import hmac
import time
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from starlette.datastructures import Headers
from starlette.requests import Request

from server.answers import ApiError
from server.settings import ServerSettings
from server.store import profiles as store
from server.store.database import Database
from server.store.profiles import Profile
from social.instants import Clock

if TYPE_CHECKING:
    from server.services import Services

CACHE_SECONDS = 2.0
X_HEADERS = ("x-twitter-oauth1-api-key", "x-twitter-oauth1-api-secret")


class Profiles:
    """Profiles by key, remembered for two seconds: another process may change them behind our back."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: dict[str, tuple[float, Profile]] = {}

    async def find(self, key: str) -> Profile | None:
        """The profile that answers to `key`, or None."""
        hashed = store.key_hash(key)
        until, profile = self._known.get(hashed, (0.0, None))
        if profile is not None and time.monotonic() < until:
            return profile
        async with self._database.read() as connection:
            profile = await store.by_key(connection, key)
        if profile is None or not hmac.compare_digest(profile.key_hash, hashed):
            return None
        self._known[hashed] = (time.monotonic() + CACHE_SECONDS, profile)
        return profile

    def forget(self) -> None:
        """Read everything anew: a profile was changed here."""
        self._known.clear()


@dataclass(frozen=True, slots=True)
class Caller:
    """One authenticated request. `now` is the instant at which it arrived, by the server's clock."""

    profile: Profile
    via_profile_key: bool
    x_headers: int
    now: datetime
    request: Request
    services: "Services"

    @property
    def profile_id(self) -> int:
        """Row id of the selected profile."""
        return self.profile.id

    @property
    def ref_id(self) -> str:
        """Public id of the selected profile."""
        return self.profile.ref_id

    @property
    def title(self) -> str:
        """Title of the selected profile."""
        return self.profile.title

    @property
    def linked(self) -> frozenset[str]:
        """Networks linked to the selected profile."""
        return self.profile.linked

    @property
    def x_keys(self) -> bool:
        """Whether both X headers came along."""
        return self.x_headers == len(X_HEADERS)

    @property
    def database(self) -> Database:
        """The server's store."""
        return self.services.database

    @property
    def clock(self) -> Clock:
        """The server's clock."""
        return self.services.clock

    @property
    def settings(self) -> ServerSettings:
        """The server's settings."""
        return self.services.settings

    def x_problem(self, platforms: Iterable[str]) -> int | None:
        """The code that refuses a call touching X without its credentials: 419 none, 400 only one, None all well."""
        if "twitter" not in platforms or not self.settings.require_x_keys or self.x_keys:
            return None
        return 400 if self.x_headers else 419

    def require_x(self, platforms: Iterable[str]) -> None:
        """Refuse the whole call for the same reason. Raises ApiError."""
        if code := self.x_problem(platforms):
            raise ApiError(code, platform="twitter")


async def authenticate(services: "Services", request: Request) -> Caller:
    """Who sent this request. Raises ApiError: 401 without a key, 403 for an unknown or misplaced one."""
    headers = request.headers
    primary = await services.profiles.find(_bearer(headers))
    if primary is None or not primary.is_primary:
        raise ApiError(102, action="request")
    selected = headers.get("profile-key", "").strip()
    profile = await _selected(services, selected) if selected else primary
    _living(profile, primary)
    given = sum(bool(headers.get(name, "").strip()) for name in X_HEADERS)
    return Caller(profile, bool(selected), given, services.clock.now(), request, services)


async def acting_for(caller: Caller, key: str) -> Caller:
    """The caller acting for the user profile with this key. Raises ApiError: 102 unknown, 403 suspended."""
    profile = await _selected(caller.services, key.strip())
    _living(profile)
    return replace(caller, profile=profile, via_profile_key=True)


async def named_by(caller: Caller, key: str | None) -> Caller:
    """The caller acting for the profile that a body names by `profileKey`, unless the header has named one."""
    return await acting_for(caller, key) if key and not caller.via_profile_key else caller


def _living(*profiles: Profile) -> None:
    if any(profile.suspended for profile in profiles):
        raise ApiError(403, "The profile is suspended after too many calls over its limit.", action="request")


def _bearer(headers: Headers) -> str:
    scheme, _, key = headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not key.strip():
        raise ApiError(401, action="request")
    return key.strip()


async def _selected(services: "Services", key: str) -> Profile:
    profile = await services.profiles.find(key)
    if profile is None or profile.is_primary:
        raise ApiError(102, "Profile key not known. Send the key of a user profile of this account.", action="request")
    return profile
