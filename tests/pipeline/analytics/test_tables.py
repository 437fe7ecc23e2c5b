"""Tables: rows of every shape come out with the declared types, and wrong ones are named."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
import pyarrow as pa
import pytest

from pipeline.analytics.tables import TABLES, Kind, TableMismatch, arrow_schema, conform, declared, to_pandas
from pipeline.records import Sample

AT = datetime(2027, 1, 5, 9, 30, tzinfo=UTC)
DTYPES = {
    Kind.INSTANT: "datetime64[us, UTC]",
    Kind.TEXT: "string",
    Kind.NAME: "category",
    Kind.WHOLE: "Int64",
    Kind.NUMBER: "Float64",
    Kind.FLAG: "boolean",
}
VALUES = {Kind.INSTANT: AT, Kind.TEXT: "x", Kind.NAME: "n", Kind.WHOLE: 3, Kind.NUMBER: 1.5, Kind.FLAG: True}


def sample(**changes: Any) -> dict[str, Any]:
    row = {"observed_at": AT, "post_id": "p", "network": "bluesky", "social_id": "s", "metric": "likeCount"}
    return row | {"value": 1.0, "quality": "exact", "source": "sandbox"} | changes


@pytest.mark.parametrize("table", TABLES)
def test_a_full_row_and_an_empty_frame_have_the_declared_dtypes(table: str) -> None:
    columns = declared(table).columns
    full = to_pandas(table, conform(table, [{c.name: VALUES[c.kind] for c in columns}]))
    empty = to_pandas(table, arrow_schema(table).empty_table())
    expected = [(c.name, DTYPES[c.kind]) for c in columns]
    assert [(name, str(dtype)) for name, dtype in full.dtypes.items()] == expected
    assert [(name, str(dtype)) for name, dtype in empty.dtypes.items()] == expected
    assert full.iloc[0].to_dict() == {c.name: VALUES[c.kind] for c in columns}


@pytest.mark.parametrize("table", TABLES)
def test_required_columns_alone_are_enough(table: str) -> None:
    row = {c.name: VALUES[c.kind] for c in declared(table).columns if c.required}
    frame = to_pandas(table, conform(table, pd.DataFrame([row])))
    assert set(frame.columns[frame.isna().all()]) == set(declared(table).names) - row.keys()


@pytest.mark.parametrize("table", TABLES)
def test_a_frame_read_can_be_written_again(table: str) -> None:
    rows = conform(table, [{c.name: VALUES[c.kind] for c in declared(table).columns}])
    assert conform(table, to_pandas(table, rows)).equals(rows)
    assert conform(table, rows).equals(rows)


def test_samples_are_records_too() -> None:
    record = Sample(
        observed_at=AT, post_id="p", network="tiktok", social_id="", metric="m", value=None, quality="withheld"
    )
    frame = to_pandas("post_metrics", conform("post_metrics", [record]))
    assert frame["value"].isna().all()
    assert frame.at[0, "quality"] == "withheld"
    assert conform("post_metrics", []).num_rows == 0


@pytest.mark.parametrize(
    ("given", "instant"),
    [
        (AT.astimezone(ZoneInfo("Europe/Berlin")), AT),
        (pd.Timestamp("2027-01-05T10:30:00.123456789", tz="Europe/Berlin"), AT + timedelta(microseconds=123456)),
    ],
)
def test_instants_of_other_zones_become_utc_in_microseconds(given: Any, instant: datetime) -> None:
    for rows in ([sample(observed_at=given)], pd.DataFrame([sample(observed_at=given)])):
        assert to_pandas("post_metrics", conform("post_metrics", rows)).at[0, "observed_at"] == instant


@pytest.mark.parametrize(
    ("rows", "column", "problem"),
    [
        ([sample(observed_at=AT.replace(tzinfo=None))], "observed_at", "naive"),
        ([sample(), sample(observed_at=AT.replace(tzinfo=None))], "observed_at", "naive"),
        (pd.DataFrame([sample(observed_at=AT.replace(tzinfo=None))]), "observed_at", "naive datetime64"),
        (pa.table({"observed_at": pa.array([AT.replace(tzinfo=None)])}), "observed_at", "naive timestamp"),
        ([sample(observed_at="2027-01-05")], "observed_at", "does not fit timestamp"),
        ([sample(value="12")], "value", "does not fit double"),
        (pd.DataFrame([sample(value="12")]), "value", "does not fit double"),
        ([sample(value=True)], "value", "does not fit double"),
        (pd.DataFrame([sample(value=True)]), "value", "does not fit double"),
        ([sample(metric=7)], "metric", "does not fit string"),
        ([sample(metric=None)], "metric", "1 of 1 rows hold NA"),
        ([sample(likes=1)], "likes", "not declared; the table has observed_at"),
        ([{k: v for k, v in sample().items() if k != "network"}], "network", "left out"),
    ],
)
def test_rows_that_do_not_fit_name_table_column_and_dtype(rows: Any, column: str, problem: str) -> None:
    with pytest.raises(TableMismatch, match=problem) as caught:
        conform("post_metrics", rows)
    assert str(caught.value).startswith(f"table 'post_metrics', column '{column}': ")


def test_whole_numbers_with_gaps_stay_whole() -> None:
    row = {"observed_at": AT, "feed": "f", "status": "ok"}
    frame = to_pandas(
        "feed_health", conform("feed_health", pd.DataFrame([row | {"items": 4.0}, row | {"items": None}]))
    )
    assert frame["items"].dtype == "Int64"
    assert frame["items"].tolist() == [4, pd.NA]
    with pytest.raises(TableMismatch, match="'items'"):
        conform("feed_health", [row | {"items": 4.5}])


def test_an_unknown_table_is_named() -> None:
    with pytest.raises(ValueError, match="unknown table 'metrics'; the lake has items, posts"):
        conform("metrics", [])
