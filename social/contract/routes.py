"""The catalogue of the contract: every call once, with its paths, its models and what a client may expect of it.

Client methods, server routes, OpenAPI and the round-trip test all come from here.
"""

from dataclasses import dataclass
from typing import Generic, Literal

from typing_extensions import TypeVar

from social.contract import analytics, auto_schedule, hashtags, history, links, media, posts, user
from social.contract.base import Answer, Wire

Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]


A_co = TypeVar("A_co", bound=Answer, covariant=True, default=Answer)


@dataclass(frozen=True, slots=True, kw_only=True)
class Route(Generic[A_co]):
    """One call. `aliases` are older spellings as (method, path). `{id}` in a path is a path parameter.

    `body` and `query` are the request models. `verdict_keys` mark calls whose answer model itself may say `error` (a
    post refused by some networks, a stored post that failed): with one of these keys the body is an answer, whatever
    its HTTP status. `creates` marks calls that must never be repeated blindly, `reads` those that change nothing.
    `empty_code` is the error code that means "nothing there". `source` names the contract section.
    """

    name: str
    method: Method
    path: str
    answer: type[A_co]
    source: str
    body: type[Wire] | None = None
    query: type[Wire] | None = None
    aliases: tuple[tuple[Method, str], ...] = ()
    listed: bool = False
    verdict_keys: frozenset[str] = frozenset()
    creates: bool = False
    reads: bool = False
    empty_code: int | None = None
    summary: str = ""

    @property
    def judged(self) -> bool:
        """Whether an answer with `status: error` may be the answer model itself."""
        return bool(self.verdict_keys)

    @property
    def repeatable(self) -> bool:
        """Whether the call may be sent again without asking what became of the first one."""
        return self.reads or self.method == "GET"

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


_POST_VERDICT = frozenset({"postIds", "errors"})
_STORED_POST = frozenset({"platforms", "created"})


