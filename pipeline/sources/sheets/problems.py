"""What can be wrong with a sheet, said so that its author can mend it: the cell, what is wrong, what to do."""

from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CellProblem:
    """One thing to mend. `cell` as in `Sheet2!D7`, empty when it is about the whole file; `row` from 1, 0 for none.

    An error refuses the whole sheet, a warning stops nothing.
    """

    cell: str
    message: str
    advice: str = ""
    severity: Severity = "error"
    row: int = 0

    @property
    def order(self) -> tuple[int, int, str]:
        """Sorts problems from the top left of a sheet."""
        return (self.row, len(self.cell), self.cell)

    def __str__(self) -> str:
        """The problem as one line."""
        said = f"{self.cell}: {self.message}" if self.cell else self.message
        return f"{said}: {self.advice}" if self.advice else said


def short(text: object, most: int = 80) -> str:
    """Text of a cell as a message shows it: on one line, cut at `most` characters."""
    said = " ".join(str(text)[: 2 * most].split())
    return said if len(said) <= most and len(str(text)) <= 2 * most else f"{said[:most]}…"


class SheetRefused(Exception):
    """A sheet cannot be read at all. Carries the one problem that says why."""

    def __init__(self, message: str, advice: str, *, cell: str = "", row: int = 0) -> None:
        self.problem = CellProblem(cell=cell, message=message, advice=advice, row=row)
        super().__init__(str(self.problem))
