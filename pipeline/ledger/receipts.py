"""Receipts in the ledger: what became of each claim, per network. An accepted post is never made anything less."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Update, and_, bindparam, case, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from pipeline.ledger.claims import OPEN
from pipeline.ledger.schema import claims, items, receipts, unkept
from pipeline.ledger.sql import free, insert, parts
from pipeline.ledger.updating import posts_of
from pipeline.records import NetworkReceipt, Outcome, Receipt
from social.contract.codes import IDEMPOTENCY_KEY_SEEN

PUBLISHED = ("success", "error")
"""Statuses of a stored post that is through, for good or bad (posts.md 4)."""

FINAL = (Outcome.ACCEPTED, Outcome.REFUSED)
"""Outcomes that the API's answers come to in the end."""

PROCESSING = "processing"
PENDING_ID = "pending"
"""What TikTok gives for an id until the video is through (posts.md 3.10)."""


# Written out: an IN list cannot be sent for many rows at once.
_STILL_OPEN = or_(*(claims.c.outcome == outcome for outcome in OPEN))


async def settle(connection: AsyncConnection, found: Sequence[Receipt], owner: str, now: datetime) -> None:
    """Record outcomes. Repeating it changes nothing.

    Accepted overrides everything but withdrawn, which old news must not undo; refused overrides what is open; unknown
    and pending only touch claims that are open and not leased by somebody else.
    """
    by_outcome: defaultdict[Outcome, list[Receipt]] = defaultdict(list)
    for receipt in found:
        by_outcome[receipt.outcome].append(receipt)
    for outcome, group in by_outcome.items():
        statement = _STATEMENTS[outcome](owner, now)
        await connection.execute(statement, [_values(receipt, now) for receipt in group])
    told = [r for final in FINAL for r in await _stand(connection, by_outcome[final])]
    await _store_networks(connection, told)
    await mark_unkept(connection, {receipt.key for receipt in told}, now)


async def outcomes(connection: AsyncConnection, keys: Collection[str]) -> dict[str, Receipt]:
    """What the ledger knows of these claims, by key."""
    networks: defaultdict[str, list[NetworkReceipt]] = defaultdict(list)
    known: dict[str, Receipt] = {}
    for part in parts(list(keys)):
        told = select(receipts).where(receipts.c.key.in_(part)).order_by(receipts.c.platform)
        for row in await connection.execute(told):
            networks[row.key].append(_network_of(row))
        for row in await connection.execute(select(claims).where(claims.c.key.in_(part))):
            known[row.key] = _receipt_of(row, networks[row.key])
    return known


async def outcomes_of(connection: AsyncConnection, campaign: str, source: str) -> dict[str, Receipt]:
    """What the ledger knows of the posts of one source, by identity of their items; of several the one that stands.

    What was last said about an item, as of an edit that came too late, is its reason.
    """
    said = select(items.c.identity, items.c.reason).where(items.c.campaign == campaign, items.c.source == source)
    reasons = {row.identity: row.reason for row in await connection.execute(said)}
    posts = {identity: post.key for identity, post in (await posts_of(connection, campaign, source)).items()}
    known = await outcomes(connection, list(posts.values()))
    return {
        identity: replace(known[key], reason=reasons.get(identity) or known[key].reason)
        for identity, key in posts.items()
    }


def _accepted(_owner: str, now: datetime) -> Update:
    return _keyed(
        claims.c.outcome != Outcome.WITHDRAWN,
        outcome=Outcome.ACCEPTED,
        status=bindparam("b_status"),
        post_id=_unless_empty("b_post_id", claims.c.post_id),
        reason=bindparam("b_reason"),
        code=bindparam("b_code"),
        scheduled_for=func.coalesce(
            bindparam("b_scheduled_for", type_=claims.c.scheduled_for.type), claims.c.scheduled_for
        ),
        published_at=func.coalesce(
            claims.c.published_at, bindparam("b_published_at", type_=claims.c.published_at.type)
        ),
        settled_at=now,
        lease_owner=None,
        lease_until=None,
    )


def _refused(_owner: str, now: datetime) -> Update:
    return _keyed(
        and_(claims.c.outcome != Outcome.ACCEPTED, claims.c.outcome != Outcome.WITHDRAWN),
        outcome=Outcome.REFUSED,
        status=bindparam("b_status"),
        post_id=_unless_empty("b_post_id", claims.c.post_id),
        reason=bindparam("b_reason"),
        code=bindparam("b_code"),
        settled_at=now,
        lease_owner=None,
        lease_until=None,
    )


