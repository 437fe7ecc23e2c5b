"""Threads (posts.md 10.10): short text with one hashtag, large carousels, threads of posts."""

from collections.abc import Iterator
from dataclasses import replace

from pydantic import Field

from social.networks.base import (
    Content,
    Feature,
    FileRule,
    MediaRule,
    Network,
    Options,
    Problem,
    Quota,
    TextRule,
    Variant,
)
from social.networks.fields import MediaSlot
from social.networks.limits import CONVERTED_WEBP, GB, MB, at_least, at_most, between, ratio


class ThreadsOptions(Options):
    """`threadsOptions`."""

    allow_countries: list[str] = Field(
        default=[], description="Country codes; only where Meta enabled geo restriction for the account (code 101)."
    )
    thread: bool = Field(default=False, description="Split the text into a thread of posts.")
    thread_number: bool = Field(default=False, description="End each post of the thread with i/n; needs thread.")
    media_urls: list[MediaSlot] = Field(
        default=[], description="Media per post of the thread: a URL, null for none, or an object of several URLs."
    )


def _variant(options: ThreadsOptions) -> Variant:
    return Variant(text=replace(TEXT, split=True, numbered=options.thread_number)) if options.thread else Variant()


def _check(content: Content, options: ThreadsOptions) -> Iterator[Problem]:
    del content
    if options.thread_number and not options.thread:
        yield THREADS.problem("threadNumber", "has no effect without thread: true", warning=True)


TEXT = TextRule(limit=500, max_hashtags=1)
THREADS = Network(
    name="threads",
    title="Threads",
    aliases=frozenset({"meta threads"}),
    options_key="threadsOptions",
    options=ThreadsOptions,
    text=TEXT,
    media=MediaRule(
        max_images=20,
        max_videos=20,
        max_total=20,
        mixed=True,
        image=FileRule(
            formats=frozenset({"jpeg", "png"}),
            converted=CONVERTED_WEBP,
            size=at_most(8 * MB),
            width=at_least(320),
            ratio=ratio(1 / 10, 10),
        ),
        video=FileRule(
            formats=frozenset({"mp4", "mov"}),
            size=at_most(1 * GB),
            width=at_most(1_920),
            ratio=ratio(0.01, 10),
            duration=between(0.001, 300),
            fps=between(23, 60),
        ),
    ),
    features=frozenset(
        {
            Feature.COMMENTS,
            Feature.ADD_COMMENT,
            Feature.REPLY,
            Feature.DELETE_COMMENT,
            Feature.DELETE_COMMENT_BY_ID,
            Feature.POST_ANALYTICS,
            Feature.ACCOUNT_ANALYTICS,
            Feature.HISTORY,
            Feature.RICH_TEXT,
            Feature.THREADS,
            Feature.DUPLICATE_CHECK,
        }
    ),
    quotas=(Quota(posts=250),),
    variant=_variant,
    check=_check,
)
