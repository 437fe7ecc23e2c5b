"""The last hand on a text before it is checked: short links, then hashtags (posts.md 3.1)."""

from server.answers import ApiError
from server.auth import Caller
from server.store import links
from server.verification.submission import Submission
from social.contract.posts import AutoHashtag

MOST_LINKS = 500
# The longest text any network takes in one post (posts.md 12.1).
LONGEST_TAGGED = 63_206


async def finish_texts(caller: Caller, submission: Submission) -> Submission:
    """The submission with the texts that will be published. Raises ApiError 101 for what this server cannot add."""
    body = submission.body
    if body.unsplash or body.random_media_url:
        raise ApiError(101, "unsplash, randomMediaUrl: this server has no photo library; send mediaUrls.")
    if body.shorten_links:
        submission = await _shortened(caller, submission)
    if body.auto_hashtag is not None:
        wanted = body.auto_hashtag
        submission = submission.with_texts(lambda text: _tagged(text, wanted))
    return submission


async def _shortened(caller: Caller, submission: Submission) -> Submission:
    short: dict[str, str] = {}
    if any(part.text.count("://") > MOST_LINKS for part in submission.parts):
        raise ApiError(101, f"shortenLinks: the text has more than {MOST_LINKS} links.")
    async with caller.database.begin() as connection:
        for text in {part.text for part in submission.parts}:
            short[text] = await links.shorten_text(
                connection, caller.profile_id, text, caller.now, caller.settings.public_url
            )
    return submission.with_texts(short.__getitem__)


def _tagged(text: str, wanted: AutoHashtag) -> str:
    if len(text) > LONGEST_TAGGED:
        return text
    # Keyword search is slow to import and seldom asked for.
    from pipeline.compose import hashtags  # noqa: PLC0415

    tags = hashtags.suggest(text, most=wanted.max)
    return hashtags.place(text, tags, wanted.position)
