"""The sandbox: accepts what passed verification, with ids shaped as the network's own. Nothing leaves the house."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from server.delivery.accounts import PLAIN, Guise
from server.delivery.base import NotTaken, Parcel, Taken
from server.delivery.ids import Seed, content_id, native_post
from server.store.faults import FaultKind

# TikTok gives the id of a video one to two minutes after taking it (posts.md 3.10).
TIKTOK_SECONDS = (60, 120)
REVOKED = {"facebook": 161, "twitter": 272}
MEDIA_REFUSED = {"threads": 379}


class SandboxCarrier:
    """A carrier to networks that exist in this process only. Pure: the same parcel gives the same answer."""

    def __init__(self, guise: Guise = PLAIN) -> None:
        self._guise = guise

    async def deliver(self, parcel: Parcel) -> Taken | NotTaken:
        """Take the parcel."""
        native = native_post(parcel.ref_id, parcel.platform, parcel.post_id)
        extra = EXTRAS[parcel.platform](parcel) if parcel.platform in EXTRAS else {}
        if parcel.platform == "linkedin":
            extra = {"owner": self._guise.of(parcel.ref_id, "linkedin").id}
        if parcel.platform != "tiktok":
            return Taken(social_id=native.social_id, url=native.url, extra=extra)
        wait = TIKTOK_SECONDS[0] + int(Seed(parcel.post_id, "wait").digits(4)) % (TIKTOK_SECONDS[1] - TIKTOK_SECONDS[0])
        completes_at = parcel.at + timedelta(seconds=wait)
        return Taken(social_id=native.social_id, url=native.url, extra=extra, completes_at=completes_at)


def misbehave(kind: FaultKind, platform: str) -> NotTaken:
    """What an injected fault makes of a delivery."""
    if kind is FaultKind.TOKEN_REVOKED:
        message = f"{platform}: the account's authorisation was revoked (injected fault). Link it again."
        return NotTaken(code=REVOKED.get(platform, 156), message=message)
    message = f"{platform}: the network could not download the media (injected fault)."
    return NotTaken(code=MEDIA_REFUSED.get(platform, 440), message=message, retry_available=True)


EXTRAS: dict[str, Callable[[Parcel], dict[str, Any]]] = {
    "bluesky": lambda parcel: {"cid": content_id(parcel.post_id)},
    "facebook": lambda parcel: {"isVideo": True} if parcel.is_video else {},
    "gmb": lambda _parcel: {"type": "localPosts"},
    "instagram": lambda parcel: {"usedQuota": parcel.used_quota},
    "tiktok": lambda parcel: {
        "idShare": f"v_pub_url~v2.{Seed(parcel.post_id, 'share').digits(19)}",
        "isVideo": parcel.is_video,
    },
}
"""Keys beside id and address, per network (posts.md 3.10)."""
