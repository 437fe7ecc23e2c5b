"""Comments on posts: read, written, answered, deleted (content.md 12). One top-level key per network."""

from typing import Any

from pydantic import Field, model_validator

from social.contract.base import Answer, Instant, Wire
from social.contract.posts import ErrorItem
from social.networks import NETWORKS


class CommentRequest(Wire):
    """Body of `POST /comments`. `id` is the API's id of the post, or the network's own with `search_platform_id`.

    Without `platforms` every network of the post gets the comment; `random_comment` lets the server make one up.
    """

    id: str
    comment: str | None = None
    platforms: list[str] = []
    search_platform_id: bool = False
    media_urls: list[str] = []
    random_comment: bool = False


class ReplyRequest(Wire):
    """Body of `POST /comments/reply`: the API's id of a comment, or the network's own with `search_platform_id`.

    By the network's own id TikTok needs `video_id` and LinkedIn `comment_urn` too. `obj_response` changes nothing here.
    """

    comment_id: str = ""
    comment: str | None = None
    platforms: list[str] = []
    search_platform_id: bool = False
    video_id: str | None = None
    comment_urn: str | None = None
    media_urls: list[str] = []
    obj_response: bool = False
    random_comment: bool = False


class CommentsQuery(Wire):
    """Query of `GET /comments/:id`. With `search_platform_id` the id is the network's own, of the network `platform`.

    With `comment_id` beside it, it is that of a comment, whose replies are read.
    """

    id: str = ""
    search_platform_id: bool = False
    comment_id: bool = False
    platform: str | None = None


class CommentDelete(Wire):
    """Body of `DELETE /comments/:id`. With `search_platform_id` the id is the network's own, on one network."""

    search_platform_id: bool = False
    platform: str | None = None
    platforms: list[str] = []


class Comment(Answer):
    """One comment. `user` is its author, however the network names them; replies are nested where the network does."""

    comment_id: str
    comment: str = ""
    created: Instant | None = None
    platform: str | None = None
    post_id: str | None = None
    user_name: str | None = None
    from_: dict[str, Any] = Field(alias="from", default_factory=dict)
    like_count: int | None = None
    comment_urn: str | None = None
    parent_id: str | None = None
    replies: list["Comment"] = []

    @model_validator(mode="before")
    @classmethod
    def _alike(cls, data: object) -> object:
        if not isinstance(data, dict):
            return data
        author = data.get("from") or {}
        named = {
            "created": data.get("createTime"),
            "userName": data.get("username") or author.get("username") or author.get("name") or data.get("displayName"),
            "parentId": next((one.get("id") for one in data.get("referencedTweets") or []), None),
        }
        return {key: value for key, value in named.items() if value} | data


class WrittenComment(Answer):
    """What became of a comment on one network. `source_comment_id` is the comment that a reply answers."""

    status: str = "success"
    comment_id: str | None = None
    comment: str | None = None
    comment_urn: str | None = None
    source_comment_id: str | None = None
    platform: str | None = None


class _ByNetwork(Answer):
    status: str = "success"
    id: str | None = None
    errors: list[ErrorItem] = []

    def _given(self) -> dict[str, Any]:
        return {name: value for name, value in (self.model_extra or {}).items() if name in NETWORKS}


class CommentAnswer(_ByNetwork):
    """Answer of writing: `id` of the post, `comment_id` of the comment on all networks, then a key per network."""

    comment_id: str | None = None

    @property
    def networks(self) -> dict[str, WrittenComment]:
        """The networks that took it, by name."""
        return {name: WrittenComment.model_validate(value) for name, value in self._given().items()}


class CommentsAnswer(_ByNetwork):
    """Answer of reading: a list per network, newest first. Data are up to ten minutes old, until `next_update`."""

    last_updated: str | None = None
    next_update: str | None = None

    @property
    def networks(self) -> dict[str, list[Comment]]:
        """Comments by network."""
        return {name: [Comment.model_validate(one) for one in value] for name, value in self._given().items()}


class CommentsDeleted(_ByNetwork):
    """Answer of deleting: per network `{action, status, id, comment}`, or a list where several were deleted."""
