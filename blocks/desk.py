"""From the names of blocks to an open desk."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from blocks.api import SocialApi
from blocks.base import home
from blocks.google import GoogleSheets
from blocks.lake import LakeStorage
from blocks.ledger import LedgerDatabase
from pipeline.desk import Desk

EVERY = "all"
"""In place of an API's name: every profile that the ledger has posts of."""


async def profiles_of(api: str, ledger: str = "default") -> list[str]:
    """The names that `api` stands for: itself, or for `EVERY` those in the ledger, `default` when there is none."""
    if api != EVERY:
        return [api]
    async with (await LedgerDatabase.named(ledger)).ledger(profile=None) as opened:
        return sorted(await opened.profiles()) or ["default"]


@asynccontextmanager
async def open_desk(
    api: str = "default", ledger: str = "default", lake: str = "default", google: str = "default"
) -> AsyncIterator[Desk]:
    """Open API, ledger, lake and Google account by the names of their blocks; all are closed on leaving.

    The name of the API's block is the profile that the ledger is opened for.

    Raises ValueError for the name of a block that does not exist, `default` aside.
    """
    account = (await GoogleSheets.named(google)).account()
    doors = await SocialApi.named(api), await LedgerDatabase.named(ledger), await LakeStorage.named(lake)
    async with doors[0].connect() as connection, doors[1].ledger(connection.clock, profile=api) as opened:
        yield Desk(
            client=connection.client,
            clock=connection.clock,
            ledger=opened,
            open_lake=doors[2].lake,
            source=connection.source,
            quiet_seconds=connection.quiet_seconds,
            reports=home() / "reports",
            google=account,
        )
