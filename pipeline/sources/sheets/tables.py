"""Where in a grid the table is: its header row, below titles and notes, and its rows."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property

from pipeline.sources.sheets.cells import Grid, Kind, Value, blocks, is_empty, kind_of, text_of
from pipeline.sources.sheets.dates import is_date
from pipeline.sources.sheets.headers import LONGEST, guess
from pipeline.sources.sheets.months import weekday_of
from pipeline.sources.sheets.vocabulary import plain_words

_LOOK = 12
_WEEK_GRID = 3
_FEW_COLUMNS = 3
_BARE = 30


@dataclass(frozen=True)
class Table:
    """A table in a grid: rows `first` to `last` from 0, and the row of its headers (None where it has none)."""

    grid: Grid
    header_row: int | None
    first: int
    last: int

    @cached_property
    def columns(self) -> list[int]:
        """Columns that have a header or any cell filled, from the left."""
        rows = range(self.first, self.last + 1)
        filled = {column for row in rows for column in self.grid.filled(row)}
        headed = set(self.grid.filled(self.header_row)) if self.header_row is not None else set()
        return sorted(filled | headed)

    def header(self, column: int) -> str:
        """The header over `column`, empty where there is none."""
        return "" if self.header_row is None else text_of(self.grid.value(self.header_row, column))

    @property
    def place(self) -> str:
        """The range it takes, headers included, such as `Sheet2!A3:H19`."""
        top = self.first if self.header_row is None else self.header_row
        columns = self.columns or [0]
        return self.grid.range((top, columns[0]), (max(self.last, top), columns[-1]))


def find_tables(grid: Grid, named: Collection[str] = ()) -> list[Table]:
    """The tables of a grid from the top. Rows before the first header are titles; a block without headers goes on.

    Each table found is extended by the blocks below it that have no header of their own and fit its width. `named` are
    headers that the caller knows of: the keys of a mapping.
    """
    tables: list[Table] = []
    words = frozenset(map(plain_words, named))
    for first, last in blocks(grid):
        header = _header_row(grid, first, last, words)
        if header is None and not tables:
            header = _lone_header(grid, first, last, words)
        if header is not None:
            tables.append(Table(grid, header, header + 1, last))
        elif tables and tables[-1].header_row is not None and _goes_on(tables[-1], first):
            tables[-1] = Table(grid, tables[-1].header_row, tables[-1].first, last)
        elif not _is_title(grid, first, last):
            tables.append(Table(grid, None, first, last))
    return [table for table in tables if table.last >= table.first]


def table_at(grid: Grid, header_row: int) -> Table:
    """The table whose headers stand in `header_row` (from 1); with 0 the sheet has none."""
    last = max((row for row in range(len(grid.rows)) if grid.filled(row)), default=0)
    return Table(grid, None, 0, last) if header_row == 0 else Table(grid, header_row - 1, header_row, last)


def month_grid(grid: Grid) -> str:
    """The range of a calendar drawn as a grid of weekdays, empty when the sheet is none."""
    for row in range(min(len(grid.rows), _LOOK)):
        days = {c: day for c in grid.filled(row) if (day := weekday_of(text_of(grid.value(row, c)))) is not None}
        if len(set(days.values())) >= _WEEK_GRID:
            return grid.range((row, min(days)), (len(grid.rows) - 1, max(days)))
    return ""


def _header_row(grid: Grid, first: int, last: int, named: frozenset[str]) -> int | None:
    best, most = None, 1
    for row in range(first, min(last + 1, first + _LOOK)):
        roles = _roles(grid, row, named)
        if len(roles) > most:
            best, most = row, len(roles)
    return best


def _lone_header(grid: Grid, first: int, last: int, named: frozenset[str]) -> int | None:
    """The first row of the first block as headers, though it names one role only, or none that is known."""
    if last == first:
        return None
    roles = {role for role in _roles(grid, first, named) if not role.startswith("mark.")}
    few = bool(roles) and len(grid.filled(first)) <= _FEW_COLUMNS
    # Columns named by letter: then a first row of bare words is their headers.
    return first if few or (named and _is_bare(grid, first)) else None


def _roles(grid: Grid, row: int, named: frozenset[str]) -> set[str]:
    """The roles that a row of headers would name; none when the row holds data."""
    roles: set[str] = set()
    for column in grid.filled(row):
        text = text_of(grid.value(row, column))
        if not _is_label(grid.value(row, column)):
            return set()
        if plain_words(text) in named:
            roles.add(f"named {plain_words(text)}")
        elif found := guess(text):
            roles.add(found.role)
    return roles


def _is_label(value: Value) -> bool:
    text = text_of(value)
    return kind_of(value) is Kind.TEXT and len(text) <= LONGEST and "://" not in text and not is_date(value)


def _is_bare(grid: Grid, row: int) -> bool:
    values = [grid.value(row, column) for column in grid.filled(row)]
    return all(_is_label(value) and len(text_of(value)) <= _BARE for value in values)


def _goes_on(table: Table, first: int) -> bool:
    filled = table.grid.filled(first)
    headed = table.grid.filled(table.header_row or 0)
    return bool(filled) and headed[0] <= filled[0] and filled[-1] <= headed[-1] + 1


def _is_title(grid: Grid, first: int, last: int) -> bool:
    return all(len(grid.filled(row)) <= 1 for row in range(first, last + 1)) and not any(
        is_date(grid.value(row, column)) for row in range(first, last + 1) for column in grid.filled(row)
    )


def fill_merged(grid: Grid, table: Table) -> None:
    """Carry the value of cells merged downwards over the rows they cover, within the rows of `table`."""
    for top, left, bottom, right in grid.merged:
        if left != right or top < table.first or is_empty(grid.value(top, left)):
            continue
        for row in range(top + 1, min(bottom, table.last) + 1):
            cells = grid.rows[row]
            cells.extend([""] * (left + 1 - len(cells)))
            cells[left] = grid.value(top, left)