def _unknown(owner: str, now: datetime) -> Update:
    return _keyed(
        and_(_STILL_OPEN, free(now, owner)),
        outcome=Outcome.UNKNOWN,
        reason=bindparam("b_reason"),
        code=bindparam("b_code"),
        key_refusals=claims.c.key_refusals + bindparam("b_key_refusals"),
        lease_owner=None,
        lease_until=None,
    )


def _pending(owner: str, _now: datetime) -> Update:
    # Only the process that holds the lease knows that nothing left: anybody else's word would make a sent post unsent.
    return _keyed(
        and_(claims.c.outcome == Outcome.PENDING, claims.c.lease_owner == owner),
        attempted_at=None,
        reason=bindparam("b_reason"),
        code=bindparam("b_code"),
        lease_owner=None,
        lease_until=None,
    )


_STATEMENTS = {
    Outcome.ACCEPTED: _accepted,
    Outcome.REFUSED: _refused,
    Outcome.UNKNOWN: _unknown,
    Outcome.PENDING: _pending,
}


def _keyed(condition: ColumnElement[bool], **values: Any) -> Update:  # noqa: ANN401
    return update(claims).where(claims.c.key == bindparam("b_key"), condition).values(**values)


def _unless_empty(name: str, column: ColumnElement[str]) -> ColumnElement[str]:
    told = bindparam(name, type_=column.type)
    return case((told == "", column), else_=told)


def _values(receipt: Receipt, now: datetime) -> dict[str, Any]:
    values: dict[str, Any] = {"b_key": receipt.key, "b_reason": receipt.reason, "b_code": receipt.code}
    if receipt.outcome is Outcome.UNKNOWN:
        values["b_key_refusals"] = int(receipt.code == IDEMPOTENCY_KEY_SEEN)
    if receipt.outcome in {Outcome.ACCEPTED, Outcome.REFUSED}:
        values |= {"b_status": _status(receipt), "b_post_id": receipt.post_id}
    if receipt.outcome is Outcome.ACCEPTED:
        published_at = receipt.scheduled_for or now
        values["b_scheduled_for"] = receipt.scheduled_for
        values["b_published_at"] = published_at if receipt.status in PUBLISHED else None
    return values


def _status(receipt: Receipt) -> str:
    unfinished = any(network.social_id == PENDING_ID for network in receipt.networks)
    return PROCESSING if unfinished and receipt.status in PUBLISHED else receipt.status


async def _stand(connection: AsyncConnection, found: Sequence[Receipt]) -> list[Receipt]:
    # Those that took effect.
    standing: set[str] = set()
    for part in parts([receipt.key for receipt in found]):
        still = select(claims.c.key).where(claims.c.key.in_(part), claims.c.outcome == found[0].outcome)
        standing.update(await connection.scalars(still))
    return [receipt for receipt in found if receipt.key in standing]


async def mark_unkept(connection: AsyncConnection, keys: Collection[str], now: datetime) -> None:
    """Mark claims settled just now, for the lake to be told."""
    # For keeping.py: in the same transaction, or a crash could hide a settled post from the lake.
    statement = insert(connection, unkept)
    again = {"settled_at": statement.excluded.settled_at, "times": unkept.c.times + 1}
    rows = [{"key": key, "settled_at": now, "times": 1} for key in sorted(keys)]
    if rows:
        await connection.execute(statement.on_conflict_do_update(index_elements=["key"], set_=again), rows)


async def _store_networks(connection: AsyncConnection, told: Iterable[Receipt]) -> None:
    rows = [
        {
            "key": receipt.key,
            "platform": network.platform,
            "outcome": network.outcome,
            "social_id": network.social_id,
            "url": network.url,
            "code": network.code,
            "message": network.message,
        }
        for receipt in told
        for network in receipt.networks
    ]
    if not rows:
        return
    statement = insert(connection, receipts)
    new = statement.excluded
    kept = {
        "outcome": new.outcome,
        "code": new.code,
        "message": new.message,
        "social_id": case((new.social_id == "", receipts.c.social_id), else_=new.social_id),
        "url": case((new.url == "", receipts.c.url), else_=new.url),
    }
    await connection.execute(statement.on_conflict_do_update(index_elements=["key", "platform"], set_=kept), rows)


def _network_of(row: Any) -> NetworkReceipt:  # noqa: ANN401
    return NetworkReceipt(
        platform=row.platform,
        outcome=Outcome(row.outcome),
        social_id=row.social_id,
        url=row.url,
        code=row.code,
        message=row.message,
    )


def _receipt_of(row: Any, networks: Sequence[NetworkReceipt]) -> Receipt:  # noqa: ANN401
    return Receipt(
        key=row.key,
        outcome=Outcome(row.outcome),
        post_id=row.post_id,
        status=row.status,
        scheduled_for=row.scheduled_for,
        networks=tuple(networks),
        reason=row.reason,
        code=row.code,
    )
