"""History: posts sent or scheduled through the API (content.md 3.1)."""

from typing import Literal

from pydantic import Field

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
    """Query of `GET /history/:id`."""

    search_all_posts: bool = False
