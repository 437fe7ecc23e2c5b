"""How the API says no: the flat envelope, the nested one of an empty history, a code explained (analytics.md 11)."""

from typing import Literal

from social.contract.base import Answer, Wire


class ErrorAnswer(Answer):
    """The flat envelope of a refused call. `code` is the API's own; more keys may follow, as `id`, `errors`."""

    action: str
    status: Literal["error"]
    code: int
    message: str


class NothingFound(Answer):
    """A list without rows, answered as an error: the envelope stands under the list's name (content.md 3.1)."""

    history: ErrorAnswer
    count: int = 0


class ErrorQuery(Wire):
    """Query of `GET /error-explainer`: the number to explain, and where it came from."""

    code: int
    platform: str | None = None


class Explanation(Answer):
    """What a code means. `classification` is `user-action`, `network`, `developer-fix` or `warning`."""

    status: Literal["success"]
    code: int
    platform: str | None = None
    cause: str
    classification: str
    resolution: str
