"""What the lake has not been told yet. Settling a claim leaves a mark in the same transaction; keeping takes it away.

So a run that dies between settling and the lake leaves nothing untold: the next one finds the marks and catches up.
"""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, bindparam, delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from pipeline.ledger.claims import claim_of
from pipeline.ledger.receipts import outcomes
from pipeline.ledger.schema import claims, items, unkept
from pipeline.ledger.sql import parts
from pipeline.records import Claim, Draft, Item, Receipt, tags_of

Mark = tuple[datetime, int]
"""When a claim was settled last, and how often since it was kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a settled claim stands: what was said (as far as the ledger remembers it), what became of it, and when."""

    draft: Draft
    receipt: Receipt
    claimed_at: datetime
    settled_at: datetime
    published_at: datetime | None


async def marks(connection: AsyncConnection, campaign: str | None) -> dict[str, Mark]:
    """The marks left and not taken away, by key: of one campaign, or of all."""
    left = select(unkept)
    if campaign is not None:
        left = left.join(claims, claims.c.key == unkept.c.key).where(claims.c.campaign == campaign)
    return {row.key: (row.settled_at, row.times) for row in await connection.execute(left)}


async def take(
    connection: AsyncConnection, campaign: str | None, *, owner: str, now: datetime, until: datetime
) -> dict[str, Mark]:
    """The marks that `owner` may take away, which nobody else tells the lake about until `until`."""
    free = or_(unkept.c.teller.is_(None), unkept.c.teller == owner, unkept.c.tell_until < now)
    wanted = [free]
    if campaign is not None:
        wanted.append(unkept.c.key.in_(select(claims.c.key).where(claims.c.campaign == campaign)))
    await connection.execute(update(unkept).where(*wanted).values(teller=owner, tell_until=until))
    found = await marks(connection, campaign)
    mine = set(await connection.scalars(select(unkept.c.key).where(unkept.c.teller == owner)))
    return {key: mark for key, mark in found.items() if key in mine}


async def kept(connection: AsyncConnection, done: Mapping[str, Mark]) -> None:
    """Take marks away, except where the claim was settled anew meanwhile."""
    rows = [{"b_key": key, "b_at": at, "b_times": times} for key, (at, times) in sorted(done.items())]
    same = and_(
        unkept.c.key == bindparam("b_key"),
        unkept.c.settled_at == bindparam("b_at"),
        unkept.c.times == bindparam("b_times"),
    )
    if rows:
        await connection.execute(delete(unkept).where(same), rows)


async def standings(connection: AsyncConnection, keys: Collection[str]) -> list[Standing]:
    """How these claims stand, oldest first; keys that are unknown or not settled are left out."""
    told = await outcomes(connection, keys)
    item = and_(
        items.c.campaign == claims.c.campaign,
        items.c.source == claims.c.source,
        items.c.identity == claims.c.identity,
    )
    found: list[Standing] = []
    for part in parts(list(keys)):
        wanted = select(claims, items.c.link, items.c.tags, items.c.place, items.c.content_hash).outerjoin(items, item)
        settled = wanted.where(claims.c.key.in_(part), claims.c.settled_at.is_not(None))
        found += [_standing(row, told[row.key]) for row in await connection.execute(settled)]
    return sorted(found, key=lambda standing: standing.claimed_at)


def draft_of(claim: Claim, item: Item | None = None, occurrence: str = "") -> Draft:
    """What a claim says, read back from its body; `item` is what else is known of its item."""
    body: dict[str, Any] = json.loads(claim.body)
    names = body.get("platforms", [])
    return Draft(
        campaign=claim.campaign,
        item=item or _item(claim),
        target=claim.target,
        texts=texts_of(body.get("post", ""), names),
        media={name: urls for name in names if (urls := _shown(body.get("mediaUrls", ()), name))},
        slot=claim.slot,
        occurrence=occurrence,
    )


def texts_of(said: str | Mapping[str, str], networks: Iterable[str]) -> dict[str, str]:
    """The text for each network from the `post` of a request or a stored post (posts.md 3.4)."""
    own = {"default": said} if isinstance(said, str) else said
    return {name: own.get(name, own.get("default", "")) for name in networks}


def _item(claim: Claim, **more: Any) -> Item:  # noqa: ANN401
    known = {"place": "", "content_hash": ""} | more
    return Item(source=claim.source, identity=claim.identity, title=claim.title, **known)


def _standing(row: Row[Any], receipt: Receipt) -> Standing:
    claim = claim_of(row)
    item = _item(
        claim,
        place=row.place or "",
        content_hash=row.content_hash or "",
        link=row.link or "",
        tags=tags_of(row.tags or ""),
    )
    return Standing(
        draft=draft_of(claim, item, row.occurrence),
        receipt=receipt,
        claimed_at=row.claimed_at,
        settled_at=row.settled_at,
        published_at=row.published_at,
    )


def _shown(media: Sequence[str] | Mapping[str, str | list[str]], network: str) -> tuple[str, ...]:
    own = media.get(network, ()) if isinstance(media, Mapping) else media
    return (own,) if isinstance(own, str) else tuple(own)
