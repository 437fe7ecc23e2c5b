"""Everything that can go wrong with a call of the API, as classes that say what to do next.

    SocialError
    ├── NotSent           nothing left this machine: sending again is safe, at once
    ├── RateLimited       refused for its rate: wait `retry_after` seconds, then send again
    ├── Refused           final: the API said no, with its own code
    │   ├── KeySeen       this idempotency key was used before: look up what became of it
    │   └── NotAllowed    it says no to the caller, not to the post: correct the keys or the plan, then send again
    └── OutcomeUnknown    the request may have been carried out: read back, never send blindly

Code that retries or settles branches on the class, never on a status number.
"""

from typing import Any


class SocialError(Exception):
    """Root of every error of a call. `route` names the call, as `POST /post`."""

    def __init__(self, message: str, *, route: str = "") -> None:
        super().__init__(f"{route}: {message}" if route else message)
        self.message = message
        self.route = route


class NotSent(SocialError):
    """No byte of the request reached the API (no connection, name not found)."""


class RateLimited(SocialError):
    """The profile used up its requests (analytics.md 12.1), or the network throttles. Nothing was carried out.

    `retry_after` in seconds; `by_network` when it was the network that throttled, not the API.
    """

    def __init__(self, message: str, *, route: str = "", retry_after: float = 0.0, by_network: bool = False) -> None:
        super().__init__(message, route=route)
        self.retry_after = retry_after
        self.by_network = by_network


class Refused(SocialError):
    """The API's final no. `code` is its own number (analytics.md 11.5), `status` the HTTP status, `body` the answer."""

    def __init__(
        self, message: str, *, route: str = "", status: int = 400, code: int | None = None, body: object = None
    ) -> None:
        super().__init__(f"code {code}: {message}" if code is not None else message, route=route)
        self.status = status
        self.code = code
        self.body: Any = body


class KeySeen(Refused):
    """The `idempotencyKey` was used before (posts.md 3.7). Says nothing about what became of the first request."""


class NotAllowed(Refused):
    """The key, plan, profile or address is refused, not the post (analytics.md 11.1): every call would end the same."""


class OutcomeUnknown(SocialError):
    """No answer, or a server error after the request had been sent: the post may exist. `cause` tells which."""
