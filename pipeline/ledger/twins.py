"""Twins: one article in several feeds of a campaign, as a site's main feed and its category feeds carry it.

An identity holds only within its source, so to the ledger they are two items; to readers they are one post. The same
happens when a feed's address is rewritten, say from http to https: its newest entries are read as those of a new feed.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from pipeline.ledger.admitting import ADMITTED, CLAIMED, FILTERED, Decision
from pipeline.ledger.schema import items
from pipeline.ledger.sql import parts
from pipeline.records import Item

_Article = tuple[str, str]


async def without_twins(
    connection: AsyncConnection, campaign: str, decisions: Sequence[Decision], taken: Iterable[Item]
) -> list[Decision]:
    """The decisions, those admitted filtered out when another source of the campaign gave the same article before.

    Same means the same link and title, both given. `taken` are items of this round, which the ledger may not know yet.
    Only what was posted or waits to be counts: what merely was present in the other feed has not been said.
    """
    wanted = {_article(one.item): one.item.source for one in decisions if one.state == ADMITTED and _tells(one.item)}
    if not wanted:
        return list(decisions)
    found = {_article(item): item.source for item in taken if _article(item) in wanted}
    for part in parts(sorted({link for link, _ in wanted})):
        posted = select(items.c.link, items.c.title, items.c.source).where(
            items.c.campaign == campaign, items.c.link.in_(part), items.c.state.in_((ADMITTED, CLAIMED))
        )
        for row in await connection.execute(posted):
            article = row.link, row.title.casefold()
            if wanted.get(article, row.source) != row.source:
                found.setdefault(article, row.source)
    return [_judged(decision, found) for decision in decisions]


def _judged(decision: Decision, found: dict[_Article, str]) -> Decision:
    other = found.get(_article(decision.item))
    if decision.state != ADMITTED or not _tells(decision.item) or other in (None, decision.item.source):
        return decision
    return replace(decision, state=FILTERED, reason=f"the same article is posted from {other}")


def _tells(item: Item) -> bool:
    # Rows of a sheet are what their author wants said, twice if so wished.
    return bool(item.link and item.title and item.ask is None)


def _article(item: Item) -> _Article:
    return item.link, item.title.casefold()
