"""Rows that are not posts, each with its reason: hidden, posted already, called off, headings, nothing to say."""

import re
from collections import Counter

from pipeline.sources.sheets.cells import letters, text_of
from pipeline.sources.sheets.facets import Cells
from pipeline.sources.sheets.networks import networks_in
from pipeline.sources.sheets.problems import short
from pipeline.sources.sheets.settings import SheetSettings
from pipeline.sources.sheets.statuses import is_no, standing
from pipeline.sources.sheets.tables import Table
from pipeline.sources.sheets.vocabulary import plain_words

NOTHING = "nothing to post"
_HEADING = re.compile(
    r"(?:week|woche|kw|semaine|semana|month|monat|mois|mes|quarter|quartal|phase|q)\s?\d{1,2}\b|notes?$|notizen$|total$"
)
_SHORT = 40
_MOSTLY = 0.8
_ENOUGH = 3


class Leaving:
    """Tells for each row of a table why it is left out, if it is."""

    def __init__(self, table: Table, cells: Cells, settings: SheetSettings) -> None:
        self._table = table
        self._grid = table.grid
        self._cells = cells
        self._settings = settings
        self._saying = [cells.column(role) for role in ("text", "title", "link")] + list(cells.columns.texts.values())
        self._placed = self._mostly_placed()
        self._last_id = ""
        self.drafts: Counter[str] = Counter()
        self.scheduled: Counter[str] = Counter()

    def reason(self, row: int) -> str:
        """Why `row` is left out, empty when it is taken."""
        for test in (self._hidden, self._status, self._nothing, self._heading, self._elsewhere):
            if reason := test(row):
                return reason
        return ""

    def continues(self, row: int) -> bool:
        """True when `row` goes on with the post above: the same id, and no words of its own (more pictures)."""
        own = self._cells.raw(row, "id")
        same = bool(own) and own == self._last_id and not self._says(row)
        self._last_id = own
        return same

    def _hidden(self, row: int) -> str:
        left_out = row in self._grid.hidden and self._settings.hidden_rows == "leave out"
        return "the row is hidden: show it, or take hidden rows" if left_out else ""

    def _status(self, row: int) -> str:
        column = self._cells.column("status")
        status = self._cells.raw(row, "status") if column is not None else ""
        says = standing(status, self._table.header(column)) if column is not None else ""
        place = self._grid.address(row, column or 0)
        if says in ("posted", "stopped"):
            return f"{place} says {short(status)!r}: {'posted already' if says == 'posted' else 'called off'}"
        approval = self._cells.raw(row, "approved")
        if says == "scheduled":
            self.scheduled[f"status {short(status)!r}"] += 1
        unready = f"status {short(status)!r}" if says == "draft" else ""
        unready = unready or (f"approval {short(approval)!r}" if is_no(approval) else "")
        if unready and self._settings.ready_only:
            return f"not ready: {unready}"
        if unready:
            self.drafts[unready] += 1
        return ""

    def _nothing(self, row: int) -> str:
        if self._says(row):
            return ""
        pictures = [
            c for c in self._cells.columns.several.get("image", []) if text_of(self._grid.value(row, c)).strip()
        ]
        if pictures:
            return ""
        column = next((c for c in self._saying if c is not None), 0)
        return f"{NOTHING}: {self._grid.address(row, column)} is empty"

    def _says(self, row: int) -> bool:
        troubled = self._grid.errors.keys() | self._grid.missing
        for column in self._saying:
            if column is None:
                continue
            if (row, column) in troubled or self._words(row, column):
                return True
        return False

    def _words(self, row: int, column: int) -> str:
        text = text_of(self._grid.value(row, column)).strip()
        return "" if text in ("-", "–", "—", "") else text

    def _heading(self, row: int) -> str:
        filled = self._grid.filled(row)
        if self._repeats_header(filled, row):
            return "repeats the headers"
        if len(filled) != 1 or not (self._placed or self._is_heading(row, filled[0])):
            return ""
        return f"only {letters(filled[0])}{row + 1} is filled: taken for a heading or a note"

    def _is_heading(self, row: int, column: int) -> bool:
        wide = any(top == row and left <= column < right for top, left, _, right in self._grid.merged)
        text = text_of(self._grid.value(row, column)).strip()
        return wide or (len(text) <= _SHORT and _HEADING.match(plain_words(text)) is not None)

    def _repeats_header(self, filled: list[int], row: int) -> bool:
        header = self._table.header_row
        return header is not None and bool(filled) and self._grid.rows[row] == self._grid.rows[header]

    def _elsewhere(self, row: int) -> str:
        column = self._cells.column("platforms")
        if column is None:
            return ""
        places = networks_in(self._cells.raw(row, "platforms"))
        only = places.elsewhere and not (places.names or places.unknown or places.everywhere)
        return f"{self._grid.address(row, column)}: {', '.join(places.elsewhere)} is no social network" if only else ""

    def _mostly_placed(self) -> bool:
        """True when nearly every row names both a date and networks, so that one with neither is no post."""
        columns = [self._cells.column(role) for role in ("date", "platforms")]
        rows = [row for row in range(self._table.first, self._table.last + 1) if self._grid.filled(row)]
        named = [c for c in columns if c is not None]
        full = sum(all(text_of(self._grid.value(row, c)).strip() for c in named) for row in rows)
        return len(named) == len(columns) and len(rows) >= _ENOUGH and full >= _MOSTLY * len(rows)
