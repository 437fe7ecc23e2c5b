"""The lake: tables that are appended to and never overwritten; frames are read from it.

Where they lie is chosen by its address (`pipeline/analytics/storage/`): Delta tables in a folder or an object store,
PostgreSQL, or a DuckDB file. Every call blocks: from async code go through `Desk.at_lake`.
"""

import copy
from collections.abc import Sequence
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Self

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.analytics.storage import storage_of
from pipeline.analytics.storage.base import AsOf, Period, Storage
from pipeline.analytics.tables import TABLES, Rows, Table, arrow_schema, conform, declared, to_pandas
from pipeline.showing import shown

_PROFILE = "profile"


class Lake:
    """The tables of `pipeline/analytics/tables.py` at `path`, a folder or an address.

    Addresses are such as `s3://bucket/lake`, `postgresql://user:secret@host/name` or `numbers.duckdb`.
    `storage_options` go to an object store as they are: keys, region, endpoint. Several processes may append at once.
    """

    profile = ""

    def __init__(self, path: str | Path, storage_options: dict[str, str] | None = None) -> None:
        self.path = str(path).rstrip("/")
        self._options = storage_options

    def __str__(self) -> str:
        return shown(self.path)

    def of(self, profile: str) -> Self:
        """The same lake for the work of one profile: rows it appends are of that profile, unless they say another."""
        own = copy.copy(self)
        own.profile = profile
        return own

    @cached_property
    def _storage(self) -> Storage:
        return storage_of(self.path, self._options)

    def append(self, table: str, rows: Rows, *, batch: str = "") -> int:
        """Add rows (a frame, an Arrow table, or records) and return how many were added.

        With `batch` the rows are added once, however often the call is repeated: a second call returns 0. Raises
        TableMismatch when they do not fit the table, the storage's own errors when it cannot be written.
        """
        conformed = _stamped(conform(table, rows), self.profile)
        added = conformed.num_rows > 0 and self._storage.append(table, conformed, batch)
        return int(conformed.num_rows) if added else 0

    def frame(
        self,
        table: str,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        as_of: AsOf = None,
        columns: Sequence[str] | None = None,
        profile: str = "",
    ) -> pd.DataFrame:
        """Rows of a table, oldest first, with the declared dtypes; an empty frame when nothing was ever written.

        `since` (included) and `until` (excluded) bound the table's instant; `as_of` reads the table as it stood at an
        instant of the machine's clock, or after so many appends, from 0. With `profile` only its rows come, and those
        that tell none, which an older version wrote. Raises ValueError for an unknown table or column.
        """
        wanted = declared(table)
        names = _selected(wanted, columns)
        read = list(dict.fromkeys([*names, wanted.instant, *([_PROFILE] if profile else [])]))
        found = self._storage.read(table, read, Period(wanted.instant, since, until), as_of)
        if found is None:
            return to_pandas(table, arrow_schema(table).empty_table().select(names))
        return to_pandas(table, _completed(table, _ordered(_own(found, profile), wanted.instant), names))

    def tables(self) -> list[str]:
        """The names of the tables that have been written, in the order of the journey."""
        return [name for name in TABLES if self._storage.exists(name)]

    def tidy(self, table: str) -> int:
        """Give back what many small appends cost; returns how many files were replaced. Frames stay the same."""
        return self._storage.tidy(table)


def _stamped(rows: pa.Table, profile: str) -> pa.Table:
    if not profile or _PROFILE not in rows.column_names:
        return rows
    place = rows.schema.get_field_index(_PROFILE)
    return rows.set_column(place, rows.schema.field(place), pc.fill_null(rows.column(place), profile))


def _own(rows: pa.Table, profile: str) -> pa.Table:
    if not profile or _PROFILE not in rows.column_names:
        return rows
    mine = pc.equal(rows.column(_PROFILE).cast(pa.string()), profile)
    return rows.filter(pc.fill_null(mine, fill_value=True))


def _selected(wanted: Table, columns: Sequence[str] | None) -> list[str]:
    unknown = [name for name in columns or () if name not in wanted.names]
    if unknown:
        raise ValueError(f"table {wanted.name!r} has no column {unknown[0]!r}; it has {', '.join(wanted.names)}")
    return wanted.names if columns is None else list(columns)


def _ordered(rows: pa.Table, instant: str) -> pa.Table:
    return rows.take(pc.sort_indices(rows, sort_keys=[(instant, "ascending")]))


def _completed(table: str, found: pa.Table, names: list[str]) -> pa.Table:
    schema = arrow_schema(table)
    arrays = [
        found.column(name).cast(schema.field(name).type)
        if name in found.column_names
        else pa.nulls(found.num_rows, schema.field(name).type)
        for name in names
    ]
    return pa.Table.from_arrays(arrays, names=names)