CREATE_POST = Route(
    name="posts.create",
    method="POST",
    path="/post",
    body=posts.PostRequest,
    answer=posts.PostAnswer,
    source="posts.md 3",
    verdict_keys=_POST_VERDICT,
    creates=True,
    summary="Publish now or schedule",
)
VALIDATE_POST = Route(
    name="posts.validate",
    method="POST",
    path="/validate/post",
    body=posts.PostRequest,
    answer=posts.ValidateAnswer,
    source="posts.md 7.2",
    verdict_keys=frozenset({"errors", "code"}),
    reads=True,
    summary="Check a post without sending or storing it",
)
GET_POST = Route(
    name="posts.get",
    method="GET",
    path="/post/{id}",
    answer=posts.StoredPost,
    source="posts.md 4",
    verdict_keys=_STORED_POST,
    summary="One post by its id",
)
UPDATE_POST = Route(
    name="posts.update",
    method="PATCH",
    path="/post",
    body=posts.PostUpdate,
    answer=posts.UpdateAnswer,
    aliases=(("PUT", "/post"),),
    source="posts.md 5",
    summary="Approve, pause, reschedule or annotate a post",
)
DELETE_POST = Route(
    name="posts.delete",
    method="DELETE",
    path="/post",
    body=posts.PostDelete,
    answer=posts.DeleteAnswer,
    aliases=(("DELETE", "/delete"),),
    source="posts.md 6",
    summary="Delete one, several or all scheduled posts",
)
RETRY_POST = Route(
    name="posts.retry",
    method="PUT",
    path="/post/retry",
    body=posts.PostRetry,
    answer=posts.RetryAnswer,
    source="posts.md 7.1",
    creates=True,
    summary="Send a failed post once more",
)
GET_HISTORY = Route(
    name="history.list",
    method="GET",
    path="/history",
    query=history.HistoryQuery,
    answer=history.History,
    source="content.md 3.1",
    empty_code=221,
    summary="Posts sent or scheduled through the API, newest first",
)
GET_HISTORY_ID = Route(
    name="history.get",
    method="GET",
    path="/history/{id}",
    query=history.HistoryIdQuery,
    answer=posts.StoredPost,
    source="content.md 3.2",
    verdict_keys=_STORED_POST,
    summary="One post of the history",
)
LIST_MEDIA = Route(
    name="media.list",
    method="GET",
    path="/media",
    answer=media.Media,
    listed=True,
    source="content.md 6.1",
    summary="The media gallery",
)
UPLOAD_MEDIA = Route(
    name="media.upload",
    method="POST",
    path="/media/upload",
    body=media.MediaUpload,
    answer=media.Media,
    aliases=(("POST", "/upload"),),
    source="content.md 6.2",
    summary="Upload a file of at most 30 MB",
)
UPLOAD_URL = Route(
    name="media.upload_url",
    method="GET",
    path="/media/uploadUrl",
    query=media.UploadUrlQuery,
    answer=media.UploadUrl,
    source="content.md 6.3",
    summary="A presigned address for a large upload",
)
MEDIA_EXISTS = Route(
    name="media.exists",
    method="POST",
    path="/media/urlExists",
    body=media.MediaUrl,
    answer=media.MediaExists,
    source="content.md 6.4",
    verdict_keys=frozenset({"statusCode"}),
    reads=True,
    summary="Whether a media URL answers",
)
MEDIA_META = Route(
    name="media.meta",
    method="GET",
    path="/media/meta",
    query=media.MediaMetaQuery,
    answer=media.MediaMeta,
    source="content.md 6.5",
    summary="Facts of a media file",
)
CREATE_LINK = Route(
    name="links.create",
    method="POST",
    path="/links",
    body=links.LinkRequest,
    answer=links.Link,
    aliases=(("POST", "/short"), ("POST", "/shorten")),
    source="content.md 8.1",
    summary="Shorten a URL",
)
UPDATE_LINK = Route(
    name="links.update",
    method="PUT",
    path="/links/{id}",
    body=links.LinkUpdate,
    answer=links.Link,
    source="content.md 8.2",
    summary="Give a short link a new destination",
)
LIST_LINKS = Route(
    name="links.list",
    method="GET",
    path="/links",
    query=links.LinksQuery,
    answer=links.LinksAnswer,
    aliases=(("GET", "/analytics/links-short"),),
    source="content.md 8.3",
    summary="Short links with their clicks",
)
GET_LINK = Route(
    name="links.get",
    method="GET",
    path="/links/{id}",
    query=links.LinksQuery,
    answer=links.LinksAnswer,
    source="content.md 8.3",
    summary="Clicks of one short link",
)
AUTO_HASHTAGS = Route(
    name="hashtags.auto",
    method="POST",
    path="/hashtags/auto",
    body=hashtags.HashtagsRequest,
    answer=hashtags.HashtagsAnswer,
    aliases=(("POST", "/auto-hashtag"),),
    source="content.md 7",
    reads=True,
    summary="A text with hashtags added",
)
SET_AUTO_SCHEDULE = Route(
    name="auto_schedule.set",
    method="POST",
    path="/auto-schedule/set",
    body=auto_schedule.AutoScheduleSet,
    answer=auto_schedule.AutoScheduleAnswer,
    aliases=(("POST", "/auto-schedule"), ("POST", "/set-auto-schedule")),
    source="content.md 4.1",
    summary="Create or replace a named schedule",
)
LIST_AUTO_SCHEDULES = Route(
    name="auto_schedule.list",
    method="GET",
    path="/auto-schedule/list",
    answer=auto_schedule.Schedules,
    aliases=(("GET", "/auto-schedule"),),
    source="content.md 4.2",
    empty_code=192,
    summary="Named schedules",
)
PENDING_AUTO_SCHEDULE = Route(
    name="auto_schedule.pending",
    method="GET",
    path="/auto-schedule/pending",
    answer=auto_schedule.PendingPosts,
    source="content.md 4.3",
    summary="Auto-scheduled posts not yet published",
)
DELETE_AUTO_SCHEDULE = Route(
    name="auto_schedule.delete",
    method="DELETE",
    path="/auto-schedule/delete",
    body=auto_schedule.AutoScheduleDelete,
    answer=auto_schedule.Done,
    aliases=(("DELETE", "/auto-schedule"),),
    source="content.md 4.4",
    summary="Delete a named schedule, or forget its pointer",
)
POST_ANALYTICS = Route(
    name="analytics.post",
    method="POST",
    path="/analytics/post",
    body=analytics.PostAnalyticsRequest,
    answer=analytics.AnalyticsAnswer,
    source="analytics.md 3",
    reads=True,
    summary="Metrics of one post",
)
SOCIAL_ANALYTICS = Route(
    name="analytics.social",
    method="POST",
    path="/analytics/social",
    body=analytics.SocialAnalyticsRequest,
    answer=analytics.AnalyticsAnswer,
    source="analytics.md 4",
    reads=True,
    summary="Metrics of the linked accounts",
)
GET_USER = Route(
    name="user.get",
    method="GET",
    path="/user",
    query=user.UserQuery,
    answer=user.User,
    aliases=(("GET", "/user/details"),),
    source="analytics.md 7",
    summary="The profile, its networks and quotas",
)

ROUTES: tuple[Route, ...] = tuple(value for value in dict(globals()).values() if isinstance(value, Route))
BY_NAME: dict[str, Route] = {route.name: route for route in ROUTES}
