"""Checks without a post: lengths, JSON, content, subreddits (posts.md 7.3–7.7)."""

import asyncio
from typing import Any

from pydantic_core import from_json

from server.answers import ApiError, Reply
from server.auth import Caller
from server.bytes_of import media_bytes
from server.delivery import reddit
from server.model import model_of, without_model
from server.parsing import read_bytes
from server.pictures import MOST_PICTURE, data_uri
from server.routing import handles
from server.verification.submission import bounded_text
from social.contract.routes import CHECK_CONTENT, CHECK_JSON, CHECK_LENGTH, CHECK_SUBREDDIT
from social.contract.validate import LengthAnswer, LengthRequest, ModerationRequest, SubredditAnswer
from social.networks import NETWORKS
from social.networks.twitter import LONG

COUNTED = {
    "twitter": "twitter",
    "bluesky": "bluesky",
    "instagram": "instagram",
    "tiktok": "tikTok",
    "linkedin": "linkedIn",
    "facebook": "facebook",
    "pinterest": "pinterest",
    "youtube": "youtube",
    "gmb": "gmb",
}
"""Networks whose length is told, as the answer's keys spell them."""

# The length of a comment; a post takes 5,000 (posts.md 10.7).
REDDIT_LIMIT = 10_000


@handles(CHECK_LENGTH)
async def length(_caller: Caller, body: LengthRequest) -> LengthAnswer:
    """The text in the counting of each network. Threads, Snapchat and Telegram are not in this answer."""
    text = bounded_text(body.post)
    counted = {name: NETWORKS[name].text.count(text) for name in COUNTED}
    limits = {name: NETWORKS[name].text.limit for name in COUNTED} | {"reddit": REDDIT_LIMIT}
    valid = {f"{spelled}Valid": counted[name] <= limits[name] for name, spelled in COUNTED.items() if name != "bluesky"}
    valid |= {"redditValid": len(text) <= REDDIT_LIMIT, "twitterLongValid": counted["twitter"] <= LONG.limit}
    lengths = {f"{spelled}WeightedLength": counted[name] for name, spelled in COUNTED.items()}
    return LengthAnswer.model_validate(lengths | valid | {"maxCharLimits": limits | {"twitterLong": LONG.limit}})


@handles(CHECK_JSON, raw=True)
async def json(caller: Caller) -> Reply:
    """Whether the body, whatever its type, is JSON."""
    try:
        from_json(await read_bytes(caller.request), allow_inf_nan=False)
    except ValueError as error:
        refused = ApiError(101, f"Not valid JSON: {error}.", action="validate")
        return Reply(refused.body(), refused.status)
    return Reply({"status": "success", "message": "Valid JSON."})


@handles(CHECK_CONTENT)
async def moderation(caller: Caller, body: ModerationRequest) -> dict[str, Any]:
    """What the operator's model says. Refused where there is none: a guess would pass for a judgement."""
    text = bounded_text(body.text, "text")
    model = model_of(caller.settings, "validate/moderation")
    if model is None:
        raise without_model("validate/moderation", "moderation")
    try:
        picture = None
        if body.image_url:
            data = await media_bytes(caller, body.image_url, "imageUrl", most=MOST_PICTURE, action="moderation")
            picture = await asyncio.to_thread(data_uri, data, body.image_url)
        return {"status": "success", "results": await model.moderate(text, picture)}
    finally:
        await model.close()


@handles(CHECK_SUBREDDIT)
async def subreddit(_caller: Caller, name: str) -> SubredditAnswer:
    """Whether a subreddit exists."""
    return SubredditAnswer(status="success", exists=reddit.exists(name))
