from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from social.networks import NETWORKS
from social.networks.base import Content, MediaFacts, MediaKind
from social.networks.checks import check

IMAGE = MediaFacts(url="https://cdn.example.org/a.jpg", kind=MediaKind.IMAGE)
VIDEO = MediaFacts(url="https://cdn.example.org/a.mp4", kind=MediaKind.VIDEO)
MINIMAL = {
    "instagram": Content(text="Hello", media=(IMAGE,)),
    "pinterest": Content(text="Hello", media=(IMAGE,)),
    "reddit": Content(text="Hello", options={"title": "Hello", "subreddit": "test"}),
    "snapchat": Content(text="Hello", media=(IMAGE,)),
    "tiktok": Content(text="Hello", media=(IMAGE,)),
    "youtube": Content(text="Hello", media=(VIDEO,), options={"title": "Hello"}),
}


def _content(network: str, **given: Any) -> Content:
    """The smallest content the network takes, with some of it given; options are added to the required ones."""
    base = MINIMAL.get(network, Content(text="Hello"))
    options = (
        {**base.options, **given.pop("options", {})} if isinstance(base.options, dict) else given.pop("options", {})
    )
    return replace(base, options=options, **given)


@pytest.fixture
def content() -> Callable[..., Content]:
    return _content


@pytest.fixture
def assert_edge() -> Callable[..., None]:
    """A rule has an edge: nothing is wrong just inside, exactly one thing just outside."""

    def assert_edge(
        network: str, inside: dict[str, Any], outside: dict[str, Any], code: int, field: str, *, warning: bool = False
    ) -> None:
        declared = NETWORKS[network]
        assert check(declared, _content(network, **inside)) == []
        problems = check(declared, _content(network, **outside))
        assert [(p.code, p.field, p.warning) for p in problems] == [(code, field, warning)]
        assert problems[0].message.startswith(f"{declared.title}: ")

    return assert_edge
