"""A copy of the file with what is wrong written beside each row, to be mended and imported again."""

import csv
import io
from collections import defaultdict
from pathlib import Path

from pipeline.sources.sheets.cells import Grid, Value, text_of
from pipeline.sources.sheets.reading import SheetReading
from pipeline.sources.sheets.secrets import MASK, masked
from pipeline.sources.sheets.textfiles import read_text
from pipeline.sources.sheets.workbooks import read_workbook
from pipeline.sources.sheets.xlsxpatch import SheetWriteError, columns_for, patch

HEADER = "Dovecote error"


def write_error_copy(reading: SheetReading, path: Path) -> Path:
    """Write the copy; see `SheetReading.write_error_copy`."""
    original = reading.original
    if not reading.table:
        raise SheetWriteError(
            f"{reading.source}: no table was read, so there is no row to write beside: {reading.reason}"
        )
    grid = _grid(reading)
    column = columns_for([HEADER], _headers(grid, original.header_row), _first_free(grid))[0]
    told = _told(reading, grid, column)
    secret = [c.index for c in reading.mapping.columns if c.secret]
    if original.format == "xlsx":
        path = path.with_suffix(path.suffix or ".xlsx")
        path.write_bytes(_workbook(reading, grid, told, secret))
        return path
    path = path if path.suffix.lower() in (".csv", ".tsv", ".txt") else path.with_suffix(".csv")
    path.write_text(
        _text(grid, told, secret, original.delimiter, original.header_row), encoding="utf-8-sig", newline=""
    )
    return path


def _grid(reading: SheetReading) -> Grid:
    original = reading.original
    if original.format == "text":
        return read_text(original.data, reading.source).grid
    return next(grid for grid in read_workbook(original.data, original.format) if grid.name == original.sheet)


def _headers(grid: Grid, header_row: int | None) -> list[Value]:
    return [] if header_row is None else grid.rows[header_row]


def _first_free(grid: Grid) -> int:
    return max([grid.width, *(right + 1 for _, _, _, right in grid.merged)])


def _told(reading: SheetReading, grid: Grid, column: int) -> dict[int, dict[int, str]]:
    rows: dict[int, list[str]] = defaultdict(list)
    for problem in [*reading.errors, *reading.warnings]:
        if problem.row:
            rows[problem.row - 1].append(f"{problem.severity}: {problem}")
    for verdict in reading.quarantined:
        rows[_row(verdict.place)].append(f"left out: {verdict.reason}")
    header = reading.original.header_row
    if header is not None:
        rows.pop(header, None)
        rows[header] = [HEADER]
    stale = {row: {column: ""} for row in range(len(grid.rows)) if text_of(grid.value(row, column))}
    return stale | {row: {column: "\n".join(said)} for row, said in rows.items()}


def _row(place: str) -> int:
    return int("".join(char for char in place.rpartition("!")[2] if char.isdigit())) - 1


def _workbook(reading: SheetReading, grid: Grid, told: dict[int, dict[int, str]], secret: list[int]) -> bytes:
    first = (reading.original.header_row or 0) + 1
    hidden: dict[str, str] = {}
    for row in range(first, len(grid.rows)):
        for column in secret:
            if text := text_of(grid.value(row, column)):
                hidden[text] = MASK
                told[row] = {column: MASK} | told.get(row, {})
    return patch(reading.original.data, reading.original.sheet, told, masked=hidden)


def _text(grid: Grid, told: dict[int, dict[int, str]], secret: list[int], delimiter: str, header: int | None) -> str:
    target = io.StringIO(newline="")
    writer = csv.writer(target, delimiter=delimiter)
    first = -1 if header is None else header
    for row, values in enumerate(grid.rows):
        cells = [masked(text_of(value)) for value in values]
        for column in secret:
            if row > first and column < len(cells) and cells[column]:
                cells[column] = MASK
        for column, text in told.get(row, {}).items():
            cells.extend([""] * (column + 1 - len(cells)))
            cells[column] = text
        writer.writerow(cells)
    return target.getvalue()
