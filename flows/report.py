"""Lake → the report people look at."""

import asyncio

from prefect import flow

from blocks.desk import open_desk
from pipeline.forms import Zone
from tasks.artifacts import show_text
from tasks.numbers import charts_of, link_to, write
from tasks.states import ended


@flow(name="report", flow_run_name="report: {title}")
async def report(
    title: str = "Social posts",
    zone: Zone = "UTC",
    api: str = "default",
    ledger: str = "default",
    lake: str = "default",
) -> str:
    """Write one HTML file about what went out, what failed and what it brought. It opens offline.

    Args:
        title: Heading of the report.
        zone: Time zone of days and hours, such as Europe/Berlin.
        api: Name of the Dovecote Social API block, whose clock dates the report and whose
            waiting posts the calendar shows.
        ledger: Name of the Dovecote Ledger block.
        lake: Name of the Dovecote Lake block.
    """
    async with open_desk(api, ledger, lake) as desk:
        path = await write(desk, title, desk.clock.now(), zone)
    await show_text("report", [link_to(path), *await asyncio.to_thread(charts_of, path)], title)
    return ended(str(path), f"written to {path}")
