"""What reading a sheet came to: items, or the full list of what to mend. All or nothing (promise 2 holds for both)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.records import Ask, Disposition, Item, Verdict
from pipeline.sources.sheets.mapping import ColumnMapping
from pipeline.sources.sheets.problems import CellProblem
from pipeline.sources.sheets.sniffing import Format

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, kw_only=True)
class Original:
    """The file as it came, for the copy that is handed back. `header_row` counts from 0, None for no headers."""

    data: bytes = field(default=b"", repr=False)
    format: Format = "text"
    sheet: str = ""
    header_row: int | None = None
    delimiter: str = ","
    encoding: str = "utf-8"


@dataclass(frozen=True, kw_only=True)
class SheetReading:
    """One sheet as read.

    `table` is the range that was taken, `mapping` its columns. With any error among `problems` no item is taken:
    `items` is empty and every row has a verdict. `filtered` are rows left out with their reason, `quarantined`
    duplicates, `refused` rows that would have been posts but for the errors of the sheet. `rows` counts rows with
    anything in them: `rows = len(items) + len(filtered) + len(quarantined) + len(refused)`. `row_of` gives the row
    (from 1) of identities.
    """

    source: str
    table: str = ""
    mapping: ColumnMapping = field(default_factory=ColumnMapping)
    items: tuple[Item, ...] = ()
    problems: tuple[CellProblem, ...] = ()
    filtered: tuple[Verdict, ...] = ()
    quarantined: tuple[Verdict, ...] = ()
    refused: tuple[Verdict, ...] = ()
    oddities: tuple[str, ...] = ()
    rows: int = 0
    row_of: Mapping[str, int] = field(default_factory=dict)
    original: Original = field(default_factory=Original, repr=False, compare=False)

    @property
    def ok(self) -> bool:
        """True when the sheet was taken: no problem is an error."""
        return not self.errors

    @cached_property
    def errors(self) -> tuple[CellProblem, ...]:
        """The problems that refuse the sheet."""
        return tuple(problem for problem in self.problems if problem.severity == "error")

    @cached_property
    def warnings(self) -> tuple[CellProblem, ...]:
        """The problems that stop nothing."""
        return tuple(problem for problem in self.problems if problem.severity == "warning")

    @cached_property
    def asks(self) -> Mapping[str, Ask]:
        """What each row asks for, by identity."""
        return {item.identity: item.ask for item in self.items if item.ask is not None}

    @property
    def verdicts(self) -> tuple[Verdict, ...]:
        """A verdict for every row that is not among the items."""
        return (*self.filtered, *self.quarantined, *self.refused)

    @property
    def reason(self) -> str:
        """Why the sheet was refused, on one line; empty when it was not."""
        if self.ok:
            return ""
        more = len(self.errors) - 1
        return f"{self.errors[0]}" + (f" (and {more} more)" if more else "")

    def told(self) -> dict[str, Any]:
        """All there is to know about how the sheet was read, as JSON takes it."""
        return {
            "source": self.source,
            "ok": self.ok,
            "table": self.table,
            "rows": self.rows,
            "posts": len(self.items),
            "columns": [{"column": c.column, "header": c.header, "role": c.role} for c in self.mapping.columns],
            "problems": [
                {"cell": p.cell, "severity": p.severity, "said": p.message, "advice": p.advice} for p in self.problems
            ],
            "oddities": list(self.oddities),
        }

    def notes(self, most: int) -> list[str]:
        """What the author should look at though it stops nothing: columns, warnings (the first `most`), oddities."""
        more = len(self.warnings) - most
        counted = [f"and {more} more warnings: dovecote sheets check shows them all"] if more > 0 else []
        return [*self.mapping.lines(), *map(str, self.warnings[:most]), *counted, *self.oddities]

    def error_frame(self) -> "pd.DataFrame":
        """One row per problem, errors first: cell, severity, message, advice (`string`), row (`Int64`, NA for none)."""
        import pandas as pd  # noqa: PLC0415  (half a second that readers need not spend)

        told = [*self.errors, *self.warnings]
        names = ("cell", "severity", "message", "advice")
        frame = pd.DataFrame({n: pd.Series([getattr(p, n) for p in told], dtype="string") for n in names})
        frame.insert(1, "row", pd.Series([problem.row or None for problem in told], dtype="Int64"))
        return frame

    def write_error_copy(self, path: str | Path) -> Path:
        """Write a copy of the file with a column `Dovecote error` and keys masked; returns where it was written.

        XLSX stays XLSX with its formatting and every other sheet; any other kind becomes CSV (UTF-8 with byte order
        mark, the file's own delimiter). Raises SheetWriteError when there is nothing to copy.
        """
        from pipeline.sources.sheets.errorcopy import write_error_copy  # noqa: PLC0415  (imports this module)

        return write_error_copy(self, Path(path))


def refuse_rows(items: list[Item], errors: int) -> list[Verdict]:
    """Verdicts for rows that would have been items, were the sheet without errors."""
    reason = f"the sheet has {errors} {'error' if errors == 1 else 'errors'}: nothing of it is taken"
    return [
        Verdict(
            source=item.source,
            place=item.place,
            identity=item.identity,
            title=item.title,
            disposition=Disposition.REFUSED,
            reason=reason,
        )
        for item in items
    ]
