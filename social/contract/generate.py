"""Texts by a model: posts, rewrites, translations, descriptions of pictures, transcripts, moods (content.md 9)."""

from typing import Any

from pydantic import AliasChoices, Field

from social.contract.base import Answer, Wire

LONGEST = 20_000
"""Characters of a text that is given to the model: our choice, none is published."""


class GeneratePost(Wire):
    """Body of `POST /generate/post`: what to write about, or pictures to write for."""

    text: str | None = Field(default=None, max_length=LONGEST)
    media_urls: list[str] = Field(default=[], max_length=10)
    hashtags: bool = True
    emojis: bool = False
    twitter: bool = False


class GeneratedPost(Answer):
    """A draft; with media one for each of `media_urls`. `usage` are tokens of this call, then of the month."""

    status: str = "success"
    post: str | list[str]
    media_urls: list[str] = []
    usage: int = 0
    total_monthly_usage: int = 0


class RewriteRequest(Wire):
    """Body of `POST /generate/rewrite`."""

    post: str = Field(min_length=1, max_length=LONGEST)
    emojis: bool = False
    hashtags: bool = False
    twitter: bool = False
    rewrites: int = Field(default=5, ge=1, le=5)


class Rewritten(Answer):
    """Variants of a post, at most as many as asked for."""

    status: str = "success"
    post: str
    rewrites: list[str] = []
    usage: int = 0
    total_monthly_usage: int = 0


class TranscriptionRequest(Wire):
    """Body of `POST /generate/transcription`: a video that was uploaded to the API before."""

    video_url: str = Field(min_length=1, max_length=2000)


class Transcription(Answer):
    """What is said in a video, whole and by sentences."""

    status: str = "success"
    transcript: str
    transcript_array: list[str] = []
    video_title: str | None = None
    word_count: int = 0


class TranslationRequest(Wire):
    """Body of `POST /generate/translate`: `lang` is an ISO code such as `de` or `pt-BR`."""

    text: str = Field(min_length=1, max_length=LONGEST)
    lang: str = Field(pattern=r"^[A-Za-z]{2,3}([-_][A-Za-z]{2,4})?$")


class Translation(Answer):
    """A text in another language."""

    status: str = "success"
    original_text: str
    translated_text: str
    lang: str
    usage: int = 0
    total_monthly_usage: int = 0


class AltTextRequest(Wire):
    """Body of `POST /generate/altText`: the https address of a picture, and words that should occur."""

    url: str = Field(min_length=1, max_length=2000)
    keywords: list[str] = Field(default=[], max_length=20)
    lang: str | None = Field(default=None, pattern=r"^[A-Za-z]{2,3}([-_][A-Za-z]{2,4})?$")


class AltText(Answer):
    """What is to be seen in a picture."""

    status: str = "success"
    alt_text: str
    usage: int = 0
    total_monthly_usage: int = 0


class SentimentRequest(Wire):
    """Body of `POST /generate/sentiment`."""

    text: str = Field(min_length=1, max_length=LONGEST, validation_alias=AliasChoices("text", "post"))


class Sentiment(Answer):
    """The mood of a text: `positive`, `neutral` or `negative`, and a score from -1 to 1."""

    status: str = "success"
    sentiment: str
    score: float | None = None
    detail: dict[str, Any] | None = None
