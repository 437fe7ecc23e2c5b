"""How the API says no: the flat envelope and the nested one of an empty history (analytics.md 11.2)."""

from typing import Literal

from social.contract.base import Answer


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
