"""Answers: what the API's answer means. It is either data for the answer model, or one of the errors of a call."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any

from pydantic import ValidationError
from pydantic_core import from_json

from social.contract.codes import IDEMPOTENCY_KEY_SEEN
from social.contract.route import A_co, Route
from social.errors import KeySeen, NotAllowed, OutcomeUnknown, RateLimited, Refused, SocialError

NETWORK_PAUSE = 60.0
"""Seconds to wait when a network throttles and nobody says how long: our choice, the contract names no time."""

_OK, _REDIRECTED = HTTPStatus.OK, HTTPStatus.MULTIPLE_CHOICES
_OWN_LIMIT = (None, HTTPStatus.TOO_MANY_REQUESTS)
_ELSEWHERE = (HTTPStatus.MOVED_PERMANENTLY, HTTPStatus.TEMPORARY_REDIRECT, HTTPStatus.PERMANENT_REDIRECT)
_CALLER = (HTTPStatus.UNAUTHORIZED, HTTPStatus.PAYMENT_REQUIRED, HTTPStatus.FORBIDDEN)
_NO_SUCH_CALL = (HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED)
_KEY = re.compile(r"idempotency[ _-]?key", re.IGNORECASE)
_SHOWN = 300


def accepted(route: Route, status: int, content: bytes, headers: Mapping[str, str], now: datetime) -> Any:  # noqa: ANN401
    """The JSON data of an answer that is one.

    Raises RateLimited, Refused, KeySeen, NotAllowed or OutcomeUnknown otherwise (analytics.md 11.1, posts.md 3.9).
    `now` is what a `Retry-After` date is measured from.
    """
    data = _decoded(content)
    facts = _facts(route, data)
    if _is_verdict(route, status, facts):
        _look_for_seen_key(route, status, facts)
        return facts
    if route.empty_code is not None and facts.get("code") == route.empty_code:
        return {}
    if _OK <= status < _REDIRECTED and isinstance(data, dict | list) and facts.get("status") != "error":
        return data
    raise _failure(route, status, facts, content, retry_after(headers, now))


def one(route: Route[A_co], data: object) -> A_co:
    """The answer model of `data`. Raises OutcomeUnknown when the data does not fit: something was done, but what?"""
    try:
        return route.answer.model_validate(data)
    except ValidationError as error:
        raise OutcomeUnknown(
            f"the answer is not as the contract says ({route.source}): {_complaints(error)}", route=str(route)
        ) from None


def many(route: Route[A_co], data: object) -> list[A_co]:
    """The answer models of a bare array. Raises OutcomeUnknown when it is none."""
    if not isinstance(data, list):
        raise OutcomeUnknown(f"the answer is no array, as the contract says ({route.source})", route=str(route))
    return [one(route, element) for element in data]


def retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """Seconds named by `Retry-After`, as a number or as a date. None when absent or unreadable."""
    text = headers.get("retry-after", "").strip()
    if text.isascii() and text.isdigit():
        return float(text)
    try:
        date = parsedate_to_datetime(text)
    except ValueError:
        return None
    return max(0.0, ((date if date.tzinfo else date.replace(tzinfo=UTC)) - now).total_seconds())


def _decoded(content: bytes) -> Any:  # noqa: ANN401
    try:
        return from_json(content)
    except ValueError:
        return None


def _facts(route: Route, data: object) -> dict[str, Any]:
    # With a Profile-Key in `posts` (posts.md 3.8), an empty history in `history` (content.md 3.1), else flat.
    if not isinstance(data, dict):
        return {}
    posts, history = data.get("posts"), data.get("history")
    wrapped = route.judged and "posts" not in route.verdict_keys
    if wrapped and isinstance(posts, list) and len(posts) == 1 and isinstance(posts[0], dict):
        return posts[0]
    return history if isinstance(history, dict) else data


def _is_verdict(route: Route, status: int, facts: dict[str, Any]) -> bool:
    if status == HTTPStatus.TOO_MANY_REQUESTS or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        # "HTTP 400, sometimes 500" (posts.md 3.9): the API names the post it stored, so nothing is unknown.
        return route.judged and "id" in facts and "postIds" in facts
    # A flat refusal with 401 … 429 speaks of the caller or the rate, not of the post.
    # Several profiles' answers in `posts` are a verdict as one profile's is.
    keys = route.verdict_keys and route.verdict_keys | {"posts"}
    keys = keys if status in {HTTPStatus.OK, HTTPStatus.BAD_REQUEST} else keys - {"code"}
    return not keys.isdisjoint(facts)


def _look_for_seen_key(route: Route, status: int, facts: dict[str, Any]) -> None:
    if not route.creates or facts.get("postIds"):
        return
    for code, message in map(_said, _errors(facts)):
        if _is_seen_key(code, message):
            raise KeySeen(message, route=str(route), status=status, code=code, body=facts)


def _failure(route: Route, status: int, facts: dict[str, Any], content: bytes, wait: float | None) -> SocialError:
    code, message = _said(facts)
    name = str(route)
    message = message or f"HTTP {status}: {_excerpt(content)}"
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return _limited(name, code, message, wait)
    if status in _ELSEWHERE:
        return NotAllowed(f"HTTP {status}, the API is at another address: correct base_url", route=name, status=status)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status == HTTPStatus.REQUEST_TIMEOUT:
        return OutcomeUnknown(f"HTTP {status} after the request had been sent: {message}", route=name)
    if status < HTTPStatus.BAD_REQUEST and facts.get("status") != "error":
        return OutcomeUnknown(f"HTTP {status} with a body that is no answer: {_excerpt(content)}", route=name)
    kind = KeySeen if route.creates and _is_seen_key(code, message) else _refusal(route, status)
    return kind(message, route=name, status=status, code=code, body=facts or None)


def _refusal(route: Route, status: int) -> type[Refused]:
    # What is to be created cannot be "not found" yet: then it is the address that is wrong.
    unborn = route.creates and route.method == "POST"
    return NotAllowed if status in _CALLER or (unborn and status in _NO_SUCH_CALL) else Refused


def _limited(name: str, code: int | None, message: str, wait: float | None) -> RateLimited:
    if code in _OWN_LIMIT:
        return RateLimited(message, route=name, retry_after=wait or 0.0)
    return RateLimited(
        f"the network throttles, not the API (code {code}): {message}",
        route=name,
        retry_after=NETWORK_PAUSE if wait is None else wait,
        by_network=True,
    )


def _errors(facts: dict[str, Any]) -> list[dict[str, Any]]:
    listed = facts.get("errors")
    return [error for error in listed if isinstance(error, dict)] if isinstance(listed, list) else []


def _said(facts: dict[str, Any]) -> tuple[int | None, str]:
    source = facts if "message" in facts or "code" in facts else next(iter(_errors(facts)), facts)
    code, message, details = source.get("code"), source.get("message"), source.get("details")
    parts = [part for part in (message, details) if isinstance(part, str) and part]
    return code if isinstance(code, int) else None, ": ".join(dict.fromkeys(parts))


def _is_seen_key(code: int | None, message: str) -> bool:
    return code == IDEMPOTENCY_KEY_SEEN or _KEY.search(message) is not None


def _excerpt(content: bytes) -> str:
    return repr(" ".join(content[:_SHOWN].decode(errors="replace").split()))


def _complaints(error: ValidationError) -> str:
    found = error.errors(include_url=False, include_input=False, include_context=False)[:3]
    return "; ".join(f"{'.'.join(map(str, each['loc'])) or 'body'}: {each['msg']}" for each in found)
