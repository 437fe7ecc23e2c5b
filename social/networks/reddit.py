"""Reddit (posts.md 10.7): a text, a link or one image, always with a title, into one subreddit."""

from collections.abc import Iterator
from dataclasses import replace

from pydantic import Field

from social.networks.base import Content, Feature, FileRule, MediaRule, Network, Options, Problem, TextRule, Variant
from social.networks.limits import MB, at_most


class RedditOptions(Options):
    """`redditOptions`."""

    title: str | None = Field(
        default=None, max_length=300, description="Title of the post, at most 300 characters; required."
    )
    subreddit: str | None = Field(
        default=None,
        pattern=r"^[^/\s]+$",
        description="Target, without a leading /r/; required.",
    )
    link: str | None = Field(default=None, description="URL of a link post; an image URL shows as the image.")
    # The contract knows the lookup of flairs but not the key that carries one; this is our choice (posts.md 13.1).
    flair_id: str | None = Field(default=None, description="Flair id from the flair lookup.")


def _variant(options: RedditOptions) -> Variant:
    return Variant(text=replace(TEXT, ignored=True)) if options.link else Variant()


def _check(content: Content, options: RedditOptions) -> Iterator[Problem]:
    if not (options.title or "").strip():
        yield REDDIT.problem("title", "is missing; every post needs a title of at most 300 characters")
    if not options.subreddit:
        yield REDDIT.problem("subreddit", "is missing; name the target without /r/")
    if content.media and content.text.strip():
        message = f"{REDDIT.title}: post is not shown beside an image; put the words into redditOptions.title"
        yield Problem(code=REDDIT.code, message=message, warning=True)


TEXT = TextRule(limit=5_000, empty_alone=True, hashtag_friendly=False)
REDDIT = Network(
    name="reddit",
    title="Reddit",
    options_key="redditOptions",
    options=RedditOptions,
    text=TEXT,
    media=MediaRule(
        max_images=1,
        image=FileRule(formats=frozenset({"jpeg", "png", "gif", "webp"}), size=at_most(10 * MB)),
    ),
    features=frozenset(
        {Feature.DELETE, Feature.ADD_COMMENT, Feature.DELETE_COMMENT, Feature.POST_ANALYTICS, Feature.ACCOUNT_ANALYTICS}
    ),
    comment_limit=10_000,
    variant=_variant,
    check=_check,
)
