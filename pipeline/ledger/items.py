"""Feeds and items in the ledger: what was seen, what was taken, and what waits to be claimed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import case, exists, func, literal, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from pipeline.campaign import Campaign
from pipeline.ledger.admitting import (
    ADMITTED,
    CLAIMED,
    FILTERED,
    HELD,
    QUARANTINED,
    RENAMED,
    Admission,
    Decision,
    decide,
    posting_order,
)
from pipeline.ledger.edited import look_for_edits, store_edits
from pipeline.ledger.editedrows import RowEdits, edited_rows
from pipeline.ledger.holding import held_words, suspicious
from pipeline.ledger.schema import Moment, claims, feeds, items
from pipeline.ledger.sql import insert, parts
from pipeline.ledger.stored import dump_item
from pipeline.ledger.twins import without_twins
from pipeline.ledger.updating import store_updates
from pipeline.ledger.waiting import outline
from pipeline.records import Disposition, Draft, Item, Place, Verdict
from pipeline.sources.feeds import FeedReading, Quarantined

_LEFT_ASIDE = {
    FILTERED: Disposition.FILTERED,
    HELD: Disposition.QUARANTINED,
    RENAMED: Disposition.KNOWN,
}


@dataclass(slots=True, kw_only=True)
class Round:
    """One call of `Ledger.admit`: what it knows while it goes through the readings."""

    campaign: Campaign
    backfill: int
    now: datetime
    dry_run: bool
    outlined: bool
    leftovers: dict[Place, Item]
    taken: dict[Place, Decision] = field(default_factory=dict)
    verdicts: list[Verdict] = field(default_factory=list)
    entries: int = 0
    met_again: set[Place] = field(default_factory=set)
    failed: dict[str, str] = field(default_factory=dict)
    held: dict[str, str] = field(default_factory=dict)

    @property
    def unrecorded(self) -> tuple[Item, ...]:
        """What was taken and the ledger does not know of: that of a dry run."""
        taken = (decision.item for decision in self.taken.values())
        return (*self.leftovers.values(), *taken) if self.dry_run else ()

    def drop(self, identities: Iterable[str], source: str) -> None:
        """Leave out left-overs that are out of date."""
        for identity in identities:
            self.leftovers.pop((source, identity), None)

    def admission(self) -> Admission:
        """The outcome, left-overs first."""
        new = posting_order(self.taken.values())
        return Admission(
            admitted=(*self.leftovers.values(), *(decision.item for decision in new)),
            verdicts=tuple(self.verdicts),
            read=self.entries + len(self.leftovers) - len(self.met_again),
            recovered=len(self.leftovers),
            failed=self.failed,
            held=self.held,
        )


async def admit_reading(connection: AsyncConnection, reading: FeedReading, around: Round) -> None:
    """Record one reading and decide about its items, in the transaction of `connection`.

    The conditional-request state is stored here and nowhere else: kept without the items it stands for, a crash would
    hide them behind the next 304.
    """
    read = await _read_before(connection, reading, around)
    around.entries += len(reading.aside)
    around.verdicts += reading.aside
    parsed = reading.parsed
    if parsed is None or reading.status != "ok":
        await _note_reading(connection, reading, around, new=False)
        return
    entries = [item if item.source == reading.source else replace(item, source=reading.source) for item in parsed.items]
    known = await _known(connection, around.campaign.name, reading.source, [item.identity for item in entries])
    edited = await look_for_edits(connection, around.campaign, entries, known, around.now)
    rows = await _edited_rows(connection, reading, entries, around)
    known = (known - rows.forgotten) | rows.known
    updates = rows.updates if reading.is_sheet else edited.updates
    around.drop({*rows.forgotten, *rows.renamed.values(), *updates.identities}, reading.source)
    aside = await _set_aside(connection, reading, entries, known, read, around=around)
    known |= {decision.item.identity for decision in aside}
    backfill = None if read or reading.is_new_throughout else around.backfill
    filters = around.campaign.filters.model_copy(update={"newest": 0} if reading.is_sheet else None)
    decisions = aside + decide(entries, known, filters, backfill=backfill, now=around.now)
    decisions = await without_twins(connection, around.campaign.name, decisions, around.unrecorded)
    changed = [*edited.corrections, *updates.decisions]
    _judge(entries, [*decisions, *changed], {**edited.words, **rows.words, **updates.words}, around)
    _judge_unreadable(reading, around)
    if not around.dry_run:
        await _store(connection, decisions, around)
        await store_edits(connection, around.campaign.name, edited.corrections)
        await store_updates(connection, around.campaign.name, reading.source, updates)
        await _store_unreadable(connection, reading, around)
    await _note_reading(connection, reading, around, new=bool(decisions))


async def mark_claimed(connection: AsyncConnection, drafts: Sequence[Draft], now: datetime) -> None:
    """Mark the drafts' items as claimed and drop their stored text; on PostgreSQL this also locks their rows."""
    rows = {(draft.item.source, draft.item.identity): _row(draft.campaign, draft.item, now) for draft in drafts}
    statement = insert(connection, items)
    upsert = statement.on_conflict_do_update(
        index_elements=["campaign", "source", "identity"], set_={"state": CLAIMED, "stored": None, "reason": ""}
    )
    # One order for all processes: two of them locking the same rows the other way round would wait for ever.
    claimed = [rows[place] | {"state": CLAIMED} for place in sorted(rows)]
    await connection.execute(upsert, claimed)


