"""Tables of the lake as files for spreadsheets: CSV, or one XLSX workbook. Foreign text never becomes a formula."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

import pandas as pd

from pipeline.analytics.lake import Lake

Format = Literal["csv", "xlsx"]

MOST_ROWS = 1_048_575
"""Rows a sheet of a workbook holds beside its header."""

_LONGEST_CELL = 32_767
# What spreadsheet programs take for the start of a formula, or for a way to hide one.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class TooManyRows(ValueError):
    """A table does not fit into a sheet. Says what to do."""


def export(lake: Lake, folder: Path, kind: Format = "csv", *, since: datetime | None = None) -> list[Path]:
    """Write every table of the lake into `folder`, made if missing; returns the files. Blocks.

    CSV: one UTF-8 file a table, instants in ISO 8601 UTC. XLSX: one workbook, a sheet a table, instants as UTC dates.
    `since` leaves older rows out. A text that a spreadsheet would take for a formula gets an apostrophe in CSV and is
    text in XLSX. Raises TooManyRows for a table that no sheet holds.
    """
    folder.mkdir(parents=True, exist_ok=True)
    tables = ((name, lake.frame(name, since=since)) for name in lake.tables())
    return [_csv(frame, folder / f"{name}.csv") for name, frame in tables] if kind == "csv" else [_xlsx(tables, folder)]


def safe(text: str) -> str:
    """The text as a CSV cell that no program takes for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def _csv(frame: pd.DataFrame, path: Path) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(frame.columns)
        for row in frame.astype(object).itertuples(index=False, name=None):
            writer.writerow([_plain(value) for value in row])
    return path


def _plain(value: Any) -> str:  # noqa: ANN401 -- a cell of any table
    if pd.isna(value):
        return ""
    if isinstance(value, datetime):
        return value.isoformat()
    return safe(value) if isinstance(value, str) else str(value)


def _xlsx(tables: Iterable[tuple[str, pd.DataFrame]], folder: Path) -> Path:
    from openpyxl import Workbook  # noqa: PLC0415 -- a quarter of a second, and only for this

    book = Workbook(write_only=True)
    for name, frame in tables:
        if len(frame) > MOST_ROWS:
            raise TooManyRows(
                f"table {name!r} has {len(frame):,} rows, a sheet holds {MOST_ROWS:,}: export later rows only, or CSV"
            )
        sheet = book.create_sheet(name)
        sheet.freeze_panes = "A2"
        sheet.append(list(frame.columns))
        for row in frame.astype(object).itertuples(index=False, name=None):
            sheet.append(list(_cells(sheet, row)))
    path = folder / "dovecote.xlsx"
    if not book.sheetnames:
        book.create_sheet("empty")
    book.save(path)
    return path


def _cells(sheet: Any, row: Sequence[Any]) -> Iterator[Any]:  # noqa: ANN401 -- openpyxl has no types
    from openpyxl.cell import WriteOnlyCell  # noqa: PLC0415
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE  # noqa: PLC0415

    for value in row:
        if pd.isna(value):
            yield None
        elif isinstance(value, datetime):
            yield value.replace(tzinfo=None)
        elif isinstance(value, str):
            cell = WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub("", value)[:_LONGEST_CELL])
            # Said again: openpyxl takes a text that starts with = for a formula.
            cell.data_type = "s"
            yield cell
        else:
            yield value
