"""LinkedIn pages and people (posts.md 10.5): long text, images, one video or one document."""

from typing import Literal

from pydantic import Field

from social.networks.base import Feature, FileRule, MediaRule, Network, Options, Quota, TextRule
from social.networks.limits import CONVERTED_WEBP, MB, MINUTE, at_most, between, ratio

# "LinkedIn image too large" (posts.md 9.4).
TOO_LARGE = 254


class Targeting(Options):
    """The audience of a page's post, at least 300 followers together."""

    countries: list[str] = Field(default=[], description="Countries.")
    seniorities: list[str] = Field(default=[], description="Seniority levels.")
    degrees: list[str] = Field(default=[], description="Academic degrees.")
    fields_of_study: list[str] = Field(default=[], description="Fields of study.")
    industries: list[str] = Field(default=[], description="Industries.")
    job_functions: list[str] = Field(default=[], description="Job functions.")
    staff_count_ranges: list[str] = Field(default=[], description="Company sizes.")


class LinkedInOptions(Options):
    """`linkedInOptions`."""

    alt_text: list[str] = Field(default=[], description="Alternative text, one per image, in order.")
    titles: list[str] = Field(default=[], description="Title, one per image or video, in order.")
    title: str | None = Field(
        default=None, max_length=400, description="Title of the document, at most 400 characters; else its file name."
    )
    thumb_nail: str | None = Field(
        default=None,
        pattern=r"(?i)\.(png|jpe?g)([?#].*)?$",
        description="URL of the video's cover, .png or .jpg, same dimensions as the video, under 10 MB.",
    )
    visibility: Literal["public", "connections", "loggedin"] = Field(
        default="public", description="Who sees the post; connections only for people, not pages."
    )
    disable_share: bool = Field(default=False, description="Forbid resharing.")
    targeting: Targeting | None = Field(default=None, description="Audience of the post.")


LINKEDIN = Network(
    name="linkedin",
    title="LinkedIn",
    aliases=frozenset({"li", "linked in"}),
    options_key="linkedInOptions",
    options=LinkedInOptions,
    text=TextRule(limit=3_000),
    media=MediaRule(
        max_images=9,
        max_videos=1,
        max_documents=1,
        max_total=9,
        image=FileRule(
            formats=frozenset({"jpeg", "png", "gif"}),
            converted=CONVERTED_WEBP,
            size=at_most(5 * MB),
            # "fewer than 36,152,320 pixels".
            pixels=at_most(36_152_319),
            size_code=TOO_LARGE,
        ),
        video=FileRule(
            formats=frozenset({"mp4"}),
            size=at_most(500 * MB),
            duration=between(3, 30 * MINUTE),
            ratio=ratio(1 / 2.4, 2.4),
        ),
        document=FileRule(
            formats=frozenset({"ppt", "pptx", "doc", "docx", "pdf"}),
            size=at_most(100 * MB),
            pages=at_most(300),
        ),
    ),
    features=frozenset(
        {
            Feature.DELETE,
            Feature.COMMENTS,
            Feature.ADD_COMMENT,
            Feature.REPLY,
            Feature.REPLY_MEDIA,
            Feature.REPLY_BY_ID,
            Feature.DELETE_COMMENT,
            Feature.COMMENT_MEDIA,
            Feature.DISABLE_COMMENTS,
            Feature.POST_ANALYTICS,
            Feature.ACCOUNT_ANALYTICS,
            Feature.HISTORY,
            Feature.ALT_TEXT,
            Feature.RICH_TEXT,
            Feature.DUPLICATE_CHECK,
        }
    ),
    quotas=(Quota(posts=150),),
    comment_limit=1_250,
)
