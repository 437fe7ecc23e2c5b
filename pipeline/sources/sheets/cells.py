"""The raw grid of one sheet: typed values and their addresses, before anybody asks what they mean."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum

Value = str | float | bool | date | datetime | time | timedelta
"""What a cell can hold. Numbers are floats, an empty cell is the empty string, an error its name (`#REF!`)."""

ERRORS = frozenset({"#REF!", "#N/A", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!", "#SPILL!", "#CALC!"})
_PLAIN_NAME = re.compile(r"\w+$")
_LETTERS = 26
_A = ord("A")


class Kind(StrEnum):
    """What sort of thing a cell holds. A formula counts as the value it stored; `MISSING` is one that stored none."""

    EMPTY = "empty"
    TEXT = "text"
    NUMBER = "number"
    BOOL = "bool"
    DATE = "date"
    TIME = "time"
    ERROR = "error"
    MISSING = "formula without value"


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: its address (`Sheet2!D7`), what it holds and of what kind."""

    address: str
    value: Value
    kind: Kind


@dataclass(slots=True, kw_only=True)
class Grid:
    """One sheet as read. Rows and columns count from 0 at A1; `rows` may be ragged.

    `hidden` are rows the author has hidden, `errors` cells in error, `missing` formulas that stored no value.
    `merged` are ranges as (first row, first column, last row, last column).
    """

    name: str = ""
    rows: list[list[Value]]
    visible: bool = True
    merged: Sequence[tuple[int, int, int, int]] = ()
    hidden: frozenset[int] = frozenset()
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    missing: frozenset[tuple[int, int]] = frozenset()

    @property
    def width(self) -> int:
        """Columns of the widest row."""
        return max(map(len, self.rows), default=0)

    def value(self, row: int, column: int) -> Value:
        """The value at (row, column), the empty string outside what was read."""
        cells = self.rows[row] if row < len(self.rows) else ()
        return cells[column] if column < len(cells) else ""

    def cell(self, row: int, column: int) -> Cell:
        """The cell at (row, column) with its address and kind."""
        value = self.errors.get((row, column)) or self.value(row, column)
        kind = Kind.MISSING if (row, column) in self.missing else kind_of(value)
        return Cell(self.address(row, column), value, kind)

    def address(self, row: int, column: int) -> str:
        """The address of a cell as spreadsheets write it, with the sheet's name where it has one."""
        return f"{self.prefix}{letters(column)}{row + 1}"

    def range(self, first: tuple[int, int], last: tuple[int, int]) -> str:
        """The address of a range, such as `Sheet2!A3:H19`."""
        return f"{self.prefix}{letters(first[1])}{first[0] + 1}:{letters(last[1])}{last[0] + 1}"

    @property
    def prefix(self) -> str:
        """`Sheet2!`, quoted where the name needs it; empty for a file without sheets."""
        if not self.name:
            return ""
        quoted = self.name if _PLAIN_NAME.match(self.name) else "'" + self.name.replace("'", "''") + "'"
        return f"{quoted}!"

    def is_blank(self, row: int) -> bool:
        """True when `row` holds nothing."""
        return all(map(is_empty, self.rows[row]))

    def filled(self, row: int) -> list[int]:
        """Columns of `row` that hold anything, from the left."""
        return [column for column, value in enumerate(self.rows[row]) if not is_empty(value)]


def kind_of(value: Value) -> Kind:
    """The kind of a bare value."""
    if isinstance(value, str):
        return Kind.EMPTY if not value.strip() else Kind.ERROR if value in ERRORS else Kind.TEXT
    if isinstance(value, bool):
        return Kind.BOOL
    if isinstance(value, float | int):
        return Kind.NUMBER
    return Kind.TIME if isinstance(value, time | timedelta) else Kind.DATE


def is_empty(value: Value) -> bool:
    """True for a cell with nothing but white space."""
    return isinstance(value, str) and (not value or value.isspace())


def text_of(value: Value) -> str:
    """A value as a person would read it in the cell."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return f"{value:.0f}" if value.is_integer() else repr(value)
    return str(value)


def letters(column: int) -> str:
    """The letters of a column counted from 0: A, B, … Z, AA."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, _LETTERS)
        name = chr(_A + rest) + name
    return name


def number(name: str) -> int:
    """The column of some letters, counted from 0: the other way of `letters`."""
    column = 0
    for letter in name.upper():
        column = column * _LETTERS + ord(letter) - _A + 1
    return column - 1


def blocks(grid: Grid) -> Iterator[tuple[int, int]]:
    """Runs of rows that hold something, as (first, last); empty rows separate them."""
    first = None
    for row in range(len(grid.rows) + 1):
        holds = row < len(grid.rows) and not grid.is_blank(row)
        if holds and first is None:
            first = row
        elif not holds and first is not None:
            yield first, row - 1
            first = None
