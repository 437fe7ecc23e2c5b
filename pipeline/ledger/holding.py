"""Held items in the ledger: what of a reading is held back as a flood, and their release once a person accepts them."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from pipeline.ledger.admitting import ADMITTED, HELD, Decision
from pipeline.ledger.flooding import FEWEST, Past, Seen, flood
from pipeline.ledger.schema import items
from pipeline.records import Item

_ADVICE = (
    "if they are new, set accept_new_ids to true in the campaign and run again; if the feed only renamed its old "
    "entries, do nothing: later ones are posted as usual"
)


async def suspicious(
    connection: AsyncConnection,
    campaign: str,
    entries: Sequence[Item],
    known: Collection[str],
    *,
    read: tuple[datetime, datetime],
    now: datetime,
) -> list[Decision]:
    """Decisions on the items of a known feed that must not be taken for new. `read` are its first and last success.

    Rows of a sheet are never held: their author put them there, all at once if so wished.
    """
    entries = [item for item in entries if item.ask is None]
    if len({item.identity for item in entries}.difference(known)) < FEWEST:
        return []
    source = entries[0].source
    stored = select(items.c.identity, items.c.content_hash, items.c.title, items.c.link, items.c.first_seen).where(
        items.c.campaign == campaign, items.c.source == source
    )
    seen = [Seen(**row) for row in (await connection.execute(stored)).mappings()]
    return flood(entries, known, Past(primed_at=read[0], last_success=read[1], items=seen), now=now)


async def release(connection: AsyncConnection, campaign: str) -> None:
    """Admit what was held back in this campaign: from now on it waits to be posted like any other item."""
    held = update(items).where(items.c.campaign == campaign, items.c.state == HELD)
    await connection.execute(held.values(state=ADMITTED, reason=""))


def held_words(decisions: Sequence[Decision]) -> str:
    """What is said about the items of one feed that were held back; empty when none was."""
    held = [decision for decision in decisions if decision.state == HELD]
    if not held:
        return ""
    return f"{len(held)} items held back, not posted: the first {held[0].reason}; {_ADVICE}"
