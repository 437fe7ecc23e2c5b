"""The cells of one row by role, each checked as it is read: errors, formulas without value, placeholders, keys."""

from dataclasses import dataclass, field

from pipeline.sources.sheets.cells import Grid, Kind, is_empty
from pipeline.sources.sheets.mapping import ColumnMapping
from pipeline.sources.sheets.problems import CellProblem, Severity, short
from pipeline.sources.sheets.secrets import has_secret, masked
from pipeline.sources.sheets.tables import Table
from pipeline.sources.sheets.wording import placeholder, words

_FORMULA = "open the file in a spreadsheet program and save it, so that formulas store their values"


@dataclass(slots=True)
class Columns:
    """Columns by role, looked up once per sheet. None, or empty, where the sheet has none."""

    single: dict[str, int] = field(default_factory=dict)
    several: dict[str, list[int]] = field(default_factory=dict)
    texts: dict[str, int] = field(default_factory=dict)
    marks: dict[str, int] = field(default_factory=dict)
    options: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, mapping: ColumnMapping) -> "Columns":
        """The columns of a mapping."""
        roles = {column.role for column in mapping.columns if column.role and "." not in column.role}
        return cls(
            single={role: mapping.of(role)[0] for role in roles},
            several={role: mapping.of(role) for role in roles},
            texts=dict(mapping.starting("texts.")),
            marks=dict(mapping.starting("mark.")),
            options=dict(mapping.starting("options.")),
        )


class Cells:
    """Reads cells of a table and keeps what is wrong with them."""

    def __init__(self, table: Table, mapping: ColumnMapping) -> None:
        self.grid: Grid = table.grid
        self.columns = Columns.of(mapping)
        self.problems: list[CellProblem] = []
        self._troubled = set(self.grid.errors) | self.grid.missing

    def column(self, role: str) -> int | None:
        """The column of a role, None when there is none."""
        return self.columns.single.get(role)

    def raw(self, row: int, role: str) -> str:
        """The bare words of a cell, unchecked; empty when there is no such column."""
        column = self.columns.single.get(role)
        return "" if column is None else words(self.grid.value(row, column))

    def said(self, row: int, column: int | None) -> str:
        """The words of a cell that will be published, checked."""
        if column is None:
            return ""
        if self.broken(row, column):
            return ""
        value = self.grid.value(row, column)
        text = words(value)
        if not text:
            return ""
        if found := placeholder(text):
            self.report(row, column, f"holds the placeholder {short(found)!r}", "fill it in, or empty the row")
        if has_secret(text):
            self.report(row, column, "holds what looks like a key or password", "take it out: it would be published")
        return text

    def broken(self, row: int, column: int) -> bool:
        """True, and reported, when a cell is in error or is a formula without value."""
        value = self.grid.value(row, column)
        if not self._troubled and not (isinstance(value, str) and value.startswith("#")):
            return False
        cell = self.grid.cell(row, column)
        if cell.kind is Kind.ERROR:
            self.report(row, column, f"the formula ends in {cell.value}", "mend the formula")
        elif cell.kind is Kind.MISSING and is_empty(value):
            self.report(row, column, "holds a formula that stored no value", _FORMULA)
        else:
            return False
        return True

    def report(self, row: int, column: int | None, message: str, advice: str, severity: Severity = "error") -> None:
        """Keep a problem of one cell; keys in the message are masked."""
        cell = self.grid.address(row, column or 0)
        self.problems.append(
            CellProblem(cell=cell, message=masked(message), advice=advice, severity=severity, row=row + 1)
        )

    def warn(self, row: int, column: int | None, message: str, advice: str) -> None:
        """Keep a problem that stops nothing."""
        self.report(row, column, message, advice, "warning")
