"""Items of feeds whose text changed since they were seen: ignored, corrected or updated (`campaign.edits`).

A correction is admitted like a new item, under its own occurrence (the hash of what it says now), so it too is posted
exactly once. What an update comes to, `updating` decides.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from pipeline.campaign import Campaign, Edits
from pipeline.ledger.admitting import ADMITTED, CLAIMED, Decision
from pipeline.ledger.schema import claims, items
from pipeline.ledger.sql import parts
from pipeline.ledger.stored import dump_item
from pipeline.ledger.updating import Updates, posts_of
from pipeline.records import Item, Outcome

MOST = 3
"""More edits than this that make up over half of a reading are none: the feed writes its texts differently now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edited:
    """The corrections to post, the posts to update, and by identity what is said of the other edited items."""

    corrections: Sequence[Decision] = ()
    updates: Updates = field(default_factory=Updates)
    words: dict[str, str]


async def look_for_edits(
    connection: AsyncConnection, campaign: Campaign, entries: Sequence[Item], known: Collection[str], now: datetime
) -> Edited:
    """What to do about the entries that say something else than when they were seen. Rows of sheets are left aside."""
    asked = {item.identity: item for item in entries if item.identity in known and item.ask is None}
    rows = await _changed(connection, campaign.name, asked)
    if not rows:
        return Edited(words={})
    policy = campaign.edits_of(entries[0].source)
    if words := _ignored(policy, len(rows), len(asked)):
        return Edited(words=dict.fromkeys((row.identity for row in rows), words))
    if policy is Edits.UPDATE:
        return await _updated(connection, campaign.name, [asked[row.identity] for row in rows], now)
    return await _corrected(connection, campaign.name, asked, rows, now)


def _ignored(policy: Edits, changed: int, asked: int) -> str:
    if policy is Edits.IGNORE:
        return "seen before; its text was changed since, which is ignored"
    rewritten = changed > MOST and 2 * changed > asked
    words = f"seen before; {changed} texts changed at once, so the feed writes them differently: ignored"
    return words if rewritten else ""


async def _corrected(
    connection: AsyncConnection, campaign: str, asked: dict[str, Item], rows: Sequence[Row[Any]], now: datetime
) -> Edited:
    source = asked[rows[0].identity].source
    out = await _gone_out(connection, campaign, source, [row.identity for row in rows])
    return Edited(
        corrections=[
            Decision(item=replace(asked[row.identity], edited=True), state=ADMITTED, reason="", dated=now)
            for row in rows
            if row.state == CLAIMED and out.get(row.identity)
        ],
        words={row.identity: _WAITING if row.identity in out else _UNPOSTED for row in rows},
    )


async def _updated(connection: AsyncConnection, campaign: str, changed: Sequence[Item], now: datetime) -> Edited:
    updates, words = Updates(), {}
    posts = await posts_of(connection, campaign, changed[0].source)
    for item in changed:
        if post := posts.get(item.identity):
            updates.judge(item, post, now, before="seen before; changed since")
        else:
            words[item.identity] = _UNPOSTED
    return Edited(updates=updates, words=words)


_WAITING = "seen before; changed since, while its post has not gone out: edit or delete that post at the API"
_UNPOSTED = "seen before; changed since, but it was never posted"


async def store_edits(connection: AsyncConnection, campaign: str, decisions: Sequence[Decision]) -> None:
    """Admit corrections: their items wait to be claimed once more, and the new text is what is known from now on."""
    for decision in decisions:
        item = decision.item
        row = update(items).where(
            items.c.campaign == campaign,
            items.c.source == item.source,
            items.c.identity == item.identity,
            items.c.state == CLAIMED,
        )
        new = {"content_hash": item.content_hash, "title": item.title, "link": item.link, "tags": item.categories}
        await connection.execute(row.values(state=ADMITTED, stored=dump_item(item), **new))


async def _changed(connection: AsyncConnection, campaign: str, asked: dict[str, Item]) -> list[Row[Any]]:
    found: list[Row[Any]] = []
    columns = select(items.c.identity, items.c.content_hash, items.c.state)
    for part in parts(list(asked)):
        source = asked[part[0]].source
        stored = columns.where(items.c.campaign == campaign, items.c.source == source, items.c.identity.in_(part))
        found += await connection.execute(stored)
    return [row for row in found if row.content_hash and row.content_hash != asked[row.identity].content_hash]


async def _gone_out(
    connection: AsyncConnection, campaign: str, source: str, identities: Sequence[str]
) -> dict[str, bool]:
    """By identity whether every post of the item has gone out; items without a post are left out."""
    out: defaultdict[str, bool] = defaultdict(lambda: True)
    for part in parts(identities):
        posts = select(claims.c.identity, claims.c.published_at).where(
            claims.c.campaign == campaign,
            claims.c.source == source,
            claims.c.identity.in_(part),
            claims.c.outcome != Outcome.REFUSED,
        )
        for row in await connection.execute(posts):
            out[row.identity] &= row.published_at is not None
    return dict(out)
