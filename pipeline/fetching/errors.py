"""What can go wrong while fetching a foreign URL, as classes. Every message names the URL, the reason and what to do.

FetchError
├── Blocked       the address or URL is not one we may talk to
├── Unreachable   no connection, or the connection broke
├── TimedOut      took longer than the limits allow
├── TooLarge      more bytes than the limits allow, on the wire or unpacked
├── BadBody       the body cannot be unpacked
└── HttpStatus    the server answered, but not with the thing
"""

from http import HTTPStatus


class FetchError(Exception):
    """Root of every fetching error. `reason` is the message without the URL."""

    def __init__(self, url: str, reason: str) -> None:
        super().__init__(f"{url}: {reason}")
        self.url = url
        self.reason = reason


class Blocked(FetchError):
    """Refused before a byte was sent: private address, other scheme, credentials in the URL, redirect loop."""


class Unreachable(FetchError):
    """Name not found, connection refused, TLS failed, or the answer broke off."""


class TimedOut(FetchError):
    """The total or the per-read time bound ran out."""


class TooLarge(FetchError):
    """The body is larger than the limits allow, or unpacks to suspiciously many bytes."""


class BadBody(FetchError):
    """The body is packed in a way we cannot read, or the packed data is damaged."""


class HttpStatus(FetchError):
    """An answer outside 2xx. `status` is the HTTP status, `retry_after` seconds the server asked to wait, if it did."""

    def __init__(self, url: str, status: int, *, retry_after: float | None = None) -> None:
        super().__init__(url, f"HTTP {status}, {_advice(status)}")
        self.status = status
        self.retry_after = retry_after


_ADVICE = {
    304: "not modified although nothing was asked about: the server is at fault, try again later",
    401: "it wants a login: use an address that is public",
    403: "it refuses us: open the URL in a browser, and ask its owner if it works there",
    404: "not found: check the address",
    410: "gone for good: take it out of the sources",
    429: "too many requests: ask less often",
}


def _advice(status: int) -> str:
    if status in _ADVICE:
        return _ADVICE[status]
    return (
        "the server is at fault: try again later"
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR
        else "not what was asked for: check the address"
    )
