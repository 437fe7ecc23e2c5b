"""The last hand on a text before it is checked: short links, then hashtags (posts.md 3.1).

One text for several networks stays one text: it gets no more hashtags than each of them takes.
"""

from collections.abc import Sequence

from server.answers import ApiError
from server.auth import Caller
from server.store import links
from server.verification.submission import Part, Submission
from social.contract.posts import AutoHashtag
from social.networks import NETWORKS
from social.networks.checks import fit_limit
from social.networks.counting import hashtags as tags_in

MOST_LINKS = 500
MOST_TAGS = 10
# The longest text any network takes in one post (posts.md 12.1).
LONGEST_TAGGED = 63_206


async def finish_texts(caller: Caller, submission: Submission) -> Submission:
    """The submission with the texts that will be published. Raises ApiError 101 for what this server cannot add."""
    body = submission.body
    if body.shorten_links:
        submission = await _shortened(caller, submission)
    if body.auto_hashtag is not None:
        wanted = body.auto_hashtag
        submission = submission.with_texts(lambda text, parts: _tagged(text, parts, wanted))
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
    return submission.with_texts(lambda text, _: short[text])


def _tagged(text: str, parts: Sequence[Part], wanted: AutoHashtag) -> str:
    if len(text) > LONGEST_TAGGED:
        return text
    # Keyword search is slow to import and seldom asked for.
    from pipeline.compose import hashtags  # noqa: PLC0415

    tags = hashtags.suggest(text, most=min(wanted.max, *(_room_for_tags(text, part) for part in parts)))
    while tags and not all(_fits(hashtags.place(text, tags, wanted.position), part) for part in parts):
        tags = tags[:-1]
    return hashtags.place(text, tags, wanted.position)


def _room_for_tags(text: str, part: Part) -> int:
    most = NETWORKS[part.platform].text.max_hashtags
    return MOST_TAGS if most is None else max(0, most - len(tags_in(text)))


def _fits(text: str, part: Part) -> bool:
    network = NETWORKS[part.platform]
    return network.text.count(text) <= fit_limit(network, part.options)
