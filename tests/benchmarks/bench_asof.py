"""What was known at an instant, of ten million samples: the lake's frame against plain DuckDB on the same files."""

import os
import tempfile
from datetime import timedelta
from pathlib import Path

import duckdb
import pandas as pd
from bench_lake import AT, samples, seconds
from rows import QUICK, REPEATS, Row, ratio, spread, tell

from pipeline.analytics.lake import Lake

PART = int(os.environ.get("BENCH_ASOF_PART", "10000" if QUICK else "1000000"))
PARTS = 2 if QUICK else 10
TARGET = 1.5
COLUMNS = ["observed_at", "post_id", "network", "metric", "value"]


def fill(lake: Lake) -> None:
    """Ten days, a million samples each."""
    day = samples(PART)
    for number in range(PARTS):
        moved = day.assign(observed_at=day["observed_at"] + pd.Timedelta(days=number))
        lake.append("post_metrics", moved, batch=f"day {number}")


def main() -> None:
    """Two hours in the middle, of all that had been observed by then."""
    until = AT + timedelta(days=PARTS / 2)
    since = until - timedelta(hours=2)
    with tempfile.TemporaryDirectory() as folder:
        lake = Lake(Path(folder) / "lake")
        fill(lake)
        files = f"{folder}/lake/post_metrics/**/*.parquet"
        query = (
            f"SELECT {', '.join(COLUMNS)} FROM read_parquet('{files}', hive_partitioning=true) "  # noqa: S608
            "WHERE observed_at >= ? AND observed_at < ? ORDER BY observed_at"
        )
        ours, bare, sizes = [], [], set()

        def own() -> None:
            sizes.add(len(lake.frame("post_metrics", since=since, until=until, columns=COLUMNS)))

        def plain() -> None:
            with duckdb.connect() as connection:
                sizes.add(len(connection.execute(query, [since, until]).df()))

        for _ in range(REPEATS):
            bare.append(seconds(plain))
            ours.append(seconds(own))
        assert len(sizes) == 1, sizes
    tell(
        Row(
            f"as-of query over {PART * PARTS:,} samples",
            "plain DuckDB on the same files",
            ratio(ours, bare),
            TARGET,
            detail=f"{spread('ours', ours)}, {spread('DuckDB', bare)}; {next(iter(sizes)):,} rows each",
        )
    )


if __name__ == "__main__":
    main()
