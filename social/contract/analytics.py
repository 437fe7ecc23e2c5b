"""Analytics: metrics of posts and accounts (analytics.md 3–5). Partial failure is HTTP 200 with `status: partial`."""

from collections.abc import Iterator
from typing import Any

from pydantic import Field, field_validator

from social.contract.base import Answer, Wire
from social.contract.posts import ErrorItem
from social.networks import NETWORKS


class PostAnalyticsRequest(Wire):
    """Body of `POST /analytics/post`. With `search_platform_id` the id is the network's own and needs one platform."""

    id: str
    platforms: list[str] | None = None
    search_platform_id: bool = False


class LinkDaysQuery(Wire):
    """Query of `GET /analytics/links` (analytics.md 6.3): how many days back clicks are counted."""

    last_days: int = Field(default=1, ge=1, le=30)


class LinkEvents(Answer):
    """Clicks of one short link: `link_event_stats` holds `{event, platform, count}` by where they came from."""

    link: str
    short_link: str
    created: str | None = None
    link_event_stats: list[dict[str, Any]] = []


class SocialAnalyticsRequest(Wire):
    """Body of `POST /analytics/social` (analytics.md 4.1). `quarters` below 1 do not filter."""

    platforms: list[str]
    quarters: int | None = Field(default=None, le=4)
    daily: bool = False
    period60_days: bool = Field(default=False, alias="period60Days")
    youtube: dict[str, bool] | None = None
    user_id: str | None = None
    user_name: str | None = None


class NetworkAnalytics(Answer):
    """One network's block. `analytics` is an open map; an absent metric is absent, never 0 (analytics.md 0).

    Snapchat's may be an array with the numbers in its first element (analytics.md 4.2): read here as that element.
    """

    id: str | None = None
    post_url: str | None = None
    analytics: dict[str, Any] = {}
    last_updated: str | None = None
    next_update: str | None = None

    @field_validator("analytics", mode="before")
    @classmethod
    def _first(cls, value: object) -> object:
        return (value[0] if value else {}) if isinstance(value, list) else value


class AnalyticsAnswer(Answer):
    """Answer of both analytics calls: one top-level key per network."""

    status: str
    id: str | None = None
    errors: list[ErrorItem] = []

    def networks(self) -> Iterator[tuple[str, NetworkAnalytics]]:
        """The networks' blocks by name: one each, several for an X thread (analytics.md 3.2)."""
        for name, value in (self.model_extra or {}).items():
            if name in NETWORKS:
                for block in value if isinstance(value, list) else [value]:
                    yield name, NetworkAnalytics.model_validate(block)
