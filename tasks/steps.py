"""The steps of a publish run as tasks. Their order is the run's own."""

import gc
from typing import Any

from prefect import Task, get_run_logger, task

from pipeline.parts import PART
from pipeline.publishing import Publishing
from pipeline.step import Step
from pipeline.story import Story, tell
from tasks.artifacts import progress_bar, show_table, show_text
from tasks.policies import FETCH, LOCAL, SEND


async def carry_out(run: Publishing) -> Publishing:
    """Take every step of `run`, each in a task; returns the run."""
    try:
        for step in run.steps:
            # Prefect's million objects, and then thousands of items, stay until the end: to search them for garbage
            # again and again takes up to a twelfth of a large run.
            gc.freeze()
            await _TASKS[step](run)
    finally:
        gc.unfreeze()
    return run


async def show_story(run: Publishing) -> Story:
    """Show what a run did: notes in its log, a table and the sum among its artifacts; returns it."""
    story = tell(run)
    for note in story.notes:
        get_run_logger().info(note)
    await show_table(f"publish-{run.campaign.name}", story.table, story.headline)
    await show_text(f"publish-{run.campaign.name}-sum", story.lines, story.headline)
    return story


@task(name="settle-unfinished", **SEND)
async def settle(run: Publishing) -> None:
    """Settle what earlier runs of the campaign left open."""
    await run.take(Step.SETTLE)


@task(name="read-sources", **FETCH)
async def read(run: Publishing) -> None:
    """Read every source of the campaign; one that fails stops no other."""
    await run.take(Step.READ)


@task(name="admit-items", **FETCH)
async def admit(run: Publishing) -> None:
    """Record what was read and decide what is taken."""
    await run.take(Step.ADMIT)


@task(name="draft-posts", **FETCH)
async def draft(run: Publishing) -> None:
    """Draft everything admitted, without sending."""
    await run.take(Step.DRAFT)


@task(name="send-posts", **SEND)
async def send(run: Publishing) -> None:
    """Draft, claim and send batch by batch; the ledger remembers every attempt, so repeating is safe."""
    async with progress_bar(f"publish-{run.campaign.name}-progress", "Items sent", run.waiting) as advance:
        await run.take(Step.SEND, advance, _relieve)


@task(name="account-for-items", **LOCAL)
async def account(run: Publishing) -> None:
    """Check that the sum closes, tell sheets that ask for it, and keep the run in the lake unless it is dry."""
    await run.take(Step.CLOSE)
    if not run.dry_run:
        from pipeline.recording import keep_publishing  # noqa: PLC0415  (pandas and pyarrow are slow to import)

        await keep_publishing(run)


async def _relieve(run: Publishing) -> None:
    if run.parts or len(run.part.verdicts) >= PART:
        from pipeline.recording import keep_ended  # noqa: PLC0415  (pandas and pyarrow are slow to import)

        await keep_ended(run)


_TASKS: dict[Step, Task[[Publishing], Any]] = {
    Step.SETTLE: settle,
    Step.READ: read,
    Step.ADMIT: admit,
    Step.DRAFT: draft,
    Step.SEND: send,
    Step.CLOSE: account,
}
