"""The door of this package: read a sheet from a file, an address or bytes. Never raises for the sheet."""

import asyncio
from dataclasses import replace
from http import HTTPStatus
from pathlib import Path
from urllib.parse import unquote, urlsplit

from pipeline.fetching import Fetcher, FetchError, HttpStatus
from pipeline.records import Disposition
from pipeline.sources.sheets.cells import Grid
from pipeline.sources.sheets.choosing import Chosen, choose
from pipeline.sources.sheets.google import asks_for_login, export_url, spreadsheet_of
from pipeline.sources.sheets.googleaccount import GoogleAccount
from pipeline.sources.sheets.leaving import NOTHING
from pipeline.sources.sheets.private import fetch
from pipeline.sources.sheets.problems import CellProblem, SheetRefused
from pipeline.sources.sheets.reading import Original, SheetReading, refuse_rows
from pipeline.sources.sheets.rows import Read, RowReader
from pipeline.sources.sheets.settings import SheetSettings
from pipeline.sources.sheets.sniffing import LARGEST, sniff
from pipeline.sources.sheets.textfiles import read_text
from pipeline.sources.sheets.workbooks import read_workbook

SUFFIXES = (".csv", ".tsv", ".tab", ".txt", ".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
DEFAULT = SheetSettings()
_ADDRESSES = ("http", "https")
_PRIVATE = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)


def is_sheet(source: str) -> bool:
    """True when the name of a source says that it is a sheet: a suffix, or an address of Google Sheets."""
    try:
        return export_url(source) != source or urlsplit(source).path.lower().endswith(SUFFIXES)
    except ValueError:
        return False


async def read_sheet(
    source: str,
    *,
    settings: SheetSettings = DEFAULT,
    fetcher: Fetcher | None = None,
    google: GoogleAccount | None = None,
) -> SheetReading:
    """Read a sheet from a file, a `file:` URL or an http(s) address (Google Sheets by their share link).

    Whatever is wrong with the sheet, or with getting it, is a problem of the reading. An address needs a `fetcher`.
    With a `google` account Google Sheets are read through it, so that they need not be public.
    """
    try:
        link = spreadsheet_of(source) if google else None
        if google and link:
            data, tab = await asyncio.to_thread(fetch, google, link)
            name, settings = "", replace(settings, sheet=settings.sheet or tab)
        else:
            data, name = await _bytes(source, fetcher)
    except (FetchError, OSError, ValueError) as error:
        # urlsplit says ValueError to an address such as https://[1
        said = str(error.strerror or error) if isinstance(error, OSError) else str(error)
        return _refused(source, SheetRefused(said, "check the path or address").problem)
    except SheetRefused as refusal:
        return _refused(source, refusal.problem)
    return await asyncio.to_thread(parse_sheet, data, name=name, source=source, settings=settings)


def parse_sheet(data: bytes, *, name: str, source: str, settings: SheetSettings = DEFAULT) -> SheetReading:
    """Read a sheet from bytes. `name` is what the file is called; what it is, its bytes say."""
    original = Original(data=data)
    try:
        grids, original, oddities = grids_of(data, name)
        chosen = choose(grids, settings)
        reader = RowReader(chosen, settings, source)
        return _reading(source, _located(original, chosen), chosen, reader, oddities)
    except SheetRefused as refusal:
        return _refused(source, refusal.problem, original)


async def _bytes(source: str, fetcher: Fetcher | None) -> tuple[bytes, str]:
    scheme = urlsplit(source).scheme.lower() if "://" in source or source.lower().startswith("file:") else ""
    if scheme in _ADDRESSES:
        if fetcher is None:
            raise SheetRefused("an address needs a fetcher", "give one, or the path of a file")
        return await _fetched(source, fetcher)
    path = unquote(urlsplit(source).path) if scheme == "file" else source
    return await asyncio.to_thread(_file, path), Path(path).name


async def _fetched(source: str, fetcher: Fetcher) -> tuple[bytes, str]:
    try:
        fetched = await fetcher.get(export_url(source))
        private = asks_for_login(fetched.url)
    except HttpStatus as error:
        private = error.status in _PRIVATE and spreadsheet_of(source) is not None
        if not private:
            raise
    if private:
        advice = "share it with anyone who has the link, or set a Google service account (DOVECOTE_GOOGLE_CREDENTIALS)"
        raise SheetRefused("the Google Sheet is private", advice)
    return fetched.body, urlsplit(fetched.url).path.rpartition("/")[2]


