"""Everything a run works with, opened: the API, the ledger, the lake and the clock they share."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from pipeline.ledger import Ledger
from social.client import SocialClient
from social.instants import Clock

if TYPE_CHECKING:
    from pipeline.analytics.lake import Lake
    from pipeline.sources.sheets import GoogleAccount

Args = ParamSpec("Args")
Told = TypeVar("Told")


class Desk:
    """Handed from step to step. `source` is `sandbox` or `api`: where numbers come from.

    `quiet_seconds` is how long a lost post must stay absent before it is sent again. `reports` is their folder.
    `google` reads private Google Sheets and writes results back into them; None where no account is set.
    """

    def __init__(
        self,
        *,
        client: SocialClient,
        clock: Clock,
        ledger: Ledger,
        open_lake: Callable[[], "Lake"],
        source: str,
        quiet_seconds: float,
        reports: Path,
        google: "GoogleAccount | None" = None,
    ) -> None:
        self.client = client
        self.clock = clock
        self.ledger = ledger
        self._open_lake = open_lake
        self.source = source
        self.quiet_seconds = quiet_seconds
        self.reports = reports
        self.google = google

    @property
    def profile(self) -> str:
        """The profile that the client acts for: the name of the API's block."""
        return self.ledger.profile or "default"

    @cached_property
    def lake(self) -> "Lake":
        """The lake, opened at first use: that imports pandas and pyarrow, for which sending need not wait."""
        return self._open_lake().of(self.profile)

    async def at_lake(self, work: Callable[Args, Told], *args: Args.args, **named: Args.kwargs) -> Told:
        """Do work that blocks on the lake in a thread, as `asyncio.to_thread` does, but always in the same one.

        The C library keeps what a thread once needed for that thread alone. Spread over several, the appends of a large
        run would take more memory the longer it lasts.
        """
        done = partial(copy_context().run, partial(work, *args, **named))
        return await asyncio.get_running_loop().run_in_executor(self._lake_thread, done)

    @cached_property
    def _lake_thread(self) -> ThreadPoolExecutor:
        # Its thread ends with the desk.
        return ThreadPoolExecutor(1, thread_name_prefix="lake")
