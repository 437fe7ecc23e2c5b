"""Upkeep: many small files of the lake become few, the ledger stays quick. Nothing that is history is thrown away."""

import asyncio

from prefect import flow, task

from blocks.desk import open_desk
from pipeline.desk import Desk
from tasks.artifacts import show_table
from tasks.policies import LOCAL
from tasks.states import ended


@task(name="tidy-lake", **LOCAL)
async def tidy_lake(desk: Desk) -> dict[str, int]:
    """Merge the small files of every table; returns how many were replaced, by table."""

    def work() -> dict[str, int]:
        return {table: desk.lake.tidy(table) for table in desk.lake.tables()}

    return await asyncio.to_thread(work)


@flow(name="tidy", flow_run_name="tidy: lake {lake}, ledger {ledger}")
async def tidy(api: str = "default", ledger: str = "default", lake: str = "default") -> str:
    """Keep the lake quick to read: files that many appends left behind are merged. Frames stay the same.

    The ledger's database gives back what it does not need, and PostgreSQL looks at its tables anew.

    Args:
        api: Name of the Dovecote Social API block.
        ledger: Name of the Dovecote Ledger block.
        lake: Name of the Dovecote Lake block.
    """
    async with open_desk(api, ledger, lake) as desk:
        merged = await tidy_lake(desk)
        await desk.ledger.tidy()
    headline = f"{sum(merged.values())} small files merged in {len(merged)} tables"
    await show_table("tidy", [{"table": name, "files merged": files} for name, files in merged.items()], headline)
    return ended(headline, headline)
