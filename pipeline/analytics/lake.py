"""The lake: Delta tables under one path, local or in an object store. What is written stays; frames are read from it.

Tables are not partitioned. Rows arrive in the order of time, so the bounds Delta keeps for each file already tell which
files a period needs, while parting 1,000,000 samples by month doubles the cost of writing them (`bench_lake.py`).
Every call blocks: from async code go through `asyncio.to_thread`.
"""

import random
import time
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds
from deltalake import CommitProperties, DeltaTable, Transaction, write_deltalake
from deltalake.exceptions import CommitFailedError, DeltaError, TableNotFoundError

from pipeline.analytics.tables import TABLES, Rows, Table, arrow_schema, conform, declared, to_pandas
from social.instants import utc

_ATTEMPTS = 20


class Lake:
    """Tables of `pipeline/analytics/tables.py` as Delta tables under `path` (a folder, or a URL such as `s3://bucket/lake`).

    `storage_options` go to the object store as they are: keys, region, endpoint. Several processes may append at once.
    """

    def __init__(self, path: str | Path, storage_options: dict[str, str] | None = None) -> None:
        self.path = str(path).rstrip("/")
        self._options = storage_options

    def append(self, table: str, rows: Rows, *, batch: str = "") -> int:
        """Add rows (a frame, an Arrow table, or records) and return how many were added.

        With `batch` the rows are added once, however often the call is repeated: a second call returns 0. Raises
        TableMismatch when they do not fit the table, deltalake's errors when the store cannot be written.
        """
        conformed = conform(table, rows)
        return self._commit(table, conformed, batch) if conformed.num_rows else 0

    def frame(
        self,
        table: str,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        as_of: datetime | int | None = None,
        columns: Sequence[str] | None = None,
    ) -> pd.DataFrame:
        """Rows of a table, oldest first, with the declared dtypes; an empty frame when nothing was ever written.

        `since` (included) and `until` (excluded) bound the table's instant; `as_of` reads the table as it stood at an
        instant of the machine's clock, or at a version number. Raises ValueError for an unknown table or column.
        """
        wanted = declared(table)
        names = _selected(wanted, columns)
        delta = self._open(table, as_of)
        if delta is None:
            return to_pandas(table, arrow_schema(table).empty_table().select(names))
        files = delta.to_pyarrow_dataset()
        bounds = _bounds(wanted.instant, since, until)
        read = [name for name in dict.fromkeys([*names, wanted.instant]) if name in files.schema.names]
        found = _ordered(files.to_table(columns=read, filter=bounds), wanted.instant)
        return to_pandas(table, _completed(table, found, names))

    def tables(self) -> list[str]:
        """The names of the tables that have been written, in the order of the journey."""
        return [name for name in TABLES if self._exists(name)]

    def tidy(self, table: str) -> int:
        """Merge the small files that many appends leave; returns how many files it replaced. Frames stay the same."""
        delta = self._open(table, None)
        return 0 if delta is None else int(delta.optimize.compact()["numFilesRemoved"])

    def _commit(self, table: str, rows: pa.Table, batch: str) -> int:
        for attempt in range(1, _ATTEMPTS + 1):
            delta = self._open(table, None)
            if batch and delta is not None and delta.transaction_version(batch) is not None:
                return 0
            try:
                self._write(table, delta, rows, batch)
            except DeltaError as error:
                if attempt == _ATTEMPTS or not _lost_a_race(error):
                    raise
                time.sleep(random.uniform(0, 0.02 * 2 ** min(attempt, 6)))  # noqa: S311 - spreads writers, no secret
            else:
                break
        return int(rows.num_rows)

    def _write(self, table: str, delta: DeltaTable | None, rows: pa.Table, batch: str) -> None:
        # Delta's own retries would not look again whether the batch is there by now: with a batch, losing is an error.
        once = CommitProperties(app_transactions=[Transaction(batch, 1)], max_commit_retries=0) if batch else None
        grown = delta is not None and {field.name for field in delta.schema().fields} != set(rows.column_names)
        write_deltalake(
            self._uri(table) if delta is None else delta,
            rows,
            mode="append",
            schema_mode="merge" if grown else None,
            storage_options=self._options,
            commit_properties=once,
        )

    def _exists(self, table: str) -> bool:
        return bool(DeltaTable.is_deltatable(self._uri(table), storage_options=self._options))

    def _uri(self, table: str) -> str:
        return f"{self.path}/{table}"

    def _open(self, table: str, as_of: datetime | int | None) -> DeltaTable | None:
        try:
            delta = DeltaTable(self._uri(table), storage_options=self._options)
        except TableNotFoundError:
            return None
        if isinstance(as_of, datetime):
            as_of = _version_at(delta, utc(as_of))
        if as_of is not None:
            if as_of < 0:
                return None
            delta.load_as_version(as_of)
        return delta


def _version_at(delta: DeltaTable, instant: datetime) -> int:
    """The last version committed at or before `instant`; -1 when there was none."""
    limit = instant.timestamp() * 1000
    versions = [entry["version"] for entry in delta.history() if entry["timestamp"] <= limit]
    return max(versions, default=-1)


def _lost_a_race(error: DeltaError) -> bool:
    return isinstance(error, CommitFailedError) or "already exists" in str(error)


def _selected(wanted: Table, columns: Sequence[str] | None) -> list[str]:
    unknown = [name for name in columns or () if name not in wanted.names]
    if unknown:
        raise ValueError(f"table {wanted.name!r} has no column {unknown[0]!r}; it has {', '.join(wanted.names)}")
    return wanted.names if columns is None else list(columns)


def _bounds(instant: str, since: datetime | None, until: datetime | None) -> ds.Expression | None:
    kind = pa.timestamp("us", tz="UTC")
    after = None if since is None else ds.field(instant) >= pa.scalar(utc(since), kind)
    before = None if until is None else ds.field(instant) < pa.scalar(utc(until), kind)
    if after is None or before is None:
        return before if after is None else after
    return after & before


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
