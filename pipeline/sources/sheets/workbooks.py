"""Workbooks (XLSX, XLSB, XLS, ODS) through calamine: every sheet as a grid of typed values."""

import io
import re

import python_calamine as calamine

from pipeline.sources.sheets.archives import damaged, opened
from pipeline.sources.sheets.cells import Grid, Value
from pipeline.sources.sheets.package import SheetFacts, facts
from pipeline.sources.sheets.problems import SheetRefused
from pipeline.sources.sheets.sniffing import Format

_REPEATED = re.compile(rb"number-(?:rows|columns)-repeated=\"(\d{5,})\"[^>]*office:value")


def read_workbook(data: bytes, form: Format) -> list[Grid]:
    """The sheets of a workbook in their order. Raises SheetRefused for one that is locked or damaged."""
    told = facts(data) if form == "xlsx" else {}
    if form == "ods":
        _refuse_vast(data)
    try:
        book = calamine.load_workbook(io.BytesIO(data))
        plain = [meta for meta in book.sheets_metadata if meta.typ == calamine.SheetTypeEnum.WorkSheet]
        return [_grid(book, meta, told.get(meta.name)) for meta in plain]
    except calamine.PasswordError as error:
        raise SheetRefused("the workbook is protected by a password", "save a copy without password") from error
    except (calamine.CalamineError, ValueError, OSError) as error:
        said = str(error) or type(error).__name__
        if "password" in said.lower() or "encrypt" in said.lower():
            raise SheetRefused("the workbook is protected by a password", "save a copy without password") from error
        raise damaged(said) from error
    except BaseException as error:
        # calamine's panics are no Exceptions, and cannot be imported to be named.
        if type(error).__name__ != "PanicException":
            raise
        raise damaged("it breaks its reader") from error


def sheet_names(data: bytes) -> list[str]:
    """The names of an XLSX's sheets of cells, in their order. Raises SheetRefused as `read_workbook` does."""
    return [grid.name for grid in read_workbook(data, "xlsx")]


def _grid(book: calamine.CalamineWorkbook, meta: calamine.SheetMetadata, told: SheetFacts | None) -> Grid:
    sheet = book.get_sheet_by_name(meta.name)
    rows: list[list[Value]] = [list(row) for row in sheet.to_python(skip_empty_area=False)]
    ranges = sheet.merged_cell_ranges or []
    grid = Grid(
        name=meta.name,
        rows=rows,
        visible=meta.visible == calamine.SheetVisibleEnum.Visible,
        merged=[(top, left, bottom, right) for (top, left), (bottom, right) in ranges],
    )
    if told is not None:
        grid.hidden, grid.errors, grid.missing = told.hidden, told.errors, told.missing
    return grid


def _refuse_vast(data: bytes) -> None:
    with opened(data) as archive:
        if "content.xml" in archive.namelist() and _REPEATED.search(archive.read("content.xml")):
            raise SheetRefused(
                "the workbook repeats a value over tens of thousands of cells", "delete the cells filled to the edge"
            )
