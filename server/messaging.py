"""Conversations of an account as they stand: what strangers wrote, what we did, and how the contract shows it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain
from typing import Any

from server.delivery.accounts import Account
from server.delivery.ids import Seed
from server.delivery.messages import REMEMBERED, Conversation, Incoming, Reception, conversations, opening, reception
from server.store.inbox import Sent
from social.instants import wire_ms

ARCHIVED_AFTER = timedelta(days=60)
"""A conversation in which nothing was written for so long counts as archived: a choice of the sandbox."""


@dataclass(frozen=True, slots=True)
class Written:
    """A message of ours, and what became of it."""

    sent: Sent
    reception: Reception


@dataclass(frozen=True, slots=True)
class Thread:
    """One conversation at an instant: what came in and what we wrote, each oldest first."""

    conversation: Conversation
    incoming: tuple[Incoming, ...]
    written: tuple[Written, ...]

    @property
    def last_at(self) -> datetime:
        """When something was written last."""
        return max([one.at for one in self.incoming] + [one.sent.at for one in self.written])

    @property
    def last_incoming_at(self) -> datetime:
        """When the stranger wrote last."""
        return max(one.at for one in self.incoming)


def threads(account: Account, sent: Iterable[Sent], at: datetime) -> list[Thread]:
    """The account's conversations at `at`, of strangers what had arrived by then, the latest first."""
    ours: dict[str, list[Sent]] = {}
    for one in sent:
        ours.setdefault(one.conversation_id, []).append(one)
    found = [_thread(one, ours.get(one.id, []), at) for one in conversations(account, at)]
    return sorted(found, key=lambda thread: thread.last_at, reverse=True)


def since(now: datetime) -> datetime:
    """From when our messages matter to conversations at `now`."""
    return now - REMEMBERED


def shown(thread: Thread, base: str) -> Iterator[tuple[datetime, dict[str, Any]]]:
    """Every message of a conversation as the contract has it, with its instant, newest first; `base`: our address."""
    items = chain(
        ((one.at, incoming_item(one, base)) for one in thread.incoming),
        ((one.sent.at, _sent_item(thread.conversation, one, base)) for one in thread.written),
    )
    return iter(sorted(items, key=lambda item: item[0], reverse=True))


def incoming_item(one: Incoming, base: str) -> dict[str, Any]:
    """A message of a stranger as the contract has it."""
    conversation = one.conversation
    item = (
        _item(conversation, one.id, one.text, one.at) | {"action": "received"} | _ends(conversation, base, sent=False)
    )
    if one.pictured:
        key = Seed("attachment", one.id).letters(16, "0123456789abcdef")
        item["attachments"] = [{"type": "image", "url": f"{base}/sandbox/pictures/posts/{key}.jpg"}]
    return item


def _thread(conversation: Conversation, ours: Sequence[Sent], at: datetime) -> Thread:
    written = tuple(Written(one, reception(conversation, one.id, one.at)) for one in ours)
    # Nobody answers a machine: that could go on for ever.
    answers = (one.reception.answer for one in written if not one.sent.automatic)
    came = [*opening(conversation, at), *(one for one in answers if one is not None and one.at <= at)]
    return Thread(conversation, tuple(sorted(came, key=lambda one: one.at)), written)


def _sent_item(conversation: Conversation, one: Written, base: str) -> dict[str, Any]:
    sent, became = one.sent, one.reception
    item = _item(conversation, sent.id, sent.text, sent.at) | {"action": "sent"} | _ends(conversation, base, sent=True)
    if sent.media_urls:
        item["attachments"] = [{"type": _kind(url), "url": url} for url in sent.media_urls]
    if became.reaction:
        item["reactions"] = {conversation.person.id: became.reaction}
    return item


def _item(conversation: Conversation, message_id: str, text: str, at: datetime) -> dict[str, Any]:
    return {
        "id": message_id,
        "conversationId": conversation.id,
        "message": text,
        "platform": conversation.account.network,
        "created": wire_ms(at),
        "updated": wire_ms(at),
    }


def _ends(conversation: Conversation, base: str, *, sent: bool) -> dict[str, Any]:
    account, person = conversation.account, conversation.person
    ends = [(person.id, person.name, base + person.picture), (account.id, account.name, account.picture)]
    sender, recipient = reversed(ends) if sent else ends
    return {
        "senderId": sender[0],
        "senderDetails": {"name": sender[1], "profileImage": sender[2]},
        "recipientId": recipient[0],
        "recipientDetails": {"id": recipient[0], "name": recipient[1], "picture": recipient[2]},
    }


def _kind(url: str) -> str:
    ending = url.rpartition(".")[2].lower()
    return {"mp4": "video", "mov": "video", "aac": "audio", "wav": "audio"}.get(ending, "image")
