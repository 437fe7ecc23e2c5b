"""Field types that the option objects of several networks share."""

from typing import Annotated

from pydantic import AfterValidator, BeforeValidator

from social.instants import parse_instant


def _iso(text: str) -> str:
    parse_instant(text)
    return text


def _slot(value: object) -> object:
    inner = list(value.values()) if isinstance(value, dict) else [] if value is None else [value]
    if not all(isinstance(url, str) for url in inner):
        raise ValueError("give a URL, null for none, or an object of several URLs")
    return value


IsoInstant = Annotated[str, AfterValidator(_iso)]
"""An ISO 8601 instant with its zone, kept as written."""

MediaSlot = Annotated[str | dict[str, str] | None, BeforeValidator(_slot)]
"""Media of one post of a thread: a URL, None for none, or an object whose values are URLs (posts.md 10.14)."""
