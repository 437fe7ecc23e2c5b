"""Edited rows of sheets in the ledger: a row that reads differently now is still the row that has its post.

A row has an id of its own, and the ledger sees that its content changed; or its identity is what it says, and
`match_edits` finds the row that it was at the last reading: then its items and claims go by the new identity from now
on. What an edit comes to for the post, `updating` decides. What never reached the API is simply read anew.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from pipeline.campaign import Campaign
from pipeline.ledger.admitting import ADMITTED, CLAIMED
from pipeline.ledger.schema import claims, items, traces
from pipeline.ledger.sql import insert, parts
from pipeline.ledger.updating import ItsPost, Updates, posts_of
from pipeline.records import Item
from pipeline.sources.sheets.edits import RowTrace, match_edits, trace


@dataclass(slots=True, kw_only=True)
class RowEdits:
    """What the edits of a sheet come to.

    `words` tell by identity why a known row stays as it is, `renamed` gives by new identity the former one of rows that
    have a post, and `forgotten` are identities to be decided about anew, or that no row has any more.
    """

    updates: Updates = field(default_factory=Updates)
    words: dict[str, str] = field(default_factory=dict)
    renamed: dict[str, str] = field(default_factory=dict)
    forgotten: set[str] = field(default_factory=set)

    @property
    def known(self) -> set[str]:
        """Identities that are new to the ledger, but not the rows that have them."""
        return set(self.renamed)


@dataclass(frozen=True, slots=True)
class _Known:
    state: str
    content_hash: str
    reason: str


async def edited_rows(
    connection: AsyncConnection,
    campaign: Campaign,
    source: str,
    entries: Sequence[Item],
    *,
    now: datetime,
    dry_run: bool,
) -> RowEdits:
    """Compare the rows of a sheet with what the ledger knows of it, and remember them as they are now."""
    known, before = await _items(connection, campaign.name, source), await _traces(connection, campaign.name, source)
    after = {one.identity: trace(one) for one in entries}
    posts = await posts_of(connection, campaign.name, source) if known else {}
    judge = _Judge(campaign, known, before, posts, now)
    rows = {item.identity: item for item in entries}
    for item in entries:
        judge.same(item)
    for identity, former in match_edits(list(before.values()), list(after.values())).items():
        judge.renamed(rows[identity], former)
    if not dry_run:
        await _forget(connection, campaign.name, source, judge.found.forgotten)
        await _rename(connection, campaign.name, source, judge.found.renamed)
        await _remember(connection, campaign.name, source, list(after.values()))
    return judge.found


class _Judge:
    def __init__(
        self,
        campaign: Campaign,
        known: Mapping[str, _Known],
        before: Mapping[str, RowTrace],
        posts: Mapping[str, ItsPost],
        now: datetime,
    ) -> None:
        self._updating = campaign.sheet.edits == "update"
        self._known = known
        self._before = before
        self._posts = posts
        self._now = now
        self.found = RowEdits()

    def same(self, item: Item) -> None:
        """A row whose identity is known: it has an id, or has not changed."""
        known, post = self._known.get(item.identity), self._posts.get(item.identity)
        if known is None:
            return
        if known.content_hash == item.content_hash:
            self._unchanged(item, known, post)
        elif post:
            self._changed(item, item.identity, post)
        elif known.state != CLAIMED:
            self.found.forgotten.add(item.identity)

    def renamed(self, item: Item, former: str) -> None:
        """A row whose identity is new, and that was another one at the last reading."""
        known, post = self._known.get(former), self._posts.get(former)
        if known is None or item.identity in self._known:
            return
        if post:
            self.found.renamed[item.identity] = former
            self._changed(item, former, post)
        elif known.state != CLAIMED:
            self.found.forgotten.add(former)

    def _unchanged(self, item: Item, known: _Known, post: ItsPost | None) -> None:
        if post and known.state == ADMITTED:
            # An edit that was never carried out is taken back.
            self.found.updates.same[item.identity] = item
        elif post and known.reason:
            self.found.words[item.identity] = f"seen before; {known.reason}"

    def _changed(self, item: Item, former: str, post: ItsPost) -> None:
        said = f"edited since it was planned: {self._difference(item, former)} changed"
        if self._updating:
            self.found.updates.judge(item, post, self._now, before=said)
        else:
            self.found.updates.words[item.identity] = f"{said}, which is ignored; {post.stays}"

    def _difference(self, item: Item, former: str) -> str:
        old, new = self._before.get(former), trace(item)
        names = {"text": "text", "wall": "date", "link": "link", "platforms": "networks"}
        return (
            " and ".join(said for name, said in names.items() if old and getattr(old, name) != getattr(new, name))
            or "it"
        )


async def _items(connection: AsyncConnection, campaign: str, source: str) -> dict[str, _Known]:
    found = select(items.c.identity, items.c.state, items.c.content_hash, items.c.reason).where(
        items.c.campaign == campaign, items.c.source == source
    )
    return {row.identity: _Known(row.state, row.content_hash, row.reason) for row in await connection.execute(found)}


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


async def _forget(connection: AsyncConnection, campaign: str, source: str, identities: set[str]) -> None:
    for part in parts(sorted(identities)):
        rows = delete(items).where(items.c.campaign == campaign, items.c.source == source, items.c.identity.in_(part))
        await connection.execute(rows.where(items.c.state != CLAIMED))


async def _rename(connection: AsyncConnection, campaign: str, source: str, renamed: Mapping[str, str]) -> None:
    rows = [{"b_new": identity, "b_former": former} for identity, former in sorted(renamed.items())]
    for table in (items, claims) if rows else ():
        ours = table.c.campaign == campaign, table.c.source == source, table.c.identity == bindparam("b_former")
        await connection.execute(update(table).where(*ours).values(identity=bindparam("b_new")), rows)


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
