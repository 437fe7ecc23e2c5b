"""`dovecote export`: the lake's tables as files for spreadsheets. Needs no Prefect."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Literal

import typer

from flows.cli.showing import Home, Json, answer, environment, mended


def export(
    folder: Annotated[Path, typer.Argument(help="Folder for the files; made if missing.")] = Path("export"),
    *,
    kind: Annotated[
        Literal["csv", "xlsx"], typer.Option("--format", help="csv: a file a table; xlsx: one workbook.")
    ] = "csv",
    since: Annotated[datetime | None, typer.Option(help="Leave older rows out; UTC.")] = None,
    home: Home = "",
    as_json: Json = False,
) -> None:
    """Write every table of the lake as CSV files, or as one XLSX workbook."""
    settings = environment(home)
    with mended():
        from pipeline.exports import export as write  # noqa: PLC0415  (pandas is slow to import)

        files = write(settings.open_lake(), folder, kind, since=since.replace(tzinfo=UTC) if since else None)
    told = [str(file) for file in files]
    answer("\n".join(told) or "nothing: the lake has no table yet", {"files": told}, as_json=as_json)
