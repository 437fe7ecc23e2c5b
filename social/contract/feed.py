"""Feeds whose new items the API posts by itself (content.md 5)."""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from social.contract.base import Answer, Wire

FeedType = Annotated[
    Literal["rss", "substack", "youtube"], BeforeValidator(lambda name: name.lower() if isinstance(name, str) else name)
]


class FeedRequest(Wire):
    """Body of `POST /feed`: the address of a feed, or of a site that names one. `use_first_image` adds pictures."""

    url: str = Field(min_length=1, max_length=2000)
    type: FeedType = "rss"
    use_first_image: bool = False
    auto_hashtag: bool = False


class FeedUpdate(Wire):
    """Body of `PUT /feed`: what is not given stays."""

    id: str
    url: str | None = Field(default=None, min_length=1, max_length=2000)
    use_first_image: bool | None = None
    auto_hashtag: bool | None = None


class FeedDelete(Wire):
    """Body of `DELETE /feed`."""

    id: str


class Feed(Answer):
    """A registered feed. `rss_url` and `feed_url` are the same: its own address, wherever it was found."""

    status: str | None = None
    id: str
    type: str | None = None
    title: str | None = None
    description: str | None = None
    link: str | None = None
    website_link: str | None = None
    rss_url: str | None = Field(default=None, alias="rssURL")
    feed_url: str | None = Field(default=None, alias="feedURL")
    use_first_image: bool | None = None
    auto_hashtag: bool | None = None
    image: dict[str, Any] | None = None
    created: str | None = None


class Feeds(Answer):
    """The feeds of a profile."""

    status: str = "success"
    feeds: list[Feed] = []


class FeedDeleted(Answer):
    """The feed that posts no more."""

    status: str = "success"
    id: str
