"""Posts: create, check, read, change, delete, retry, copy (posts.md 3–8)."""

from social.client.http import Http
from social.contract import routes
from social.contract.posts import (
    BulkAnswer,
    DeleteAnswer,
    PostAnswer,
    PostCopy,
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

    async def copy(self, copy: PostCopy) -> PostAnswer:
        """Publish or schedule a stored post on other networks. Answers as `create` does."""
        return await self._http.call(routes.COPY_POST, body=copy)

    async def bulk(self, csv: str | bytes) -> BulkAnswer:
        """Schedule the rows of a CSV file with the columns post, platforms, mediaUrls and scheduleDate.

        A row that was refused is an answer with status `error` among `posts`. Raises Refused for a file that cannot be
        read; then nothing is scheduled.
        """
        return await self._http.call(routes.BULK_POST, body=csv)
