"""The tables of the lake: their columns, kinds and meaning, and the one door through which rows must pass.

Instants are UTC in microseconds; whole numbers, numbers and booleans can be NA; names that repeat are categoricals.
Tables are appended to, never rewritten: the newest row of a key is the present, the older ones are history (promise 5).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeAlias

import pandas as pd
import pyarrow as pa

SCHEMA_VERSION = 3
"""Raised with every change of a table below; written down with each append, so that old rows tell what made them."""

Rows: TypeAlias = "pd.DataFrame | pa.Table | Iterable[Any]"
Values: TypeAlias = "pd.Series[Any] | pa.ChunkedArray | list[Any]"


class Kind(StrEnum):
    """What a column holds. `NAME` is text that repeats: stored as text, a categorical in frames."""

    INSTANT = "timestamp[us, tz=UTC]"
    TEXT = "string"
    NAME = "string, categorical"
    WHOLE = "int64"
    NUMBER = "double"
    FLAG = "bool"


@dataclass(frozen=True, slots=True)
class Column:
    """One column. A required one holds no NA and may not be left out."""

    name: str
    kind: Kind
    required: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """One table. `instant` is the column that `since` and `until` look at."""

    name: str
    columns: tuple[Column, ...]
    instant: str = "observed_at"

    @property
    def names(self) -> list[str]:
        """The columns' names in order."""
        return [column.name for column in self.columns]


class TableMismatch(ValueError):
    """Rows that do not fit a table. Names table, column and dtype, and says what to do."""

    def __init__(self, table: str, column: str, problem: str) -> None:
        super().__init__(f"table {table!r}, column {column!r}: {problem}")
        self.table = table
        self.column = column


def _columns(kind: Kind, names: str) -> tuple[Column, ...]:
    return tuple(Column(name.rstrip("!"), kind, name.endswith("!")) for name in names.split())


_OBSERVED = _columns(Kind.INSTANT, "observed_at!")
_SAMPLE = (
    *_OBSERVED,
    *_columns(Kind.TEXT, "post_id!"),
    *_columns(Kind.NAME, "network!"),
    *_columns(Kind.TEXT, "social_id"),
    *_columns(Kind.NAME, "metric!"),
    *_columns(Kind.NUMBER, "value"),
    *_columns(Kind.NAME, "quality! source! profile"),
)
_REMARK = (
    *_OBSERVED,
    *_columns(Kind.NAME, "network!"),
    *_columns(Kind.TEXT, "social_id! author author_id text"),
    *_columns(Kind.FLAG, "own! answered!"),
    *_columns(Kind.INSTANT, "created_at"),
    *_columns(Kind.NAME, "source! profile"),
)

