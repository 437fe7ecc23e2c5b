"""Posts: create, read, change, delete, retry (posts.md 3–7)."""

from typing import Annotated, Any, Literal, Self

from pydantic import AliasChoices, BeforeValidator, Field, WithJsonSchema, field_validator, model_validator

from social.contract.base import Answer, Instant, Wire
from social.contract.options import WithOptions, spelled
from social.networks.youtube import YouTubeOptions


class AutoHashtag(Wire):
    """Ask the API to add hashtags (posts.md 3.1). `auto` places them inside the text or at the end."""

    max: int = Field(default=2, ge=1, le=10)
    position: Literal["auto", "end"] = "auto"


class AutoSchedule(Wire):
    """Take the next free slot of a named auto-schedule (content.md 4.5)."""

    schedule: bool = True
    title: str = "default"


class AutoRepost(Wire):
    """Publish again `repeat` times, every `days` days (posts.md 3.1)."""

    repeat: int = Field(ge=1, le=10)
    days: int = Field(ge=2, le=3_650)
    start_date: Instant | None = None


class FirstComment(Wire):
    """A comment added once the post is live (posts.md 3.6)."""

    comment: str = Field(min_length=1)
    media_urls: list[str] = []


def _switch(value: object) -> object:
    return ({} if value else None) if isinstance(value, bool) else value


class PostRequest(WithOptions):
    """Body of `POST /post` and `POST /validate/post`.

    `post` and `media_urls` are for all networks, or an object keyed by network plus `default` (posts.md 3.4).
    `profile_keys` sends the post from several user profiles, where a client with `profile_key` sends from one.
    """

    post: str | dict[str, str] | None = None
    platforms: list[str]
    media_urls: list[str] | dict[str, str | list[str]] = []
    is_video: bool = False
    schedule_date: Instant | None = None
    validate_scheduled: bool = True
    auto_schedule: AutoSchedule | None = None
    auto_repost: AutoRepost | None = None
    auto_hashtag: Annotated[AutoHashtag | None, BeforeValidator(_switch)] = None
    first_comment: FirstComment | None = None
    disable_comments: bool = False
    shorten_links: bool = False
    unsplash: str | list[str] | None = None
    requires_approval: bool = False
    notes: str | None = None
    # The longest key is our choice: none is published (posts.md 13.1).
    idempotency_key: str | None = Field(default=None, max_length=512)
    random_post: bool = False
    random_media_url: bool = False
    is_landscape_video: bool = False
    is_portrait_video: bool = False
    profile_keys: list[str] | None = None
    array_response: bool = False
    title: str | None = None
    subreddit: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _respell(cls, data: object) -> object:
        if not isinstance(data, dict):
            return data
        known: dict[str, Any] = {_OLD_SPELLINGS.get(str(key).lower(), str(key)): value for key, value in data.items()}
        older, automatic = known.get("autoScheduleTitle"), known.get("autoSchedule")
        if older is not None and isinstance(automatic, dict):  # content.md 4.5
            known["autoSchedule"] = {"title": older} | automatic
        listed = ("mediaUrls", "profileKeys")
        return known | {name: [known[name]] for name in listed if isinstance(known.get(name), str)}

    def to_wire(self) -> dict[str, Any]:
        """The JSON body: only what was set, so defaults stay the API's."""
        body = self.model_dump(mode="json", by_alias=True, exclude_none=True, exclude_defaults=True)
        # Whole, although it may hold nothing but defaults: `autoSchedule.schedule` is required (posts.md 3.1).
        whole = {"autoSchedule": self.auto_schedule, "autoHashtag": self.auto_hashtag}
        return body | {key: part.to_wire() for key, part in whole.items() if part is not None}


# Older names of fields by their lower-case form (posts.md 11, analytics.md 1).
_OLD_SPELLINGS = {
    "mediaurl": "mediaUrls",
    "media_urls": "mediaUrls",
    "shorten_links": "shortenLinks",
    "profilekey": "profileKeys",
}


class PostId(Answer):
    """One network's success (posts.md 3.10). `id` may be `pending` (TikTok) at first."""

    platform: str
    status: str = "success"
    id: str | None = None
    post_url: str | None = None


class ErrorItem(Answer):
    """One network's failure, or a request-level one without `platform` (posts.md 3.11)."""

    action: str = "post"
    status: str = "error"
    code: int | None = None
    message: str = ""
    platform: str | None = None
    verify_check: bool | None = None
    retry_available: bool | None = None
    details: Any = None


