"""The lake: appended once, by many at once, never overwritten, read by time."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest
from deltalake import write_deltalake

from pipeline.analytics.lake import Lake
from pipeline.analytics.tables import TABLES, TableMismatch
from pipeline.records import Sample

AT = datetime(2027, 1, 5, 9, 30, tzinfo=UTC)


@pytest.fixture(params=["folder", "s3", "postgresql", "duckdb"])
def open_lake(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], Lake]:
    """Opens the same lake again and again: one of each kind of storage."""
    if request.param == "postgresql":
        url = request.getfixturevalue("postgresql_url")
        return lambda: Lake(url)
    if request.param == "s3":
        address, options = request.getfixturevalue("bucket")
        return lambda: Lake(address, options)
    path = tmp_path / {"folder": "lake", "duckdb": "lake.duckdb"}[request.param]
    return lambda: Lake(path)


@pytest.fixture
def lake(open_lake: Callable[[], Lake]) -> Lake:
    return open_lake()


@pytest.fixture
def folder(tmp_path: Path) -> Lake:
    return Lake(tmp_path / "lake")


def samples(
    count: int, *, at: datetime = AT, step: timedelta = timedelta(minutes=1), value: float = 1.0
) -> list[Sample]:
    return [
        Sample(
            observed_at=at + number * step,
            post_id=f"p{number}",
            network="bluesky",
            social_id=f"s{number}",
            metric="likeCount",
            value=value,
            source="sandbox",
        )
        for number in range(count)
    ]


def test_tables_never_written_are_empty_declared_frames(lake: Lake) -> None:
    # One lake for all: opening one is what takes time.
    frames = {table: lake.frame(table) for table in TABLES}
    assert all(frame.empty for frame in frames.values())
    assert {table: list(frame.columns) for table, frame in frames.items()} == {
        table: declared.names for table, declared in TABLES.items()
    }
    assert lake.tables() == []


def test_samples_come_back_oldest_first_with_their_types(lake: Lake) -> None:
    assert lake.append("post_metrics", samples(3, at=AT)) == 3
    assert lake.append("post_metrics", samples(2, at=AT - timedelta(days=40))) == 2
    frame = lake.frame("post_metrics")
    assert frame["observed_at"].is_monotonic_increasing
    assert frame["post_id"].tolist() == ["p0", "p1", "p0", "p1", "p2"]
    assert [str(dtype) for dtype in frame.dtypes] == [str(dtype) for dtype in lake.frame("account_metrics").dtypes]
    assert lake.tables() == ["post_metrics"]


def test_history_is_kept_when_a_number_changes(lake: Lake) -> None:
    lake.append("post_metrics", samples(1, value=1))
    lake.append("post_metrics", samples(1, value=5))
    assert sorted(lake.frame("post_metrics")["value"]) == [1, 5]


@pytest.mark.parametrize(
    ("since", "until", "expected"),
    [(0, 3, ["p0", "p1", "p2"]), (1, None, ["p1", "p2", "p3"]), (None, 1, ["p0"]), (9, None, []), (3, 3, [])],
)
def test_since_is_included_and_until_is_not(
    lake: Lake, since: int | None, until: int | None, expected: list[str]
) -> None:
    lake.append("post_metrics", samples(4, step=timedelta(days=20)))
    edges = [None if edge is None else AT + edge * timedelta(days=20) for edge in (since, until)]
    assert lake.frame("post_metrics", since=edges[0], until=edges[1])["post_id"].tolist() == expected


def test_only_the_columns_asked_for(lake: Lake) -> None:
    lake.append("post_metrics", samples(2))
    assert list(lake.frame("post_metrics", columns=["value", "post_id"]).columns) == ["value", "post_id"]
    assert list(lake.frame("runs", columns=["read"]).columns) == ["read"]
    with pytest.raises(ValueError, match="table 'post_metrics' has no column 'likes'; it has observed_at"):
        lake.frame("post_metrics", columns=["likes"])


def test_each_profile_reads_its_own_rows_and_those_that_tell_none(lake: Lake) -> None:
    one, two, *_, old = samples(4)
    lake.of("one").append("post_metrics", [one])
    lake.of("two").append("post_metrics", [two])
    lake.append("post_metrics", [old])
    assert lake.frame("post_metrics")["profile"].astype("object").fillna("").tolist() == ["one", "two", ""]
    assert lake.frame("post_metrics", profile="one", columns=["post_id"])["post_id"].tolist() == ["p0", "p3"]
    assert lake.frame("post_metrics", profile="three")["post_id"].tolist() == ["p3"]
    post = {"observed_at": AT, "campaign": "c", "key": "k", "post_id": "p", "network": "x", "status": "success"}
    lake.of("one").append("posts", [post | {"source": "api", "profile": "two"}])
    assert lake.frame("posts", profile="one").empty
    assert len(lake.frame("runs", profile="one")) == 0


def test_the_lake_as_it_stood(lake: Lake) -> None:
    before = datetime.now(UTC) - timedelta(seconds=1)
    lake.append("post_metrics", samples(1))
    time.sleep(0.01)
    between = datetime.now(UTC)
    time.sleep(0.01)
    lake.append("post_metrics", samples(2))
    assert [len(lake.frame("post_metrics", as_of=at)) for at in (before, between, datetime.now(UTC))] == [0, 1, 3]
    assert [len(lake.frame("post_metrics", as_of=version)) for version in (0, 1)] == [1, 3]


def test_a_batch_is_added_once(lake: Lake, open_lake: Callable[[], Lake]) -> None:
    assert lake.append("post_metrics", samples(3), batch="run-1") == 3
    assert lake.append("post_metrics", samples(3), batch="run-1") == 0
    assert lake.append("post_metrics", samples(3), batch="run-2") == 3
    assert open_lake().append("post_metrics", samples(3), batch="run-1") == 0
    assert len(lake.frame("post_metrics")) == 6


def test_many_writers_lose_nothing_even_while_the_table_is_born(lake: Lake, open_lake: Callable[[], Lake]) -> None:
    start = threading.Barrier(6)

    def write(writer: int) -> int:
        start.wait()
        return sum(open_lake().append("post_metrics", samples(1), batch=f"{writer}-{n}") for n in range(3))

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(write, range(6))) == 18
    assert len(lake.frame("post_metrics")) == 18


def test_the_same_batch_from_two_writers_at_once_is_added_once(lake: Lake, open_lake: Callable[[], Lake]) -> None:
    lake.append("post_metrics", samples(1))
    start = threading.Barrier(4)

    def write(_: int) -> int:
        start.wait()
        return open_lake().append("post_metrics", samples(1), batch="same")

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(write, range(4))) == 1
    assert len(lake.frame("post_metrics")) == 2


def test_tidying_changes_no_row(lake: Lake) -> None:
    lake.append("post_metrics", samples(3))
    before = lake.frame("post_metrics")
    lake.tidy("post_metrics")
    pd.testing.assert_frame_equal(lake.frame("post_metrics"), before)


def test_tidying_merges_files(folder: Lake) -> None:
    lake = folder
    for number in range(4):
        lake.append("post_metrics", samples(1, at=AT + timedelta(hours=number)))
    before = lake.frame("post_metrics")
    assert lake.tidy("post_metrics") == 4
    assert lake.tidy("runs") == 0
    pd.testing.assert_frame_equal(lake.frame("post_metrics"), before)


def test_a_table_of_an_older_version_gains_the_new_columns(folder: Lake) -> None:
    lake = folder
    old = pd.DataFrame({"observed_at": [pd.Timestamp(AT)], "feed": ["f"], "status": ["ok"]})
    write_deltalake(f"{lake.path}/feed_health", old, mode="append")
    assert lake.frame("feed_health")["items"].isna().all()
    lake.append("feed_health", [{"observed_at": AT, "feed": "f", "status": "ok", "items": 3}])
    assert sorted(lake.frame("feed_health")["items"].dropna()) == [3]


def test_nothing_is_written_when_rows_do_not_fit(lake: Lake) -> None:
    with pytest.raises(TableMismatch):
        lake.append("post_metrics", [{"observed_at": AT}])
    assert lake.append("post_metrics", []) == 0
    assert lake.tables() == []
