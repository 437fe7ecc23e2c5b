"""Base of every wire model: camel case on the wire, snake case in Python, unknown keys tolerated (posts.md 1)."""

from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, PlainSerializer
from pydantic.alias_generators import to_camel

from social.instants import parse_instant, wire


class Wire(BaseModel):
    """A JSON object of the contract. Keys that nobody declared are kept on answers and ignored on requests."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="ignore")

    def to_wire(self) -> dict[str, Any]:
        """The JSON object as sent: camel case, absent instead of null (content.md 3.1, "unused fields")."""
        return self.model_dump(mode="json", by_alias=True, exclude_none=True)


class Answer(Wire):
    """An answer of the API: keeps keys nobody declared, since the vendor adds fields without notice."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="allow")


def _read_instant(value: Any) -> Any:
    if isinstance(value, dict):  # document-store form {_seconds, _nanoseconds, utc} (content.md 3.1)
        value = value.get("utc") or datetime.fromtimestamp(value["_seconds"], UTC).isoformat()
    return parse_instant(value) if isinstance(value, str) else value


# An instant on the wire: read from ISO 8601 or from the document-store object, always written as ISO in whole seconds.
Instant = Annotated[
    datetime, BeforeValidator(_read_instant), PlainSerializer(wire, return_type=str, when_used="json-unless-none")
]