class PostAnswer(Answer):
    """Answer of `POST /post`: `success`, `scheduled`, `awaiting approval` or `error` (posts.md 3.9).

    An `error` may be partial: `post_ids` holds the networks that took it, `errors` the others. `posts` are the answers
    of several profiles, for a request with `profile_keys` (posts.md 3.8); the answer itself has then a status alone.
    """

    status: str
    id: str | None = None
    ref_id: str | None = None
    post: str | dict[str, str] | None = None
    schedule_date: Instant | None = None
    post_ids: list[PostId] = []
    errors: list[ErrorItem] = []
    posts: list["PostAnswer"] = []
    # Not named `validate`: that would hide a method of the model.
    refused_by_verification: bool | None = Field(default=None, alias="validate")

    @model_validator(mode="before")
    @classmethod
    def _unwrap(cls, data: object) -> object:
        # With a Profile-Key the answer sits in `posts` (posts.md 3.8).
        if isinstance(data, dict) and isinstance(data.get("posts"), list) and len(data["posts"]) == 1:
            return data["posts"][0]
        return data

    @model_validator(mode="after")
    def _named(self) -> Self:
        if self.status != "error" and not (self.id or self.posts):
            raise ValueError(f"a post with status {self.status} has an id")
        return self


class StoredPost(Answer):
    """A post as `GET /post/:id` and the rows of `GET /history` give it (posts.md 4, content.md 3.1).

    `status`: pending, processing, paused, awaiting approval, success, error, deleted.
    """

    id: str
    status: str
    type: str | None = None
    post: str | dict[str, str] | None = None
    platforms: list[str] = []
    media_urls: list[str] | dict[str, Any] = []
    post_ids: list[PostId] = []
    errors: list[ErrorItem] = []
    created: Instant | None = None
    schedule_date: Instant | None = None
    notes: str | None = None
    ref_id: str | None = None
    profile_title: str | None = None


class PostUpdate(Wire):
    """Body of `PATCH /post`: `id` and at least one change (posts.md 5)."""

    id: str
    approved: bool | None = None
    schedule_date: Instant | None = None
    scheduled_pause: bool | None = None
    notes: str | None = None
    disable_comments: bool | None = None
    you_tube_options: dict[str, Any] | None = None

    @field_validator("you_tube_options")
    @classmethod
    def _spelled(cls, options: dict[str, Any] | None) -> dict[str, Any] | None:
        return options and spelled(YouTubeOptions, options)


class UpdateAnswer(Answer):
    """Answer of `PATCH /post` (posts.md 5). Note `scheduledPaused` against the request's `scheduledPause`."""

    status: str
    id: str | None = None
    message: str | None = None
    schedule_date: Instant | None = None
    scheduled_paused: bool | None = None


class PostDelete(Wire):
    """Body of `DELETE /post`: exactly one of `id`, `bulk`, `delete_all_scheduled` (posts.md 6)."""

    id: str | None = None
    bulk: list[str] | None = None
    delete_all_scheduled: bool = False
    mark_manual_deleted: bool = False


class DeleteAnswer(Answer):
    """Deletion of one post; one further key per network (posts.md 6).

    `bulk` and `delete_all_scheduled` answer with a bare array, one element per id: read here as `results`, with status
    `success` when none of them failed.
    """

    status: str
    id: str | None = None
    code: int | None = None
    results: list["DeleteAnswer"] | None = None

    @model_validator(mode="before")
    @classmethod
    def _listed(cls, data: object) -> object:
        if not isinstance(data, list):
            return data
        failed = any(isinstance(one, dict) and one.get("status") == "error" for one in data)
        return {"status": "partial" if failed else "success", "results": data}


class PostRetry(Wire):
    """Body of `PUT /post/retry` (posts.md 7.1)."""

    id: str


class RetryAnswer(Answer):
    """The post is `pending` again; its result comes later, as for a scheduled post."""

    status: str
    id: str


class PostCopy(WithOptions):
    """Body of `POST /post/copy`: text and media of `post_id` once more, on `platforms` (posts.md 7.6).

    `options` of a network take the place of the stored ones, field by field.
    """

    post_id: str = Field(validation_alias=AliasChoices("postId", "id"))
    platforms: list[str]
    schedule_date: Instant | None = None
    idempotency_key: str | None = Field(default=None, max_length=512)
    notes: str | None = None


class PostSheet(Wire):
    """Form of `POST /post/bulk`: CSV with the columns post, platforms, mediaUrls and scheduleDate (posts.md 8)."""

    file: Annotated[str, WithJsonSchema({"type": "string", "format": "binary"})]


class BulkAnswer(Answer):
    """One answer for each row, in the order of the file; `error` if any row was refused."""

    status: str
    posts: list[PostAnswer] = []


class ValidateAnswer(Answer):
    """Answer of `POST /validate/post` and `/validate/json` (posts.md 7.2, 7.4)."""

    status: str
    message: str | None = None
    code: int | None = None
    errors: list[ErrorItem] = []
    warnings: list[ErrorItem] = []
