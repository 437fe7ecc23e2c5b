"""Steps that deal with posts: settle, draft, send, account."""

from prefect import task

from pipeline.publishing import Publishing
from tasks.policies import FETCH, LOCAL, SEND


@task(name="settle-unfinished", **SEND)
async def settle_unfinished(run: Publishing) -> None:
    """Settle what earlier runs of the campaign left open."""
    await run.settle()


@task(name="draft-posts", **FETCH)
async def draft(run: Publishing) -> None:
    """Draft everything admitted, without sending."""
    while run.waiting:
        await run.draft()


@task(name="send-posts", **SEND)
async def send(run: Publishing) -> None:
    """Draft, claim and send batch by batch; the ledger remembers every attempt, so repeating is safe."""
    while run.waiting:
        await run.send()


@task(name="account-for-items", **LOCAL)
async def account(run: Publishing) -> None:
    """Check that the sum closes, tell sheets that ask for it, and keep the run in the lake unless it is dry."""
    await run.close()
    await run.write_back()
    if not run.dry_run:
        from pipeline.recording import keep_publishing  # noqa: PLC0415  (pandas and pyarrow are slow to import)

        await keep_publishing(run)
