"""A sheet of people → user profiles, blocks that act for them, and the addresses at which they link accounts."""

from collections import Counter
from typing import Annotated, Any

from prefect import flow
from pydantic import Field

from blocks import SocialApi
from blocks.desk import open_desk
from pipeline.onboarding import HOURS, Roster, Welcome
from tasks.artifacts import show_table
from tasks.onboarding import read_people, welcome_people, write_addresses
from tasks.states import ended


@flow(name="onboard", flow_run_name="onboard: {people}")
async def onboard(
    people: str = "",
    hours: Annotated[int, Field(ge=1, le=HOURS)] = HOURS,
    dry_run: bool = False,
    *,
    api: str = "default",
) -> str:
    """Make a user profile for each row of a sheet, and write back where its people link their accounts.

    Each profile becomes a block Dovecote Social API named after its title, so that other flows act for it by that name.
    Running again makes nothing twice; it opens new linking sessions, for addresses do not stay valid.

    Args:
        people: Path of a CSV or XLSX with a column of titles; columns of tags and of networks that may be linked too.
        hours: How long the addresses stay valid.
        dry_run: Show what would be made; make and write nothing.
        api: Name of the Dovecote Social API block of the primary profile.
    """
    if not people:
        raise ValueError("people is empty: give the path of a CSV or XLSX with a column of titles")
    primary = await SocialApi.named(api)
    roster = await read_people(people)
    async with open_desk(api) as desk:
        ends = await welcome_people(desk, roster, primary, hours=hours, dry_run=dry_run)
    written = "" if dry_run else f", written into {await write_addresses(roster, ends)}"
    counted = Counter("need a look" if end.trouble else end.state for end in ends.values())
    headline = ", ".join(f"{count} {state}" for state, count in counted.items()) or "no rows"
    # Addresses let whoever has them link accounts: they stand in the sheet, not here.
    await show_table("onboard", [_row(roster, row, end) for row, end in ends.items()], headline + written)
    troubles = any(end.trouble for end in ends.values())
    return ended(headline, headline + written, troubles=troubles)


def _row(roster: Roster, row: int, end: Welcome) -> dict[str, Any]:
    person = next(one for one in roster.people if one.row == row)
    return {
        "cell": person.place,
        "title": person.title,
        "block": person.slug,
        "state": end.state,
        "valid until": end.until,
        "linked": ", ".join(end.linked),
    }
