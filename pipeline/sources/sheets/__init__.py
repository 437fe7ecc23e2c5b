"""Spreadsheets as a source: from any content calendar to items, or to a full list of what to mend.

bytes → `sniffing` → `textfiles` or `workbooks` → grid → `tables`, `choosing`, `mapping` → `rows` → `SheetReading`.
"""

from pipeline.sources.sheets.edits import RowTrace, match_edits, trace
from pipeline.sources.sheets.google import spreadsheet_of
from pipeline.sources.sheets.googleaccount import GoogleAccount
from pipeline.sources.sheets.mapping import ColumnMapping, MappedColumn
from pipeline.sources.sheets.problems import CellProblem, SheetRefused
from pipeline.sources.sheets.reading import SheetReading
from pipeline.sources.sheets.settings import SheetSettings
from pipeline.sources.sheets.sheets import is_sheet, parse_sheet, read_sheet
from pipeline.sources.sheets.writeback import RowResult, WrittenBack, write_back, write_back_google
from pipeline.sources.sheets.xlsxpatch import SheetWriteError

__all__ = [
    "CellProblem",
    "ColumnMapping",
    "GoogleAccount",
    "MappedColumn",
    "RowResult",
    "RowTrace",
    "SheetReading",
    "SheetRefused",
    "SheetSettings",
    "SheetWriteError",
    "WrittenBack",
    "is_sheet",
    "match_edits",
    "parse_sheet",
    "read_sheet",
    "spreadsheet_of",
    "trace",
    "write_back",
    "write_back_google",
]
