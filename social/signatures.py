"""Signatures of webhooks: made by the server, checked by whoever receives them (analytics.md 10.4).

    event = read_event(verify(raw_body, request.headers, secret))

Both sides take the raw bytes of the body: JSON that was read and written anew does not have the same signature.
"""

import hashlib
import hmac
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta

TIMESTAMP = "X-Authorization-Timestamp"
SIGNATURE = "X-Authorization-Content-SHA256"
SIGNATURES = "X-Authorization-Content-SHA256-V2"
DELIVERY_ID = "X-Ayrshare-Delivery-Id"
ATTEMPT = "X-Ayrshare-Delivery-Attempt"
OLDEST = timedelta(minutes=5)
"""How far the time of sending may lie from now: our choice, the contract names none."""

_VERSION = "v1="


class BadSignature(ValueError):
    """The call is not to be believed: wrongly signed, not signed, or too old. The message says which."""


def sign(body: bytes, secrets: Iterable[str], now: datetime) -> dict[str, str]:
    """The headers that sign a body, with the newest secret first; only the time when there is no secret."""
    signed = [_digest(body, secret) for secret in secrets]
    headers = {TIMESTAMP: str(int(now.timestamp()))}
    if signed:
        headers[SIGNATURE] = signed[0]
        headers[SIGNATURES] = ",".join(_VERSION + one for one in signed)
    return headers


def verify(
    body: bytes,
    headers: Mapping[str, str],
    *secrets: str,
    now: datetime | None = None,
    oldest: timedelta = OLDEST,
) -> bytes:
    """Return the body of a call that was signed with one of `secrets` and sent not longer than `oldest` ago.

    Raises BadSignature otherwise. The time is not part of what is signed, so age alone keeps no forged repeat out:
    drop events whose `hookId` was seen (analytics.md 10.3). Signatures are compared in constant time.
    """
    given = {name.lower(): value for name, value in headers.items()}
    _check_age(given.get(TIMESTAMP.lower(), ""), now or datetime.now(UTC), oldest)
    several = given.get(SIGNATURES.lower(), "").split(",")
    claimed = [one.strip().removeprefix(_VERSION) for one in several if one.strip().startswith(_VERSION)]
    claimed = claimed or [given.get(SIGNATURE.lower(), "").strip()]
    if claimed == [""]:
        raise BadSignature("the call is not signed: register a secret for the webhook")
    right = [_digest(body, secret) for secret in secrets if secret]
    # Every pair is compared, so that the time taken says nothing of which secret came near.
    matches = [hmac.compare_digest(one.encode(), another.encode()) for one in right for another in claimed]
    if not any(matches):
        raise BadSignature("the signature does not fit body and secret: check the secret, and give the raw bytes")
    return body


def _check_age(text: str, now: datetime, oldest: timedelta) -> None:
    try:
        age = now - datetime.fromtimestamp(int(text), UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise BadSignature(f"{TIMESTAMP} is {text[:20]!r}, not seconds since 1970") from error
    if abs(age) > oldest:
        raise BadSignature(f"the call was sent {age} ago and may be {oldest} old: a repeat, or a clock is wrong")


def _digest(body: bytes, secret: str) -> str:
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
