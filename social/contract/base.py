"""Base of every wire model: camel case on the wire, snake case in Python, unknown keys tolerated (posts.md 1)."""

from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    GetJsonSchemaHandler,
    PlainSerializer,
    model_validator,
)
from pydantic.alias_generators import to_camel
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from social.instants import parse_instant, utc, wire


class Wire(BaseModel):
    """A JSON object of the contract. Keys that nobody declared are kept on answers and ignored on requests."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="ignore", defer_build=True)

    def to_wire(self) -> dict[str, Any]:
        """The JSON object as sent: camel case, absent instead of null (content.md 3.1, "unused fields")."""
        return self.model_dump(mode="json", by_alias=True, exclude_none=True)


class Answer(Wire):
    """An answer of the API: keeps keys nobody declared, since the vendor adds fields without notice.

    Ids and sizes come as text or as numbers (content.md 3.1) and are read as text; a null is read as absent.
    """

    model_config = ConfigDict(
        alias_generator=to_camel, populate_by_name=True, extra="allow", coerce_numbers_to_str=True, defer_build=True
    )

    @model_validator(mode="before")
    @classmethod
    def _drop_nulls(cls, data: object) -> object:
        if isinstance(data, dict) and None in data.values():
            return {key: value for key, value in data.items() if value is not None}
        return data


class OneOrMore:
    """Marks a field that comes as one value or as an array, of which the model reads either: described as both."""

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """One of them or several."""
        plain = handler(schema)
        return {"anyOf": [plain, plain["items"] if plain.get("type") == "array" else {"type": "array", "items": plain}]}


# Instants near the calendar's end leave no room to reckon with: windows, repost series, slots.
LAST_YEAR = 9000


def _read_instant(value: object) -> datetime:
    if isinstance(value, dict):  # document-store form {_seconds, _nanoseconds, utc} (content.md 3.1)
        value = value.get("utc") or _of_seconds(value.get("_seconds"))
    instant = parse_instant(value) if isinstance(value, str) else value
    if isinstance(instant, datetime) and instant.year <= LAST_YEAR:
        return utc(instant)
    raise ValueError(
        f"{value!r} is not an instant up to {LAST_YEAR}: give ISO 8601 with a zone, as 2027-01-05T09:00:00Z"
    )


def _of_seconds(seconds: object) -> datetime | None:
    try:
        return datetime.fromtimestamp(seconds, UTC) if isinstance(seconds, int) else None
    except (OverflowError, OSError, ValueError):
        return None


# An instant on the wire: read from ISO 8601 or from the document-store object, always written as ISO in whole seconds.
Instant = Annotated[
    datetime, BeforeValidator(_read_instant), PlainSerializer(wire, return_type=str, when_used="json-unless-none")
]
