"""The ledger's database as a block."""

from collections.abc import AsyncIterator
from functools import partial
from typing import Self

from pydantic import Field, SecretStr

from blocks.base import Door, home, logo
from pipeline.ledger import Ledger
from pipeline.ledger.ledger import LEASE_SECONDS
from server.doctor import Finding, look_at_ledger
from server.environment import Environment
from social.instants import Clock, SystemClock


class LedgerDatabase(Door):
    """Where Dovecote remembers which item became which post. Every process of one campaign must use the same ledger.

    Example:
        ```python
        from pydantic import SecretStr
        from blocks import LedgerDatabase

        LedgerDatabase(url=SecretStr("postgresql://user:secret@db/dovecote")).save("default", overwrite=True)
        ```
    """

    _block_type_name = "Dovecote Ledger"
    _block_type_slug = "dovecote-ledger"
    _description = "Database that keeps posts exactly once: a SQLite file, or PostgreSQL for several workers."
    _logo_url = logo("1f4d2")
    _code_example = '```python\nfrom blocks import LedgerDatabase\n\nledger = LedgerDatabase.load("default")\n```'

    url: SecretStr = Field(
        default=SecretStr(""),
        description="Database URL, such as postgresql://user:secret@host/name. Empty: SQLite in the data folder.",
    )

    lease_seconds: float = Field(
        default=LEASE_SECONDS,
        gt=0,
        description="How long a post belongs to the process that sends it; after a crash others wait so long. The same "
        "value everywhere.",
    )

    @classmethod
    def unsaved(cls, environment: Environment) -> Self:
        """The database the environment names, else a file in the data folder."""
        return cls(url=environment.ledger)

    async def _examine(self) -> AsyncIterator[Finding]:
        yield await look_at_ledger(partial(self.ledger, profile=None))

    def ledger(self, clock: Clock | None = None, *, profile: str | None = "default") -> Ledger:
        """The ledger of a profile, not yet opened: use it as `async with`. `clock` defaults to the machine's."""
        return Ledger(
            self.url.get_secret_value() or f"sqlite:///{home() / 'ledger.db'}",
            clock or SystemClock(),
            lease_seconds=self.lease_seconds,
            profile=profile,
        )
