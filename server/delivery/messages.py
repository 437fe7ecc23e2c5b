"""The sandbox's direct messages: strangers who write, and what they do with what is written to them.

Pure functions of the account and of what we sent (which is stored): they open conversations, read, react and answer.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from server.delivery.accounts import Account
from server.delivery.arrivals import Arrival, newest
from server.delivery.ids import Seed
from server.delivery.people import Person, stranger

PER_DAY = 0.25
REMEMBERED = timedelta(days=180)
"""How far back conversations reach."""

_ANSWERS, _REACTS, _PICTURED = 0.6, 0.2, 0.12
_HEARTS = ("❤", "👍", "😍", "🙏", "😂")
# fmt: off
_OPENINGS = (
    "Hi!", "Hello, are you open tomorrow?", "Do you ship abroad?", "I have a question about my order.",
    "Is the blue one still there?", "Can I book for six people on Friday?", "My parcel has not arrived.",
    "Hallo, habt ihr noch Termine frei?", "Do you work with schools?", "Lovely work!",
    "Could you send me a price list?", "I would like to return something.",
)
_MORE = ("Anyone there?", "It is order 1042, by the way.", "Thanks in advance!", "No hurry.", "Sorry, wrong picture.")
_REPLIES = ("Thank you!", "Great, see you then.", "And how much is it?", "Perfect 👌", "Hm, a pity.")
# fmt: on


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """A conversation that a stranger opened with an account."""

    id: str
    account: Account
    person: Person
    digest: bytes
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """A message of a stranger; `pictured` when a picture came with it."""

    id: str
    conversation: Conversation
    text: str
    at: datetime
    pictured: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Reception:
    """What became of a message we sent: when it was read, the reaction and the answer, None where there is none."""

    read_at: datetime
    reaction: str = ""
    reacted_at: datetime | None = None
    answer: Incoming | None = None


def conversations(account: Account, until: datetime) -> Iterator[Conversation]:
    """Conversations that were opened within 180 days before `until`, newest first."""
    since = max(account.opened, until - REMEMBERED)
    for arrival in newest(f"messages:{account.digest.hex()}", since, until, per_day=PER_DAY):
        yield _conversation(account, arrival)


def opening(conversation: Conversation, until: datetime) -> Iterator[Incoming]:
    """What the stranger wrote of their own accord up to and with `until`, oldest first."""
    digest, at = conversation.digest, conversation.at
    for place in range(1 + digest[24] % 3):
        if place:
            at += timedelta(minutes=1 + digest[25] % 40 + 17 * place)
        if at > until:
            return
        texts = _MORE if place else _OPENINGS
        pictured = not place and digest[26] / 256 < _PICTURED
        text = texts[digest[27 + place] % len(texts)]
        message_id = _id(conversation, f"opening-{place}")
        yield Incoming(id=message_id, conversation=conversation, text=text, at=at, pictured=pictured)


def reception(conversation: Conversation, message_id: str, sent_at: datetime) -> Reception:
    """What the stranger does with a message of ours."""
    digest = hashlib.sha256(f"{conversation.id}:{message_id}".encode()).digest()
    read_at = sent_at + timedelta(seconds=40 + digest[0] * 4)
    reaction = _HEARTS[digest[1] % len(_HEARTS)] if digest[2] / 256 < _REACTS else ""
    answer = None
    if digest[3] / 256 < _ANSWERS:
        at = read_at + timedelta(seconds=30 + digest[4] * 9)
        text = _REPLIES[digest[5] % len(_REPLIES)]
        answer = Incoming(id=_id(conversation, message_id), conversation=conversation, text=text, at=at)
    reacted_at = read_at + timedelta(seconds=5) if reaction else None
    return Reception(read_at=read_at, reaction=reaction, reacted_at=reacted_at, answer=answer)


def _conversation(account: Account, arrival: Arrival) -> Conversation:
    person = stranger(account.network, arrival.digest)
    named = f"{account.id}-{person.id}" if account.network == "twitter" else f"t_{_digits(account, arrival.key)}"
    at = arrival.at.replace(microsecond=0)
    return Conversation(id=named, account=account, person=person, digest=arrival.digest, at=at)


def _id(conversation: Conversation, key: str) -> str:
    number = _digits(conversation.account, f"{conversation.id}:{key}")
    return number if conversation.account.network == "twitter" else f"m_{number}"


def _digits(account: Account, key: str) -> str:
    return Seed("messages", account.network, account.digest.hex(), key).digits(19)
