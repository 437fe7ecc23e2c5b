"""The key of a post: born once, sent as `idempotencyKey` and in `notes`, never made anew (design 3, posts.md 3.7).

The same campaign, item, occurrence and target always give the same key, on every machine and in every version. Changing
anything here would let every post of every ledger go out a second time; a test pins literal values.
"""

import base64
import hashlib
import json
import re

_FORM = "dovecote/1"
_NOTE = "dovecote:"
_NOTED = re.compile(r"dovecote:(dc-[a-z2-7]{26})(?![a-z2-7])")


def post_key(campaign: str, source: str, identity: str, target: str, occurrence: str = "") -> str:
    """The key of one post: `dc-` and 26 base32 characters, 128 bits of SHA-256 over the five parts.

    `identity` is stable only within `source`, so both count. `occurrence` tells apart intended repetitions of one item;
    `target` is the profile with its networks, as `default:bluesky,facebook`.
    """
    parts = json.dumps([_FORM, campaign, source, identity, occurrence, target], separators=(",", ":"))
    digest = hashlib.sha256(parts.encode("ascii")).digest()[:16]
    return "dc-" + base64.b32encode(digest).decode("ascii").rstrip("=").lower()


def note(key: str) -> str:
    """The text put into `notes`, by which history tells which post carries this key."""
    return _NOTE + key


def noted_key(notes: str | None) -> str | None:
    """The key in a post's `notes`, or None. People may have written around it; the key is still found."""
    found = _NOTED.search(notes or "")
    return found.group(1) if found else None
