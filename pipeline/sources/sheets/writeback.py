"""Tells the author of an XLSX what became of each row, in three columns of our own beside the table."""

import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pipeline.sources.sheets.reading import SheetReading
from pipeline.sources.sheets.settings import SheetSettings
from pipeline.sources.sheets.sheets import DEFAULT, parse_sheet
from pipeline.sources.sheets.workbooks import read_workbook
from pipeline.sources.sheets.xlsxpatch import SheetWriteError, columns_for, patch

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
    row_of = {identity: row - 1 for identity, row in reading.row_of.items() if identity in results}
    if row_of:
        _replace(path, _written(data, reading, {row: results[identity] for identity, row in row_of.items()}))
    return WrittenBack(rows=len(row_of), missing=tuple(identity for identity in results if identity not in row_of))


def _written(data: bytes, reading: SheetReading, results: Mapping[int, RowResult]) -> bytes:
    original = reading.original
    if original.format != "xlsx":
        raise SheetWriteError(f"{reading.source}: results can be written into XLSX only: save the sheet as XLSX")
    if original.header_row is None:
        raise SheetWriteError(f"{reading.source}: the table has no headers to put ours beside: add a row of headers")
    grid = next(grid for grid in read_workbook(data, original.format) if grid.name == original.sheet)
    free = max([grid.width, *(right + 1 for _, _, _, right in grid.merged)])
    columns = columns_for(HEADERS, grid.rows[original.header_row], free)
    texts = {row: dict(zip(columns, _texts(result), strict=True)) for row, result in results.items()}
    return patch(data, original.sheet, texts | {original.header_row: dict(zip(columns, HEADERS, strict=True))})


def _texts(result: RowResult) -> tuple[str, str, str]:
    return result.status, result.permalink, result.error


def _replace(path: Path, data: bytes) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    with os.fdopen(handle, "wb") as file:
        file.write(data)
    Path(name).chmod(path.stat().st_mode & 0o777)
    Path(name).replace(path)
