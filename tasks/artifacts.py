"""What a run shows in the Prefect UI: tables of under 1,000 rows and short markdown."""

from collections.abc import Iterable, Sequence
from typing import Any

from prefect.artifacts import acreate_markdown_artifact, acreate_table_artifact

MOST = 1000


async def show_table(key: str, rows: Sequence[dict[str, Any]], description: str) -> None:
    """Show rows as a table; of more than 1,000 the first are shown and the description says so."""
    cut = f" (first {MOST} of {len(rows)} rows; all are in the lake)" if len(rows) > MOST else ""
    await acreate_table_artifact(table=list(rows[:MOST]), key=key, description=description + cut)


async def show_text(key: str, lines: Iterable[str], description: str) -> None:
    """Show lines as markdown."""
    await acreate_markdown_artifact(markdown="\n\n".join(lines), key=key, description=description)
