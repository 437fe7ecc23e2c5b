"""`POST /post/copy`: a stored post as a new request for other networks (posts.md 7.6)."""

from server.answers import ApiError
from server.auth import Caller
from server.store import posts
from server.store.posts import Post
from social.contract.posts import PostCopy, PostRequest

# What a post is, as against when and how it was to be sent.
KEPT = ("mediaUrls", "isVideo", "firstComment", "disableComments", "title", "subreddit")


async def copied(caller: Caller, wanted: PostCopy) -> PostRequest:
    """The request that publishes the post again. Raises ApiError 186 when there is no such post."""
    async with caller.database.read() as connection:
        post = await posts.get(connection, wanted.post_id, profile_id=caller.profile_id)
    if post is None:
        raise ApiError(186, action="post", id=wanted.post_id)
    stored = PostRequest.model_validate(post.request)
    networks = stored.options.keys() | wanted.options.keys()
    options = {name: stored.options.get(name, {}) | wanted.options.get(name, {}) for name in networks}
    body = {name: post.request[name] for name in KEPT if name in post.request}
    return PostRequest.model_validate(
        body
        | {"post": _text(post), "platforms": wanted.platforms, "options": options}
        | {"scheduleDate": wanted.schedule_date, "idempotencyKey": wanted.idempotency_key, "notes": wanted.notes}
    )


def _text(post: Post) -> str | dict[str, str]:
    # As it was published, hashtags and short links included; what another network would have got, as it was sent.
    given = post.request.get("post")
    return given | post.text if isinstance(given, dict) and isinstance(post.text, dict) else post.text
