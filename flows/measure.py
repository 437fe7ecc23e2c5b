"""Metrics of posts, accounts and links → samples → lake."""

from typing import Annotated

from prefect import flow
from pydantic import Field

from blocks.desk import open_desk
from pipeline.measuring import AccountOptions
from pipeline.others import Others
from tasks.artifacts import show_table
from tasks.numbers import keep, look_at_feeds, measure_others, measure_posts, measure_rest
from tasks.runs import run_id
from tasks.states import ended

MOST = 600
"""Posts a run asks about: every half hour, that is a third of what the API allows a profile (300 in five minutes)."""


BY_DAY = AccountOptions(daily=True)


@flow(name="measure", flow_run_name="measure: posts that are due, accounts, links")
async def measure(  # noqa: PLR0917 -- Prefect gives parameters by name
    accounts: AccountOptions = BY_DAY,
    other_posts: bool = True,
    most: Annotated[int, Field(ge=1)] = MOST,
    api: str = "default",
    ledger: str = "default",
    lake: str = "default",
) -> str:
    """Measure the posts that are due by their age, the accounts and the links, and append the samples to the lake.

    Args:
        accounts: What to ask of accounts beside their totals. Days that are lacking are filled in, a
            quarter back.
        other_posts: Read once a day the posts that were not sent through the API, and their numbers.
        most: Ask about so many posts at most; the youngest first, the others in the next run.
        api: Name of the Dovecote Social API block.
        ledger: Name of the Dovecote Ledger block.
        lake: Name of the Dovecote Lake block.
    """
    async with open_desk(api, ledger, lake) as desk:
        found = {"post_metrics": await measure_posts(desk, most), **await measure_rest(desk, accounts)}
        others = await measure_others(desk) if other_posts else Others()
        added = await keep(desk, found, others, run_id())
        feeds, ailing = await look_at_feeds(desk)
    errors = [*others.errors, *(error for measured in found.values() for error in measured.errors)]
    headline = f"{added} samples of {found['post_metrics'].asked} posts, {len(errors)} numbers not to be had"
    rows = [
        {"table": table, "samples": len(measured.samples), "asked": measured.asked, "errors": len(measured.errors)}
        for table, measured in found.items()
    ]
    rows += [
        {"post": error.post_id, "network": error.network, "code": error.code, "message": error.message}
        for error in errors
    ]
    await show_table("measure", rows, headline)
    if feeds:
        await show_table("feeds", feeds, "; ".join(ailing) or "How the feeds are")
    return ended(headline, "; ".join([headline, *ailing]), troubles=bool(errors or ailing))
