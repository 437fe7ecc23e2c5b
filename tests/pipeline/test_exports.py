"""Exports: every row of every table, and no text that a spreadsheet program would run."""

import csv
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from openpyxl import load_workbook

from pipeline import exports
from pipeline.analytics.lake import Lake
from pipeline.exports import TooManyRows, export

NOW = datetime(2027, 1, 5, 12, 30, tzinfo=UTC)
EVIL = [
    '=HYPERLINK("http://evil")', "+1+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", 'plain, "quoted"\nline', "Ärger 🙂", "",
]  # fmt: skip


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    made = Lake(tmp_path / "lake")
    made.append(
        "comments",
        [
            {"observed_at": NOW + timedelta(hours=n), "network": "facebook", "social_id": f"c{n}", "author": text,
             "author_id": None, "text": text, "own": False, "answered": True, "created_at": NOW, "source": "sandbox",
             "post_id": "p1", "parent_id": None, "like_count": n}
            for n, text in enumerate(EVIL)
        ],
    )  # fmt: skip
    made.append("runs", [{"observed_at": NOW, "run_id": "r", "flow": "publish", "campaign": "news", "read": 3}])
    return made


def test_csv_has_every_row_and_no_formula(lake: Lake, tmp_path: Path) -> None:
    files = export(lake, tmp_path / "out")
    assert [file.name for file in files] == ["comments.csv", "runs.csv"]
    with files[0].open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["text"].removeprefix("'") for row in rows] == EVIL
    assert not any(row["text"].startswith(("=", "+", "-", "@", "\t", "\r")) for row in rows)
    assert rows[0]["observed_at"] == "2027-01-05T12:30:00+00:00"
    assert [row["like_count"] for row in rows] == [str(n) for n in range(len(EVIL))]
    assert rows[0]["author_id"] == ""
    assert rows[0]["answered"] == "True"


def test_a_workbook_has_a_sheet_a_table_with_types(lake: Lake, tmp_path: Path) -> None:
    (file,) = export(lake, tmp_path / "out", "xlsx")
    book = load_workbook(file)
    assert book.sheetnames == ["comments", "runs"]
    sheet = book["comments"]
    header = [cell.value for cell in sheet[1]]
    column = {name: [row[place] for row in sheet.iter_rows(min_row=2)] for place, name in enumerate(header)}
    assert [cell.value or "" for cell in column["text"]] == [text.replace("\r", "\n") for text in EVIL]
    assert {cell.data_type for cell in column["text"] if cell.value} == {"s"}
    assert column["observed_at"][0].value == NOW.replace(tzinfo=None)
    assert column["like_count"][3].value == 3
    assert sheet.freeze_panes == "A2"


def test_older_rows_can_be_left_out(lake: Lake, tmp_path: Path) -> None:
    export(lake, tmp_path / "out", since=NOW + timedelta(hours=3))
    assert len((tmp_path / "out" / "runs.csv").read_text().splitlines()) == 1
    (file,) = export(Lake(tmp_path / "none"), tmp_path / "empty", "xlsx")
    assert load_workbook(file).sheetnames == ["empty"]
    assert export(Lake(tmp_path / "none"), tmp_path / "empty") == []


def test_what_no_sheet_holds_is_refused(lake: Lake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports, "MOST_ROWS", 3)
    with pytest.raises(TooManyRows, match="export later rows only, or CSV"):
        export(lake, tmp_path / "out", "xlsx")
