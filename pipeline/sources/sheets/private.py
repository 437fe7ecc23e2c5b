"""Private Google Sheets: read as the workbook that their service account may export, and written back to.

An export renames tabs whose names no XLSX may have (longer than 31 characters, or with a slash, an asterisk and the
like), so tabs and sheets are matched by their order.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby

from pipeline.sources.sheets.cells import letters
from pipeline.sources.sheets.google import Spreadsheet
from pipeline.sources.sheets.googleaccount import WRITE, GoogleAccount, Tab
from pipeline.sources.sheets.problems import SheetRefused
from pipeline.sources.sheets.workbooks import sheet_names
from pipeline.sources.sheets.xlsxpatch import Written


def fetch(account: GoogleAccount, link: Spreadsheet) -> tuple[bytes, str]:
    """The workbook, and the name in it of the tab that the link asks for, empty for none. Raises SheetRefused."""
    data = account.workbook(link.key)
    if link.tab is None:
        return data, ""
    names = sheet_names(data)
    tabs = account.tabs(link.key)
    place = next((place for place, tab in enumerate(tabs) if tab.gid == link.tab), None)
    if place is None or len(tabs) != len(names):
        said = f"the spreadsheet has no tab with gid={link.tab}"
        raise SheetRefused(said, "open the tab in a browser and copy its address, or name it with sheet=…")
    return data, names[place]


def put(account: GoogleAccount, link: Spreadsheet, names: Sequence[str], sheet: str, texts: Written) -> None:
    """Write `texts` into the tab that the exported workbook (its sheets are `names`) calls `sheet`."""
    tabs = account.tabs(link.key, scope=WRITE)
    if len(tabs) != len(names):
        raise SheetRefused("the spreadsheet was changed while its results were written", "run again")
    tab = tabs[names.index(sheet)]
    missing = max(column for row in texts.values() for column in row) + 1 - tab.columns
    if missing > 0:
        account.widen(link.key, tab, missing)
    account.write(link.key, dict(_ranges(tab, texts)))


def _ranges(tab: Tab, texts: Written) -> Iterator[tuple[str, list[list[str]]]]:
    title = tab.title.replace("'", "''")
    for column in sorted({column for cells in texts.values() for column in cells}):
        rows = sorted(row for row, cells in texts.items() if column in cells)
        for _, run in groupby(enumerate(rows), key=lambda each: each[1] - each[0]):
            together = [row for _, row in run]
            first, last = (f"{letters(column)}{row + 1}" for row in (together[0], together[-1]))
            yield f"'{title}'!{first}:{last}", [[texts[row][column]] for row in together]
