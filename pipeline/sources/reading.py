"""Sources of any kind to readings the ledger understands: feeds, sheets, and folders that hold both.

No source ends a run: what cannot be read is a failed reading with its reason. A refused sheet is one too, with every
row accounted for; a copy of it with the errors beside the rows goes to the folder `copies`.
"""

import asyncio
import hashlib
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path, PurePosixPath

from pipeline.campaign import Campaign
from pipeline.fetching import Fetcher
from pipeline.records import Disposition, Verdict
from pipeline.sources.feeds import SUFFIXES, FeedReading, FeedState, ParsedFeed, expand, read_feeds
from pipeline.sources.sheets import GoogleAccount, SheetReading, SheetSettings, SheetWriteError, is_sheet, read_sheet
from pipeline.spool import Spool

SHEETS = (".csv", ".tsv", ".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
"""Files of a folder that are read as sheets. Any other kind of text (.txt) is read when it is named itself."""

NAMED = 3
"""Errors that the reason of a refused sheet tells; the others are counted."""


async def read_sources(
    campaign: Campaign,
    *,
    fetcher: Fetcher,
    states: Mapping[str, FeedState],
    copies: Path | None = None,
    google: GoogleAccount | None = None,
) -> tuple[Spool[FeedReading], list[SheetReading]]:
    """Read every source of the campaign: readings of all, and the sheets among them as read.

    `copies` is the folder for copies of refused sheets, made when one is needed; None writes none. `google` is the
    account through which Google Sheets are read; None reads those that are public.
    """
    expanded = await asyncio.to_thread(expand, campaign.sources, (*SUFFIXES, *SHEETS))
    names = list(dict.fromkeys(source for source in expanded if is_sheet(source)))
    feeds = [source for source in expanded if not is_sheet(source)]
    settings = settings_of(campaign)
    readings = await read_feeds(feeds, fetcher=fetcher, states=states)
    sheets = [await read_sheet(name, settings=settings, fetcher=fetcher, google=google) for name in names]
    for sheet in sheets:
        # Weighs nothing: its items are those of the sheet, which is kept to write into.
        readings.put(len(readings), await asyncio.to_thread(as_reading, sheet, copies), 0)
    return readings, sheets


def settings_of(campaign: Campaign) -> SheetSettings:
    """How the campaign's sheets are read."""
    form = campaign.sheet
    return SheetSettings(
        mapping=form.mapping,
        sheet=form.sheet,
        header_row=form.header_row,
        zone=form.zone or campaign.timing.zone,
        default_time=form.default_time,
        date_order=form.date_order,
        media_base=form.media_base,
        media_folder=form.media_folder,
        local_media=form.local_media,
        hidden_rows=form.hidden_rows,
        ready_only=form.ready_only,
    )


def as_reading(sheet: SheetReading, copies: Path | None = None) -> FeedReading:
    """The reading of a sheet as the ledger takes it in: its rows are items, and all others have their verdict."""
    state = FeedState(url=sheet.source, title=sheet.table)
    if not sheet.ok:
        reason = "; ".join([_told(sheet), *([_copied(sheet, copies)] if copies else [])])
        return FeedReading(
            source=sheet.source, status="failed", state=state, reason=reason, aside=_aside(sheet), is_sheet=True
        )
    parsed = ParsedFeed(
        title=sheet.table,
        link="",
        language="",
        items=sheet.items,
        quarantined=(),
        format=f"sheet ({sheet.original.format})",
        oddities=sheet.oddities,
    )
    return FeedReading(source=sheet.source, status="ok", state=state, parsed=parsed, aside=_aside(sheet), is_sheet=True)


def _told(sheet: SheetReading) -> str:
    first = [str(problem) for problem in sheet.errors[:NAMED]]
    more = len(sheet.errors) - len(first)
    return "; ".join([*first, *([f"and {more} more errors"] if more else [])])


def _copied(sheet: SheetReading, copies: Path) -> str:
    # Two sheets of one name in different folders must not overwrite each other's copy.
    mark = hashlib.sha256(sheet.source.encode("utf-8", "replace")).hexdigest()[:6]
    name = PurePosixPath(re.sub(r"[^\w.-]+", "-", sheet.source.rpartition("/")[2]).strip("-.") or "sheet")
    try:
        copies.mkdir(parents=True, exist_ok=True)
        written = sheet.write_error_copy(copies / f"{name.stem}-{mark}{name.suffix}")
    except (SheetWriteError, OSError) as error:
        return f"no copy with the errors could be written ({error})" if sheet.table else "nothing of it is taken"
    return f"a copy with the errors beside their rows: {written}"


def _aside(sheet: SheetReading) -> tuple[Verdict, ...]:
    """Verdicts on the rows that are no items, each with an identity of its own: that of its place."""
    errors: dict[int, list[str]] = {}
    for problem in sheet.errors:
        errors.setdefault(problem.row, []).append(str(problem))
    # Refused is what the API did not take; rows of a refused sheet never got there.
    refused = (
        replace(
            verdict,
            disposition=Disposition.QUARANTINED,
            reason="; ".join(errors.get(_row(verdict.place), [])) or verdict.reason,
        )
        for verdict in sheet.refused
    )
    rows = (*sheet.filtered, *sheet.quarantined, *refused)
    return tuple(replace(verdict, identity=f"at:{verdict.place}") for verdict in rows)


def _row(place: str) -> int:
    digits = re.search(r"\d+$", place)
    return int(digits[0]) if digits else 0