async def quarantine(connection: AsyncConnection, campaign: str, verdicts: Sequence[Verdict]) -> None:
    """Take admitted items out for good, with the reason; what is claimed stays claimed."""
    for verdict in verdicts:
        out = update(items).where(
            items.c.campaign == campaign,
            items.c.source == verdict.source,
            items.c.identity == verdict.identity,
            items.c.state == ADMITTED,
        )
        state = FILTERED if verdict.disposition is Disposition.FILTERED else QUARANTINED
        # An item that has a post keeps it, whatever cannot be said about it now.
        ours = (claims.c.campaign == campaign, claims.c.source == items.c.source, claims.c.identity == items.c.identity)
        kept = case((exists().where(*ours), CLAIMED), else_=state)
        await connection.execute(out.values(state=kept, reason=verdict.reason, stored=None))


async def _read_before(
    connection: AsyncConnection, reading: FeedReading, around: Round
) -> tuple[datetime, datetime] | None:
    """When the source was primed and last read with success; None before it was primed.

    Writing, this also makes and locks the row: one admission at a time.
    """
    place = {"campaign": around.campaign.name, "source": reading.source}
    if not around.dry_run:
        await connection.execute(insert(connection, feeds).on_conflict_do_nothing(), place)
    columns = select(feeds.c.primed_at, feeds.c.last_success)
    row = columns.where(feeds.c.campaign == place["campaign"], feeds.c.source == place["source"])
    found = (await connection.execute(row if around.dry_run else row.with_for_update())).first()
    return (found.primed_at, found.last_success or found.primed_at) if found and found.primed_at else None


async def _set_aside(
    connection: AsyncConnection,
    reading: FeedReading,
    entries: Sequence[Item],
    known: set[str],
    read: tuple[datetime, datetime] | None,
    *,
    around: Round,
) -> list[Decision]:
    if read is None or reading.chosen:
        return []
    aside = await suspicious(connection, around.campaign.name, entries, known, read=read, now=around.now)
    if around.campaign.accept_new_ids:
        return [decision for decision in aside if decision.state != HELD]
    if words := held_words(aside):
        around.held[entries[0].source] = words
    return aside


async def _edited_rows(
    connection: AsyncConnection, reading: FeedReading, entries: Sequence[Item], around: Round
) -> RowEdits:
    if not reading.is_sheet:
        return RowEdits()
    campaign, source = around.campaign, reading.source
    return await edited_rows(connection, campaign, source, entries, now=around.now, dry_run=around.dry_run)


async def _known(connection: AsyncConnection, campaign: str, source: str, identities: Sequence[str]) -> set[str]:
    known: set[str] = set()
    for part in parts(identities):
        seen = select(items.c.identity).where(
            items.c.campaign == campaign, items.c.source == source, items.c.identity.in_(part)
        )
        known.update(await connection.scalars(seen))
    return known


