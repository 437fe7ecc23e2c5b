"""Messages we sent, replies to reviews, the automatic answer, how far arrivals were told (content.md 13, 14)."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    delete,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from server.store import upsert
from server.store.schema import from_ms, metadata, profiles, to_ms
from server.store.webhooks import webhooks
from social.contract.webhooks import Action

messages = Table(
    "messages",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("profile_id", ForeignKey("profiles.id"), nullable=False),
    Column("platform", String(20), nullable=False),
    Column("conversation_id", String(80), nullable=False),
    Column("recipient_id", String(80), nullable=False),
    Column("text", Text, nullable=False),
    Column("media_urls", JSON, nullable=False),
    Column("automatic", Boolean, nullable=False),
    Column("created", BigInteger, nullable=False),
    Index("messages_of_account", "profile_id", "platform", "created"),
)
review_replies = Table(
    "review_replies",
    metadata,
    Column("profile_id", ForeignKey("profiles.id"), primary_key=True),
    Column("platform", String(20), primary_key=True),
    Column("review_id", String(80), primary_key=True),
    Column("reply", Text, nullable=False),
    Column("updated", BigInteger, nullable=False),
)
auto_responses = Table(
    "auto_responses",
    metadata,
    Column("profile_id", ForeignKey("profiles.id"), primary_key=True),
    Column("active", Boolean, nullable=False),
    Column("message", Text, nullable=False),
    Column("wait_seconds", Integer, nullable=False),
    Column("since", BigInteger, nullable=False),
)
inbox_marks = Table(
    "inbox_marks",
    metadata,
    Column("profile_id", ForeignKey("profiles.id"), primary_key=True),
    Column("until", BigInteger, nullable=False),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A message of ours; `automatic` ones nobody typed."""

    id: str
    platform: str
    conversation_id: str
    recipient_id: str
    text: str
    media_urls: list[str]
    at: datetime
    automatic: bool = False


@dataclass(frozen=True, slots=True)
class Reply:
    """Our answer to a review."""

    text: str
    updated: datetime


@dataclass(frozen=True, slots=True)
class AutoResponse:
    """The automatic answer of a profile; `wait_seconds` pass before the same person gets it again.

    What came before `since`, when it was set, is not answered.
    """

    active: bool
    message: str
    wait_seconds: int
    since: datetime


async def send(connection: AsyncConnection, profile_id: int, sent: Sent) -> None:
    """Keep a message."""
    row = {
        "id": sent.id,
        "profile_id": profile_id,
        "platform": sent.platform,
        "conversation_id": sent.conversation_id,
        "recipient_id": sent.recipient_id,
        "text": sent.text,
        "media_urls": sent.media_urls,
        "automatic": sent.automatic,
        "created": to_ms(sent.at),
    }
    await connection.execute(insert(messages).values(row))


async def sent(connection: AsyncConnection, profile_id: int, platform: str, since: datetime) -> list[Sent]:
    """Our messages on a network since an instant, oldest first."""
    mine = (messages.c.profile_id == profile_id) & (messages.c.platform == platform)
    wanted = select(messages).where(mine, messages.c.created >= to_ms(since)).order_by(messages.c.created)
    return [
        Sent(
            id=row.id,
            platform=row.platform,
            conversation_id=row.conversation_id,
            recipient_id=row.recipient_id,
            text=row.text,
            media_urls=row.media_urls,
            at=from_ms(row.created),
            automatic=row.automatic,
        )
        for row in await connection.execute(wanted)
    ]


async def active_conversations(connection: AsyncConnection, profile_id: int, since: datetime) -> int:
    """In how many conversations we wrote since an instant (content.md 14.2)."""
    mine = (messages.c.profile_id == profile_id) & (messages.c.created >= to_ms(since))
    counted = select(func.count(func.distinct(messages.c.conversation_id))).where(mine)
    return int(await connection.scalar(counted) or 0)


async def reply(connection: AsyncConnection, profile_id: int, platform: str, review_id: str, answer: Reply) -> None:
    """Answer a review, in place of an earlier answer."""
    key = {"profile_id": profile_id, "platform": platform, "review_id": review_id}
    await upsert.put(connection, review_replies, key, {"reply": answer.text, "updated": to_ms(answer.updated)})


async def unreply(connection: AsyncConnection, profile_id: int, platform: str, review_id: str) -> None:
    """Take our answer to a review away, if there is one."""
    mine = (review_replies.c.profile_id == profile_id) & (review_replies.c.platform == platform)
    await connection.execute(delete(review_replies).where(mine, review_replies.c.review_id == review_id))


async def replies(connection: AsyncConnection, profile_id: int, platform: str) -> dict[str, Reply]:
    """Our answers by review."""
    mine = (review_replies.c.profile_id == profile_id) & (review_replies.c.platform == platform)
    rows = await connection.execute(select(review_replies).where(mine))
    return {row.review_id: Reply(row.reply, from_ms(row.updated)) for row in rows}


async def auto_response(connection: AsyncConnection, profile_id: int) -> AutoResponse | None:
    """The automatic answer, None when it was never set."""
    row = (await connection.execute(select(auto_responses).where(auto_responses.c.profile_id == profile_id))).first()
    return AutoResponse(row.active, row.message, row.wait_seconds, from_ms(row.since)) if row else None


async def set_auto_response(connection: AsyncConnection, profile_id: int, wanted: AutoResponse) -> None:
    """Set the automatic answer."""
    values = {"active": wanted.active, "message": wanted.message, "wait_seconds": wanted.wait_seconds}
    values |= {"since": to_ms(wanted.since)}
    await upsert.put(connection, auto_responses, {"profile_id": profile_id}, values)


async def watched(connection: AsyncConnection) -> list[int]:
    """Profiles whose arrivals are told or answered; all of them when a webhook of the primary one wants to know."""
    told = webhooks.c.action.in_((Action.MESSAGES, Action.COMMENTS))
    hooks = select(webhooks.c.profile_id, profiles.c.is_primary).join(profiles).where(told)
    rows = (await connection.execute(hooks)).all()
    if any(row.is_primary for row in rows):
        return list((await connection.scalars(select(profiles.c.id).order_by(profiles.c.id))).all())
    answering = await connection.scalars(select(auto_responses.c.profile_id).where(auto_responses.c.active.is_(True)))
    return sorted({*(row.profile_id for row in rows), *answering.all()})


async def mark(connection: AsyncConnection, profile_id: int) -> datetime | None:
    """Up to when a profile's arrivals have been dealt with; None when they never were."""
    until = await connection.scalar(select(inbox_marks.c.until).where(inbox_marks.c.profile_id == profile_id))
    return None if until is None else from_ms(until)


async def move_mark(connection: AsyncConnection, profile_id: int, old: datetime | None, new: datetime) -> bool:
    """Take the arrivals from `old` to `new` for this transaction. False when another process has taken them."""
    if old is None:
        return await upsert.add(connection, inbox_marks, {"profile_id": profile_id, "until": to_ms(new)})
    mine = (inbox_marks.c.profile_id == profile_id) & (inbox_marks.c.until == to_ms(old))
    moved = await connection.execute(update(inbox_marks).where(mine).values(until=to_ms(new)))
    return moved.rowcount == 1
