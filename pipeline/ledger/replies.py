"""Answers to remarks: each remark is answered at most once, whoever runs and whatever is lost on the way.

An answer is claimed before the first byte leaves. What became of it is written after; a claim that nobody settled is
unknown, and the next run looks at the network before it would answer again.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Column, String, Table, Text, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from pipeline.ledger.schema import Moment, metadata
from pipeline.ledger.sql import insert, parts

replies = Table(
    "replies",
    metadata,
    Column("key", String(300), primary_key=True),
    Column("engagement", String(64), nullable=False),
    Column("rule", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("state", String(16), nullable=False),
    Column("reason", Text, nullable=False, default=""),
    Column("answer_id", Text, nullable=False, default=""),
    Column("claimed_at", Moment, nullable=False),
    Column("settled_at", Moment),
)


class ReplyState(StrEnum):
    """Where an answer stands. `declined` was shown to a person who said no."""

    CLAIMED = "claimed"
    ANSWERED = "answered"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    DECLINED = "declined"


OPEN = (ReplyState.CLAIMED, ReplyState.UNKNOWN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """One answer as remembered; `key` is that of its remark."""

    key: str
    state: ReplyState
    text: str
    claimed_at: datetime


async def claim(connection: AsyncConnection, key: str, *, engagement: str, rule: str, text: str, now: datetime) -> bool:
    """Win the right to answer a remark. False when it was answered, or somebody is about to."""
    row = {"key": key, "engagement": engagement, "rule": rule, "text": text, "state": ReplyState.CLAIMED}
    statement = insert(connection, replies).values(row | {"claimed_at": now, "reason": "", "answer_id": ""})
    return (await connection.execute(statement.on_conflict_do_nothing())).rowcount == 1


async def settle(
    connection: AsyncConnection, key: str, state: ReplyState, now: datetime, *, reason: str = "", answer_id: str = ""
) -> None:
    """Write down what became of an answer."""
    values = {"state": state, "reason": reason[:1000], "answer_id": answer_id, "settled_at": now}
    await connection.execute(update(replies).where(replies.c.key == key).values(values))


async def release(connection: AsyncConnection, key: str) -> None:
    """Let a remark be answered after all: the network was looked at, and holds no answer."""
    await connection.execute(delete(replies).where(replies.c.key == key, replies.c.state.in_(OPEN)))


async def known(connection: AsyncConnection, keys: Collection[str]) -> dict[str, Reply]:
    """What is remembered of these remarks, by key."""
    found: dict[str, Reply] = {}
    for some in parts(sorted(keys)):
        for row in await connection.execute(select(replies).where(replies.c.key.in_(some))):
            found[row.key] = Reply(key=row.key, state=ReplyState(row.state), text=row.text, claimed_at=row.claimed_at)
    return found
