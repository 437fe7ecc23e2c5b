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
