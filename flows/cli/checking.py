"""`dovecote doctor`, `feeds lint` and `sheets check`: what is wrong, where, and what to do. None needs Prefect."""

import asyncio
from collections.abc import Mapping
from contextlib import nullcontext
from itertools import count
from typing import TYPE_CHECKING, Annotated, cast

import typer

from flows.cli.running import prefect
from flows.cli.showing import Code, Home, Json, answer, environment, progress, run, say
from pipeline.showing import shown
from pipeline.sources.places import UNUSABLE, local_path
from server.doctor import Doors, Finding, doors_of, examine, worst
from server.environment import Environment

if TYPE_CHECKING:
    from pipeline.fetching import Fetcher
    from pipeline.sources.feeds import FeedReading
    from pipeline.sources.opml import Outline
    from pipeline.sources.sheets import SheetReading, SheetSettings
    from pipeline.sources.sheets.settings import Order

_AT_ONCE = 8
_SIGNS = {"ok": "✓", "warning": "!", "error": "✗"}
_CODES = {"ok": Code.WELL, "warning": Code.ATTENTION, "error": Code.FAILED}

feeds = typer.Typer(help="Feeds: what is wrong with them, by entry.", no_args_is_help=True)
sheets = typer.Typer(help="Spreadsheets: what is wrong with them, by cell.", no_args_is_help=True)


def doctor(
    *,
    blocks: Annotated[
        bool, typer.Option("--blocks", help="Look at what the saved default blocks say (imports Prefect).")
    ] = False,
    home: Home = "",
    as_json: Json = False,
) -> None:
    """Prove API, key, profile, networks, X headers, clock, ledger, lake and disk, and say what to do."""
    settings = environment(home)
    with prefect(settings) if blocks else nullcontext():
        found = run(_examine(settings, blocks=blocks, aloud=not as_json))
    grade = worst(found)
    told = {"grade": grade, "findings": [one.row() for one in found]}
    answer("all is well" if grade == "ok" else "see the advice above", told, as_json=as_json)
    raise typer.Exit(_CODES[grade])


async def _examine(settings: Environment, *, blocks: bool, aloud: bool) -> list[Finding]:
    doors = await _blocks(settings) if blocks else doors_of(settings)
    found = []
    async for one in examine(settings.folder, doors):
        found.append(one)
        if aloud:
            say(shown(_line({"severity": one.grade, "place": one.what, "said": one.said, "advice": one.advice})))
    return found


async def _blocks(settings: Environment) -> Doors:
    from blocks import GoogleSheets, LakeStorage, LedgerDatabase, SocialApi  # noqa: PLC0415  (Prefect takes seconds)

    api, ledger = await SocialApi.named("default"), await LedgerDatabase.named("default")
    lake = await LakeStorage.named("default")
    google = (await GoogleSheets.named("default")).account()
    return Doors(
        access=api.access(), ledger=ledger.ledger, lake=lake.lake, lake_path=shown(lake.address), google=google
    )


@feeds.command()
def lint(
    sources: Annotated[
        list[str], typer.Argument(help="Feed URLs, files, folders, or OPML files and URLs: all feeds in them.")
    ],
    *,
    private: Annotated[bool, typer.Option("--private", help="Allow loopback and private addresses.")] = False,
    as_json: Json = False,
) -> None:
    """Say what is wrong with feeds and how to mend it, by entry."""
    found = run(_lint(sources, private=private, quiet=as_json))
    told = {"feeds": [{"source": source, "findings": each} for source, each in found.items()]}
    lines = [
        line for source, each in found.items() for line in (source, *map(_line, each), *([] if each else ["✓ well"]))
    ]
    answer("\n".join(map(shown, lines)), told, as_json=as_json)
    severities = {each["severity"] for several in found.values() for each in several}
    raise typer.Exit(Code.FAILED if "error" in severities else Code.ATTENTION if severities else Code.WELL)


