"""Metrics of posts, accounts and links → samples → lake."""

from prefect import flow

from blocks.desk import open_desk
from tasks.artifacts import show_table
from tasks.numbers import keep, look_at_feeds, measure_posts, measure_rest
from tasks.runs import run_id
from tasks.states import ended


@flow(name="measure")
async def measure(api: str = "default", ledger: str = "default", lake: str = "default") -> str:
    """Measure the posts that are due by their age, the accounts and the links, and append the samples to the lake.

    Args:
        api: Name of the Dovecote Social API block.
        ledger: Name of the Dovecote Ledger block.
        lake: Name of the Dovecote Lake block.
    """
    async with open_desk(api, ledger, lake) as desk:
        found = {"post_metrics": await measure_posts(desk), **await measure_rest(desk)}
        added = await keep(desk, found, run_id())
        feeds, ailing = await look_at_feeds(desk)
    errors = [error for measured in found.values() for error in measured.errors]
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
