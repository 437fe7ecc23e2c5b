"""Which table of a file is the list of posts: the one whose columns say so, or a refusal that names them all."""

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.sources.sheets.cells import Grid, text_of
from pipeline.sources.sheets.headers import is_metric
from pipeline.sources.sheets.mapping import ColumnMapping, map_columns
from pipeline.sources.sheets.problems import SheetRefused
from pipeline.sources.sheets.secrets import masked
from pipeline.sources.sheets.settings import SheetSettings
from pipeline.sources.sheets.tables import Table, fill_merged, find_tables, month_grid, table_at

_WEIGHTS = {"text": 3, "texts": 3, "date": 3, "link": 2, "title": 2, "platforms": 2, "mark": 1, "time": 1, "image": 1}
_OTHER = 0.5
_METRIC = 0.5
_SAYING = frozenset({"text", "texts", "title", "link"})
_NEAR = 0.8
_SHOWN = 6
_GRID_ADVICE = "make a list of it: one row per post, with a column each for date and text"


@dataclass(frozen=True, slots=True)
class Chosen:
    """The table that was taken, its columns, and what was passed over on the way."""

    table: Table
    mapping: ColumnMapping
    oddities: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Candidate:
    table: Table
    mapping: ColumnMapping
    score: float
    refusal: SheetRefused | None = None


def choose(grids: Sequence[Grid], settings: SheetSettings) -> Chosen:
    """The list of posts among all tables of all sheets. Raises SheetRefused when there is none, or more than one."""
    wanted = _wanted(grids, settings)
    candidates = [_candidate(table, settings) for grid in wanted for table in _tables(grid, settings)]
    lists = sorted((one for one in candidates if one.score > 0), key=lambda one: -one.score)
    refusal = next((one.refusal for one in candidates if one.refusal is not None), None)
    if refusal is not None and not lists:
        raise refusal
    if not lists:
        raise _nothing(wanted, candidates)
    best, *others = lists
    near = [one for one in others if one.score >= _NEAR * best.score]
    if near:
        places = [one.table.place for one in (best, *near)]
        raise SheetRefused(
            f"several tables look like lists of posts: {_some(places)}",
            "say which one: sheet=… for a sheet, header_row=… for a table within it",
            cell=places[0].partition(":")[0],
        )
    fill_merged(best.table.grid, best.table)
    return Chosen(best.table, best.mapping, tuple(_passed_over(grids, candidates, best)))


def _wanted(grids: Sequence[Grid], settings: SheetSettings) -> list[Grid]:
    if settings.sheet:
        named = [grid for grid in grids if grid.name.strip().casefold() == settings.sheet.strip().casefold()]
        if not named:
            raise SheetRefused(
                f"there is no sheet called {settings.sheet!r}",
                f"choose from {_some([grid.name for grid in grids])}",
            )
        return named
    return [grid for grid in grids if grid.visible]


def _tables(grid: Grid, settings: SheetSettings) -> list[Table]:
    if settings.header_row is not None:
        return [table_at(grid, settings.header_row)] if grid.rows else []
    return [] if month_grid(grid) else find_tables(grid, settings.mapping)


def _candidate(table: Table, settings: SheetSettings) -> _Candidate:
    # A mapping may name columns that only one of several tables has, so the refusal waits for the end.
    try:
        mapping = map_columns(table, settings.mapping)
    except SheetRefused as refusal:
        return _Candidate(table, map_columns(table, {}), 0.0, refusal)
    return _Candidate(table, mapping, _score(table, mapping))


def _score(table: Table, mapping: ColumnMapping) -> float:
    kinds = {column.role.partition(".")[0] for column in mapping.columns if column.confidence}
    positional = table.header_row is None and "given" not in {column.why for column in mapping.columns}
    if not kinds & _SAYING or (positional and not {"text", "date"} <= kinds):
        return 0.0
    score = sum(_WEIGHTS.get(kind, _OTHER) * _confidence(mapping, kind) for kind in kinds if kind)
    metrics = sum(is_metric(column.header) for column in mapping.columns if not column.role)
    return max(0.0, score - _METRIC * metrics)


def _confidence(mapping: ColumnMapping, kind: str) -> float:
    return max(column.confidence for column in mapping.columns if column.role.partition(".")[0] == kind)


def _nothing(grids: Sequence[Grid], candidates: Sequence[_Candidate]) -> SheetRefused:
    drawn = [place for grid in grids if (place := month_grid(grid))]
    if drawn:
        cell = drawn[0].partition(":")[0]
        return SheetRefused(f"{drawn[0]} is a calendar drawn as a grid of weekdays, no list", _GRID_ADVICE, cell=cell)
    if not candidates:
        return SheetRefused("no table was found: the sheets are empty or hold only notes", "check the file")
    shown = [f"{one.table.place} ({_headers(one.table)})" for one in candidates]
    first = candidates[0].table.place.partition(":")[0]
    return SheetRefused(
        f"no table has a column of texts, titles or links of posts; found {_some(shown)}",
        "name columns with mapping=… (and header_row=…), or add headers such as Date, Text, Link, Platforms",
        cell=first,
    )


def _headers(table: Table) -> str:
    rows = range(table.first, table.last + 1) if table.header_row is None else [table.header_row]
    row = next((row for row in rows if len(table.grid.filled(row)) > 1), rows[0])
    names = [masked(text_of(table.grid.value(row, column)).strip())[:30] for column in table.columns]
    return ", ".join(name for name in names[:_SHOWN] if name) + (" …" if len(names) > _SHOWN else "")


def _passed_over(grids: Sequence[Grid], candidates: Sequence[_Candidate], best: _Candidate) -> list[str]:
    grid = best.table.grid
    others = [one.table.place for one in candidates if one is not best]
    titled = {one.table.grid.name for one in candidates}
    said = [f"table {place} is not the list of posts: not read" for place in others]
    for other in grids:
        if other is grid or other.name in titled:
            continue
        what = "is hidden" if not other.visible else "holds a month grid" if month_grid(other) else "holds no list"
        said.append(f"sheet {other.name!r} {what}: not read")
    if best.table.header_row:
        said.append(f"headers are in row {best.table.header_row + 1}; what stands above is not read")
    if best.table.header_row is None:
        said.append("no headers: columns are told apart by what they hold")
    return said


def _some(names: Sequence[str]) -> str:
    return ", ".join(names[:_SHOWN]) + (f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else "")
