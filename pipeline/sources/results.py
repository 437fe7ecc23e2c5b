"""What became of the rows of a sheet, written back into it: the end of the way that began with `reading`."""

from collections.abc import Mapping
from datetime import datetime

from pipeline.records import Outcome, Receipt
from pipeline.sources.places import local_path
from pipeline.sources.sheets import (
    GoogleAccount,
    RowResult,
    SheetReading,
    SheetRefused,
    SheetSettings,
    SheetWriteError,
    spreadsheet_of,
    write_back,
    write_back_google,
)


def write_results(
    sheet: SheetReading,
    receipts: Mapping[str, Receipt],
    *,
    settings: SheetSettings,
    now: datetime,
    google: GoogleAccount | None = None,
) -> str:
    """Write the receipts (by identity of rows) into the sheet itself; returns what went wrong, empty when nothing did.

    Blocking. A sheet that cannot be written to stops nothing: its posts are out all the same.
    """
    path, link = local_path(sheet.source), spreadsheet_of(sheet.source) if google else None
    results = {identity: row_result(receipt, now) for identity, receipt in receipts.items()}
    try:
        if google and link:
            write_back_google(google, link, results, source=sheet.source, settings=settings)
        elif path is None or sheet.original.format != "xlsx":
            told = "Google Sheets by a service account, else into XLSX files on this machine only"
            return f"{sheet.source}: results can be written into {told}: unset sheet.write_back"
        else:
            write_back(path, results, settings=settings)
    except SheetRefused as refusal:
        return (
            f"{sheet.source}: results could not be written back ({refusal.problem.message}): {refusal.problem.advice}"
        )
    except (SheetWriteError, OSError) as error:
        return f"{sheet.source}: results could not be written back ({error}); close the file and run again"
    return ""


def row_result(receipt: Receipt, now: datetime) -> RowResult:
    """The three cells of a row: status, links of the posts, and what went wrong."""
    links = "\n".join(one.url for one in receipt.networks if one.url)
    errors = [f"{one.platform}: {one.message}" for one in receipt.networks if one.message]
    return RowResult(status=_status(receipt, now), permalink=links, error="\n".join(errors) or receipt.reason)


def _status(receipt: Receipt, now: datetime) -> str:
    if receipt.outcome is not Outcome.ACCEPTED:
        return "refused" if receipt.outcome is Outcome.REFUSED else "unknown"
    coming = receipt.scheduled_for is not None and receipt.scheduled_for > now
    return f"scheduled for {receipt.scheduled_for:%Y-%m-%d %H:%M} UTC" if coming else "posted"
