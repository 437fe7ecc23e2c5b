"""Foreign text on its way to people: feeds and APIs must not steer a terminal, draw links or tell passwords."""

import re

# C0 and C1 controls, tab and newline aside, steer terminals; embeddings, overrides and isolates turn text around.
_STEERING = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_LOGIN = re.compile(r"(?<=://)[^/?#\s]+@")
_MARKUP = re.compile(r"([\\`*_\[\]<>|])")


def shown(text: str) -> str:
    """The text without control characters and without logins in addresses: `https://***@host/`."""
    return _LOGIN.sub("***@", _STEERING.sub("", text))


def as_markdown(text: str) -> str:
    """The text so that markdown shows it letter by letter: no links, pictures, emphasis or HTML of its own."""
    return _MARKUP.sub(r"\\\1", shown(text))
