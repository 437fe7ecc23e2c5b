"""What metric models are made of: fields that say their unit, objects that keep what nobody declared.

Fields are named as on the wire, because frames and the lake name them so too. Each may be absent (analytics.md 0).
"""

from collections.abc import Callable
from typing import Any, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ModelWrapValidatorHandler,
    PrivateAttr,
    ValidationError,
    model_validator,
)

Int = int | None
Num = float | None
Text = str | None
Flag = bool | None
Texts = list[str] | None
Shares = dict[str, int] | None


class Part(BaseModel):
    """An object within a metric. Keys nobody declared are kept."""

    model_config = ConfigDict(extra="allow", coerce_numbers_to_str=True, defer_build=True)


class Metrics(Part):
    """One network's numbers and facts of a post or an account, named as on the wire (analytics.md 5).

    A field is None when the network did not give it, or gave something of another type: then `given` has it.
    """

    _given: dict[str, Any] = PrivateAttr(default_factory=dict)

    @property
    def given(self) -> dict[str, Any]:
        """The object as it came: unknown fields, nulls and unexpected types included."""
        return self._given

    @model_validator(mode="wrap")
    @classmethod
    def _lenient(cls, data: object, handler: ModelWrapValidatorHandler[Self]) -> Self:
        try:
            read = handler(data)
        except ValidationError as error:
            if not isinstance(data, dict):
                raise
            unfit = {wrong["loc"][0] for wrong in error.errors(include_url=False, include_input=False)}
            read = handler({name: value for name, value in data.items() if name not in unfit})
        if isinstance(data, dict):
            read._given = data  # noqa: SLF001 -- the class itself
        return read


class DayValue(Part):
    """One day of a metric; `endTime` is the first instant after the day."""

    value: float
    endTime: str


class Daily(Part):
    """A metric day by day, as asked for with `daily` (analytics.md 4.2)."""

    values: list[DayValue] = []
    total: Num = None


Flow = int | Daily | None
"""A count of a period, or its days where `daily` was asked for."""


def _in(unit: str) -> Callable[[str], Any]:
    def field(meaning: str) -> Any:  # noqa: ANN401 -- stands where a default does, as pydantic's own Field
        return Field(default=None, description=f"{meaning} ({unit})." if unit else f"{meaning}.")

    return field


fact = _in("")
instant = _in("ISO 8601")
count = _in("count")
ratio = _in("ratio, 0 to 1")
percent = _in("percent")
milliseconds = _in("milliseconds")
seconds = _in("seconds")
minutes = _in("minutes")
