"""Steps that settle outcomes across campaigns."""

from prefect import task

from pipeline.desk import Desk
from pipeline.settling import Settlement, settle
from tasks.policies import LOCAL, SEND


@task(name="settle-outcomes", **SEND)
async def settle_all(desk: Desk) -> Settlement:
    """Read back every post whose outcome is unknown, and see how scheduled posts ended."""
    return await settle(desk.ledger, client=desk.client, clock=desk.clock, quiet_seconds=desk.quiet_seconds)


@task(name="keep-outcomes", **LOCAL)
async def keep(desk: Desk, run_id: str) -> None:
    """Append to the lake how the posts stand that this run, or one that died before, learnt something about."""
    if await desk.ledger.unkept():
        from pipeline.recording import keep_settled  # noqa: PLC0415  (pandas and pyarrow are slow to import)

        await keep_settled(desk, run_id=run_id)
