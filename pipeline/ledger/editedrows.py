"""Edited rows of sheets in the ledger: what was claimed is never claimed again because its row now reads differently.

A row has an id of its own, and the ledger sees that its content changed; or its identity is what it says, and
`match_edits` finds the row that it was at the last reading. What never reached the API is simply read anew.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from pipeline.ledger.admitting import CLAIMED, EDITED, Decision
from pipeline.ledger.schema import claims, items, traces
from pipeline.ledger.sql import insert, parts
from pipeline.records import Item, Outcome
from pipeline.sources.sheets.edits import RowTrace, match_edits, trace

_DONE = frozenset({CLAIMED, EDITED})


@dataclass(frozen=True, slots=True, kw_only=True)
class RowEdits:
    """What the edits of a sheet come to.

    `decisions` are on rows that are edited ones of claimed posts, `notes` tell by identity why a known row stays as it
    is, and `forgotten` are identities to be decided about anew, or that no row has any more.
    """

    decisions: tuple[Decision, ...] = ()
    notes: Mapping[str, str] = field(default_factory=dict)
    forgotten: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class _Known:
    state: str
    content_hash: str
    reason: str


@dataclass(frozen=True, slots=True)
class _Post:
    outcome: str
    slot_at: datetime | None


async def edited_rows(
    connection: AsyncConnection, campaign: str, source: str, entries: Sequence[Item], *, now: datetime, dry_run: bool
) -> RowEdits:
    """Compare the rows of a sheet with what the ledger knows of it, and remember them as they are now."""
    known, before = await _items(connection, campaign, source), await _traces(connection, campaign, source)
    after = {one.identity: trace(one) for one in entries}
    posts = await _posts(connection, campaign, source) if known else {}
    judge = _Judge(known, before, after, posts, now)
    for item in entries:
        judge.same(item)
    for identity, former in match_edits(list(before.values()), list(after.values())).items():
        judge.renamed(identity, former)
    found = judge.edits({item.identity: item for item in entries})
    if not dry_run:
        await _forget(connection, campaign, source, found.forgotten)
        await _remember(connection, campaign, source, list(after.values()))
    return found


class _Judge:
    def __init__(
        self,
        known: Mapping[str, _Known],
        before: Mapping[str, RowTrace],
        after: Mapping[str, RowTrace],
        posts: Mapping[str, _Post],
        now: datetime,
    ) -> None:
        self._known = known
        self._before = before
        self._after = after
        self._posts = posts
        self._now = now
        self._edited: dict[str, str] = {}
        self._notes: dict[str, str] = {}
        self._forgotten: set[str] = set()

    def same(self, item: Item) -> None:
        """A row whose identity is known: it has an id, or has not changed."""
        known = self._known.get(item.identity)
        if known is None:
            return
        if known.state == EDITED:
            self._notes[item.identity] = known.reason
        elif known.content_hash != item.content_hash:
            if known.state == CLAIMED:
                self._notes[item.identity] = self._said(item.identity, item.identity)
            else:
                self._forgotten.add(item.identity)

    def renamed(self, identity: str, former: str) -> None:
        """A row whose identity is new, and that was another one at the last reading."""
        known = self._known.get(former)
        if known is None or identity in self._known:
            return
        post = self._posts.get(former)
        if known.state not in _DONE:
            self._forgotten.add(former)
        elif post is None or post.outcome != Outcome.REFUSED:
            self._edited[identity] = known.reason if known.state == EDITED else self._said(former, identity)

    def edits(self, entries: Mapping[str, Item]) -> RowEdits:
        """What came out."""
        decisions = [
            Decision(item=entries[identity], state=EDITED, reason=reason, dated=self._now)
            for identity, reason in self._edited.items()
        ]
        return RowEdits(decisions=tuple(decisions), notes=self._notes, forgotten=frozenset(self._forgotten))

    def _said(self, former: str, identity: str) -> str:
        old, new = self._before.get(former), self._after[identity]
        names = {"text": "text", "wall": "date", "link": "link", "platforms": "networks"}
        changed = [said for name, said in names.items() if old and getattr(old, name) != getattr(new, name)]
        return f"edited since it was planned: {' and '.join(changed) or 'the row'} changed; {self._standing(former)}"

    def _standing(self, former: str) -> str:
        post = self._posts.get(former)
        if post and post.outcome == Outcome.REFUSED:
            return "the API refused it as it was: give the row a new id to post it as it is now"
        if post and post.slot_at and post.slot_at > self._now:
            return f"the post scheduled for {post.slot_at:%Y-%m-%d %H:%M} UTC stays as it was"
        return "it has been sent as it was"


async def _items(connection: AsyncConnection, campaign: str, source: str) -> dict[str, _Known]:
    found = select(items.c.identity, items.c.state, items.c.content_hash, items.c.reason).where(
        items.c.campaign == campaign, items.c.source == source
    )
    return {row.identity: _Known(row.state, row.content_hash, row.reason) for row in await connection.execute(found)}


async def _posts(connection: AsyncConnection, campaign: str, source: str) -> dict[str, _Post]:
    """By identity its claim; of several one that the API did not refuse."""
    found = select(claims.c.identity, claims.c.outcome, claims.c.slot_at).where(
        claims.c.campaign == campaign, claims.c.source == source
    )
    posts: dict[str, _Post] = {}
    for row in await connection.execute(found):
        if row.identity not in posts or posts[row.identity].outcome == Outcome.REFUSED:
            posts[row.identity] = _Post(row.outcome, row.slot_at)
    return posts


async def _traces(connection: AsyncConnection, campaign: str, source: str) -> dict[str, RowTrace]:
    found = select(traces).where(traces.c.campaign == campaign, traces.c.source == source)
    return {
        row.identity: RowTrace(
            identity=row.identity,
            row=row.row,
            text=row.text,
            link=row.link,
            wall=row.wall,
            platforms=tuple(json.loads(row.platforms)),
        )
        for row in await connection.execute(found)
    }


async def _forget(connection: AsyncConnection, campaign: str, source: str, identities: frozenset[str]) -> None:
    for part in parts(sorted(identities)):
        rows = delete(items).where(items.c.campaign == campaign, items.c.source == source, items.c.identity.in_(part))
        await connection.execute(rows.where(items.c.state.not_in(_DONE)))


async def _remember(connection: AsyncConnection, campaign: str, source: str, rows: Sequence[RowTrace]) -> None:
    await connection.execute(delete(traces).where(traces.c.campaign == campaign, traces.c.source == source))
    told = [
        {
            "campaign": campaign,
            "source": source,
            "identity": row.identity,
            "row": row.row,
            "text": row.text,
            "link": row.link,
            "wall": row.wall,
            "platforms": json.dumps(row.platforms),
        }
        for row in rows
    ]
    if told:
        await connection.execute(insert(connection, traces).on_conflict_do_nothing(), told)
