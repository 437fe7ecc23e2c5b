"""What every request may use: settings, store, clock, and the small caches that keep a call cheap."""

from dataclasses import dataclass

from server.auth import Profiles
from server.faults import Faults
from server.ratelimit import RateLimiter
from server.settings import ServerSettings
from server.store.database import Database
from social.instants import Clock


@dataclass(frozen=True, slots=True)
class Services:
    """One server's parts, made once by `Host`."""

    settings: ServerSettings
    database: Database
    clock: Clock
    profiles: Profiles
    limiter: RateLimiter
    faults: Faults
