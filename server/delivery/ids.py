"""Ids and addresses shaped as each network's own (posts.md 3.10), the same for the same post every time."""

import base64
import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from server.delivery.accounts import Account, account_of

BASE32 = "abcdefghijklmnopqrstuvwxyz234567"
SORTABLE = "234567abcdefghijklmnopqrstuvwxyz"
BASE36 = "0123456789abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class NativePost:
    """A post's id and public address on its network; no address where the network publishes none."""

    social_id: str
    url: str | None


class Seed:
    """Letters and digits drawn from one hash. Drawing never repeats and never depends on time."""

    def __init__(self, *parts: str) -> None:
        self._left = int.from_bytes(hashlib.sha256("|".join(parts).encode()).digest())

    def digits(self, count: int) -> str:
        """A number of exactly so many digits, not starting with 0."""
        return str(10 ** (count - 1) + self._draw(9 * 10 ** (count - 1)))

    def letters(self, count: int, alphabet: str) -> str:
        """So many characters of an alphabet."""
        return "".join(alphabet[self._draw(len(alphabet))] for _ in range(count))

    def _draw(self, below: int) -> int:
        self._left, drawn = divmod(self._left, below)
        return drawn


def native_post(ref_id: str, platform: str, post_id: str) -> NativePost:
    """Id and address of a post of profile `ref_id` on `platform`."""
    return native_id(account_of(ref_id, platform), post_id)


def native_id(account: Account, post_id: str) -> NativePost:
    """Id and address of a post of an account."""
    return SHAPES[account.network](account, Seed(post_id, account.network))


def content_id(post_id: str) -> str:
    """Bluesky's `cid`: a content hash in base 32."""
    return "bafyrei" + Seed(post_id, "cid").letters(45, BASE32)


def _bluesky(account: Account, seed: Seed) -> NativePost:
    key = "3l" + seed.letters(11, SORTABLE)
    url = f"https://bsky.app/profile/{account.username}/post/{key}"
    return NativePost(f"at://{account.id}/app.bsky.feed.post/{key}", url)


def _facebook(account: Account, seed: Seed) -> NativePost:
    social_id = f"{account.id}_{seed.digits(15)}"
    return NativePost(social_id, f"https://www.facebook.com/{social_id}")


def _gmb(_account: Account, seed: Seed) -> NativePost:
    social_id = seed.digits(19)
    return NativePost(social_id, f"https://local.google.com/place?id={seed.digits(19)}&use=posts&lpsid={social_id}")


def _instagram(_account: Account, seed: Seed) -> NativePost:
    number = seed.digits(17)
    short = base64.urlsafe_b64encode(int(number).to_bytes(8)).decode().rstrip("=")
    return NativePost(number, f"https://www.instagram.com/p/{short}/")


def _linkedin(_account: Account, seed: Seed) -> NativePost:
    urn = f"urn:li:share:7{seed.digits(18)}"
    return NativePost(urn, f"https://www.linkedin.com/feed/update/{urn}")


def _reddit(_account: Account, seed: Seed) -> NativePost:
    short = "1" + seed.letters(6, BASE36)
    return NativePost(short, f"https://www.reddit.com/comments/{short}/")


def _telegram(account: Account, seed: Seed) -> NativePost:
    number = seed.digits(6)
    return NativePost(number, f"{account.url}/{number}")


def _threads(account: Account, seed: Seed) -> NativePost:
    return NativePost(seed.digits(17), f"{account.url}/post/{seed.letters(11, _MIXED)}")


def _youtube(_account: Account, seed: Seed) -> NativePost:
    video = seed.letters(11, _MIXED)
    return NativePost(video, f"https://www.youtube.com/watch?v={video}")


def _numbered(address: str, digits: int) -> Callable[[Account, Seed], NativePost]:
    def shape(account: Account, seed: Seed) -> NativePost:
        number = seed.digits(digits)
        return NativePost(number, address.format(number=number, page=account.url))

    return shape


_MIXED = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

SHAPES: dict[str, Callable[[Account, Seed], NativePost]] = {
    "bluesky": _bluesky,
    "facebook": _facebook,
    "gmb": _gmb,
    "instagram": _instagram,
    "linkedin": _linkedin,
    "pinterest": _numbered("https://www.pinterest.com/pin/{number}/", 18),
    "reddit": _reddit,
    "snapchat": _numbered("https://www.snapchat.com/p/{number}", 19),
    "telegram": _telegram,
    "threads": _threads,
    "tiktok": _numbered("{page}/video/{number}", 19),
    "twitter": _numbered("{page}/status/{number}", 19),
    "youtube": _youtube,
}
"""How each network names a post; one line per network."""
