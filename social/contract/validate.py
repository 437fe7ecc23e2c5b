"""Checks beside that of a whole post: lengths, JSON, content, subreddits (posts.md 7.3–7.7)."""

from typing import Any

from pydantic import Field

from social.contract.base import Answer, Wire


class LengthRequest(Wire):
    """Body of `POST /post/checkPostWeight`."""

    post: str


class LengthAnswer(Answer):
    """How long a text is for each network, in its own counting, and whether it takes it (posts.md 7.5)."""

    twitter_weighted_length: int
    bluesky_weighted_length: int
    instagram_weighted_length: int
    tik_tok_weighted_length: int
    linked_in_weighted_length: int
    facebook_weighted_length: int
    pinterest_weighted_length: int
    youtube_weighted_length: int
    gmb_weighted_length: int
    twitter_valid: bool
    twitter_long_valid: bool
    facebook_valid: bool
    gmb_valid: bool
    instagram_valid: bool
    linked_in_valid: bool
    pinterest_valid: bool
    reddit_valid: bool
    tik_tok_valid: bool
    youtube_valid: bool
    max_char_limits: dict[str, int] = {}


class ModerationRequest(Wire):
    """Body of `POST /validate/moderation`."""

    text: str
    image_url: str | None = Field(default=None, pattern="^https://")


class ModerationAnswer(Answer):
    """What a moderation model says, by its own categories (posts.md 7.3)."""

    status: str
    results: dict[str, Any] = {}


class SubredditAnswer(Answer):
    """Whether a subreddit exists (posts.md 7.7)."""

    status: str
    exists: bool
