"""History: posts sent or scheduled through the API (content.md 3), and what a network itself shows."""

from typing import Literal

from pydantic import Field, model_validator

from social.contract.base import Answer, Instant, Wire
from social.contract.posts import StoredPost

Status = Literal["success", "error", "processing", "pending", "paused", "deleted", "awaiting approval"]


class HistoryQuery(Wire):
    """Query of `GET /history`. `last_days=0` means everything; both dates together replace `last_days`."""

    limit: int = Field(default=25, ge=1, le=1000)
    last_days: int = Field(default=30, ge=0)
    start_date: Instant | None = None
    end_date: Instant | None = None
    platforms: list[str] | None = None
    status: Status | None = None
    type: Literal["immediate", "scheduled"] | None = None
    auto_repost_id: str | None = None


class History(Answer):
    """Newest first. An empty history is the API's code 221, which the client turns into an empty list."""

    history: list[StoredPost] = []
    count: int = 0
    ref_id: str | None = None
    last_updated: str | None = None
    next_update: str | None = None


class HistoryIdQuery(Wire):
    """Query of `GET /history/:id`. With `search_platform_id` the id is the network's own, of the network `platform`."""

    search_all_posts: bool = False
    search_platform_id: bool = False
    platform: str | None = None


class NetworkHistoryQuery(Wire):
    """Query of `GET /history/:platform` (content.md 3.4).

    Facebook only: `page_published`, `since`, `until`; Facebook and Instagram: `data_type`; X only: somebody else's
    timeline by `user_id` or `user_name`, not with a Profile-Key. `next` is the cursor of the page before.
    """

    limit: int = Field(default=10, ge=1, le=500)
    skip_analytics: bool = False
    page_published: bool = False
    since: Instant | None = None
    until: Instant | None = None
    data_type: Literal["posts", "stories"] | None = None
    user_id: str | None = None
    user_name: str | None = None
    next: str | None = None


class NetworkPost(Answer):
    """A post as the network itself shows it; its metrics are further keys, named as in post analytics.

    A post that could not be read has `code` 187 and no `id`. Threads' own names (`text`, `timestamp`, `permalink`)
    are read as `post`, `created` and `post_url` too.
    """

    id: str | None = None
    created: Instant | None = None
    post: str | None = None
    post_url: str | None = None
    code: int | None = None

    @model_validator(mode="before")
    @classmethod
    def _native_names(cls, data: object) -> object:
        if not isinstance(data, dict):
            return data
        named = {ours: data[theirs] for theirs, ours in _THREADS.items() if theirs in data and ours not in data}
        return named | data


_THREADS = {"text": "post", "timestamp": "created", "permalink": "postUrl"}


class Pagination(Answer):
    """Whether there is more, and the cursor that asks for it."""

    has_more: bool = False
    next: str | None = None


class Meta(Answer):
    """What goes with a page."""

    pagination: Pagination = Pagination()


class NetworkHistory(Answer):
    """Posts of the linked account, newest first, those not sent through the API included."""

    status: str = "success"
    posts: list[NetworkPost] = []
    meta: Meta = Meta()
    last_updated: str | None = None
    next_update: str | None = None
