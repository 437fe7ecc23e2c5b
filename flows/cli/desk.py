"""A desk without Prefect, from the environment's settings."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from pipeline.desk import Desk
from pipeline.ledger import Ledger
from server.environment import Environment


@asynccontextmanager
async def open_desk(settings: Environment) -> AsyncIterator[Desk]:
    """Open API and ledger; both are closed on leaving. Raises ValueError when a hosted API has no key."""
    settings.folder.mkdir(parents=True, exist_ok=True)
    async with settings.access().connect() as connection, Ledger(settings.ledger_url, connection.clock) as ledger:
        yield Desk(
            client=connection.client,
            clock=connection.clock,
            ledger=ledger,
            open_lake=settings.open_lake,
            source=connection.source,
            quiet_seconds=connection.quiet_seconds,
            reports=settings.folder / "reports",
            google=settings.google(),
        )
