"""How the server says no: the contract's flat envelope, and its table of codes (analytics.md 11)."""

from dataclasses import dataclass, field
from typing import Any

# HTTP status of each code whose status is not 400 (analytics.md 11.5).
STATUS_OF = {102: 403, 114: 404, 186: 404, 399: 403, 401: 401, 403: 403, 404: 404, 405: 405, 429: 429, 500: 500}

MEANING = {
    101: "Missing or wrong parameters.",
    102: "API key not valid. Check the Authorization header and the Profile-Key header.",
    114: "No post with this id. It may belong to another profile.",
    136: "Media URL not valid or not reachable.",
    137: "Duplicate or similar content within 48 hours for this network.",
    156: "Network is not linked to this profile. Link it first.",
    161: "The network no longer authorises this account. Link it again.",
    186: "No post with this id. It may belong to another profile.",
    192: "No auto-schedule was ever set.",
    221: "No posts found for these filters.",
    294: "The answer of the network could not be looked up.",
    373: "The network takes no more posts of this account in this period.",
    382: "The post is still live on the network. Delete it there first.",
    383: "The post is already deleted.",
    400: "Only one of the two X headers came: send X-Twitter-OAuth1-Api-Key and X-Twitter-OAuth1-Api-Secret.",
    401: "Authorization header missing: send 'Authorization: Bearer <API key>'.",
    403: "Not allowed.",
    404: "No such endpoint.",
    405: "This endpoint does not know this method.",
    419: "X credentials required: send X-Twitter-OAuth1-Api-Key and X-Twitter-OAuth1-Api-Secret.",
    429: "Too many requests for this profile: wait for the next window.",
    440: "The network could not download the media.",
    500: "Internal error.",
}


class ApiError(Exception):
    """A refusal of the whole call, answered as the flat envelope. `status` is the HTTP status.

    `code` is the contract's number; message and status come from the tables above unless given. `action` names the kind
    of call and follows from the method unless given. `extra` adds keys.
    """

    def __init__(
        self, code: int, message: str = "", *, status: int | None = None, action: str = "", **extra: object
    ) -> None:
        self.code = code
        self.message = message or MEANING.get(code, "The request was refused.")
        self.status = status or STATUS_OF.get(code, 400)
        self.action = action
        self.extra = extra
        super().__init__(f"code {code}: {self.message}")

    def body(self, action: str = "request") -> dict[str, Any]:
        """The envelope of analytics.md 11.2; `action` is the caller's word for a call that gave none itself."""
        head = {"action": self.action or action, "status": "error", "code": self.code, "message": self.message}
        return head | self.extra


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer that is not plain JSON with HTTP 200: another status, or JSON text that is ready."""

    content: Any
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
