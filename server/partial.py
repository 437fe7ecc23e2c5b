"""Calls that concern several networks: some may fail while the others answer (analytics.md 3.2, content.md 1)."""

from collections.abc import Iterable, Mapping
from typing import Any

from server.answers import ApiError, Reply
from social.contract.codes import meaning_of, status_of
from social.networks import NETWORKS


class NetworkError(Exception):
    """One network cannot do what was asked: an element of `errors`. `extra` adds keys to it."""

    def __init__(self, platform: str, code: int, message: str = "", **extra: object) -> None:
        self.code = code
        self.element: dict[str, Any] = {
            "status": "error",
            "code": code,
            "message": message or meaning_of(code),
            "platform": platform,
            **extra,
        }
        super().__init__(f"{platform}: code {code}: {self.element['message']}")


def known_networks(platforms: Iterable[str], action: str) -> list[str]:
    """The names in order, each once. Raises ApiError 101 for a name that is no network's."""
    asked = sorted(set(platforms))
    if unknown := [name for name in asked if name not in NETWORKS]:
        raise ApiError(101, f"platforms holds {unknown}; choose from {', '.join(NETWORKS)}.", action=action)
    return asked


def partly(blocks: Mapping[str, Any], failed: Iterable[NetworkError], head: Mapping[str, Any], *, action: str) -> Reply:
    """One answer of what came out network by network: HTTP 200 unless every network failed.

    Then the first reason stands in the flat envelope too, where clients of one network look for it.
    """
    errors = [{"action": action} | error.element for error in failed]
    if errors and not blocks:
        # A code that is a warning beside an answer (395) is an error without one.
        return Reply({**errors[0], **head, "errors": errors}, max(status_of(errors[0]["code"]), 400))
    answer = {"status": "partial" if errors else "success", **head, **blocks}
    return Reply(answer | ({"errors": errors} if errors else {}))
