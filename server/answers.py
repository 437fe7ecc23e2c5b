"""How the server says no: the contract's flat envelope (analytics.md 11.2). Codes: `social/contract/codes.py`."""

from dataclasses import dataclass, field
from typing import Any

from social.contract.codes import meaning_of, status_of


class ApiError(Exception):
    """A refusal of the whole call, answered as the flat envelope. `status` is the HTTP status.

    `code` is the contract's number; message and status come from the table of codes unless given. `action` names the
    kind of call and follows from the method unless given. `headers` go with the answer, `extra` adds keys.
    """

    def __init__(
        self,
        code: int,
        message: str = "",
        *,
        status: int | None = None,
        action: str = "",
        headers: dict[str, str] | None = None,
        **extra: object,
    ) -> None:
        self.code = code
        self.message = message or meaning_of(code)
        self.status = status or status_of(code)
        self.action = action
        self.headers = headers or {}
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
