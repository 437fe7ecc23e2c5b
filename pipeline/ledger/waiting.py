"""Items that wait to be claimed. The ledger has them whole; a run of many holds their outlines."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Row, Select, and_, column, select, values
from sqlalchemy.ext.asyncio import AsyncConnection

from pipeline.campaign import Campaign
from pipeline.ledger.admitting import ADMITTED, HELD
from pipeline.ledger.schema import items
from pipeline.ledger.sql import parts
from pipeline.ledger.stored import load_item
from pipeline.records import Disposition, Item, Place, Verdict

CLAIMED_ELSEWHERE = "claimed by another run"

# Items read at once, with all they say.
_AT_ONCE = 500


def outline(item: Item) -> Item:
    """The item without what it says: enough to give it its time and its networks, a tenth of the memory or less."""
    return Item(
        source=item.source,
        place="",
        identity=item.identity,
        content_hash="",
        published=item.published,
        published_quality=item.published_quality,
        ask=item.ask,
        replaces=item.replaces,
    )


async def leftovers(connection: AsyncConnection, campaign: Campaign, *, outlined: bool) -> dict[Place, Item]:
    """Items admitted earlier and never claimed, in the order of posting: what a broken run left behind.

    With `accept_new_ids` also what was held back.
    """
    states = (ADMITTED, HELD) if campaign.accept_new_ids else (ADMITTED,)
    waiting = (
        select(items.c.source, items.c.identity)
        .where(items.c.campaign == campaign.name, items.c.state.in_(states), items.c.stored.is_not(None))
        .order_by(items.c.first_seen, items.c.rank)
    )
    left: dict[Place, Item] = {}
    for part in parts((await connection.execute(waiting)).all(), _AT_ONCE):
        found = await _stored(connection, campaign.name, [(row.source, row.identity) for row in part])
        left |= {place: outline(item) if outlined else item for place, item in found.items()}
    return left


async def waiting(
    connection: AsyncConnection, campaign: str, outlines: Sequence[Item]
) -> tuple[list[Item], list[Verdict]]:
    """The items whole, in their order, and a verdict on each that waits no longer, for another run was there."""
    places = [(item.source, item.identity) for item in outlines]
    found = await _stored(connection, campaign, places)
    gone = [place for place in places if place not in found]
    return list(found.values()), await _gone(connection, campaign, gone) if gone else []


async def _stored(connection: AsyncConnection, campaign: str, places: Sequence[Place]) -> dict[Place, Item]:
    columns = select(items.c.source, items.c.identity, items.c.stored)
    rows = await connection.execute(_among(columns, campaign, places).where(items.c.stored.is_not(None)))
    stored = {(row.source, row.identity): row.stored for row in rows}
    return {place: load_item(stored[place]) for place in places if place in stored}


async def _gone(connection: AsyncConnection, campaign: str, places: Sequence[Place]) -> list[Verdict]:
    columns = select(items.c.source, items.c.identity, items.c.place, items.c.title, items.c.reason)
    rows = {(row.source, row.identity): row for row in await connection.execute(_among(columns, campaign, places))}
    return [_verdict(place, rows.get(place)) for place in places]


def _verdict(place: Place, row: Row[Any] | None) -> Verdict:
    source, identity = place
    # A row of a sheet that was edited meanwhile goes by another identity now.
    reason = (row.reason or CLAIMED_ELSEWHERE) if row else "edited meanwhile, and read by another run"
    return Verdict(
        source=source,
        place=row.place if row else "",
        identity=identity,
        title=row.title if row else "",
        disposition=Disposition.KNOWN,
        reason=reason,
    )


def _among(columns: Select[Any], campaign: str, places: Iterable[Place]) -> Select[Any]:
    # A join: pairs in an IN list would make SQLite go through all items of the campaign.
    names = (column("source", items.c.source.type), column("identity", items.c.identity.type))
    wanted = values(*names, name="wanted").data(list(places)).cte("wanted")
    place = and_(items.c.source == wanted.c.source, items.c.identity == wanted.c.identity)
    return columns.select_from(wanted.join(items, and_(items.c.campaign == campaign, place)))
