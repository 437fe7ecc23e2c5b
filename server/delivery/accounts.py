"""The sandbox's accounts: who a profile is on each network. One profile is one account, today and in a year."""

import base64
import hashlib
import math
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache

BASE = "https://sandbox.dovecote.localhost"
OPENED = datetime(2024, 1, 1, tzinfo=UTC)
"""The first day on which a sandbox account may have been opened; growth is counted from the account's own day."""

_NO_USERNAME = frozenset({"facebook", "gmb", "linkedin", "snapchat", "telegram"})
_PAGES = {
    "bluesky": "https://bsky.app/profile/{username}",
    "facebook": "https://www.facebook.com/{id}",
    "instagram": "https://www.instagram.com/{username}",
    "linkedin": "https://www.linkedin.com/company/{number}",
    "pinterest": "https://www.pinterest.com/{username}",
    "reddit": "https://www.reddit.com/user/{username}",
    "snapchat": "https://www.snapchat.com/add/{handle}",
    "telegram": "https://t.me/{handle}",
    "threads": "https://www.threads.net/@{username}",
    "tiktok": "https://www.tiktok.com/@{username}",
    "twitter": "https://x.com/{username}",
    "youtube": "https://www.youtube.com/channel/{id}",
}
_KINDS = {"linkedin": "corporate", "telegram": "channel"}
_FIRST = ("Amber", "Birch", "Cedar", "Dove", "Elm", "Fern", "Harbour", "Juniper", "Linden", "Maple", "Quarry", "Willow")
_SECOND = (
    "Bakery",
    "Books",
    "Cycles",
    "Garden",
    "Kitchen",
    "Loft",
    "Mill",
    "Press",
    "Studio",
    "Supply",
    "Works",
    "Yard",
)
_BASE32 = "abcdefghijklmnopqrstuvwxyz234567"


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One linked account. `id` is shaped as the network's own, `username` is empty where the network has none.

    `digest` is 32 bytes that seed everything the account does; `kind` is LinkedIn's and Telegram's `type`
    (analytics.md 7). `started` are the followers of its first day, 0 to draw them.
    """

    network: str
    id: str
    username: str
    name: str
    url: str
    kind: str
    opened: datetime
    digest: bytes
    started: int = 0
    base: str = BASE

    @property
    def description(self) -> str:
        """What the account says about itself."""
        return f"{self.name}. A sandbox account: its numbers are simulated."

    @property
    def picture(self) -> str:
        """The address of its picture, which this server makes (`server/endpoints/pictures.py`)."""
        return self.base + self.picture_path

    @property
    def picture_path(self) -> str:
        """The same, within the server."""
        return f"/sandbox/pictures/accounts/{self.digest[:8].hex()}.jpg"

    def draw(self, place: int) -> float:
        """A number in [0, 1) fixed for this account; `place` 0–15 picks which one."""
        return int.from_bytes(self.digest[2 * place : 2 * place + 2]) / 65536

    def followers(self, at: datetime) -> int:
        """Followers at `at`: by default 400 to 40,000 on the first day, growing by up to 0.15 % of that a day."""
        start = self.started or 400 * math.exp(4.6 * self.draw(0))
        days = max(0.0, (at - self.opened).total_seconds() / 86400)
        return int(start * (1 + days * (0.0002 + 0.0013 * self.draw(1))))


@dataclass(frozen=True, slots=True)
class Guise:
    """How the operator wants sandbox accounts: `followers` on the first day (0 draws them), LinkedIn's of a person.

    `base` is where their pictures are.
    """

    followers: int = 0
    personal: bool = False
    base: str = BASE

    def of(self, ref_id: str, network: str) -> Account:
        """The account of the profile `ref_id` on `network`, so disguised."""
        account = replace(account_of(ref_id, network), started=self.followers, base=self.base)
        if not self.personal or network != "linkedin":
            return account
        person = base64.urlsafe_b64encode(account.digest[:7]).decode().rstrip("=")
        url = f"https://www.linkedin.com/in/{account.url.rpartition('/')[2]}"
        return replace(account, kind="personal", id=f"urn:li:person:{person}", url=url)


PLAIN = Guise()


@lru_cache(maxsize=4096)
def account_of(ref_id: str, network: str) -> Account:
    """The account of the profile `ref_id` on `network`. Pure: nothing is stored."""
    digest = hashlib.sha256(f"account:{ref_id}:{network}".encode()).digest()
    # One name per profile, so that all its accounts are recognisably the same sender.
    owner = hashlib.sha256(f"owner:{ref_id}".encode()).digest()
    first, second = _FIRST[owner[0] % len(_FIRST)], _SECOND[owner[1] % len(_SECOND)]
    handle = f"{first}{second}{owner[2]:02x}".lower()
    account_id = _native_id(network, digest)
    username = "" if network in _NO_USERNAME else f"{handle}.bsky.social" if network == "bluesky" else handle
    number = account_id.rpartition(":")[2]
    return Account(
        network=network,
        id=account_id,
        username=username,
        name=f"{first} {second}",
        url=_PAGES.get(network, "").format(username=username, handle=handle, id=account_id, number=number),
        kind=_KINDS.get(network, ""),
        opened=OPENED + timedelta(seconds=digest[30] * 86400 + digest[31] * 300),
        digest=digest,
    )


def _native_id(network: str, digest: bytes) -> str:
    number = int.from_bytes(digest[:8])
    if network == "bluesky":
        return "did:plc:" + "".join(_BASE32[byte % 32] for byte in digest[:24])
    if network == "youtube":
        return "UC" + digest[:11].hex()
    if network == "linkedin":
        return f"urn:li:organization:{10_000_000 + number % 90_000_000}"
    if network == "reddit":
        return "t2_" + digest[:4].hex()
    if network == "telegram":
        return f"-100{1_000_000_000 + number % 9_000_000_000}"
    return str(10**14 + number % (9 * 10**14))
