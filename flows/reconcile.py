"""Settle every post whose outcome is unknown, and see how scheduled posts ended."""

from prefect import flow

from blocks.desk import open_desk
from pipeline.story import settled_rows
from tasks.artifacts import show_table
from tasks.outcomes import keep, settle_all
from tasks.runs import run_id
from tasks.states import ended


@flow(name="reconcile", flow_run_name="reconcile: what is open in ledger {ledger}")
async def reconcile(api: str = "default", ledger: str = "default", lake: str = "default") -> str:
    """Read back every post whose outcome is unknown and settle it; absent ones are sent again, under the same key.

    Args:
        api: Name of the Dovecote Social API block.
        ledger: Name of the Dovecote Ledger block.
        lake: Name of the Dovecote Lake block.
    """
    async with open_desk(api, ledger, lake) as desk:
        settlement = await settle_all(desk)
        await keep(desk, run_id())
    headline = (
        f"found {len(settlement.found)}, sent {len(settlement.sent)}, refreshed {len(settlement.refreshed)}, "
        f"still open {settlement.open}"
    )
    if rows := settled_rows(settlement):
        await show_table("reconcile", rows, headline)
    return ended(headline, headline, troubles=bool(settlement.alerts))
