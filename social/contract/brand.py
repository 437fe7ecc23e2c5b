"""Other people's accounts and what is said: look-up, search, listening (content.md 10)."""

from typing import Any, Literal

from pydantic import Field

from social.contract.base import Answer, Wire
from social.contract.posts import ErrorItem


class BrandQuery(Wire):
    """Query of `GET /brand/byUser`: networks, and for each the name of an account, with or without `@`."""

    platforms: list[str] = []
    bluesky_user: str | None = None
    facebook_user: str | None = None
    instagram_user: str | None = None
    linkedin_user: str | None = Field(default=None, alias="linkedinUser")
    pinterest_user: str | None = None
    reddit_user: str | None = None
    snapchat_user: str | None = None
    telegram_user: str | None = None
    threads_user: str | None = None
    tiktok_user: str | None = Field(default=None, alias="tiktokUser")
    twitter_user: str | None = None
    youtube_user: str | None = Field(default=None, alias="youtubeUser")

    def name_on(self, platform: str) -> str:
        """The account asked for on a network, empty for none."""
        given: str | None = getattr(self, f"{platform}_user", None)
        return (given or "").strip().removeprefix("@")


class Brands(Answer):
    """What is public of the accounts: one top-level key per network."""

    status: str
    errors: list[ErrorItem] = []


class BrandSearch(Wire):
    """Query of `GET /brand/search/…`. `query` is another spelling."""

    search: str | None = Field(default=None, max_length=200)
    query: str | None = Field(default=None, max_length=200)


class FoundBrands(Answer):
    """Pages or members whose names fit: `{id, name, …}` each."""

    status: str = "success"
    results: list[dict[str, Any]] = []


class ListenQuery(Wire):
    """Query of `GET /listen/keyword`."""

    query: str = Field(min_length=1, max_length=500)
    platform: Literal["twitter"] = "twitter"
    limit: int = Field(default=15, ge=1, le=100)


class Heard(Answer):
    """Public posts of X with the keyword, newest first."""

    status: str = "success"
    platform: str
    query: str
    tweets: list[dict[str, Any]] = []
