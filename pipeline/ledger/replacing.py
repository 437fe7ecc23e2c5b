"""Claims that replace a post which still waits: what stands in their way, and its end. `pipeline.replacing` does it.

The new claim is the intention, committed with its whole body before anything is touched. `way_clear` is the gate: in
the database's own words, no claim is sent before the one it replaces has ended without a post.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from pipeline.ledger.claims import Lease, claim_of
from pipeline.ledger.receipts import mark_unkept
from pipeline.ledger.schema import claims, items, receipts
from pipeline.ledger.sql import free, way_clear
from pipeline.records import Claim, Outcome, Receipt, Slot

MOVED = "moved"
"""Status of a claim that was given up because its post needed only another time, which it was given."""

WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Replacement:
    """A claim and the one it replaces. `step` is what was last about to be done to the old post.

    `same_words` says that the items read the same but for their time.
    """

    new: Claim
    step: str
    old: Claim
    post_id: str
    same_words: bool

    @property
    def unsent(self) -> bool:
        """Whether what is replaced certainly never left."""
        return self.old.outcome is Outcome.PENDING and self.old.attempted_at is None


async def replacement(connection: AsyncConnection, key: str) -> Replacement | None:
    """What the claim replaces, as both stand now; None when it replaces nothing, was sent or has ended."""
    waiting = select(claims).where(claims.c.key == key, _unsent(), claims.c.replaces.is_not(None))
    new = (await connection.execute(waiting)).first()
    if new is None:
        return None
    old = (await connection.execute(select(claims).where(claims.c.key == new.replaces))).one()
    same = bool(old.said) and old.said == new.said
    return Replacement(new=claim_of(new), step=new.status, old=claim_of(old), post_id=old.post_id, same_words=same)


async def hold(connection: AsyncConnection, key: str, step: str, lease: Lease) -> bool:
    """Commit what is about to be done for an unsent claim, and that it is this process that does it."""
    ours = update(claims).where(claims.c.key == key, _unsent(), free(lease.now, lease.owner))
    told = {"status": step} if step else {}
    return bool((await connection.execute(ours.values(**told, **lease.values()))).rowcount)


async def withdraw(connection: AsyncConnection, found: Replacement, lease: Lease) -> bool:
    """Record that the old post is taken back; False when it has not, because another process is about to send it."""
    old = update(claims).where(claims.c.key == found.old.key)
    if found.unsent:
        old = old.where(_unsent(), free(lease.now, lease.owner), way_clear())
    else:
        old = old.where(claims.c.outcome == Outcome.ACCEPTED)
    reason = f"replaced by {found.new.key}: its item was edited"
    done = await connection.execute(old.values(outcome=Outcome.WITHDRAWN, reason=reason, **_ended(WITHDRAWN, lease)))
    if done.rowcount:
        rows = update(receipts).where(receipts.c.key == found.old.key, receipts.c.outcome == Outcome.ACCEPTED)
        await connection.execute(rows.values(outcome=Outcome.WITHDRAWN, message=reason))
        await mark_unkept(connection, [found.old.key] if found.post_id else [], lease.now)
    return bool(done.rowcount)


async def give_up(connection: AsyncConnection, found: Replacement, end: Receipt, lease: Lease) -> None:
    """End the new claim unsent and leave the old post alone. What should replace it replaces the old one now."""
    values = {"outcome": end.outcome, "reason": end.reason, "code": end.code, "replaces": None}
    ended = update(claims).where(claims.c.key == found.new.key, _unsent())
    if not (await connection.execute(ended.values(**values, **_ended(end.status, lease)))).rowcount:
        return
    later = update(claims).where(claims.c.replaces == found.new.key)
    await connection.execute(later.values(replaces=found.old.key))
    if end.outcome is Outcome.REFUSED:
        await mark_unkept(connection, [found.new.key], lease.now)
    if end.status == MOVED:
        await _moved(connection, found.old.key, found.new.slot, lease.now)
    else:
        item = update(items).where(*(items.c[name] == getattr(found.new, name) for name in _ITEM))
        await connection.execute(item.values(reason=end.reason))


_ITEM = ("campaign", "source", "identity")


async def _moved(connection: AsyncConnection, key: str, slot: Slot, now: datetime) -> None:
    place = {"slot_at": slot.at, "slot_zone": slot.zone, "slot_wall": slot.wall, "scheduled_for": slot.at}
    await connection.execute(update(claims).where(claims.c.key == key).values(settled_at=now, **place))
    await mark_unkept(connection, [key], now)


def _unsent() -> ColumnElement[bool]:
    return and_(claims.c.outcome == Outcome.PENDING, claims.c.attempted_at.is_(None))


def _ended(status: str, lease: Lease) -> Mapping[str, Any]:
    return {"status": status, "settled_at": lease.now, "lease_owner": None, "lease_until": None}
