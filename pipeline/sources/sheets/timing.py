"""The timetable of a sheet: for each row its slot, from the date, time and zone columns and what headers say."""

from collections.abc import Sequence

from pipeline.sources.sheets.cells import Value, is_empty, text_of
from pipeline.sources.sheets.clock import is_several, zone_in, zone_of
from pipeline.sources.sheets.convention import DateCell, settle
from pipeline.sources.sheets.dates import Moment
from pipeline.sources.sheets.facets import Cells
from pipeline.sources.sheets.months import weekday_of
from pipeline.sources.sheets.problems import SheetRefused
from pipeline.sources.sheets.settings import SheetSettings
from pipeline.sources.sheets.slots import Placed, SlotFault, When, place
from pipeline.sources.sheets.tables import Table
from pipeline.sources.sheets.wording import placeholder, words

_UTC = "UTC"
_NAMES_PLACE = "/"


class Timetable:
    """Settles the date column once, then gives the slot of each row."""

    def __init__(self, table: Table, cells: Cells, settings: SheetSettings, rows: Sequence[int]) -> None:
        self._table = table
        self._cells = cells
        self._settings = settings
        self.oddities: list[str] = []
        self._zone = self._sheet_zone()
        self._moments = self._settled(rows)
        self._untimed = 0
        self._assumed = False

    def placed(self, row: int) -> Placed:
        """The slot of `row`; what cannot be read is reported and the row goes on without a slot."""
        time = self._value(row, "time")
        when = When(self._moments.get(row), time, words(self._value(row, "zone")))
        try:
            placed = place(
                when, zone=self._zone or self._settings.zone or _UTC, default_time=self._settings.default_time
            )
        except SlotFault as fault:
            role = fault.part if self._cells.column(fault.part) is not None else "date"
            self._cells.report(row, self._cells.column(role), fault.message, fault.advice)
            return Placed(None)
        if placed.note:
            role = "date" if placed.slot else "time"
            self._cells.warn(row, self._cells.column(role), placed.note, "")
        self._untimed += "T" not in placed.wall and placed.slot is not None
        self._assumed |= (
            placed.slot is not None and placed.slot.zone == _UTC and not (self._zone or self._settings.zone)
        )
        return placed

    def said(self) -> list[str]:
        """What was assumed, once all rows are placed."""
        said = list(self.oddities)
        if self._untimed:
            said.append(f"{self._untimed} rows have a date and no time: {self._settings.default_time:%H:%M} is used")
        if self._assumed:
            said.append("no time zone is named: times are read as UTC (give zone=…)")
        return said

    def _value(self, row: int, role: str) -> Value:
        column = self._cells.column(role)
        if column is None or self._cells.broken(row, column):
            return ""
        value = self._table.grid.value(row, column)
        return words(value) if isinstance(value, str) else value

    def _settled(self, rows: Sequence[int]) -> dict[int, Moment]:
        column = self._cells.column("date")
        if column is None:
            return {}
        cells = [cell for row in rows if (cell := self._date_cell(row, column))]
        settled = settle(cells, self._table.header(column), self._settings.date_order)
        self._cells.problems.extend(settled.problems)
        self.oddities += settled.oddities
        return dict(settled.moments)

    def _date_cell(self, row: int, column: int) -> DateCell | None:
        value = self._table.grid.value(row, column)
        if self._cells.broken(row, column):
            return None
        if is_empty(value) or (isinstance(value, str) and not words(value)):
            return None
        if isinstance(value, str) and (found := placeholder(words(value))):
            self._cells.report(
                row, column, f"holds the placeholder {found!r}", "give a date, or empty the cell for the queue"
            )
            return None
        weekday = self._cells.column("weekday")
        day = weekday_of(text_of(self._table.grid.value(row, weekday))) if weekday is not None else None
        return DateCell(row, self._table.grid.address(row, column), value, day)

    def _sheet_zone(self) -> str:
        for role in ("time", "date"):
            column = self._cells.column(role)
            named = zone_in(self._table.header(column)) if column is not None else ""
            if not named or column is None:
                continue
            place = self._table.grid.address(self._table.header_row or 0, column)
            if is_several(named):
                raise SheetRefused(
                    f"the header names the time zone {named}, which several places use",
                    "name a place in the header, such as Time (Asia/Kolkata)",
                    cell=place,
                )
            zone = zone_of(named)
            if _NAMES_PLACE not in named:
                changes = ", with its daylight time" if named.upper().endswith(("ST", "T", "Z")) else ""
                self.oddities.append(f"{named} in {place} is read as {zone}{changes}")
            return zone
        return ""
