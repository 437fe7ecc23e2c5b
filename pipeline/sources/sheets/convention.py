"""The one convention of a date column: which of two numbers is the day. Inferred from the whole column or refused."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time

from pipeline.sources.sheets.cells import Value
from pipeline.sources.sheets.dates import Moment, read_moment
from pipeline.sources.sheets.problems import CellProblem, short
from pipeline.sources.sheets.settings import Order

_TWELVE = 12
_SHOWN = 3
_TOLD = re.compile(
    r"\b(?:(?P<dmy>[dtj]{1,2}[/.-]m{1,2})|(?P<mdy>m{1,2}[/.-][dtj]{1,2}))[/.-][yja]{2,4}\b", re.IGNORECASE
)
_BOTH = "write one convention throughout, best as 2025-12-31"


@dataclass(frozen=True, slots=True)
class DateCell:
    """A filled cell of the date column: where it stands, what it holds, and the weekday named beside it (0–6)."""

    row: int
    address: str
    value: Value
    weekday: int | None = None


@dataclass(frozen=True, slots=True)
class Settled:
    """The moments of a column by row, and what is wrong or odd about it."""

    moments: Mapping[int, Moment]
    problems: tuple[CellProblem, ...] = ()
    oddities: tuple[str, ...] = ()


def settle(cells: list[DateCell], header: str, given: Order = "") -> Settled:
    """Read a date column in its one convention.

    It is known when a cell can be read one way only, from the caller, from the header (`Date (DD/MM/YYYY)`), from
    weekdays beside the dates, or from dots (in every locale of CLDR dotted dates begin with the day). A column that
    could be read both ways is refused, naming its first cells.
    """
    read = {cell.row: read_moment(cell.value) for cell in cells}
    order, problems, oddities = _order(cells, read, header, given)
    if order:
        read = {row: moment.settled(order) for row, moment in read.items()}
    else:
        read = {row: moment.settled("dmy") if _same(moment) else moment for row, moment in read.items()}
    if all(moment.at in (None, time()) for moment in read.values()):
        # A midnight that every cell has is how programs write a date without a time.
        read = {row: replace(moment, at=None) if moment.offset is None else moment for row, moment in read.items()}
    swapped = _swapped(cells, read)
    return Settled(read, (*problems, *_faults(cells, read), *swapped, *_wrong_days(cells, read)), tuple(oddities))


def _order(
    cells: list[DateCell], read: Mapping[int, Moment], header: str, given: Order
) -> tuple[Order, list[CellProblem], list[str]]:
    triples = [(cell, moment) for cell in cells if (moment := read[cell.row]).triple is not None]
    certain = _certain(triples)
    if len(certain) > 1:
        return "", [_mixed(certain["dmy"], certain["mdy"])], []
    if certain:
        return next(iter(certain)), [], []
    open_cells = [(cell, moment) for cell, moment in triples if moment.ambiguous]
    if not open_cells:
        return "", [], []
    if given:
        return given, [], []
    hint = next(iter(_hints(open_cells, header)), None)
    if hint is None:
        return "", [_ambiguous([cell for cell, _ in open_cells])], []
    return hint[0], [], [f"dates are read {_words(hint[0])}, {hint[1]}"]


def _certain(triples: list[tuple[DateCell, Moment]]) -> dict[Order, DateCell]:
    """The orders that some cell can only have, with the first such cell."""
    found: dict[Order, DateCell] = {}
    for cell, moment in triples:
        first, second = (moment.triple or (0, 0))[:2]
        if first > _TWELVE or second > _TWELVE:
            found.setdefault("dmy" if first > _TWELVE else "mdy", cell)
    return found


def _hints(open_cells: list[tuple[DateCell, Moment]], header: str) -> list[tuple[Order, str]]:
    hints: list[tuple[Order, str]] = []
    if match := _TOLD.search(header):
        hints.append(("dmy" if match["dmy"] else "mdy", f"as the header says ({header.strip()})"))
    orders: tuple[Order, Order] = ("dmy", "mdy")
    fitting = [order for order in orders if _fits(open_cells, order)]
    if len(fitting) == 1:
        hints.append((fitting[0], "as the weekdays beside them say"))
    if open_cells and all(moment.triple and moment.triple[3] == "." for _, moment in open_cells):
        hints.append(("dmy", "as dates with dots are"))
    return hints


def _fits(open_cells: list[tuple[DateCell, Moment]], order: str) -> bool:
    told = [(cell.weekday, moment.settled(order).day) for cell, moment in open_cells if cell.weekday is not None]
    return bool(told) and all(day is not None and day.weekday() == weekday for weekday, day in told)


def _words(order: Order) -> str:
    return "day first" if order == "dmy" else "month first"


def _same(moment: Moment) -> bool:
    return moment.triple is not None and moment.triple[0] == moment.triple[1]


def _mixed(day_first: DateCell, month_first: DateCell) -> CellProblem:
    other = f"{short(month_first.value)} in {month_first.address}"
    return CellProblem(
        cell=day_first.address,
        message=f"{short(day_first.value)} is day first, but {other} month first",
        advice=_BOTH,
        row=day_first.row + 1,
    )


def _ambiguous(cells: list[DateCell]) -> CellProblem:
    shown = ", ".join(f"{short(cell.value)} in {cell.address}" for cell in cells[:_SHOWN])
    return CellProblem(
        cell=cells[0].address,
        message=f"day and month could be either way round in the whole column ({shown})",
        advice="say which with date_order='dmy' or 'mdy', or write dates as 2025-12-31",
        row=cells[0].row + 1,
    )


def _faults(cells: list[DateCell], read: Mapping[int, Moment]) -> list[CellProblem]:
    advice = "write the date as 2025-12-31, or leave the cell empty for the queue"
    problems = [
        CellProblem(cell=cell.address, message=f"{short(cell.value)} {moment.fault}", advice=advice, row=cell.row + 1)
        for cell in cells
        if (moment := read[cell.row]).fault
    ]
    notes = [
        CellProblem(
            cell=cell.address, message=note, advice="format the cell as a date", severity="warning", row=cell.row + 1
        )
        for cell in cells
        if (note := read[cell.row].note)
    ]
    return problems + notes


def _swapped(cells: list[DateCell], read: Mapping[int, Moment]) -> list[CellProblem]:
    """Excel opened in the other locale turns `03/02` into a date of the wrong month and leaves `13/02` as text."""
    real = [cell for cell in cells if isinstance(cell.value, date | datetime)]
    text = [cell for cell in cells if read_moment(cell.value).triple is not None]
    if not real or not text or any(cell.value.day > _TWELVE for cell in real if isinstance(cell.value, date)):
        return []
    if any(read_moment(cell.value).ambiguous or _same(read_moment(cell.value)) for cell in text):
        return []
    example = f"{short(text[0].value)} in {text[0].address}"
    return [
        CellProblem(
            cell=real[0].address,
            message=f"dates up to the 12th share the column with text such as {example},"
            " as when a file was opened with day and month swapped",
            advice="compare the dates with their source",
            severity="warning",
            row=real[0].row + 1,
        )
    ]


def _wrong_days(cells: list[DateCell], read: Mapping[int, Moment]) -> list[CellProblem]:
    return [
        CellProblem(
            cell=cell.address,
            message=f"{day} is a {day:%A}, but the weekday beside it says another",
            advice="check the date",
            severity="warning",
            row=cell.row + 1,
        )
        for cell in cells
        if cell.weekday is not None and (day := read[cell.row].day) is not None and day.weekday() != cell.weekday
    ]
