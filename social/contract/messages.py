"""Direct messages of Facebook, Instagram and X, and the automatic answer (content.md 14)."""

from typing import Any, Literal

from pydantic import Field

from social.contract.base import Answer, Instant, Wire
from social.contract.history import Meta


class MessagesQuery(Wire):
    """Query of `GET /messages/:platform`. `limit` and `next` are X's alone; `conversations_only` asks for ids."""

    status: Literal["active", "archived"] = "active"
    conversation_id: str | None = None
    conversations_only: bool = False
    limit: int = Field(default=100, ge=1, le=100)
    next: str | None = None


class MessageRequest(Wire):
    """Body of `POST /messages/:platform`. Facebook and Instagram need `recipient_id`; X a `message` beside media."""

    recipient_id: str | None = None
    conversation_id: str | None = None
    message: str | None = None
    media_urls: list[str] = []


class Message(Answer):
    """One message, `sent` or `received`. `reactions` are emoji by who reacted."""

    id: str
    conversation_id: str | None = None
    action: Literal["sent", "received"]
    message: str | None = None
    platform: str | None = None
    sender_id: str | None = None
    sender_details: dict[str, Any] = {}
    recipient_id: str | None = None
    recipient_details: dict[str, Any] = {}
    attachments: list[dict[str, Any]] = []
    reactions: dict[str, str] = {}
    created: Instant | None = None
    updated: Instant | None = None


class Messages(Answer):
    """Messages, newest first; with `conversationsOnly` only `conversation_ids`."""

    status: str = "success"
    messages: list[Message] = []
    messages_count: int | None = None
    conversation_ids: list[str] = []
    meta: Meta = Meta()
    last_updated: str | None = None
    next_update: str | None = None


class MessageSent(Answer):
    """The message that was sent."""

    status: str = "success"
    message_id: str
    recipient_id: str | None = None
    message: str | None = None


class AutoResponseSet(Wire):
    """Body of `POST /messages/autoresponse`: at least one. An empty message resets it to the text it had at first."""

    auto_response_active: bool | None = None
    auto_response_message: str | None = Field(default=None, max_length=2000)
    auto_response_wait_seconds: int | None = Field(default=None, ge=0, le=366 * 86_400)


class AutoResponse(Answer):
    """The automatic answer of a profile on all its networks; all absent when it was never set."""

    status: str = "success"
    auto_response_active: bool | None = None
    auto_response_message: str | None = None
    auto_response_wait_seconds: int | None = None


class AutoResponseChanged(Answer):
    """The fields that were changed, with their values now."""

    status: str = "success"
    updated: dict[str, Any] = {}