async def _lint(sources: list[str], *, private: bool, quiet: bool) -> dict[str, list[dict[str, str]]]:
    from pipeline.fetching import Fetcher  # noqa: PLC0415  (only this command needs these)
    from pipeline.sources.feeds import FeedReading, named_feeds  # noqa: PLC0415

    gate, done = asyncio.Semaphore(_AT_ONCE), count(1)
    async with Fetcher(allow_private=private) as fetcher:
        places = await named_feeds(sources, fetcher=fetcher)
        with progress("Reading", len(places), quiet=quiet) as advance:

            async def one(place: "Outline | FeedReading") -> tuple[str, list[dict[str, str]]]:
                if isinstance(place, FeedReading):
                    return place.source, [_finding("error", "list", place.reason, "nothing it names was looked at")]
                async with gate:
                    found = await _findings(place.url, fetcher)
                advance(next(done))
                return place.url, found

            return dict(await asyncio.gather(*map(one, places)))


async def _findings(source: str, fetcher: "Fetcher") -> list[dict[str, str]]:
    from pipeline.fetching import FetchError  # noqa: PLC0415
    from pipeline.sources.linting import lint as lint_feed  # noqa: PLC0415

    try:
        body, url, headers = await _body(source, fetcher)
    except (FetchError, *UNUSABLE) as error:
        return [_finding("error", "feed", str(error), "check the address or path")]
    found = await asyncio.to_thread(lint_feed, body, url, headers)
    return [_finding(one.severity.value, one.place, one.message, one.advice) for one in found]


def _finding(severity: str, place: str, said: str, advice: str) -> dict[str, str]:
    return {"severity": severity, "place": place, "said": said, "advice": advice}


async def _body(source: str, fetcher: "Fetcher") -> tuple[bytes, str, dict[str, str] | None]:
    path = local_path(source)
    if path is None:
        fetched = await fetcher.get(source)
        return fetched.body, fetched.url, fetched.headers
    return await asyncio.to_thread(path.read_bytes), path.resolve().as_uri(), None


@sheets.command()
def check(
    sheet: Annotated[str, typer.Argument(help="A file (CSV, TSV, XLSX, XLS, ODS) or the address of a Google Sheet.")],
    *,
    mapping: Annotated[
        list[str] | None, typer.Option("--map", help="Role of a column, as B=text or Wann=date. Can be repeated.")
    ] = None,
    zone: Annotated[str, typer.Option(help="IANA time zone where the sheet names none.")] = "",
    date_order: Annotated[str, typer.Option(help="dmy or mdy, for dates that could be read either way.")] = "",
    media_folder: Annotated[str, typer.Option(help="Folder of the pictures that the sheet names as files.")] = "",
    errors: Annotated[str, typer.Option(help="Write a copy of the file with a column of errors here.")] = "",
    as_json: Json = False,
) -> None:
    """Read a sheet as publish would: its columns, its posts, or the full list of what to mend by cell."""
    from pipeline.sources.sheets import SheetSettings  # noqa: PLC0415  (only this command reads sheets)

    if date_order not in {"", "dmy", "mdy"}:
        raise typer.BadParameter(f"{date_order!r}: dmy or mdy", param_hint="--date-order")
    roles = dict(one.partition("=")[::2] for one in mapping or [])
    order = cast("Order", date_order)
    settings = SheetSettings(mapping=roles, zone=zone, date_order=order, media_folder=media_folder)
    reading = run(_read(sheet, settings))
    if errors and reading.problems:
        reading.write_error_copy(errors)
    answer(shown(_words(reading)), reading.told(), as_json=as_json)
    raise typer.Exit(Code.FAILED if not reading.ok else Code.ATTENTION if reading.problems else Code.WELL)


async def _read(sheet: str, settings: "SheetSettings") -> "SheetReading":
    from pipeline.fetching import Fetcher  # noqa: PLC0415
    from pipeline.sources.sheets import read_sheet  # noqa: PLC0415

    async with Fetcher() as fetcher:
        return await read_sheet(sheet, settings=settings, fetcher=fetcher, google=environment().google())


def _line(told: Mapping[str, str]) -> str:
    sign = _SIGNS.get(told["severity"], "·")
    return f"{sign} {told['place']}: {told['said']}" + (f"\n    → {told['advice']}" if told["advice"] else "")


def _words(reading: "SheetReading") -> str:
    told = reading.told()
    problems = [_line(one | {"place": one["cell"] or "file"}) for one in told["problems"]]
    refused = "the sheet is refused: nothing of it is taken"
    ending = f"{reading.rows} rows, {len(reading.items)} posts" if reading.ok else refused
    return "\n".join([*reading.mapping.lines(), *problems, *(f"  {odd}" for odd in reading.oddities), ending])
