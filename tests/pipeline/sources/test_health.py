"""Feed health: rhythm, silence and failure, from readings and from the ledger's memory."""

from datetime import UTC, datetime, timedelta

import pandas as pd
import pytest

from pipeline.analytics.lake import Lake
from pipeline.sources.health import feed_health, news

START = datetime(2026, 11, 1, tzinfo=UTC)
DAY = timedelta(days=1)
FEED = "https://a.example/feed"


@pytest.fixture
def readings(tmp_path):
    """Makes the lake's frame of readings: (day, status, newest item's day or None, new items)."""

    def make(*rows, feed=FEED):
        lake = Lake(tmp_path / "lake")
        told = [
            {
                "observed_at": START + day * DAY,
                "feed": feed,
                "status": status,
                "title": "Birds",
                "reason": "HTTP 404" if status == "failed" else None,
                "new_items": new,
                "newest_item_at": None if newest is None else START + newest * DAY,
            }
            for day, status, newest, new in rows
        ]
        lake.append("feed_health", told)
        return lake.frame("feed_health")

    return make


def daily(days, start=0):
    return [(day, "ok", day - 0.5, 1) for day in range(start, days)]


@pytest.mark.parametrize(
    ("after", "state"),
    [(0.5, "ok"), (2.4, "ok"), (2.6, "quiet"), (30, "quiet")],
)
def test_quiet_is_measured_by_the_feeds_own_history(readings, after, state):
    now = START + (9 + after) * DAY
    [row] = feed_health(readings(*daily(10)), now=now).to_dict("records")

    assert row["state"] == state
    assert (row["usual_gap"], row["long_gap"], row["items_seen"]) == (DAY, DAY, 10)
    assert row["last_new_item"] == START + 8.5 * DAY
    assert (row["quiet_since"] == START + 11.5 * DAY) is (state == "quiet")
    assert ("where 24 hours is usual" in row["reason"]) is (state == "quiet")


def test_a_feed_with_long_pauses_may_be_silent_longer(readings):
    moody = [(day, "ok", day - 0.5, 1) for day in (0, 1, 2, 12, 13, 14, 24, 25, 26)]
    table = feed_health(readings(*moody), now=START + 45 * DAY)
    assert table.loc[0, "state"] == "ok"


def test_a_young_feed_has_no_rhythm(readings):
    table = feed_health(readings(*daily(5)), now=START + 100 * DAY)
    assert table.loc[0, "state"] == "ok"
    assert pd.isna(table.loc[0, "usual_gap"])


def test_failing_counts_from_the_first_failure_after_the_last_success(readings):
    rows = [(0, "failed", None, None), (1, "ok", 0.5, 1), (2, "failed", None, None), (3, "failed", None, None)]
    [row] = feed_health(readings(*rows), now=START + 3 * DAY).to_dict("records")

    assert (row["state"], row["last_success"], row["failing_since"]) == ("failing", START + DAY, START + 2 * DAY)
    assert "2026-11-03 00:00 UTC: HTTP 404" in row["reason"]


def test_unchanged_is_a_success_and_brings_nothing(readings):
    [row] = feed_health(readings((0, "ok", -1, 1), (4, "unchanged", None, None)), now=START + 5 * DAY).to_dict(
        "records"
    )
    assert (row["last_success"], row["last_new_item"]) == (START + 4 * DAY, START - DAY)


def test_undated_items_count_from_when_they_were_first_read(readings):
    rows = [(day, "ok", None, day % 2) for day in range(12)]
    [row] = feed_health(readings(*rows), now=START + 12 * DAY).to_dict("records")
    assert (row["usual_gap"], row["last_new_item"]) == (2 * DAY, START + 11 * DAY)


def test_the_ledger_adds_dates_of_items_and_feeds_the_lake_never_saw(readings):
    dates = [START - day * DAY for day in range(1, 8)]
    implausible = [datetime(1980, 1, 1, tzinfo=UTC), START + 90 * DAY, None]
    items = pd.DataFrame({
        "source": FEED,
        "published": pd.Series([*dates, *implausible], dtype="datetime64[us, UTC]"),
        "first_seen": pd.Series([START] * 10, dtype="datetime64[us, UTC]"),
    })  # fmt: skip
    feeds = pd.DataFrame({
        "source": pd.Series([FEED, "other"], dtype="string"),
        "title": pd.Series(["Birds", "Other"], dtype="string"),
        "last_success": pd.Series([START, START], dtype="datetime64[us, UTC]"),
    })  # fmt: skip
    table = feed_health(readings(), now=START + DAY, feeds=feeds, items=items).set_index("feed")

    assert table.loc[FEED, ["usual_gap", "items_seen", "state"]].tolist() == [DAY, 7, "ok"]
    assert table.loc["other", ["title", "state", "last_success"]].tolist() == ["Other", "ok", START]


def test_failing_first_and_only_fresh_troubles_are_news(readings):
    readings(*daily(10), feed="quiet")
    readings(*daily(10), (10, "unchanged", None, None), feed="fine")
    table = feed_health(readings((0, "ok", 0, 1), (11, "failed", None, None), feed="lost"), now=START + 12 * DAY)

    assert list(table["feed"]) == ["lost", "fine", "quiet"]
    assert [words.partition(":")[0] for words in news(table, now=START + 12 * DAY)] == [
        "feed lost",
        "feed fine",
        "feed quiet",
    ]
    assert list(news(table, now=START + 14 * DAY)) == []


def test_types_are_the_same_when_there_is_nothing(readings):
    empty, full = feed_health(readings(), now=START), feed_health(readings(*daily(7)), now=START + 9 * DAY)
    assert len(empty) == 0
    assert empty.dtypes.tolist() == full.dtypes.tolist()
