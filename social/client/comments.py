"""Comments on posts (content.md 12)."""

from social.client.http import Http
from social.contract import routes
from social.contract.comments import (
    CommentAnswer,
    CommentDelete,
    CommentRequest,
    CommentsAnswer,
    CommentsDeleted,
    CommentsQuery,
    ReplyRequest,
)


class Comments:
    """Comments of a profile's posts. Status `partial` is an answer: see its `errors`. Raises `social.errors`."""

    def __init__(self, http: Http) -> None:
        self._http = http

    async def create(self, comment: CommentRequest) -> CommentAnswer:
        """Comment on a post. Not repeated by itself: a lost answer may have been a comment."""
        return await self._http.call(routes.POST_COMMENT, body=comment)

    async def list(self, post_id: str, query: CommentsQuery | None = None) -> CommentsAnswer:
        """Comments on a post, newest first; empty lists where there are none."""
        return await self._http.call(routes.GET_COMMENTS, path={"native_id": post_id}, query=query)

    async def reply(self, comment_id: str, reply: ReplyRequest) -> CommentAnswer:
        """Answer a comment. Not repeated by itself."""
        return await self._http.call(routes.REPLY_COMMENT, path={"native_id": comment_id}, body=reply)

    async def delete(self, comment_id: str, delete: CommentDelete | None = None) -> CommentsDeleted:
        """Delete a comment, or by the id of a post all that were sent through the API under it."""
        return await self._http.call(routes.DELETE_COMMENTS, path={"native_id": comment_id}, body=delete)
