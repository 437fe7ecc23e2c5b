"""How much the lake adds to a bare Delta append of the same frame: 1,000,000 samples, interleaved repeats, medians."""

import os
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd
from deltalake import write_deltalake
from rows import QUICK, REPEATS, Row, ratio, spread, tell

from pipeline.analytics.lake import Lake
from pipeline.analytics.samples import post_samples
from social.contract.analytics import AnalyticsAnswer

ROWS = int(os.environ.get("BENCH_SAMPLES", "20000" if QUICK else "1000000"))
ANSWERS = 200 if QUICK else 5_000
TARGET = 1.5
AT = datetime(2027, 1, 5, 9, tzinfo=UTC)


def samples(rows: int) -> pd.DataFrame:
    """A frame as a day of measuring leaves it: few networks and metrics, many posts."""
    rng = np.random.default_rng(7)
    seconds = pd.to_timedelta(np.sort(rng.integers(0, 86_400, rows)), unit="s")
    posts = np.array([f"post{number:016d}" for number in range(10_000)], dtype=object)
    chosen = rng.integers(0, len(posts), rows)
    return pd.DataFrame(
        {
            "observed_at": (pd.Timestamp(AT) + seconds).astype("datetime64[us, UTC]"),
            "post_id": posts[chosen],
            "network": rng.choice(np.array(["bluesky", "facebook", "linkedin", "twitter"], dtype=object), rows),
            "social_id": posts[chosen],
            "metric": rng.choice(np.array(["likeCount", "publicMetrics.likeCount", "views"], dtype=object), rows),
            "value": rng.integers(0, 10_000, rows).astype("float64"),
            "quality": "exact",
            "source": "sandbox",
        }
    ).astype(dict.fromkeys(("post_id", "network", "social_id", "metric", "quality", "source"), "str"))


def seconds(action: Callable[[], object]) -> float:
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def writing(frame: pd.DataFrame) -> tuple[list[float], list[float]]:
    """Seconds of the bare write, and of the append through the lake, run in turn."""
    bare, ours = [], []
    for _ in range(REPEATS):
        with tempfile.TemporaryDirectory() as folder:
            lake = Lake(Path(folder) / "lake")
            bare.append(seconds(lambda: write_deltalake(f"{folder}/bare", frame, mode="append")))
            ours.append(seconds(lambda: lake.append("post_metrics", frame, batch="one")))  # noqa: B023
    return bare, ours


def samples_per_second() -> float:
    """Samples made from answers in one process."""
    block = {
        "id": "1",
        "analytics": {
            "post": "text",
            "publicMetrics": {"likeCount": 1, "replyCount": 2, "retweetCount": 3, "impressionCount": 4},
            "nonPublicMetrics": {"impressionCount": 5, "userProfileClicks": 6, "engagements": 7},
            "organicMetrics": {"likeCount": 1, "impressionCount": 2, "replyCount": 3},
        },
    }
    answer = AnalyticsAnswer.model_validate({"status": "success", "id": "p", "twitter": block})
    made = 0
    start = time.perf_counter()
    for _ in range(ANSWERS):
        made += len(post_samples(answer, post_id="p", observed_at=AT, source="sandbox"))
    return made / (time.perf_counter() - start)


def main() -> None:
    """Measure and tell."""
    bare, ours = writing(samples(ROWS))
    detail = f"{spread('lake', ours)}, {spread('bare write', bare)}; {samples_per_second():,.0f} samples/s from answers"
    what = f"append {ROWS:,} metric samples to the lake"
    tell(Row(what, "bare write_deltalake of the same frame", ratio(ours, bare), TARGET, detail=detail))


if __name__ == "__main__":
    main()
