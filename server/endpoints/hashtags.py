"""`/hashtags`: found for a text, recommended, searched, checked (content.md 7)."""

import re
from typing import Any

from pipeline.compose.hashtags import place, suggest
from server.answers import ApiError
from server.auth import Caller
from server.delivery.hashtags import HIDDEN, recommended, tag_id, tagged
from server.routing import handles
from server.store import hashtags as store
from social.contract.hashtags import HashtagKeyword, HashtagQuery, HashtagsAnswer, HashtagSearch, HashtagsRequest
from social.contract.routes import AUTO_HASHTAGS, BANNED_HASHTAGS, RECOMMEND_HASHTAGS, SEARCH_HASHTAGS

ACTION = "hashtags"
LONGEST = 1000
_TAG = re.compile(r"\w+")


@handles(AUTO_HASHTAGS)
async def auto(_caller: Caller, body: HashtagsRequest) -> HashtagsAnswer:
    """Add up to `max` hashtags; a text over 1,000 characters comes back unchanged, without an error."""
    if len(body.post) > LONGEST:
        return HashtagsAnswer(post=body.post)
    tags = suggest(body.post, most=body.max, language=body.language)
    return HashtagsAnswer(post=place(body.post, tags, body.position))


@handles(RECOMMEND_HASHTAGS)
async def recommend(caller: Caller, query: HashtagKeyword) -> dict[str, Any]:
    """Tags around a keyword with views; the numbers are the sandbox's. Needs a linked TikTok account."""
    keyword = _tag(query.keyword, "keyword")
    _require(caller, "tiktok")
    found = [{"name": name, "viewCount": views} for name, views in recommended(keyword)]
    return {"status": "success", "keyword": keyword, "recommendations": found}


@handles(SEARCH_HASHTAGS)
async def search(caller: Caller, query: HashtagSearch) -> dict[str, Any]:
    """Posts of strangers with a tag. Raises ApiError 101 for a sensitive one, 402 for the 31st in seven days."""
    tag = _tag(query.keyword, "keyword")
    _require(caller, "instagram")
    if tag in HIDDEN:
        raise ApiError(101, f"keyword: Instagram does not search for #{tag}.", action=ACTION)
    async with caller.database.begin() as connection:
        if not await store.search(connection, caller.profile_id, tag, caller.now):
            message = f"Instagram allows {store.MOST} different tags in seven days; repeat one of them, or wait."
            raise ApiError(402, message, action=ACTION)
    base, recent = caller.settings.public_url, query.search_type == "recent"
    found = [
        {name: value for name, value in one.items() if value is not None}
        for one in tagged(tag, caller.now, base, recent=recent)
    ]
    if not recent:
        found.sort(key=lambda one: -one["likeCount"])
    return {"status": "success", "hashtag": {"id": tag_id(tag), "name": tag}, "searchResults": found}


@handles(BANNED_HASHTAGS)
async def banned(_caller: Caller, query: HashtagQuery) -> dict[str, Any]:
    """Whether a tag is on the list of those that were reported as hidden."""
    tag = _tag(query.hashtag, "hashtag")
    return {"status": "success", "hashtag": tag, "banned": tag in HIDDEN}


def _tag(given: str, field: str) -> str:
    tag = "".join(given.split()).removeprefix("#").lower()
    if not _TAG.fullmatch(tag):
        raise ApiError(101, f"{field}: {given[:50]!r} is no hashtag: letters, digits and _ only.", action=ACTION)
    return tag


def _require(caller: Caller, platform: str) -> None:
    if platform not in caller.linked:
        raise ApiError(156, action=ACTION, platform=platform)
