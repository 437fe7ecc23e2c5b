"""What the catalogue says of one call of the contract."""

from dataclasses import dataclass
from typing import Generic, Literal

from typing_extensions import TypeVar

from social.contract.base import Answer, Wire

Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
ContentType = Literal["application/json", "multipart/form-data", "text/plain"]
JSON: ContentType = "application/json"
FORM: ContentType = "multipart/form-data"
TEXT: ContentType = "text/plain"


A_co = TypeVar("A_co", bound=Answer, covariant=True, default=Answer)


@dataclass(frozen=True, slots=True)
class Route(Generic[A_co]):
    """One call. `aliases` are older spellings as (method, path). `{id}` in a path is a path parameter.

    `{platform}` is a network's name and nothing else, `{native_id}` may hold slashes. `body` and `query` are the
    request models. `verdict_keys` mark calls whose answer model itself may say `error` (a post refused by some
    networks, a stored post that failed): with one of these keys the body is an answer, whatever its HTTP
    status. `creates` marks calls that must never be repeated blindly, `reads` those that change nothing. `listed`
    calls answer with a bare array, `may_list` calls sometimes do. `empty_code` is the error code that means "nothing
    there". `content_type` is how the body travels: as JSON, as a form with one file (the model's `file`), or as plain
    text without a model. `source` names the contract section.
    """

    name: str
    method: Method
    path: str
    answer: type[A_co]
    source: str
    summary: str
    body: type[Wire] | None = None
    query: type[Wire] | None = None
    aliases: tuple[tuple[Method, str], ...] = ()
    listed: bool = False
    may_list: bool = False
    verdict_keys: frozenset[str] = frozenset()
    creates: bool = False
    reads: bool = False
    empty_code: int | None = None
    content_type: ContentType = JSON

    @property
    def judged(self) -> bool:
        """Whether an answer with `status: error` may be the answer model itself."""
        return bool(self.verdict_keys)

    @property
    def repeatable(self) -> bool:
        """Whether the call may be sent again without asking what became of the first one."""
        return self.reads or self.method == "GET"

    def __str__(self) -> str:
        return f"{self.method} {self.path}"