_ALL = (
    # What became of each item read in a run (records.Verdict). `feed` is the item's source, `source` api or sandbox.
    # `categories` are the item's own, one a line.
    Table(
        "items",
        (
            *_OBSERVED,
            *_columns(Kind.TEXT, "run_id!"),
            *_columns(Kind.NAME, "campaign! feed!"),
            *_columns(Kind.TEXT, "place identity! title"),
            *_columns(Kind.NAME, "disposition!"),
            *_columns(Kind.TEXT, "reason link categories"),
            *_columns(Kind.INSTANT, "published_at"),
            *_columns(Kind.NAME, "source"),
        ),
    ),
    # One row per post and network each time its state was learnt; the newest says how it stands. `profile` is the name
    # of the API's block: here and in all that the API was asked for.
    Table(
        "posts",
        (
            *_OBSERVED,
            *_columns(Kind.NAME, "campaign! feed"),
            *_columns(Kind.TEXT, "key! identity title post_id!"),
            *_columns(Kind.NAME, "network! status!"),
            *_columns(Kind.TEXT, "text link categories social_id post_url"),
            *_columns(Kind.INSTANT, "scheduled_for published_at"),
            *_columns(Kind.NAME, "zone"),
            *_columns(Kind.TEXT, "wall reason"),
            *_columns(Kind.WHOLE, "code"),
            *_columns(Kind.NAME, "source! profile"),
        ),
    ),
    # A small picture of a post, for people: a square JPEG in base64.
    Table("thumbnails", (*_OBSERVED, *_columns(Kind.TEXT, "key! jpeg!"))),
    # What the API answered to each attempt, per network (records.Receipt); `network` is empty when it spoke of none.
    Table(
        "receipts",
        (
            *_OBSERVED,
            *_columns(Kind.TEXT, "run_id key! post_id"),
            *_columns(Kind.NAME, "campaign! network! outcome! status"),
            *_columns(Kind.WHOLE, "code"),
            *_columns(Kind.TEXT, "reason social_id post_url"),
            *_columns(Kind.INSTANT, "scheduled_for"),
            *_columns(Kind.NAME, "source!"),
        ),
    ),
    Table("post_metrics", _SAMPLE),
    Table("account_metrics", _SAMPLE),
    # What a metric of an account came to within the day that ended at `day`; the newest row of a day counts (days.py).
    Table(
        "account_days",
        (
            *_OBSERVED,
            *_columns(Kind.NAME, "network!"),
            *_columns(Kind.TEXT, "social_id!"),
            *_columns(Kind.INSTANT, "day!"),
            *_columns(Kind.NAME, "metric!"),
            *_columns(Kind.NUMBER, "value"),
            *_columns(Kind.NAME, "source! profile"),
        ),
    ),
    # Posts an account shows that were not sent through the API, a row when first seen, and their numbers.
    Table(
        "other_posts",
        (
            *_OBSERVED,
            *_columns(Kind.NAME, "network!"),
            *_columns(Kind.TEXT, "social_id! text post_url"),
            *_columns(Kind.INSTANT, "published_at"),
            *_columns(Kind.NAME, "source! profile"),
        ),
    ),
    Table("other_metrics", _SAMPLE),
    Table("link_clicks", _SAMPLE),
    # What an ad cost and brought within a day, in the currency of its account; the newest row of a day counts.
    Table(
        "ad_spend",
        (
            *_OBSERVED,
            *_columns(Kind.NAME, "network! account_id!"),
            *_columns(Kind.TEXT, "ad_id! ad_name post_id"),
            *_columns(Kind.INSTANT, "day!"),
            *_columns(Kind.NAME, "status"),
            *_columns(Kind.NUMBER, "spend impressions reach clicks"),
            *_columns(Kind.NAME, "source! profile"),
        ),
    ),
    # What people said, and what we answered; a row each time it was seen new or changed (conversations/keeping.py).
    Table(
        "comments",
        (
            *_REMARK,
            *_columns(Kind.TEXT, "post_id! parent_id"),
            *_columns(Kind.WHOLE, "like_count"),
        ),
    ),
    Table("reviews", (*_REMARK, *_columns(Kind.WHOLE, "stars"), *_columns(Kind.TEXT, "reply"))),
    Table("messages", (*_REMARK, *_columns(Kind.TEXT, "conversation_id!"))),
    # Numbers that could not be had (measuring.MeasureFailure).
    Table(
        "measure_errors",
        (
            *_OBSERVED,
            *_columns(Kind.TEXT, "post_id!"),
            *_columns(Kind.NAME, "network!"),
            *_columns(Kind.WHOLE, "code"),
            *_columns(Kind.TEXT, "message"),
            *_columns(Kind.NAME, "source! profile"),
        ),
    ),
    # One row per reading of a feed. `status` is ok, unchanged or failed; `seconds` is how long it took.
    Table(
        "feed_health",
        (
            *_OBSERVED,
            *_columns(Kind.NAME, "feed! status!"),
            *_columns(Kind.TEXT, "run_id title reason"),
            *_columns(Kind.WHOLE, "items new_items quarantined"),
            *_columns(Kind.NUMBER, "seconds"),
            *_columns(Kind.INSTANT, "newest_item_at"),
        ),
    ),
    # One row per run: the sum that must close (promise 2).
    Table(
        "runs",
        (
            *_OBSERVED,
            *_columns(Kind.TEXT, "run_id!"),
            *_columns(Kind.NAME, "flow! campaign"),
            *_columns(Kind.INSTANT, "started_at ended_at"),
            *_columns(Kind.WHOLE, "read known filtered quarantined planned scheduled refused unknown"),
            *_columns(Kind.FLAG, "closes"),
            *_columns(Kind.TEXT, "reason"),
            *_columns(Kind.NAME, "source"),
        ),
    ),
)

TABLES: dict[str, Table] = {table.name: table for table in _ALL}
"""Every table of the lake by name."""


def declared(table: str) -> Table:
    """The declaration of `table`. Raises ValueError naming the choices."""
    if table not in TABLES:
        raise ValueError(f"unknown table {table!r}; the lake has {', '.join(TABLES)}")
    return TABLES[table]


def arrow_type(kind: Kind) -> pa.DataType:
    """The Arrow type a column of this kind is stored as."""
    types = {
        Kind.INSTANT: pa.timestamp("us", tz="UTC"),
        Kind.WHOLE: pa.int64(),
        Kind.NUMBER: pa.float64(),
        Kind.FLAG: pa.bool_(),
    }
    return types.get(kind, pa.string())


def arrow_schema(table: str) -> pa.Schema:
    """The Arrow schema of `table`: order, types, which columns may hold NA."""
    return pa.schema([pa.field(c.name, arrow_type(c.kind), not c.required) for c in declared(table).columns])


