"""Twins: one article in several feeds of a campaign, as a site's main feed and its category feeds carry it.

An identity holds only within its source, so to the ledger they are two items; to readers they are one post. The same
happens when a feed's address is rewritten, say from http to https: its newest entries are read as those of a new feed.
"""

from collections.abc import Iterable, Mapping, Sequence
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
    articles = [_article(one.item) if one.state == ADMITTED and _tells(one.item) else None for one in decisions]
    wanted = {article: one.item.source for article, one in zip(articles, decisions, strict=True) if article}
    found = await _posted(connection, campaign, wanted) if wanted else {}
    found |= {_article(item): item.source for item in taken}
    return [
        _judged(one, found.get(article) if article else None) for article, one in zip(articles, decisions, strict=True)
    ]


async def _posted(connection: AsyncConnection, campaign: str, wanted: Mapping[_Article, str]) -> dict[_Article, str]:
    found: dict[_Article, str] = {}
    for part in parts(sorted({link for link, _ in wanted})):
        posted = select(items.c.link, items.c.title, items.c.source).where(
            items.c.campaign == campaign, items.c.link.in_(part), items.c.state.in_((ADMITTED, CLAIMED))
        )
        for row in await connection.execute(posted):
            article = row.link, row.title.casefold()
            if wanted.get(article, row.source) != row.source:
                found.setdefault(article, row.source)
    return found


def _judged(decision: Decision, other: str | None) -> Decision:
    if other in (None, decision.item.source):
        return decision
    return replace(decision, state=FILTERED, reason=f"the same article is posted from {other}")


def _tells(item: Item) -> bool:
    # Rows of a sheet are what their author wants said, twice if so wished.
    return bool(item.link and item.title and item.ask is None)


def _article(item: Item) -> _Article:
    return item.link, item.title.casefold()