def _file(name: str) -> bytes:
    path = Path(name).expanduser()
    if path.stat().st_size > LARGEST:
        raise SheetRefused(f"the file has more than {LARGEST} bytes", "split it into several files")
    return path.read_bytes()


def grids_of(data: bytes, name: str) -> tuple[list[Grid], Original, list[str]]:
    """Every sheet of a file as cells, what the file is, and what is odd about it. Raises SheetRefused."""
    form = sniff(data)
    if form != "text":
        suffix = f".{name.lower().rpartition('.')[2]}"
        odd = [f"named {suffix}, but is a workbook ({form})"] if suffix in (".csv", ".tsv", ".txt") else []
        return read_workbook(data, form), Original(data=data, format=form), odd
    text = read_text(data, name)
    original = Original(data=data, format=form, delimiter=text.delimiter, encoding=text.encoding)
    return [text.grid], original, list(text.oddities)


def _located(original: Original, chosen: Chosen) -> Original:
    return Original(
        data=original.data,
        format=original.format,
        sheet=chosen.table.grid.name,
        header_row=chosen.table.header_row,
        delimiter=original.delimiter,
        encoding=original.encoding,
    )


def _reading(source: str, original: Original, chosen: Chosen, reader: RowReader, oddities: list[str]) -> SheetReading:
    read = reader.read()
    problems = [*_secrets(chosen), *_empty(chosen, read), *reader.cells.problems]
    problems.sort(key=lambda problem: problem.order)
    errors = sum(problem.severity == "error" for problem in problems)
    by_kind = {kind: [v for v in read.verdicts if v.disposition is kind] for kind in Disposition}
    return SheetReading(
        source=source,
        table=chosen.table.place,
        mapping=chosen.mapping,
        items=() if errors else tuple(read.items),
        problems=tuple(problems),
        filtered=tuple(by_kind[Disposition.FILTERED]),
        quarantined=tuple(by_kind[Disposition.QUARANTINED]),
        refused=tuple(refuse_rows(read.items, errors)) if errors else (),
        oddities=(*oddities, *chosen.oddities, *_columns_said(chosen), *reader.timetable.said(), *_drafts(reader)),
        rows=read.rows,
        row_of={identity: row + 1 for identity, row in read.row_of.items()},
        original=original,
    )


def _empty(chosen: Chosen, read: Read) -> list[CellProblem]:
    nothing = [verdict for verdict in read.verdicts if verdict.reason.startswith(NOTHING)]
    if read.items or len(nothing) < len(read.verdicts):
        return []
    cells = ", ".join(verdict.place for verdict in nothing[:5])
    first = nothing[0].place if nothing else chosen.table.place.partition(":")[0]
    said = (
        f"no row has anything to post: {cells} {'is' if len(nothing) == 1 else 'are'} empty"
        if nothing
        else "no row is filled"
    )
    return [CellProblem(cell=first, message=said, advice="fill in the texts, or name their column with mapping=…")]


def _secrets(chosen: Chosen) -> list[CellProblem]:
    grid, row = chosen.table.grid, chosen.table.header_row
    return [
        CellProblem(
            cell=grid.address(row or 0, column.index),
            message="the column looks like keys or passwords; it is masked in everything shown",
            advice="take it out of the sheet, and change the keys if others could see it",
            severity="warning",
            row=(row or 0) + 1,
        )
        for column in chosen.mapping.columns
        if column.secret
    ]


def _columns_said(chosen: Chosen) -> list[str]:
    said = [
        f"column {c.column} ({c.header.strip()}) is read as text, though it says idea"
        for c in chosen.mapping.columns
        if "idea, not" in c.why
    ]
    rivals = [c for c in chosen.mapping.columns if " is already text" in c.why]
    return said + [f"column {c.column} ({c.header.strip()}) is not used: {c.why}" for c in rivals]


def _drafts(reader: RowReader) -> list[str]:
    drafts = reader.leaving.drafts.items()
    said = [f"{count} rows with {what} are taken (ready_only leaves them out)" for what, count in drafts if count]
    other = "if another tool holds them too, they go out twice"
    return said + [f"{count} rows with {what} are taken: {other}" for what, count in reader.leaving.scheduled.items()]


def _refused(source: str, problem: CellProblem, original: Original | None = None) -> SheetReading:
    return SheetReading(source=source, problems=(problem,), original=original or Original())
