"""What every request may use: settings, store, clock, and the small caches that keep a call cheap."""

from dataclasses import dataclass, field

from server.auth import Profiles
from server.delivery.base import Carrier
from server.faults import Faults
from server.fetching import LazyFetcher
from server.ratelimit import RateLimiter
from server.settings import ServerSettings
from server.store.database import Database
from social.instants import Clock


@dataclass(slots=True)
class DueHint:
    """The earliest instant known to fall due, in milliseconds: new posts and feeds announce themselves here."""

    at: int | None = None

    def notice(self, due_at: int) -> None:
        """Something falls due at `due_at`."""
        self.at = due_at if self.at is None else min(self.at, due_at)


@dataclass(frozen=True, slots=True)
class Services:
    """One server's parts, made once by `Host`."""

    settings: ServerSettings
    database: Database
    clock: Clock
    profiles: Profiles
    limiter: RateLimiter
    faults: Faults
    fetcher: LazyFetcher
    carrier: Carrier
    due: DueHint = field(default_factory=DueHint)
    feeds: DueHint = field(default_factory=DueHint)
