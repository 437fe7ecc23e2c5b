"""Short links and their clicks (content.md 8, analytics.md 6)."""

from typing import Annotated

from pydantic import model_validator

from social.contract.base import Answer, OneOrMore, Wire


class LinkRequest(Wire):
    """Body of `POST /links`. `url` must be https; the utm fields are appended to it."""

    url: str
    utm_id: str | None = None
    utm_source: str | None = None
    utm_medium: str | None = None
    utm_campaign: str | None = None
    utm_term: str | None = None
    utm_content: str | None = None


class Link(Answer):
    """A short link. `id` is the last part of `short_url`; the same URL always yields the same link."""

    status: str = "success"
    id: str
    short_url: str
    original_url: str
    created: str | None = None


class LinkUpdate(Wire):
    """Body of `PUT /links/:id`: the new destination."""

    url: str


class LinksQuery(Wire):
    """Dates as `YYYY-MM-DD` in UTC: links created in, clicks counted in (content.md 8.3)."""

    from_created_date: str | None = None
    to_created_date: str | None = None
    from_click_date: str | None = None
    to_click_date: str | None = None


class LinkStats(Answer):
    """Clicks of one link, by browser, referrer and social network."""

    id: str
    short_url: str
    original_url: str
    created: str | None = None
    total_clicks: int = 0
    browser_counts: dict[str, int] = {}
    referer_counts: dict[str, int] = {}
    social_clicks: dict[str, int] = {}


class LinksAnswer(Answer):
    """Answer of `GET /links` and `GET /links/:id`: always read as a list, newest first."""

    status: str = "success"
    analytics: Annotated[list[LinkStats], OneOrMore] = []

    @model_validator(mode="before")
    @classmethod
    def _listed(cls, data: object) -> object:
        if isinstance(data, dict) and isinstance(data.get("analytics"), dict):
            return data | {"analytics": [data["analytics"]]}
        return data
