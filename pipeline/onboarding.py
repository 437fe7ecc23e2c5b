"""User profiles from a sheet, and the addresses at which their people link accounts written back into it.

One row is one profile, known by its title. Its key is given once, when it is made, and never again (analytics.md 8.1):
whoever calls keeps it before anything else happens.
"""

import csv
import io
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from pipeline.sources.sheets import SheetRefused, SheetWriteError
from pipeline.sources.sheets.cells import Grid, text_of
from pipeline.sources.sheets.sheets import grids_of
from pipeline.sources.sheets.tables import Table, find_tables
from pipeline.sources.sheets.writeback import replace_file
from pipeline.sources.sheets.xlsxpatch import columns_for, patch, writable
from social.client import SocialClient
from social.contract.profiles import LONGEST_TITLE, LinkSessionRequest, ListedProfile, ProfileRequest, ProfilesQuery
from social.errors import OutcomeUnknown, Refused
from social.networks import NETWORKS

HEADERS = ("Profile", "Linking address", "Valid until", "Linked")
"""What is written beside the rows."""
HOURS = 48
"""The longest an address may stay valid (analytics.md 9.1)."""

_ROLES = {
    "title": ("title", "name", "client", "customer", "company", "brand"),
    "email": ("email", "e-mail", "mail"),
    "tags": ("tags", "tag", "labels"),
    "networks": ("networks", "platforms", "allowed networks", "channels"),
}
_TITLE_IN_USE = 146
_PARTS = re.compile(r"[,;\n]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One row: who gets a profile. `row` counts from 0; `networks` are those that may be linked, none means all."""

    row: int
    place: str
    title: str
    tags: tuple[str, ...] = ()
    networks: tuple[str, ...] = ()

    @property
    def slug(self) -> str:
        """The title as a name of a block: a-z, 0-9 and dashes."""
        return re.sub(r"[^a-z0-9]+", "-", self.title.casefold()).strip("-")


@dataclass(frozen=True, slots=True)
class Roster:
    """A sheet of people as read, with what is needed to write beside them."""

    path: Path
    people: tuple[Person, ...]
    format: str
    grid: Grid
    header_row: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Welcome:
    """How a row ended: `state` for people, the linking address and until when it is valid, networks linked so far."""

    state: str
    url: str = ""
    until: str = ""
    linked: tuple[str, ...] = ()
    trouble: bool = False


class Keys(Protocol):
    """Where keys of profiles are kept, by slug."""

    async def get(self, slug: str) -> str:
        """The key, empty when there is none."""

    async def put(self, slug: str, key: str) -> None:
        """Keep a key."""


Linking = Callable[[str, LinkSessionRequest], Awaitable[tuple[str, str]]]
"""Opens a linking session as the profile with this key: its address and until when it is valid."""


def read_roster(path: Path) -> Roster:
    """Read a CSV or workbook of people. Blocks.

    Raises SheetRefused, with the cell, for a sheet without a column of titles, for titles that are missing, too long
    or there twice (two that differ only in dress count as one), and for unknown networks; OSError for no such file.
    """
    grids, original, _ = grids_of(path.read_bytes(), path.name)
    for grid in grids:
        for table in find_tables(grid, [word for words in _ROLES.values() for word in words]):
            columns = _columns(table)
            if "title" in columns and table.header_row is not None:
                return Roster(path, _people(table, columns), original.format, grid, table.header_row)
    said = "there is no column of titles"
    raise SheetRefused(said, f"head one of them {', '.join(word.capitalize() for word in _ROLES['title'])}")


def _columns(table: Table) -> dict[str, int]:
    found: dict[str, int] = {}
    for role, words in _ROLES.items():
        named = {table.header(column).strip().casefold(): column for column in reversed(table.columns)}
        column = next((named[word] for word in words if word in named), None)
        if column is not None:
            found[role] = column
    return found


def _people(table: Table, columns: Mapping[str, int]) -> tuple[Person, ...]:
    people: list[Person] = []
    seen: dict[str, str] = {}
    for row in range(table.first, table.last + 1):
        if table.grid.is_blank(row):
            continue
        cells = {role: text_of(table.grid.value(row, column)).strip() for role, column in columns.items()}
        place = table.grid.address(row, columns["title"])
        networks = tuple(part.strip().casefold() for part in _PARTS.split(cells.get("networks", "")) if part.strip())
        tags = tuple(part.strip() for part in _PARTS.split(cells.get("tags", "")) if part.strip())
        one = Person(row=row, place=place, title=cells["title"], tags=tags, networks=networks)
        _check(one, seen, table.grid.address(row, columns.get("networks", 0)))
        seen[one.slug] = place
        people.append(one)
    return tuple(people)


def _check(one: Person, seen: Mapping[str, str], networks_at: str) -> None:
    if not one.slug:
        raise SheetRefused(f"the title {one.title!r} has no letter and no digit", "name the profile", cell=one.place)
    if len(one.title) > LONGEST_TITLE:
        raise SheetRefused(f"the title has {len(one.title)} characters", f"at most {LONGEST_TITLE}", cell=one.place)
    if one.slug in seen:
        said = f"{one.title!r} is there already, in {seen[one.slug]}"
        raise SheetRefused(said, "keep one row for each profile", cell=one.place)
    if unknown := sorted(set(one.networks) - set(NETWORKS)):
        advice = f"choose from {', '.join(sorted(NETWORKS))}"
        raise SheetRefused(f"unknown networks {', '.join(unknown)}", advice, cell=networks_at)


async def welcome(
    roster: Roster, *, client: SocialClient, keys: Keys, link: Linking, hours: int, dry_run: bool = False
) -> dict[int, Welcome]:
    """Make the profiles that are missing and open a linking session for each; how it ended, by row.

    `client` acts for the primary profile. Each key is kept before its profile is used. A profile whose key is not known
    is left alone. Raises what a call raises that was not sent, is not allowed or rate-limited: rows
    done until then are safe, and running again goes on.
    """
    listed = {one.title: one for one in await _profiles(client)}
    if dry_run:
        return {one.row: await _foretold(one, listed.get(one.title), keys) for one in roster.people}
    return {
        one.row: await _welcome(one, listed.get(one.title), client, keys, link=link, hours=hours)
        for one in roster.people
    }


async def _profiles(client: SocialClient) -> list[ListedProfile]:
    found: list[ListedProfile] = []
    query = ProfilesQuery()
    while True:
        page = await client.profiles.list(query)
        found += page.profiles if isinstance(page.profiles, list) else []
        if not page.pagination.next_cursor:
            return found
        query = ProfilesQuery(cursor=page.pagination.next_cursor)


async def _welcome(
    one: Person, known: ListedProfile | None, client: SocialClient, keys: Keys, *, link: Linking, hours: int
) -> Welcome:
    key = await keys.get(one.slug)
    if end := _in_the_way(one, known, key):
        return end
    state = "exists"
    if known is None:
        try:
            made = await client.profiles.create(ProfileRequest(title=one.title, tags=list(one.tags) or None))
        except Refused as error:
            said = f"another run makes it: {error}" if error.code == _TITLE_IN_USE else f"refused: {error}"
            return Welcome(state=said, trouble=True)
        except OutcomeUnknown as error:
            return Welcome(state=f"nobody answered whether it was made ({error}): run again", trouble=True)
        key, state = made.profile_key, "made"
        await keys.put(one.slug, key)
    wanted = LinkSessionRequest(expires_in=hours * 60, allowed_social=list(one.networks) or None)
    try:
        url, until = await link(key, wanted)
    except (Refused, OutcomeUnknown) as error:
        return Welcome(state=f"{state}; no linking address: {error}", trouble=True)
    return Welcome(state=state, url=url, until=until, linked=_linked(known))


def _in_the_way(one: Person, known: ListedProfile | None, key: str) -> Welcome | None:
    if known is None and key:
        said = f"block {one.slug} has a key, but there is no such profile: delete the block"
        return Welcome(state=said, trouble=True)
    if known and not key:
        said = f"exists, its key is not known here: save it as profile_key of a block named {one.slug}"
        return Welcome(state=said, linked=_linked(known), trouble=True)
    return None


async def _foretold(one: Person, known: ListedProfile | None, keys: Keys) -> Welcome:
    end = _in_the_way(one, known, await keys.get(one.slug))
    return end or Welcome(state="exists" if known else "would be made", linked=_linked(known))


def _linked(known: ListedProfile | None) -> tuple[str, ...]:
    return tuple(sorted(known.active_social_accounts)) if known else ()


def write_roster(roster: Roster, ends: Mapping[int, Welcome]) -> Path:
    """Write how each row ended beside it: into an XLSX itself, of a CSV into a copy named `…-links.csv`. Blocks.

    Returns the file. Raises SheetWriteError for other workbooks, OSError.
    """
    headers = roster.grid.rows[roster.header_row]
    columns = columns_for(HEADERS, headers, roster.grid.width)
    told: dict[int, Sequence[str]] = {
        row: (end.state, end.url, end.until, ", ".join(end.linked)) for row, end in ends.items()
    }
    texts = {
        row: dict(zip(columns, map(writable, said), strict=True))
        for row, said in (told | {roster.header_row: HEADERS}).items()
    }
    if roster.format == "xlsx":
        replace_file(roster.path, patch(roster.path.read_bytes(), roster.grid.name, texts))
        return roster.path
    if roster.format != "text":
        raise SheetWriteError(f"{roster.path}: addresses can be written into XLSX and CSV only: save the sheet as XLSX")
    target = roster.path.with_name(f"{roster.path.stem}-links.csv")
    file = io.StringIO()
    writer = csv.writer(file)
    for row, cells in enumerate(roster.grid.rows):
        line = [text_of(cell) for cell in cells]
        line += [""] * (max(columns) + 1 - len(line))
        for column, text in texts.get(row, {}).items():
            line[column] = text
        writer.writerow(line)
    replace_file(target, file.getvalue().encode("utf-8-sig"))
    return target
