"""Delta tables under one path, local or in an object store: read by DuckDB, Spark and Polars without a server.

Tables are partitioned by the month of their instant (`month`, its first day). A round of measuring lies within one
month, so that costs an append little; a table is read by month, and old months can be moved or dropped as folders.
"""

import random
import time
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds
from deltalake import CommitProperties, DeltaTable, Transaction, write_deltalake
from deltalake.exceptions import CommitFailedError, DeltaError, TableNotFoundError

from pipeline.analytics.storage.base import AsOf, Period
from pipeline.analytics.tables import SCHEMA_VERSION, declared
from social.instants import utc

MONTH = "month"
_ATTEMPTS = 20


class DeltaStorage:
    """Delta tables under `path`. `options` go to the object store as they are: keys, region, endpoint."""

    def __init__(self, path: str | Path, options: dict[str, str] | None = None) -> None:
        self.path = str(path).rstrip("/")
        self._options = options

    def append(self, table: str, rows: pa.Table, batch: str) -> bool:
        """Add rows, again and again while other writers are first. Raises deltalake's errors for a store that fails."""
        for attempt in range(1, _ATTEMPTS + 1):
            delta = self._open(table, None)
            if batch and delta is not None and delta.transaction_version(batch) is not None:
                return False
            try:
                self._write(table, delta, rows, batch)
            except DeltaError as error:
                if attempt == _ATTEMPTS or not _lost_a_race(error):
                    raise
                time.sleep(random.uniform(0, 0.02 * 2 ** min(attempt, 6)))  # noqa: S311 - spreads writers, no secret
            else:
                break
        return True

    def read(self, table: str, names: Sequence[str], period: Period, as_of: AsOf) -> pa.Table | None:
        """The asked-for columns of the rows within the period."""
        delta = self._open(table, as_of)
        if delta is None:
            return None
        files = delta.to_pyarrow_dataset()
        read = [name for name in names if name in files.schema.names]
        return files.to_table(columns=read, filter=_within(period, files.schema.names))

    def exists(self, table: str) -> bool:
        """Whether the table was ever written."""
        return bool(DeltaTable.is_deltatable(self._uri(table), storage_options=self._options))

    def tidy(self, table: str) -> int:
        """Merge the small files that many appends leave."""
        delta = self._open(table, None)
        return 0 if delta is None else int(delta.optimize.compact()["numFilesRemoved"])

    def _write(self, table: str, delta: DeltaTable | None, rows: pa.Table, batch: str) -> None:
        # Delta's own retries would not look again whether the batch is there by now: with a batch, losing is an error.
        commit = CommitProperties(
            custom_metadata={"dovecote.schema": str(SCHEMA_VERSION)},
            app_transactions=[Transaction(batch, 1)] if batch else None,
            max_commit_retries=0 if batch else None,
        )
        partitions = [MONTH] if delta is None else delta.metadata().partition_columns
        if partitions:
            rows = rows.append_column(MONTH, _months(rows.column(declared(table).instant)))
        grown = delta is not None and not set(rows.column_names) <= {field.name for field in delta.schema().fields}
        write_deltalake(
            self._uri(table) if delta is None else delta,
            rows,
            mode="append",
            partition_by=partitions or None,
            schema_mode="merge" if grown else None,
            storage_options=self._options,
            commit_properties=commit,
        )

    def _uri(self, table: str) -> str:
        return f"{self.path}/{table}"

    def _open(self, table: str, as_of: AsOf) -> DeltaTable | None:
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


def _months(instants: pa.ChunkedArray) -> pa.Array | pa.ChunkedArray:
    bounds = pc.min_max(instants)
    first, last = (_month(bounds[end].as_py()) for end in ("min", "max"))
    if first == last:
        return pa.repeat(pa.scalar(first), len(instants))
    return pc.floor_temporal(instants, unit="month").cast(pa.date32())


def _month(instant: datetime) -> date:
    return date(instant.year, instant.month, 1)


def _within(period: Period, names: Sequence[str]) -> ds.Expression | None:
    kind = pa.timestamp("us", tz="UTC")
    bounds = []
    if period.since is not None:
        since = utc(period.since)
        bounds.append(ds.field(period.column) >= pa.scalar(since, kind))
        bounds += [ds.field(MONTH) >= pa.scalar(_month(since))] if MONTH in names else []
    if period.until is not None:
        until = utc(period.until)
        bounds.append(ds.field(period.column) < pa.scalar(until, kind))
        bounds += [ds.field(MONTH) <= pa.scalar(_month(until))] if MONTH in names else []
    found = None
    for bound in bounds:
        found = bound if found is None else found & bound
    return found
