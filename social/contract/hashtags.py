"""Automatic hashtags (content.md 7)."""

from typing import Literal

from pydantic import AliasChoices, Field

from social.contract.base import Answer, Wire


class HashtagsRequest(Wire):
    """Body of `POST /hashtags/auto`. A text over 1,000 characters comes back unchanged."""

    post: str
    max: int = Field(default=2, ge=1, le=10, validation_alias=AliasChoices("max", "maxHashtags"))
    position: Literal["auto", "end"] = "auto"
    language: str | None = None


class HashtagsAnswer(Answer):
    """The text with hashtags."""

    post: str


class HashtagKeyword(Wire):
    """Query of `GET /hashtags/recommend`. Spaces in the keyword are removed."""

    keyword: str = Field(min_length=1, max_length=200)


class Recommendation(Answer):
    """A tag and how often its videos were viewed."""

    name: str
    view_count: int = 0


class Recommendations(Answer):
    """Tags for a keyword, the most viewed first (TikTok's numbers)."""

    status: str | None = None
    keyword: str
    recommendations: list[Recommendation] = []


class HashtagSearch(HashtagKeyword):
    """Query of `GET /hashtags/search`: Instagram's public media with a tag."""

    search_type: Literal["top", "recent"] = "top"


class TaggedMedia(Answer):
    """One post of somebody that has the tag."""

    id: str
    caption: str | None = None
    media_type: str | None = None
    media_url: str | None = None
    like_count: int | None = None
    comments_count: int | None = None


class SearchResults(Answer):
    """Media with a tag. `hashtag` holds `id` and `name`."""

    status: str = "success"
    hashtag: dict[str, str] = {}
    search_results: list[TaggedMedia] = []


class HashtagQuery(Wire):
    """Query of `GET /hashtags/banned`: a tag with or without `#`."""

    hashtag: str = Field(min_length=1, max_length=200)


class BannedAnswer(Answer):
    """Whether posts with the tag are hidden."""

    status: str = "success"
    hashtag: str
    banned: bool
