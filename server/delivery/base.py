"""How a post leaves: what a network is given, and what it may answer.

A delivery goes `pending → ready → completed`: waiting, taken by the network, visible there. Most networks go straight
to completed; TikTok takes a video first and gives its id minutes later (posts.md 10.11).
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from server.store.schema import to_ms


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """What one network is given. `used_quota` counts this account's posts of the last 24 h, this one included."""

    post_id: str
    ref_id: str
    platform: str
    text: str
    media_urls: tuple[str, ...]
    options: dict[str, Any]
    at: datetime
    is_video: bool = False
    used_quota: int = 1

    @property
    def at_ms(self) -> int:
        """The instant of publication as stored."""
        return to_ms(self.at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """The network took it. `completes_at` is when it will be visible, None when it is already."""

    social_id: str
    url: str | None
    extra: dict[str, Any] = field(default_factory=dict)
    completes_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NotTaken:
    """The network refused it; `code` is the contract's number for the reason."""

    code: int
    message: str
    retry_available: bool = False


class Carrier(Protocol):
    """Brings parcels to networks.

    Must answer the same for the same parcel however often it is asked: a process that died between delivering and
    writing down the outcome is followed by one that delivers again. Called inside the transaction that stores the
    outcome, so it must not wait for the outside world; a carrier that does needs its own outbox.
    """

    async def deliver(self, parcel: Parcel) -> Taken | NotTaken:
        """Deliver one parcel."""
        ...
