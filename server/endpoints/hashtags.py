"""`POST /hashtags/auto`: a text with hashtags for what it is about (content.md 7)."""

from pipeline.compose.hashtags import place, suggest
from server.auth import Caller
from server.routing import handles
from social.contract.hashtags import HashtagsAnswer, HashtagsRequest
from social.contract.routes import AUTO_HASHTAGS

LONGEST = 1000


@handles(AUTO_HASHTAGS)
async def auto(_caller: Caller, body: HashtagsRequest) -> HashtagsAnswer:
    """Add up to `max` hashtags; a text over 1,000 characters comes back unchanged, without an error."""
    if len(body.post) > LONGEST:
        return HashtagsAnswer(post=body.post)
    tags = suggest(body.post, most=body.max, language=body.language)
    return HashtagsAnswer(post=place(body.post, tags, body.position))
