"""Which column holds what: guessed from headers and contents, overruled by the caller, shown to everybody."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipeline.sources.sheets.cells import letters, number
from pipeline.sources.sheets.content import Contents
from pipeline.sources.sheets.headers import guess, is_idea
from pipeline.sources.sheets.problems import SheetRefused
from pipeline.sources.sheets.secrets import is_secret_header, masked
from pipeline.sources.sheets.vocabulary import ROLES, plain_words
from social.networks import NETWORKS

if TYPE_CHECKING:
    import pandas as pd

    from pipeline.sources.sheets.tables import Table

SEVERAL = frozenset({"image", "alt", "tags", "hashtags", "notes", "own", "weekday"})
NOT_USED = ""
_SURE = 0.8
_LETTERS = re.compile(r"[A-Za-z]{1,3}$")


@dataclass(frozen=True, slots=True, kw_only=True)
class MappedColumn:
    """One column: its letters, header, role (empty: not used), how sure that is (0–1) and why."""

    column: str
    header: str
    role: str
    confidence: float
    why: str
    secret: bool = False

    @property
    def index(self) -> int:
        """The column counted from 0."""
        return number(self.column)


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """The columns of the table that was read, from the left."""

    columns: tuple[MappedColumn, ...] = ()

    def of(self, role: str) -> list[int]:
        """Columns of `role`, counted from 0."""
        return [column.index for column in self.columns if column.role == role]

    def starting(self, prefix: str) -> Iterator[tuple[str, int]]:
        """What follows `prefix` in the role, and the column: `texts.` gives networks."""
        for column in self.columns:
            if column.role.startswith(prefix):
                yield column.role.removeprefix(prefix), column.index

    @property
    def roles(self) -> dict[str, str]:
        """Role by letters of the column, without the columns that are not used."""
        return {column.column: column.role for column in self.columns if column.role}

    def lines(self) -> list[str]:
        """Which columns are read as what, with how sure a guess is where it is not, and which are not used."""
        read = [
            f"{c.column} {c.header.strip()!r} → {c.role}"
            + (f" ({c.confidence:.0%} sure)" if c.confidence < _SURE else "")
            for c in self.columns
            if c.role
        ]
        unused = [
            f"{c.column} {c.header.strip()!r}" for c in self.columns if not c.role and c.header.strip() and not c.secret
        ]
        kinds = {"columns": read, "columns not used": unused}
        return [f"{kind}: {', '.join(names)}" for kind, names in kinds.items() if names]

    def frame(self) -> "pd.DataFrame":
        """One row per column: column, header, role, why (`string`), confidence (`Float64`). Headers as written."""
        import pandas as pd  # noqa: PLC0415  (half a second that readers need not spend)

        names = ("column", "header", "role", "why")
        series = {name: pd.Series([getattr(c, name) for c in self.columns], dtype="string") for name in names}
        frame = pd.DataFrame(series)
        frame["confidence"] = pd.Series([c.confidence for c in self.columns], dtype="Float64")
        return frame


def map_columns(table: "Table", given: Mapping[str, str]) -> ColumnMapping:
    """The mapping of `table`: what the caller gave, then what headers and contents suggest.

    Raises SheetRefused when a given column or role does not exist.
    """
    contents = Contents(table)
    columns = [_column(table, contents, index) for index in table.columns]
    chosen = _given(table, given)
    columns = [
        replace(c, role=chosen[c.index], confidence=1.0, why="given") if c.index in chosen else c for c in columns
    ]
    return ColumnMapping(tuple(_one_per_role(columns, contents, frozenset(chosen))))


def _column(table: "Table", contents: Contents, index: int) -> MappedColumn:
    header = table.header(index)
    bare = MappedColumn(column=letters(index), header=masked(header), role=NOT_USED, confidence=0.0, why="not used")
    found = contents.positional(index) if table.header_row is None else guess(header)
    if is_secret_header(header) or ((found is None or found.role == "notes") and contents.is_secret(index)):
        return replace(bare, why="looks like keys or passwords: never used, masked wherever it is shown", secret=True)
    if found is None:
        return replace(bare, why="header says nothing known" if header else "no header")
    found = contents.checked(index, found)
    return replace(bare, role=found.role, confidence=found.confidence, why=found.why + _idea(header, found.role))


def _idea(header: str, role: str) -> str:
    return "; says it is an idea, not final" if role == "text" and is_idea(header) else ""


def _one_per_role(columns: list[MappedColumn], contents: Contents, given: frozenset[int]) -> Iterator[MappedColumn]:
    best: dict[str, MappedColumn] = {}
    for column in columns:
        rival = best.get(column.role)
        if rival is None or _rank(column, contents, given) > _rank(rival, contents, given):
            best[column.role] = column
    for column in columns:
        first = best[column.role]
        if not column.role or column.role in SEVERAL or first is column:
            yield column
        else:
            yield replace(column, role=NOT_USED, confidence=0.0, why=f"{first.column} is already {column.role}")


def _rank(column: MappedColumn, contents: Contents, given: frozenset[int]) -> tuple[bool, float, int]:
    return (column.index in given, column.confidence, contents.filled(column.index))


def _given(table: "Table", given: Mapping[str, str]) -> dict[int, str]:
    chosen: dict[int, str] = {}
    for name, role in given.items():
        if not is_role(role):
            known = ", ".join([*ROLES, "texts.<network>", "mark.<network>", "options.<network>.<key>"])
            raise SheetRefused(f"mapping: {role!r} is no role", f"choose from {known}, or an empty one for not used")
        chosen[_named(table, name)] = role
    return chosen


def is_role(role: str) -> bool:
    """True for a role that a column can have."""
    kind, _, rest = role.partition(".")
    if kind in ("texts", "mark"):
        return rest in NETWORKS
    if kind == "options":
        network, _, key = rest.partition(".")
        return network in NETWORKS and bool(key)
    return role == NOT_USED or role in ROLES


def _named(table: "Table", name: str) -> int:
    words = plain_words(name)
    named = [index for index in table.columns if table.header(index) and plain_words(table.header(index)) == words]
    if len(named) == 1:
        return named[0]
    if not named and _LETTERS.match(name) and number(name) in table.columns:
        return number(name)
    headers = [f"{letters(index)} ({table.header(index).strip()})" for index in table.columns]
    raise SheetRefused(
        f"mapping: {'several columns are' if named else 'no column is'} called {name!r}",
        f"choose from {_short(headers)}",
    )


def _short(names: Sequence[str]) -> str:
    most = 30
    return ", ".join(names[:most]) + (" …" if len(names) > most else "")
