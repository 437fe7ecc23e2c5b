"""Reading requests leniently: case of keys, unknown keys, the three spellings of arrays in queries (analytics.md 1)."""

import re
from collections.abc import Iterable
from functools import cache
from typing import Any, TypeVar, get_args, get_origin

from pydantic import ValidationError
from pydantic_core import from_json
from starlette.requests import Request
from starlette.types import Message

from server.answers import ApiError
from social.contract.base import Wire
from social.contract.history import HistoryQuery
from social.contract.user import UserQuery

M = TypeVar("M", bound=Wire)
MOST_BYTES = 5_000_000
NUL = "\0"
NUL_FOUND = "A text holds the character NUL (\\u0000), which no database and no network takes: leave it out."
# An escape, unless its backslash is escaped itself.
_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
MOST_ERRORS = 10
INDEX = re.compile(r"\[\d*\]$")
# Older names of query fields that clients still send (content.md 3.1, analytics.md 7).
OLD_NAMES: dict[type[Wire], dict[str, str]] = {
    HistoryQuery: {"platform": "platforms", "lastrecords": "limit"},
    UserQuery: {"instagramquota": "instagramDetails"},
}


async def read_body(request: Request, model: type[M], *, most: int = MOST_BYTES) -> M:
    """The JSON body, of at most `most` bytes, as its model. Raises ApiError 101 naming the fields that do not fit."""
    raw = await read_bytes(request, most=most)
    if rb"\u0000" in raw and _NUL.search(raw):
        raise ApiError(101, NUL_FOUND)
    try:
        data = from_json(raw, allow_inf_nan=False) if raw.strip() else {}
    except ValueError as error:
        raise ApiError(101, f"The body is not JSON: {error}") from error
    if not isinstance(data, dict):
        raise ApiError(101, f"The body must be a JSON object, not {type(data).__name__}.")
    return fit(model, {key: value for key, value in data.items() if value is not None})


async def read_bytes(request: Request, *, most: int = MOST_BYTES) -> bytes:
    """The body as it came. Raises ApiError 101 beyond `most` bytes."""
    return await bounded(request, most, ApiError(101, f"The body is larger than {most:,} bytes.")).body()


def read_query(request: Request, model: type[M]) -> M:
    """The query as its model. Arrays come as `a[0]=x`, `a=x&a=y` or `a=x,y`. Raises ApiError 101."""
    given = request.query_params.multi_items()
    if any(NUL in value for _, value in given):
        raise ApiError(101, NUL_FOUND)
    return fit(model, _gather(given, model))


def bounded(request: Request, most: int, too_large: ApiError) -> Request:
    """The request with a body that raises ApiError when it breaks off, and `too_large` beyond `most` bytes."""
    said = request.headers.get("content-length", "")
    if said.isdecimal() and int(said) > most:
        raise too_large
    seen = 0

    async def receive() -> Message:
        nonlocal seen
        message = await request.receive()
        if message["type"] == "http.disconnect":
            raise ApiError(101, "The body broke off.")
        seen += len(message.get("body", b""))
        if seen > most:
            raise too_large
        return message

    return Request(request.scope, receive)


def fit(model: type[M], data: dict[str, Any]) -> M:
    """`data` as `model`, keys matched without regard to case. Raises ApiError 101."""
    names = wire_names(model)
    try:
        return model.model_validate({names.get(key.lower(), key): value for key, value in data.items()})
    except ValidationError as error:
        raise ApiError(101, _explain(error)) from error


@cache
def wire_names(model: type[Wire]) -> dict[str, str]:
    """Lower-cased key → the key as the contract writes it."""
    names = {(field.alias or name).lower(): field.alias or name for name, field in model.model_fields.items()}
    return names | OLD_NAMES.get(model, {})


@cache
def _lists(model: type[Wire]) -> frozenset[str]:
    found = [field.alias or name for name, field in model.model_fields.items() if _is_list(field.annotation)]
    return frozenset(name.lower() for name in found)


def _is_list(annotation: object) -> bool:
    return get_origin(annotation) is list or any(_is_list(part) for part in get_args(annotation))


def _gather(items: Iterable[tuple[str, str]], model: type[Wire]) -> dict[str, Any]:
    names, lists = wire_names(model), _lists(model)
    found: dict[str, Any] = {}
    for key, value in items:
        bare = INDEX.sub("", key)
        name = names.get(bare.lower(), bare)
        if name.lower() in lists:
            found.setdefault(name, []).extend(part.strip() for part in value.split(",") if part.strip())
        elif value != "":
            found[name] = value
    return found


def _explain(error: ValidationError) -> str:
    wrong = error.errors(include_url=False)
    parts = [f"{'.'.join(map(str, found['loc'])) or 'body'}: {found['msg']}" for found in wrong[:MOST_ERRORS]]
    more = f"; and {len(wrong) - MOST_ERRORS} more" if len(wrong) > MOST_ERRORS else ""
    return "Missing or wrong parameters: " + "; ".join(parts) + more + "."
