"""Helpers around posts: flairs, collaborators, the channel's watermark, categories (posts.md 7.8)."""

from typing import Literal

from pydantic import Field, field_validator

from social.contract.base import Answer, Instant, Wire


class Flair(Answer):
    """One flair of a subreddit, as Reddit gives it. `id` is what `redditOptions.flairId` takes."""

    id: str
    text: str = ""
    type: str = "text"


class FlairsAnswer(Answer):
    """The flairs of a subreddit."""

    flairs: list[Flair] = []


class CollaboratorsQuery(Wire):
    """With `search_platform_id` the id is Instagram's own."""

    search_platform_id: bool = False


class Collaborator(Answer):
    """An invited account. `invite_status`: `accepted`, `declined` or `pending`."""

    id: str | None = None
    username: str
    invite_status: str


class CollaboratorsAnswer(Answer):
    """What the invited accounts answered so far; known anew about every minute."""

    collaborators: list[Collaborator] = []
    last_updated: Instant | None = None
    next_update: Instant | None = None


class WatermarkRequest(Wire):
    """Body of `POST /post/youTubeWatermark`: of the URLs the first counts; the times are milliseconds."""

    media_urls: list[str] = Field(min_length=1)
    timing_type: Literal["offsetFromStart", "offsetFromEnd"]
    offset_ms: int = Field(gt=0)
    duration_ms: int = Field(gt=0)

    @field_validator("media_urls", mode="before")
    @classmethod
    def _listed(cls, urls: object) -> object:
        return [urls] if isinstance(urls, str) else urls


class WatermarkAnswer(Answer):
    """The watermark as it was set, or `status` and `message` alone where one was taken away."""

    status: str
    message: str | None = None
    media_urls: list[str] = []
    timing_type: str | None = None
    offset_ms: int | None = None
    duration_ms: int | None = None


class Category(Answer):
    """A category of videos. `id` is what `youTubeOptions.categoryId` takes."""

    id: int
    title: str


class CategoriesAnswer(Answer):
    """The categories of a region."""

    status: str
    categories: list[Category] = []
