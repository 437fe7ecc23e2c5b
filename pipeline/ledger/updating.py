"""What an edit comes to for the post its item has: replaced, moved, or left as it is and why. Decides, and no more."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Update, bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from pipeline.ledger.admitting import ADMITTED, CLAIMED, Decision
from pipeline.ledger.schema import claims, items
from pipeline.ledger.stored import dump_item
from pipeline.records import EDIT, DateQuality, Draft, Item, Outcome, Replaced, Slot

SERIES = "its posts are a series, which an edit does not change: give it an id of its own to post what it says now"
OUT = "it went out before the edit"
APPROVING = "its post awaits approval at the API, where it cannot be paused: reject or approve it there"
DELETED = "its post was deleted at the API, so nothing is left to be updated"
PAST = "its new date has passed"

_GONE = ("deleted", "gone")
_WEIGHT = {Outcome.WITHDRAWN: 0, Outcome.REFUSED: 1}


@dataclass(frozen=True, slots=True, kw_only=True)
class ItsPost:
    """The post that stands for an item. `due` is when it goes out as far as known, `said` what the item said then."""

    key: str
    outcome: Outcome
    status: str
    slot: Slot
    said: str
    due: datetime | None
    published_at: datetime | None
    in_series: bool

    @property
    def stays(self) -> str:
        """Words for a post that is left as it is."""
        if self.outcome is Outcome.ACCEPTED and self.due and not self.published_at:
            return f"the post scheduled for {self.due:%Y-%m-%d %H:%M} UTC stays as it was"
        return "its post stays as it was"


@dataclass(slots=True, kw_only=True)
class Updates:
    """What the edits of a source come to: posts to be replaced or moved, items whose post says the same, and words."""

    decisions: list[Decision] = field(default_factory=list)
    same: dict[str, Item] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)

    def judge(self, item: Item, post: ItsPost, now: datetime, *, before: str) -> None:
        """Take one edited item in. `before` begins the words about an edit that is not carried out."""
        found = update_of(item, post, now)
        if found is None:
            self.same[item.identity] = item
            if item.ask and not item.ask.slot:
                self.words[item.identity] = f"{before}; {post.stays}"
        elif isinstance(found, str):
            self.words[item.identity] = f"{before}; {found}"
        else:
            changed = replace(item, replaces=found)
            self.decisions.append(Decision(item=changed, state=ADMITTED, reason="", dated=now))

    @property
    def identities(self) -> set[str]:
        """Items for which an update left over by a broken run is out of date."""
        return {*self.same, *self.words, *(decision.item.identity for decision in self.decisions)}


def update_of(item: Item, post: ItsPost, now: datetime) -> Replaced | str | None:
    """What becomes of `post` now that its item reads like `item`; words say why it stays; None: it says the same."""
    if post.in_series:
        return SERIES
    if post.outcome is Outcome.REFUSED:
        return Replaced(key=post.key)
    if post.outcome is Outcome.ACCEPTED and (stays := _stays(post, now)):
        return stays
    slot = item.ask.slot if item.ask else None
    if slot and slot.at and slot.at <= now:
        return f"{PAST}; {post.stays}"
    same_words = post.said == said(item)
    if same_words and (slot is None or slot.at == post.due):
        return None
    return Replaced(key=post.key, slot=_slot(post), moved=same_words)


def said(item: Item) -> str:
    """Hash of everything an item says, the time aside: 32 hex digits."""
    ask = replace(item.ask, slot=None, row=0, campaign="") if item.ask else None
    words = replace(
        item,
        source="",
        place="",
        identity="",
        content_hash="",
        guid="",
        language="",
        published=None,
        published_quality=DateQuality.MISSING,
        ask=ask,
        edited=False,
        replaces=None,
    )
    return hashlib.sha256(dump_item(words).encode("utf-8", "replace")).hexdigest()[:32]


async def posts_of(connection: AsyncConnection, campaign: str, source: str) -> dict[str, ItsPost]:
    """By identity the post that stands for each item of a source: the latest that was not taken back or refused."""
    columns = select(*(claims.c[name] for name in _COLUMNS))
    ours = columns.where(claims.c.campaign == campaign, claims.c.source == source)
    found: defaultdict[str, list[Row[Any]]] = defaultdict(list)
    for row in await connection.execute(ours.order_by(claims.c.claimed_at, claims.c.rank)):
        found[row.identity].append(row)
    standing = {identity: standing_row(rows) for identity, rows in found.items()}
    return {identity: _post(row) for identity, row in standing.items() if row.outcome != Outcome.WITHDRAWN}


def standing_row(rows: Iterable[Row[Any]]) -> Row[Any]:
    """Of the claims of one item, oldest first, the one that stands for it."""
    return max(enumerate(rows), key=lambda pair: (_WEIGHT.get(Outcome(pair[1].outcome), 2), pair[0]))[1]


async def store_updates(connection: AsyncConnection, campaign: str, source: str, updates: Updates) -> None:
    """Let updates wait to be claimed; until then the ledger knows the item as its post says it."""
    ours = _named(campaign, source)
    waiting = [{"b_name": one.item.identity, "b_stored": dump_item(one.item)} for one in updates.decisions]
    await _each(connection, ours.values(state=ADMITTED, stored=bindparam("b_stored"), reason=""), waiting)
    # What stays as it is needs no update that a broken run left over.
    words = [{"b_name": identity} for identity in sorted(updates.words)]
    await _each(connection, ours.where(items.c.state == ADMITTED).values(state=CLAIMED, stored=None), words)
    same = [_reads(item) for _, item in sorted(updates.same.items())]
    await _each(connection, ours.values(state=CLAIMED, stored=None, reason="", **_READS), same)


async def mark_updated(connection: AsyncConnection, drafts: Iterable[Draft]) -> None:
    """From now on the ledger knows the items of these drafts as they read now, where they replace a post."""
    changed: defaultdict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for draft in drafts:
        if draft.item.replaces:
            changed[draft.campaign, draft.item.source].append(_reads(draft.item))
    for (campaign, source), rows in changed.items():
        await _each(connection, _named(campaign, source).values(**_READS), rows)


_COLUMNS = (
    *("key", "identity", "outcome", "status", "said", "occurrence", "scheduled_for", "published_at"),
    *("slot_at", "slot_zone", "slot_wall", "slot_auto"),
)
_READS = {name: bindparam(f"b_{name}", type_=items.c[name].type) for name in ("content_hash", "title", "link", "tags")}


def _reads(item: Item) -> dict[str, Any]:
    return {
        "b_name": item.identity,
        "b_content_hash": item.content_hash,
        "b_title": item.title,
        "b_link": item.link,
        "b_tags": item.categories,
    }


def _named(campaign: str, source: str) -> Update:
    ours = items.c.campaign == campaign, items.c.source == source
    return update(items).where(*ours, items.c.identity == bindparam("b_name"))


async def _each(connection: AsyncConnection, statement: Update, rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        await connection.execute(statement, rows)


def _stays(post: ItsPost, now: datetime) -> str:
    if post.status in _GONE:
        return DELETED
    if post.published_at or post.due is None or post.due <= now:
        return OUT
    return f"{APPROVING}; {post.stays}" if post.status == "awaiting approval" else ""


def _slot(post: ItsPost) -> Slot:
    # What the API's auto-schedule chose is kept too.
    return Slot(at=post.due, wall=f"{post.due:%Y-%m-%dT%H:%M:%S}") if post.slot.at is None and post.due else post.slot


def _post(row: Row[Any]) -> ItsPost:
    slot = Slot(at=row.slot_at, zone=row.slot_zone, wall=row.slot_wall, auto_schedule=row.slot_auto)
    return ItsPost(
        key=row.key,
        outcome=Outcome(row.outcome),
        status=row.status,
        slot=slot,
        said=row.said,
        due=row.scheduled_for or row.slot_at,
        published_at=row.published_at,
        in_series=bool(row.occurrence) and not row.occurrence.startswith(EDIT),
    )
