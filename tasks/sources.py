"""Steps that read: sources, and which of their items are taken."""

from prefect import task

from pipeline.publishing import Publishing
from tasks.policies import FETCH


@task(name="read-sources", **FETCH)
async def read(run: Publishing) -> None:
    """Read every source of the campaign; one that fails stops no other."""
    await run.read()


@task(name="admit-items", **FETCH)
async def admit(run: Publishing) -> None:
    """Record what was read and decide what is taken."""
    await run.admit()
