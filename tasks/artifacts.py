"""What a run shows in the Prefect UI: tables of under 1,000 rows, short markdown, and a bar for what takes long."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

from prefect.artifacts import (
    acreate_markdown_artifact,
    acreate_progress_artifact,
    acreate_table_artifact,
    aupdate_progress_artifact,
)

MOST = 1000
PATIENCE = 5.0
"""Seconds of work before a bar is shown; most runs are done by then."""
PAUSE = 2.0
"""Seconds between two looks at how far the work is."""


async def show_table(key: str, rows: Sequence[dict[str, Any]], description: str) -> None:
    """Show rows as a table; of more than 1,000 the first are shown and the description says so."""
    cut = f" (first {MOST} of {len(rows)} rows; all are in the lake)" if len(rows) > MOST else ""
    await acreate_table_artifact(table=list(rows[:MOST]), key=key, description=description + cut)


async def show_text(key: str, lines: Iterable[str], description: str) -> None:
    """Show lines as markdown."""
    await acreate_markdown_artifact(markdown="\n\n".join(lines), key=key, description=description)


@asynccontextmanager
async def progress_bar(key: str, description: str, total: int) -> AsyncIterator[Callable[[int], None]]:
    """Show how far work on `total` things is while the body runs: it calls what it is given with how many are done.

    A bar appears only once the work has taken `PATIENCE` seconds, and is brought up to date now and then.
    """
    done = 0
    bar: UUID | None = None

    def advance(so_far: int) -> None:
        nonlocal done
        done = so_far

    def share() -> float:
        return min(100.0, 100.0 * done / total) if total else 100.0

    async def show() -> None:
        if bar is not None:
            await aupdate_progress_artifact(bar, progress=share(), description=f"{description}: {done} of {total}")

    async def watch() -> None:
        nonlocal bar
        if await _within(PATIENCE, ended):
            return
        bar = await acreate_progress_artifact(share(), key=key, description=f"{description}: {done} of {total}")
        while not await _within(PAUSE, ended):
            await show()
        await show()

    ended = asyncio.Event()
    watching = asyncio.create_task(watch())
    try:
        yield advance
    finally:
        ended.set()
        # What cannot be shown must not fail what was done.
        await asyncio.gather(watching, return_exceptions=True)


async def _within(seconds: float, ended: asyncio.Event) -> bool:
    try:
        await asyncio.wait_for(ended.wait(), seconds)
    except TimeoutError:
        return False
    return True
