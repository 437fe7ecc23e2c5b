"""What the lake asks of a storage. Rows come and go as Arrow tables of the declared schema."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import pyarrow as pa

AsOf = datetime | int | None
"""A table as it stood: at an instant of the machine's clock, or after so many appends; None is now."""


class MissingExtra(ImportError):
    """A storage needs a package that is not installed; the message holds the command that installs it."""

    def __init__(self, storage: str, extra: str) -> None:
        super().__init__(f"a lake in {storage} needs packages that are not installed: pip install 'dovecote[{extra}]'")


@dataclass(frozen=True, slots=True)
class Period:
    """Rows whose `column` lies from `since` (included) until `until` (excluded); None leaves an end open."""

    column: str
    since: datetime | None = None
    until: datetime | None = None


class Storage(Protocol):
    """Tables that are appended to. Every method blocks; several processes may use one storage at once."""

    def append(self, table: str, rows: pa.Table, batch: str) -> bool:
        """Add rows. With `batch` once, however often it is repeated: False says that they were there already.

        A table written by an older version gains the columns it lacks.
        """
        ...

    def read(self, table: str, names: Sequence[str], period: Period, as_of: AsOf) -> pa.Table | None:
        """The columns `names` of the rows within the period, as far as the table has them; None: no such table then."""
        ...

    def exists(self, table: str) -> bool:
        """Whether the table was ever written."""
        ...

    def tidy(self, table: str) -> int:
        """Give back what many small appends cost; returns how many files were replaced. Rows stay the same."""
        ...
