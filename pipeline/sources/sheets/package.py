"""What `python-calamine` does not tell of an XLSX package: hidden rows, cells in error, formulas without a value.

It is read with patterns and not with an XML parser: sheets are foreign, and this never expands an entity.
"""

import posixpath
import re
import zipfile
from dataclasses import dataclass, field
from html import unescape

from pipeline.sources.sheets.archives import opened
from pipeline.sources.sheets.cells import number
from pipeline.sources.sheets.problems import SheetRefused

MOST_CELLS = 20_000_000
# Tags are bounded, so that no text makes a search slower than its length.
_SHEET = re.compile(r"<(?:\w{1,20}:)?sheet\b([^<>]{0,2000})>")
_RELATION = re.compile(r"<(?:\w{1,20}:)?Relationship\b([^<>]{0,2000})>")
_ATTRIBUTE = re.compile(r"([\w:]{1,60})\s{0,9}=\s{0,9}(?:\"([^\"]*)\"|'([^']*)')")
_ROW = re.compile(rb"<(?:\w{1,20}:)?row\b([^<>]{0,600})>")
_NUMBERED = re.compile(rb"\br=\"(\d+)\"")
_CELL = re.compile(rb"<(?:\w{1,20}:)?c\b([^<>]{0,600})(?<!/)>")
_PLACE = re.compile(rb"\br\s?=\s?[\"']([A-Za-z]{1,3})(\d{1,7})[\"']")
_ERROR = re.compile(
    rb"<(?:\w{1,20}:)?c\b([^<>]{0,600})>(?:<(?:\w{1,20}:)?f\b[^<>]{0,600}>(?:[^<]*</[^<>]{0,20}>)?)?"
    rb"<(?:\w{1,20}:)?v>(#[A-Z0-9/!?_]{1,20})<"
)
_UNVALUED = re.compile(
    rb"<(?:\w{1,20}:)?c\b([^<>]{0,600})><(?:\w{1,20}:)?f\b[^<>]{0,600}(?:/>|>[^<]*</(?:\w{1,20}:)?f>)"
    rb"(?:<(?:\w{1,20}:)?v\s?/>|<(?:\w{1,20}:)?v></(?:\w{1,20}:)?v>)?</"
)
_IS_ERROR = b't="e"'


@dataclass(slots=True, kw_only=True)
class SheetFacts:
    """What a sheet's XML says beside its values; rows and columns from 0."""

    path: str
    hidden: frozenset[int] = frozenset()
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    missing: frozenset[tuple[int, int]] = frozenset()


def facts(data: bytes) -> dict[str, SheetFacts]:
    """The facts of each sheet of an XLSX package by name. Raises SheetRefused for one too large to be laid out."""
    with opened(data) as archive:
        members = set(archive.namelist())
        paths = {name: path for name, path in sheet_paths(archive).items() if path in members}
        return {name: _facts(archive.read(path), name, path) for name, path in paths.items()}


def sheet_paths(archive: zipfile.ZipFile) -> dict[str, str]:
    """Member of the package by sheet name, in the workbook's order."""
    book = archive.read("xl/workbook.xml").decode("utf-8", "replace")
    try:
        relations = archive.read("xl/_rels/workbook.xml.rels").decode("utf-8", "replace")
    except KeyError:
        return {}
    named = [attributes(match[1]) for match in _RELATION.finditer(relations)]
    targets = {relation.get("Id", ""): relation.get("Target", "") for relation in named}
    sheets = [attributes(match[1]) for match in _SHEET.finditer(book)]
    return {sheet.get("name", ""): _member(targets.get(sheet.get("r:id", ""), "")) for sheet in sheets}


def attributes(tag: str) -> dict[str, str]:
    """Attributes of a tag, entities decoded."""
    return {name: unescape(double or single) for name, double, single in _ATTRIBUTE.findall(tag)}


def _member(target: str) -> str:
    return target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")


def _facts(xml: bytes, name: str, path: str) -> SheetFacts:
    _refuse_vast(xml, name)
    return SheetFacts(
        path=path,
        hidden=_hidden(xml),
        errors={
            place: match[2].decode()
            for match in _ERROR.finditer(xml)
            if _IS_ERROR in match[1] and (place := _place(match[1]))
        },
        missing=frozenset(place for match in _UNVALUED.finditer(xml) if (place := _place(match[1]))),
    )


def _hidden(xml: bytes) -> frozenset[int]:
    tags = [match[1] for match in _ROW.finditer(xml) if b'hidden="1"' in match[1] or b'hidden="true"' in match[1]]
    return frozenset(int(found[1]) - 1 for tag in tags if (found := _NUMBERED.search(tag)))


def _place(tag: bytes) -> tuple[int, int] | None:
    found = _PLACE.search(tag)
    return (int(found[2]) - 1, number(found[1].decode())) if found else None


def _refuse_vast(xml: bytes, name: str) -> None:
    columns, rows = set[bytes](), 0
    for match in _CELL.finditer(xml):
        if place := _PLACE.search(match[1]):
            columns.add(place[1])
            rows = max(rows, int(place[2]))
    width = max((number(column.decode()) for column in columns), default=0) + 1
    if rows * width > MOST_CELLS:
        raise SheetRefused(
            f"sheet {name!r} spans {rows} rows and {width} columns, more than can be laid out",
            "delete the stray cell far from the table (Ctrl+End shows it)",
        )
