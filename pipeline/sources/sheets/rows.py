"""From rows to items: every row of the table becomes an Item with its Ask, a verdict with its reason, or problems."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from pipeline.records import Ask, Disposition, Item, Picture, Verdict
from pipeline.sources.sheets.cells import letters
from pipeline.sources.sheets.choosing import Chosen
from pipeline.sources.sheets.content import MARKS
from pipeline.sources.sheets.facets import Cells
from pipeline.sources.sheets.identity import row_hash, row_identity
from pipeline.sources.sheets.leaving import Leaving
from pipeline.sources.sheets.media import files_in, is_video, link_in, placer
from pipeline.sources.sheets.networks import networks_in
from pipeline.sources.sheets.problems import short
from pipeline.sources.sheets.settings import SheetSettings
from pipeline.sources.sheets.slots import Placed
from pipeline.sources.sheets.timing import Timetable
from pipeline.sources.sheets.wording import one_line, tags_in
from social.networks import NETWORKS

_NO_MARK = frozenset({"no", "n", "false", "nein", "non", ""})


@dataclass(slots=True)
class Read:
    """What the rows of a table came to. `row_of` gives the row (from 0) of each identity, also of rows not taken."""

    items: list[Item] = field(default_factory=list)
    verdicts: list[Verdict] = field(default_factory=list)
    row_of: dict[str, int] = field(default_factory=dict)
    rows: int = 0


@dataclass(slots=True)
class _Where:
    platforms: tuple[str, ...] = ()
    options: dict[str, dict[str, Any]] = field(default_factory=dict)


@dataclass(slots=True)
class _Said:
    text: str
    link: str
    pictures: list[str]
    video: str


class RowReader:
    """Reads the rows of the chosen table. Problems are kept in `cells.problems`."""

    def __init__(self, chosen: Chosen, settings: SheetSettings, source: str) -> None:
        self._table = chosen.table
        self._settings = settings
        self._source = source
        self._place_file = placer(settings)
        self.cells = Cells(chosen.table, chosen.mapping)
        self.leaving = Leaving(chosen.table, self.cells, settings)
        self._rows = [
            row for row in range(self._table.first, self._table.last + 1) if not self._table.grid.is_blank(row)
        ]
        self._continuing = {row for row in self._rows if self.leaving.continues(row)}
        self._reasons = {row: self.leaving.reason(row) for row in self._rows if row not in self._continuing}
        taken = [row for row, reason in self._reasons.items() if not reason]
        self.timetable = Timetable(chosen.table, self.cells, settings, taken)

    def read(self) -> Read:
        """All rows, from the top."""
        found = Read(rows=len(self._rows))
        is_post = False
        for row in self._rows:
            if row in self._continuing:
                found.verdicts.append(self._verdict(row, Disposition.FILTERED, "continues the row above: its pictures"))
                found.items[-1:] = [self._continued(item, row) if is_post else item for item in found.items[-1:]]
            elif reason := self._reasons[row]:
                found.verdicts.append(self._verdict(row, Disposition.FILTERED, reason))
                is_post = False
            else:
                is_post = self._take(row, found)
        return found

    def _take(self, row: int, found: Read) -> bool:
        item = self._item(row)
        first = found.row_of.setdefault(item.identity, row)
        if first == row:
            found.items.append(item)
            return True
        if item.identity.startswith("id:"):
            here = self._table.grid.address(first, self.cells.column("id") or 0)
            advice = "give each row an id of its own"
            self.cells.report(row, self.cells.column("id"), f"the id is that of {here} again", advice)
        reason = f"duplicate of row {first + 1}: the same words, networks and date"
        found.verdicts.append(self._verdict(row, Disposition.QUARANTINED, reason, item))
        return False

    def _verdict(self, row: int, disposition: Disposition, reason: str, item: Item | None = None) -> Verdict:
        place = self._place(row)
        return Verdict(
            source=self._source,
            place=place,
            identity=item.identity if item else f"at:{place}",
            title=item.title if item else "",
            disposition=disposition,
            reason=reason,
        )

    def _place(self, row: int) -> str:
        roles = ("text", "title", "link")
        columns = [self.cells.column(role) for role in roles] + list(self.cells.columns.texts.values())
        return self._table.grid.address(row, next((column for column in columns if column is not None), 0))

    def _item(self, row: int) -> Item:
        self._check_width(row)
        self._check_standing(row)
        columns = self.cells.columns
        text = self.cells.said(row, self.cells.column("text"))
        texts = {network: said for network, column in columns.texts.items() if (said := self.cells.said(row, column))}
        title = one_line(self.cells.said(row, self.cells.column("title")))
        link = self._link(row)
        where = self._where(row, texts)
        placed = self.timetable.placed(row)
        pictures, video = self._files(row)
        alt = tuple(said for c in columns.several.get("alt", []) if (said := one_line(self.cells.said(row, c))))
        ask = Ask(
            platforms=where.platforms,
            slot=placed.slot,
            texts=texts,
            title=title,
            first_comment=self.cells.said(row, self.cells.column("first_comment")),
            alt_texts=alt,
            hashtags=self._tags(row, "hashtags"),
            options=where.options,
            campaign=one_line(self.cells.raw(row, "campaign")),
            row=row + 1,
        )
        return self._made(row, _Said(text, link, pictures, video), ask, placed)

    def _made(self, row: int, said: _Said, ask: Ask, placed: Placed) -> Item:
        text, link, pictures, video = said.text, said.link, said.pictures, said.video
        alts = [*ask.alt_texts, *[""] * len(pictures)]
        identity = row_identity(
            own=one_line(self.cells.raw(row, "id")),
            text=text,
            texts=ask.texts,
            title=ask.title,
            link=link,
            platforms=ask.platforms,
            wall=placed.wall,
        )
        whole = [text, dict(ask.texts), ask.title, link, ask.platforms, pictures, video, ask.alt_texts, ask.hashtags]
        return Item(
            source=self._source,
            place=self._place(row),
            identity=identity,
            content_hash=row_hash([*whole, ask.first_comment, _plain(ask.options), placed.slot and placed.slot.at]),
            title=ask.title,
            text=text,
            link=link,
            tags=tuple(dict.fromkeys((*ask.hashtags, *self._tags(row, "tags")))),
            pictures=tuple(Picture(url=url, alt=alt, origin="sheet") for url, alt in zip(pictures, alts, strict=False)),
            video=video,
            ask=ask,
            published_quality=placed.quality,
        )

    def _check_width(self, row: int) -> None:
        """An unquoted comma in a CSV pushes the rest of its row to the right, beyond the last header."""
        grid, header = self._table.grid, self._table.header_row
        filled = grid.filled(row)
        if header is None or grid.name or not filled or filled[-1] < len(grid.rows[header]):
            return
        last = letters(len(grid.rows[header]) - 1)
        advice = "put cells that hold the delimiter into double quotation marks"
        self.cells.report(row, filled[-1], f"lies beyond the last header (column {last})", advice)

    def _check_standing(self, row: int) -> None:
        """Who cannot know whether a row is posted or approved must not post it."""
        for column in map(self.cells.column, ("status", "approved", "id")):
            if column is not None:
                self.cells.broken(row, column)

    def _link(self, row: int) -> str:
        column = self.cells.column("link")
        said = self.cells.said(row, column)
        if not said:
            return ""
        link, note = link_in(said)
        if not link:
            self.cells.report(
                row, column, f"{short(said)!r} is no link", "give a web address such as https://example.com/page"
            )
        elif note:
            self.cells.warn(row, column, note, "write the link as it should be posted")
        return link

    def _where(self, row: int, texts: Mapping[str, str]) -> _Where:
        columns = self.cells.columns
        places = networks_in(self._platforms_cell(row))
        column = self.cells.column("platforms")
        for name in places.unknown:
            advice = f"choose from {', '.join(network.title for network in NETWORKS.values())}"
            self.cells.report(row, column, f"{short(name)!r} is no network", advice)
        if places.elsewhere:
            self.cells.warn(row, column, f"{', '.join(places.elsewhere)} is no social network: left out", "")
        marked = [network for network, c in columns.marks.items() if self._is_marked(row, c)]
        own = list(texts) if not (places.names or marked or self.cells.column("text") is not None) else []
        where = _Where(tuple(dict.fromkeys((*places.names, *marked, *own))))
        for network in places.stories:
            where.options[network] = {"stories": True}
        for key, c in columns.options.items():
            network, _, name = key.partition(".")
            if said := self.cells.said(row, c):
                where.options.setdefault(network, {})[name] = said
        return where

    def _platforms_cell(self, row: int) -> str:
        return self.cells.said(row, self.cells.column("platforms"))

    def _is_marked(self, row: int, column: int) -> bool:
        if self.cells.broken(row, column):
            return False
        value = str(self._table.grid.value(row, column)).strip().casefold()
        return value in MARKS and value not in _NO_MARK

    def _files(self, row: int) -> tuple[list[str], str]:
        pictures: list[str] = []
        video = ""
        for column in self.cells.columns.several.get("image", []):
            found = files_in(self.cells.said(row, column), self._place_file)
            films = [url for url in found.urls if is_video(url)]
            video = video or next(iter(films), "")
            pictures += [url for url in found.urls if url not in films]
            for name, reason in found.names:
                self._local(row, column, name, reason)
        return list(dict.fromkeys(pictures)), video

    def _local(self, row: int, column: int, name: str, reason: str) -> None:
        advice = (
            "put the file there, or correct its name"
            if self._settings.media_folder
            else "give its web address, or media_base=… (the address of its folder), or media_folder=… (the folder "
            "itself), or local_media='leave out'"
        )
        message = f"{short(name)!r} {reason}"
        if self._settings.local_media == "refuse":
            self.cells.report(row, column, message, advice)
        else:
            self.cells.warn(row, column, f"{message}: left out", advice)

    def _tags(self, row: int, role: str) -> tuple[str, ...]:
        found = [tag for c in self.cells.columns.several.get(role, []) for tag in tags_in(self.cells.said(row, c))]
        return tuple(dict.fromkeys(found))

    def _continued(self, item: Item, row: int) -> Item:
        pictures, video = self._files(row)
        known = {picture.url for picture in item.pictures}
        more = tuple(Picture(url=url, origin="sheet") for url in pictures if url not in known)
        grown = replace(item, pictures=item.pictures + more, video=item.video or video)
        return replace(grown, content_hash=row_hash([item.content_hash, [picture.url for picture in more]]))


def _plain(options: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    return {network: dict(values) for network, values in options.items()}
