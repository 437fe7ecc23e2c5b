"""Posts: create, check, read, change, delete, retry (posts.md 3–7)."""

from social.client.http import Http
from social.contract import routes
from social.contract.posts import (
    DeleteAnswer,
    PostAnswer,
    PostDelete,
    PostRequest,
    PostRetry,
    PostUpdate,
    RetryAnswer,
    StoredPost,
    UpdateAnswer,
    ValidateAnswer,
)


class Posts:
    """The posts of a profile. Every method raises the errors of `social.errors`."""

    def __init__(self, http: Http) -> None:
        self._http = http

    async def create(self, post: PostRequest | str | bytes) -> PostAnswer:
        """Publish now or schedule. Text or bytes are a JSON body already, and go out as they are.

        An answer with status `error` is returned, not raised: its lists say which networks took the post. Raises
        KeySeen when the `idempotencyKey` was used before.
        """
        return await self._http.call(routes.CREATE_POST, body=post)

    async def validate(self, post: PostRequest | str | bytes) -> ValidateAnswer:
        """Check a post without sending or storing it. A post that would be refused is an answer with status `error`."""
        return await self._http.call(routes.VALIDATE_POST, body=post)

    async def get(self, post_id: str) -> StoredPost:
        """One post by its id. Raises Refused (code 186) when it is unknown."""
        return await self._http.call(routes.GET_POST, path={"id": post_id})

    async def update(self, change: PostUpdate) -> UpdateAnswer:
        """Approve, pause, reschedule or annotate a post."""
        return await self._http.call(routes.UPDATE_POST, body=change)

    async def delete(self, what: PostDelete) -> DeleteAnswer:
        """Delete one post, several, or all scheduled ones; for the latter two see `results`."""
        return await self._http.call(routes.DELETE_POST, body=what)

    async def retry(self, post_id: str) -> RetryAnswer:
        """Send a post in status `error` once more. Its result comes later, as for a scheduled post."""
        return await self._http.call(routes.RETRY_POST, body=PostRetry(id=post_id))
