"""YouTube (posts.md 10.13): one video with a title; the text is its description."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Annotated, Literal

from pydantic import Field, field_validator

from social.networks.base import Content, Feature, FileRule, MediaRule, Network, Options, Problem, TextRule, Variant
from social.networks.fields import IsoInstant
from social.networks.limits import GB, MINUTE, at_most, shapes

TAGS_LIMIT = 500


class Targeting(Options):
    """Where the video may be watched."""

    block: list[str] = Field(default=[], description="Country codes it is blocked in.")
    allow: list[str] = Field(default=[], description="Country codes it is allowed in.")


class YouTubeOptions(Options):
    """`youTubeOptions`."""

    title: str | None = Field(
        default=None,
        max_length=100,
        pattern=r"^[^<>]*$",
        description="Title of the video, at most 100 characters, without < and >; required.",
    )
    visibility: Literal["public", "unlisted", "private"] = Field(default="private", description="Who may watch it.")
    thumb_nail: str | None = Field(
        default=None,
        pattern=r"(?i)\.(png|jpe?g)$",
        description="URL of the thumbnail ending in png, jpg or jpeg, under 2 MB; not for Shorts.",
    )
    play_list_id: str | None = Field(default=None, description="One of the channel's playlists.")
    tags: list[Annotated[str, Field(min_length=2)]] = Field(
        default=[], description="Tags of at least 2 characters, at most 500 characters together."
    )
    made_for_kids: bool = Field(default=False, description="The video is made for children.")
    shorts: bool = Field(default=False, description="Publish as a Short; adds #shorts.")
    notify_subscribers: bool = Field(default=True, description="Tell the subscribers.")
    category_id: int = Field(default=24, description="YouTube's number of the category.")
    contains_synthetic_media: bool = Field(default=False, description="The video shows AI made scenes.")
    publish_at: IsoInstant | None = Field(
        default=None, description="When the private video becomes public, ISO 8601 with zone; not with scheduleDate."
    )
    sub_title_url: str | None = Field(
        default=None, pattern=r"(?i)^https://.+\.(srt|sbv)$", description="URL of the captions, https, .srt or .sbv."
    )
    sub_title_language: str = Field(default="en", description="Language of the captions.")
    sub_title_name: str = Field(default="English", max_length=150, description="Name of the captions.")
    targeting: Targeting | None = Field(default=None, description="Where the video may be watched.")

    @field_validator("tags")
    @classmethod
    def _short_enough(cls, tags: list[str]) -> list[str]:
        if (total := sum(map(len, tags))) > TAGS_LIMIT:
            raise ValueError(f"tags have {total} characters together; at most {TAGS_LIMIT}")
        return tags


VIDEO = FileRule(formats=frozenset({"mp4", "mov"}), size=at_most(4 * GB))
MEDIA = MediaRule(required=True, max_videos=1, video=VIDEO)
SHORT = Variant(
    media=replace(MEDIA, video=replace(VIDEO, duration=at_most(3 * MINUTE), advice=FileRule(ratio=shapes((9, 16)))))
)


def _variant(options: YouTubeOptions) -> Variant:
    return SHORT if options.shorts else Variant()


def _check(content: Content, options: YouTubeOptions) -> Iterator[Problem]:
    if not (options.title or "").strip():
        yield YOUTUBE.problem("title", "is missing; every video needs a title of at most 100 characters")
    if options.publish_at and content.scheduled:
        yield YOUTUBE.problem("publishAt", "does not go with scheduleDate; use one of both")
    if options.shorts and options.thumb_nail:
        yield YOUTUBE.problem("thumbNail", "has no effect on a Short", warning=True)


YOUTUBE = Network(
    name="youtube",
    title="YouTube",
    aliases=frozenset({"yt", "you tube"}),
    options_key="youTubeOptions",
    options=YouTubeOptions,
    text=TextRule(limit=5_000, forbidden="<>"),
    media=MEDIA,
    features=frozenset(
        {
            Feature.DELETE,
            Feature.COMMENTS,
            Feature.ADD_COMMENT,
            Feature.REPLY,
            Feature.DELETE_COMMENT,
            Feature.DELETE_COMMENT_BY_ID,
            Feature.POST_ANALYTICS,
            Feature.ACCOUNT_ANALYTICS,
            Feature.HISTORY,
            Feature.SHORT_VIDEO,
            Feature.DUPLICATE_CHECK,
        }
    ),
    variant=_variant,
    check=_check,
)
