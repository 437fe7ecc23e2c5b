"""Items and facts the tests of composing share."""

from collections.abc import Callable

import pytest

from pipeline.records import Draft, Item, Picture
from social.networks.base import MediaFacts, MediaKind


@pytest.fixture
def make_item() -> Callable[..., Item]:
    def make(**fields: object) -> Item:
        pictures = tuple(Picture(url=url, alt=alt) for url, alt in fields.pop("pictures", ()))
        given = {
            "source": "https://example.org/feed",
            "place": "entry 1",
            "identity": "1",
            "content_hash": "h",
            "title": "Storm over the harbour",
            "text": "The storm came at night. Boats were lost.",
            "link": "https://example.org/storm",
            "pictures": pictures,
        }
        return Item(**given | fields)

    return make


@pytest.fixture
def make_facts() -> Callable[..., dict[str, MediaFacts]]:
    def make(*urls: str, **facts: object) -> dict[str, MediaFacts]:
        given = {"kind": MediaKind.IMAGE, "format": "jpeg", "size": 200_000, "width": 1000, "height": 1000}
        return {url: MediaFacts(url=url, **given | facts) for url in urls}

    return make


@pytest.fixture
def make_draft(make_item):
    """Makes a draft of the networks given, each with the URLs of its media."""

    def make(**media: tuple[str, ...]) -> Draft:
        return Draft(
            campaign="news",
            item=make_item(),
            target="default:x",
            texts=dict.fromkeys(media, "Hi"),
            media={network: urls for network, urls in media.items() if urls},
            options={"bluesky": {"altText": ["a", "b"]}} if "bluesky" in media else {},
        )

    return make
