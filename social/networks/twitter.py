"""X, on the wire `twitter` (posts.md 10.12): weighted text, long posts, threads, polls."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Annotated, Literal

from pydantic import Field

from social.networks.base import (
    Content,
    Feature,
    FileRule,
    MediaKind,
    MediaRule,
    Network,
    Options,
    Problem,
    TextRule,
    Variant,
)
from social.networks.counting import weighted
from social.networks.fields import MediaSlot
from social.networks.limits import HOUR, MB, at_least, at_most, between, ratio

NO_PREMIUM = 111  # "X: long post without Premium" (posts.md 9.4)


class Poll(Options):
    """A poll; the limits are X's own."""

    duration: int = Field(ge=5, le=10_080, description="How long it runs, in minutes, 5 to 10,080.")
    options: list[Annotated[str, Field(min_length=1, max_length=25)]] = Field(
        min_length=2, max_length=4, description="2 to 4 answers of at most 25 characters."
    )


class TwitterOptions(Options):
    """`twitterOptions`."""

    alt_text: list[Annotated[str, Field(max_length=1_000)]] = Field(
        default=[], description="Alternative text, one per image, at most 1,000 characters each; not for videos."
    )
    block_countries: list[str] = Field(default=[], description="Country codes the media is hidden in.")
    allow_countries: list[str] = Field(default=[], description="Country codes the media is shown in.")
    long_post: bool = Field(default=False, description="Allow 25,000 characters; the account must be Premium.")
    long_video: bool = Field(default=False, description="Allow videos over 140 s; the account must be approved.")
    poll: Poll | None = Field(default=None, description="A poll under the text.")
    quote_tweet_id: str | None = Field(default=None, description="Id of the post that is quoted.")
    reply_to_id: str | None = Field(default=None, description="Id of the post that is answered.")
    reply_settings: Literal["following", "mentioned", "subscribers", "verified"] | None = Field(
        default=None, description="Who may reply; empty: everybody."
    )
    subscribers_only: bool = Field(default=False, description="Show to subscribers only.")
    sub_title_url: str | None = Field(
        default=None, pattern=r"(?i)^https://.+\.srt$", description="URL of the video's captions, https and .srt."
    )
    sub_title_language: str = Field(default="en", description="Language of the captions.")
    sub_title_name: str = Field(default="English", max_length=150, description="Name of the captions.")
    thread: bool = Field(default=False, description="Split the text into a thread of posts.")
    thread_number: bool = Field(default=False, description="End each post of the thread with i/n; needs thread.")
    media_urls: list[MediaSlot] = Field(
        default=[], description="Media per post of the thread: a URL, null for none, or an object of several URLs."
    )


TEXT = TextRule(limit=280, count=weighted, code=NO_PREMIUM)
LONG = TextRule(limit=25_000, count=weighted)
VIDEO = FileRule(
    formats=frozenset({"mp4", "mov"}),
    size=at_most(512 * MB),
    short_side=at_most(1_024),
    long_side=at_most(1_280),
    ratio=ratio(1 / 3, 3),
    duration=between(0.5, 140),
    fps=at_most(60),
)
MEDIA = MediaRule(
    max_images=4,
    max_videos=4,
    max_total=4,
    image=FileRule(
        formats=frozenset({"jpeg", "png", "gif", "webp"}),
        size=at_most(5 * MB),
        short_side=at_least(4),
        long_side=at_most(8_192),
    ),
    video=VIDEO,
)


def _variant(options: TwitterOptions) -> Variant:
    text = LONG if options.long_post else TEXT
    if options.thread:
        text = replace(text, split=True, numbered=options.thread_number)
    duration = between(0.5, 4 * HOUR) if options.long_video else VIDEO.duration
    return Variant(text=text, media=replace(MEDIA, video=replace(VIDEO, duration=duration)))


def _check(content: Content, options: TwitterOptions) -> Iterator[Problem]:
    if options.thread_number and not options.thread:
        yield TWITTER.problem("threadNumber", "has no effect without thread: true", warning=True)
    if options.allow_countries and options.block_countries:
        yield TWITTER.problem("allowCountries", "and blockCountries exclude each other; both are ignored", warning=True)
    if options.alt_text and any(file.kind is MediaKind.VIDEO for file in content.media):
        yield TWITTER.problem("altText", "is for images only; with it the video is not posted, leave it out")


TWITTER = Network(
    name="twitter",
    title="X",
    aliases=frozenset({"x.com", "x/twitter", "x (twitter)"}),
    options_key="twitterOptions",
    options=TwitterOptions,
    text=TEXT,
    media=MEDIA,
    features=frozenset(Feature)
    - {Feature.REPLY_MEDIA, Feature.DISABLE_COMMENTS, Feature.REVIEWS, Feature.STORIES, Feature.SHORT_VIDEO},
    variant=_variant,
    check=_check,
)
