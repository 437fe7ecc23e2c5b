"""The ledger's tables as pandas frames with declared types, and the runs that are written into it."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal, get_args

from sqlalchemy import BigInteger, Integer, Table, select, type_coerce
from sqlalchemy.ext.asyncio import AsyncConnection

from pipeline.ledger.schema import TABLES, Moment, runs
from pipeline.ledger.sql import insert
from pipeline.records import Disposition

if TYPE_CHECKING:
    import pandas as pd

FrameName = Literal["items", "claims", "receipts", "runs", "feeds"]

_INTERNAL = frozenset({"stored", "lease_owner", "lease_until", "rank", "said"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One run of a flow: how many items were read and what became of them (promise 2)."""

    campaign: str
    started_at: datetime
    finished_at: datetime
    read: int
    counts: Mapping[Disposition, int]
    flow: str = "publish"
    note: str = ""
    run_id: str = field(default_factory=lambda: uuid.uuid4().hex)


async def record_run(connection: AsyncConnection, run: Run) -> None:
    """Write a run down; the same `run_id` again overwrites it."""
    row: dict[str, Any] = {
        "run_id": run.run_id,
        "campaign": run.campaign,
        "flow": run.flow,
        "started_at": run.started_at,
        "finished_at": run.finished_at,
        "read": run.read,
        "note": run.note,
        **{disposition.value: run.counts.get(disposition, 0) for disposition in Disposition},
    }
    statement = insert(connection, runs).values(row)
    await connection.execute(statement.on_conflict_do_update(index_elements=["run_id"], set_=row))


async def frame(connection: AsyncConnection, name: FrameName) -> "pd.DataFrame":
    """A table as a frame: instants are `datetime64[us, UTC]`, counts `Int64`, words `string`; missing is NA.

    Raises ValueError for an unknown name.
    """
    if name not in TABLES:
        raise ValueError(f"the ledger has no frame {name!r}; choose from {', '.join(get_args(FrameName))}")
    table = TABLES[name]
    shown = [column for column in table.columns if column.name not in _INTERNAL]
    # Instants leave the database as plain numbers: pandas turns a column at once, SQLAlchemy cell by cell.
    raw = [type_coerce(column, BigInteger) if isinstance(column.type, Moment) else column for column in shown]
    rows = (await connection.execute(select(*raw).order_by(*table.primary_key.columns))).all()
    columns = list(zip(*rows, strict=True)) or [()] * len(shown)
    return _frame(table, dict(zip([column.name for column in shown], columns, strict=True)))


def _frame(table: Table, columns: Mapping[str, tuple[Any, ...]]) -> "pd.DataFrame":
    import pandas as pd  # noqa: PLC0415  (half a second that senders need not spend)

    def typed(name: str, values: tuple[Any, ...]) -> "pd.Series[Any]":
        kind = table.columns[name].type
        if isinstance(kind, Moment):
            instants = pd.Series(pd.array(values, dtype="Int64"))
            return pd.to_datetime(instants, unit="us", utc=True).astype("datetime64[us, UTC]")
        return pd.Series(pd.array(values, dtype="Int64" if isinstance(kind, Integer) else "string"))

    return pd.DataFrame({name: typed(name, values) for name, values in columns.items()})
