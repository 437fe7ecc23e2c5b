"""Tells the author of a sheet what became of each row, in three columns of our own: in an XLSX or a Google Sheet."""

import os
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.sources.sheets.cells import Grid
from pipeline.sources.sheets.google import Spreadsheet
from pipeline.sources.sheets.googleaccount import GoogleAccount
from pipeline.sources.sheets.private import fetch, put
from pipeline.sources.sheets.reading import SheetReading
from pipeline.sources.sheets.settings import SheetSettings
from pipeline.sources.sheets.sheets import DEFAULT, parse_sheet
from pipeline.sources.sheets.workbooks import read_workbook
from pipeline.sources.sheets.xlsxpatch import SheetWriteError, Written, columns_for, patch, writable

HEADERS = ("Dovecote status", "Dovecote link", "Dovecote error")


@dataclass(frozen=True, slots=True, kw_only=True)
class RowResult:
    """What became of a row: `status` as in `scheduled` or `posted`, the link to the post, the error in words."""

    status: str
    permalink: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenBack:
    """How many rows were written, and identities that the file does not hold any more."""

    rows: int
    missing: tuple[str, ...] = ()


def write_back(path: str | Path, results: Mapping[str, RowResult], *, settings: SheetSettings = DEFAULT) -> WrittenBack:
    """Write `results` (by identity of rows) into the XLSX at `path`, which is read anew: rows may have moved.

    Only our three columns are touched; they are made beside the table when they are not there. The file is replaced in
    one step. `settings` must be those the rows were read with. Raises SheetWriteError, OSError.
    """
    path = Path(path)
    data = path.read_bytes()
    reading = parse_sheet(data, name=path.name, source=str(path), settings=settings)
    told, texts, _ = _planned(reading, results)
    if told.rows:
        replace_file(path, patch(data, reading.original.sheet, texts))
    return told


def write_back_google(
    account: GoogleAccount,
    link: Spreadsheet,
    results: Mapping[str, RowResult],
    *,
    source: str,
    settings: SheetSettings = DEFAULT,
) -> WrittenBack:
    """The same for a Google Sheet, named `source` when it was read. Only cells that say something else are written.

    Raises SheetWriteError, and SheetRefused for what Google refuses.
    """
    data, tab = fetch(account, link)
    settings = replace(settings, sheet=settings.sheet or tab)
    reading = parse_sheet(data, name="", source=source, settings=settings)
    told, texts, grids = _planned(reading, results)
    sheet = reading.original.sheet
    grid = next((grid for grid in grids if grid.name == sheet), None)
    if grid is not None and (changed := _changed(grid, texts)):
        put(account, link, [grid.name for grid in grids], sheet, changed)
    return told


def _planned(reading: SheetReading, results: Mapping[str, RowResult]) -> tuple[WrittenBack, Written, Sequence[Grid]]:
    """What is written where, the headers of our columns among it; without any row of ours nothing is."""
    row_of = {identity: row - 1 for identity, row in reading.row_of.items() if identity in results}
    missing = tuple(identity for identity in results if identity not in row_of)
    if not row_of:
        return WrittenBack(rows=0, missing=missing), {}, ()
    original = reading.original
    if original.format != "xlsx":
        raise SheetWriteError(f"{reading.source}: results can be written into XLSX only: save the sheet as XLSX")
    if original.header_row is None:
        raise SheetWriteError(f"{reading.source}: the table has no headers to put ours beside: add a row of headers")
    grids = read_workbook(original.data, original.format)
    grid = next(grid for grid in grids if grid.name == original.sheet)
    free = max([grid.width, *(right + 1 for _, _, _, right in grid.merged)])
    columns = columns_for(HEADERS, grid.rows[original.header_row], free)
    told = {row: _texts(results[identity]) for identity, row in row_of.items()} | {original.header_row: HEADERS}
    texts = {row: dict(zip(columns, map(writable, said), strict=True)) for row, said in told.items()}
    return WrittenBack(rows=len(row_of), missing=missing), texts, grids


def _changed(grid: Grid, texts: Written) -> dict[int, dict[int, str]]:
    differ = {
        row: {column: text for column, text in cells.items() if str(grid.value(row, column)) != text}
        for row, cells in texts.items()
    }
    return {row: cells for row, cells in differ.items() if cells}


def _texts(result: RowResult) -> tuple[str, str, str]:
    return result.status, result.permalink, result.error


def replace_file(path: Path, data: bytes) -> None:
    """Write a file in one step: whoever reads it meanwhile has the old or the new one, whole. Raises OSError."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    with os.fdopen(handle, "wb") as file:
        file.write(data)
    Path(name).chmod(path.stat().st_mode & 0o777 if path.exists() else 0o644)
    Path(name).replace(path)