def to_pandas(table: str, rows: pa.Table) -> pd.DataFrame:
    """Rows of `table` as a frame of datetime64[us, UTC], string, category, Int64, Float64 and boolean columns.

    Columns of `rows` that the table does not declare raise TableMismatch.
    """
    kinds = {column.name: column.kind for column in declared(table).columns}
    for name in rows.column_names:
        if name not in kinds:
            raise TableMismatch(table, name, f"not declared; the table has {', '.join(kinds)}")
    dtypes: dict[Any, Any] = {
        pa.string(): pd.StringDtype(),
        pa.int64(): pd.Int64Dtype(),
        pa.float64(): pd.Float64Dtype(),
        pa.bool_(): pd.BooleanDtype(),
    }
    for place, name in enumerate(rows.column_names):
        if kinds[name] is Kind.NAME:
            rows = rows.set_column(place, name, rows.column(name).combine_chunks().dictionary_encode())
    frame: pd.DataFrame = rows.to_pandas(types_mapper=dtypes.get)
    return frame


def conform(table: str, rows: Rows) -> pa.Table:
    """Rows (a frame, an Arrow table, records: dataclasses or dicts) as an Arrow table of exactly the declared schema.

    Columns left out become NA. Raises TableMismatch for a column nobody declared, a required one left out or with NA, a
    dtype that would have to be guessed at (text for a number), and instants without a zone (promise 4).
    """
    given = _given(table, rows)
    schema = arrow_schema(table)
    known = set(schema.names)
    for name in given:
        if name not in known:
            raise TableMismatch(table, name, f"not declared; the table has {', '.join(schema.names)}")
    height = len(next(iter(given.values()), ()))
    arrays = [_array(table, field, given, height) for field in schema]
    return pa.Table.from_arrays(arrays, schema=schema)


def _given(table: str, rows: Rows) -> dict[str, Values]:
    if isinstance(rows, pa.Table):
        return {name: rows.column(name) for name in rows.column_names}
    if isinstance(rows, pd.DataFrame):
        return {str(name): rows[name] for name in rows.columns}
    return _columns_of(table, list(rows))


def _columns_of(table: str, records: list[Any]) -> dict[str, Values]:
    if records and not isinstance(records[0], dict):
        names = [name for name in declared(table).names if hasattr(records[0], name)]
        return {name: [getattr(record, name) for record in records] for name in names}
    keys = dict.fromkeys(name for record in records for name in record)
    return {name: [record.get(name) for record in records] for name in keys}


def _array(table: str, field: pa.Field, given: dict[str, Values], height: int) -> pa.Array:
    if field.name not in given:
        if not field.nullable and height:
            raise TableMismatch(table, field.name, f"left out, but every row needs it ({field.type})")
        return pa.nulls(height, field.type)
    try:
        array = _cast(given[field.name], field.type)
    except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError, TypeError, ValueError) as error:
        dtype = getattr(given[field.name], "dtype", getattr(given[field.name], "type", "list"))
        raise TableMismatch(table, field.name, f"{dtype} does not fit {field.type}: {error}") from error
    if not field.nullable and array.null_count:
        raise TableMismatch(table, field.name, f"{array.null_count} of {height} rows hold NA, but every row needs it")
    return array


def _cast(values: Values, wanted: pa.DataType) -> pa.Array:
    if pa.types.is_timestamp(wanted):
        _refuse_naive(values)
    array = values if isinstance(values, pa.Array | pa.ChunkedArray) else pa.array(values, from_pandas=True)
    if array.type == wanted:
        return array
    if not _same_kind(array.type, wanted):
        raise TypeError(f"{array.type} would have to be converted; convert it first")
    return array.cast(wanted, safe=not pa.types.is_timestamp(wanted))


def _same_kind(given: pa.DataType, wanted: pa.DataType) -> bool:
    if pa.types.is_dictionary(given):
        given = given.value_type
    return pa.types.is_null(given) or _family(given) == _family(wanted)


def _family(kind: pa.DataType) -> str:
    if pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
        return "text"
    if pa.types.is_integer(kind) or pa.types.is_floating(kind):
        return "number"
    return "instant" if pa.types.is_timestamp(kind) else str(kind)


def _refuse_naive(values: Values) -> None:
    kind = getattr(values, "dtype", getattr(values, "type", None))
    if kind is None or str(kind) == "object":
        naive = next((v for v in values if isinstance(v, datetime) and v.tzinfo is None and not pd.isna(v)), None)
    else:
        naive = (
            kind if str(kind).startswith(("datetime64", "timestamp")) and getattr(kind, "tz", None) is None else None
        )
    if naive is not None:
        raise ValueError(f"naive {naive}, give it a time zone first")
