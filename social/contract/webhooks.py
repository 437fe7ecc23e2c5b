"""Webhooks: where events of a profile are sent, and what an event says (analytics.md 10)."""

from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from social.contract.base import Answer, Instant, Wire


class Action(StrEnum):
    """What webhooks are registered for (analytics.md 10.2)."""

    FEED = "feed"
    SOCIAL = "social"
    SCHEDULED = "scheduled"
    BATCH = "batch"
    MESSAGES = "messages"
    MENTIONS = "mentions"
    COMMENTS = "comments"
    AUTOMATIONS = "automations"
    ACCOUNT_ACTIVITY = "accountActivity"
    SUSPENDED = "suspended"


OLD_ACTIONS = {"message": Action.MESSAGES}
"""Older spellings of actions (analytics.md 10.2)."""
SDK_SOURCES = frozenset({"npm", "pypi"})
"""What the vendor's SDKs add as `source` to every call: no tag (analytics.md 16.14)."""


def _named_today(given: object) -> object:
    return OLD_ACTIONS.get(given, given) if isinstance(given, str) else given


def _tagged(given: object) -> object:
    return "" if isinstance(given, str) and given in SDK_SOURCES else given


_Named = Annotated[Action, BeforeValidator(_named_today)]
_Tag = Annotated[str, Field(max_length=200), BeforeValidator(_tagged)]
_Secret = Annotated[str, Field(min_length=1, max_length=1000)]


class WebhookRequest(Wire):
    """Body of `POST /hook/webhook`. `source` is a free tag: one address for each action and tag."""

    action: _Named
    url: str
    secret: _Secret | None = None
    source: _Tag = ""


class WebhooksQuery(Wire):
    """Query of `GET /hook/webhook`. `all_webhooks` lists those of every profile and tag."""

    all_webhooks: bool = False
    source: _Tag = ""


class WebhookDelete(Wire):
    """Body of `DELETE /hook/webhook`."""

    action: _Named
    source: _Tag = ""


class SecretRequest(Wire):
    """Body of `POST /hook/webhook/secret`: the new secret. The one before signs beside it for 24 hours."""

    secret: _Secret


class WebhookAnswer(Answer):
    """What was registered, removed or given a new secret."""

    status: Literal["success"]
    action: str
    url: str | None = None
    ref_id: str | None = None


class Webhooks(Answer):
    """Addresses by action, one key for each: `urls` gathers them. With `allWebhooks` each profile's stand in a list."""

    status: str | None = None
    ref_id: str | None = None
    source: str | None = None
    updated: Instant | None = None
    webhooks: list["Webhooks"] | None = None

    @property
    def urls(self) -> dict[str, str]:
        """Action → address, of the actions that are registered."""
        return {name: url for name, url in (self.model_extra or {}).items() if name in set(Action)}


class Event(Answer):
    """What every event says (analytics.md 10.5). `hook_id` names the event: drop repeats by it for a day at least."""

    action: str
    sub_action: str | None = None
    created: Instant
    code: int
    ref_id: str
    hook_id: str
    url: str


class ScheduledEvent(Event):
    """A scheduled post was processed; with `sub_action` `tikTokPublished`, TikTok made the video public."""

    status: str
    id: str
    errors: list[dict[str, Any]] = []
    post_ids: list[dict[str, Any]] = []


class SocialEvent(Event):
    """An account was linked or unlinked, or must be linked anew by `refresh_by`."""

    platform: str
    type: Literal["link", "unlink", "refresh"]
    source: Literal["user", "system"]
    details: str | None = None
    refresh_by: Instant | None = None
    title: str | None = None


class CommentEvent(Event):
    """Somebody commented on a post: `post_id` is the API's id of the post, `id` the network's of the comment."""

    platform: str
    post_id: str
    id: str
    text: str
    from_: dict[str, Any] = Field(alias="from", default_factory=dict)


class FeedEvent(Event):
    """New items of a feed. The body is our choice: the contract does not show it."""

    status: str
    id: str
    feed_url: str
    title: str | None = None
    link: str | None = None
    items: list[dict[str, Any]] = []


class BatchEvent(Event):
    """A batch of posts is done. The body is our choice: the contract does not show it."""

    status: str
    id: str
    results: list[dict[str, Any]] = []


class SuspendedEvent(Event):
    """A profile was suspended, or let go. The body is our choice: the contract does not show it."""

    suspended: bool
    reason: str


EVENTS: dict[Action, type[Event]] = {
    Action.SCHEDULED: ScheduledEvent,
    Action.SOCIAL: SocialEvent,
    Action.COMMENTS: CommentEvent,
    Action.FEED: FeedEvent,
    Action.BATCH: BatchEvent,
    Action.SUSPENDED: SuspendedEvent,
}
"""What reads the events of an action; the others, whose bodies are open, are read as `Event` (analytics.md 10.5)."""


def read_event(body: bytes | str) -> Event:
    """An event as it arrived, as its model. Raises ValidationError for a body that is none.

    Check its signature first: `social.signatures.verify`.
    """
    event = Event.model_validate_json(body)
    model = next((model for action, model in EVENTS.items() if action == event.action), Event)
    return model.model_validate_json(body)