def _judge(entries: Sequence[Item], decisions: Sequence[Decision], words: Mapping[str, str], around: Round) -> None:
    decided = {decision.item.identity: decision for decision in decisions}
    around.entries += len(entries)
    for item in entries:
        decision = decided.pop(item.identity, None)
        place = (item.source, item.identity)
        if decision and place not in around.taken and place not in around.leftovers:
            _take(decision, place, around)
        elif place in around.leftovers and place not in around.met_again:
            around.met_again.add(place)
        else:
            around.verdicts.append(Verdict.of(item, Disposition.KNOWN, words.get(item.identity, "seen before")))


def _judge_unreadable(reading: FeedReading, around: Round) -> None:
    unreadable = reading.parsed.quarantined if reading.parsed else ()
    around.entries += len(unreadable)
    around.verdicts += [
        Verdict(
            source=reading.source,
            place=entry.place,
            identity=_unreadable_identity(entry),
            title=entry.title,
            disposition=Disposition.QUARANTINED,
            reason=entry.reason,
        )
        for entry in unreadable
    ]


def _take(decision: Decision, place: Place, around: Round) -> None:
    if decision.state == ADMITTED:
        around.taken[place] = replace(decision, item=outline(decision.item)) if around.outlined else decision
    else:
        around.verdicts.append(Verdict.of(decision.item, _LEFT_ASIDE[decision.state], decision.reason))


async def _store(connection: AsyncConnection, decisions: Sequence[Decision], around: Round) -> None:
    order = {decision.item.identity: rank for rank, decision in enumerate(posting_order(decisions))}
    # In parts, since each row holds its item once more as text.
    for part in parts(decisions):
        rows = [
            _row(around.campaign.name, decision.item, around.now)
            | {
                "rank": order.get(decision.item.identity, 0),
                "state": decision.state,
                "reason": decision.reason,
                "stored": dump_item(decision.item) if decision.state in {ADMITTED, HELD} else None,
            }
            for decision in part
        ]
        await connection.execute(insert(connection, items).on_conflict_do_nothing(), rows)


async def _store_unreadable(connection: AsyncConnection, reading: FeedReading, around: Round) -> None:
    rows = [
        {
            "campaign": around.campaign.name,
            "source": reading.source,
            "identity": _unreadable_identity(entry),
            "place": entry.place,
            "title": entry.title,
            "first_seen": around.now,
            "state": QUARANTINED,
            "reason": entry.reason,
        }
        for entry in (reading.parsed.quarantined if reading.parsed else ())
    ]
    if rows:
        await connection.execute(insert(connection, items).on_conflict_do_nothing(), rows)


async def _note_reading(connection: AsyncConnection, reading: FeedReading, around: Round, *, new: bool) -> None:
    if reading.status == "failed":
        around.failed[reading.source] = reading.reason
    if around.dry_run:
        return
    row = update(feeds).where(feeds.c.campaign == around.campaign.name, feeds.c.source == reading.source)
    await connection.execute(row.values(**_noted(reading, around.now, new=new)))


def _noted(reading: FeedReading, now: datetime, *, new: bool) -> dict[str, Any]:
    if reading.status == "failed":
        return {"last_read": now, "last_error": reading.reason, "failures": feeds.c.failures + 1}
    noted = {"last_read": now, "last_success": now, "last_error": "", "failures": 0, "url": reading.state.url}
    if reading.status == "ok" and reading.parsed is not None:
        noted |= {
            "primed_at": func.coalesce(feeds.c.primed_at, literal(now, Moment)),
            "title": reading.parsed.title,
            "etag": reading.state.etag,
            "last_modified": reading.state.last_modified,
        }
    return noted | ({"last_new_item": now} if new else {})


def _row(campaign: str, item: Item, now: datetime) -> dict[str, Any]:
    return {
        "campaign": campaign,
        "source": item.source,
        "identity": item.identity,
        "place": item.place,
        "title": item.title,
        "link": item.link,
        "tags": item.categories,
        "content_hash": item.content_hash,
        "published": item.published,
        "first_seen": now,
    }


def _unreadable_identity(entry: Quarantined) -> str:
    # Its place moves as the feed grows; its title, if any, does not.
    return "unreadable:" + sha256((entry.title or entry.place).encode()).hexdigest()[:24]
