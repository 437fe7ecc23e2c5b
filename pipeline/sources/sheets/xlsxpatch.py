"""Writes into columns of one sheet of an XLSX package and touches nothing else, byte for byte.

A library that loads a workbook and saves it loses what it does not know: charts, slicers, stored values of formulas. So
only the XML of the one sheet is changed, and there only the cells of the columns given; every other member of the
package is copied as it is.
"""

import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

from pipeline.sources.sheets.cells import letters, number
from pipeline.sources.sheets.package import sheet_paths

Written = Mapping[int, Mapping[int, str]]
"""Texts by row and column, both counted from 0."""

_ROW = re.compile(rb"<(?P<p>\w+:)?row\b(?P<attributes>[^<>]*?)(?:/>|>(?P<body>.*?)</(?:\w+:)?row>)", re.DOTALL)
_CELL = re.compile(rb"<(?:\w+:)?c\b[^>]*/>|<(?:\w+:)?c\b[^>]*>.*?</(?:\w+:)?c>", re.DOTALL)
_PLACE = re.compile(rb"\br=\"([A-Z]{1,3})(\d+)\"")
_STYLE = re.compile(rb"^<[^>]*?\bs=\"(\d+)\"")
_NUMBER = re.compile(rb"\br=\"(\d+)\"")
_SPANS = re.compile(rb"\s+spans=\"[^\"]*\"")
_DIMENSION = re.compile(rb"(<(?:\w+:)?dimension\b[^>]*\bref=\"[A-Z]+\d+:)([A-Z]+)(\d+)(\")")
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_LONGEST = 32_767


class SheetWriteError(Exception):
    """A sheet cannot be written to. The message says why and what to do."""


@dataclass(frozen=True, slots=True)
class _Cell:
    column: int
    xml: bytes


def patch(data: bytes, sheet: str, texts: Written, *, masked: Mapping[str, str] | None = None) -> bytes:
    """The package with `texts` in `sheet`. With `masked`, texts of the workbook's shared strings are replaced too.

    A cell that had a style keeps it; a new one takes that of the nearest cell to its left. Raises SheetWriteError.
    """
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        path = sheet_paths(old).get(sheet, "")
        if path not in old.namelist():
            raise SheetWriteError(
                f"the workbook has no sheet {sheet!r}: it was changed since it was read, read it again"
            )
        for info in old.infolist():
            body = old.read(info)
            if info.filename == path:
                body = _sheet(body, texts)
            elif info.filename == "xl/sharedStrings.xml" and masked:
                body = _masked(body, masked)
            new.writestr(info, body)
    return target.getvalue()


def _sheet(xml: bytes, texts: Written) -> bytes:
    seen: set[int] = set()

    def row(match: re.Match[bytes]) -> bytes:
        numbered = _NUMBER.search(match["attributes"])
        index = int(numbered[1]) - 1 if numbered else -1
        if index not in texts:
            return match[0]
        seen.add(index)
        prefix = match["p"] or b""
        cells = _row_cells(match["body"] or b"", index, texts[index], prefix)
        attributes = _SPANS.sub(b"", match["attributes"])
        return b"<%srow%s>%s</%srow>" % (prefix, attributes, b"".join(cells), prefix)

    patched = _ROW.sub(row, xml)
    if missing := sorted(set(texts) - seen):
        raise SheetWriteError(f"the sheet has no row {missing[0] + 1}: it was changed since it was read, read it again")
    return _grown(patched, max((max(row) for row in texts.values() if row), default=0))


def _row_cells(body: bytes, row: int, texts: Mapping[int, str], prefix: bytes) -> list[bytes]:
    cells = {cell.column: cell for cell in map(_placed, _CELL.findall(body)) if cell is not None}
    for column, text in texts.items():
        style = _style(cells, column)
        cells[column] = _Cell(column, _xml(f"{letters(column)}{row + 1}", text, style, prefix))
    return [cells[column].xml for column in sorted(cells)]


def _placed(xml: bytes) -> _Cell | None:
    place = _PLACE.search(xml.partition(b">")[0])
    if place is None:
        raise SheetWriteError("the workbook leaves out addresses of cells: open it, save it as XLSX and try again")
    return _Cell(number(place[1].decode()), xml)


def _style(cells: Mapping[int, _Cell], column: int) -> bytes:
    left = max((known for known in cells if known <= column), default=None)
    found = _STYLE.match(cells[left].xml) if left is not None else None
    return b' s="%s"' % found[1] if found else b""


def _xml(address: str, text: str, style: bytes, prefix: bytes) -> bytes:
    said = escape(writable(text)).encode()
    opening = b'<%sc r="%s"%s' % (prefix, address.encode(), style)
    if not said:
        return opening + b"/>"
    inner = b'<%sis><%st xml:space="preserve">%s</%st></%sis>' % (prefix, prefix, said, prefix, prefix)
    return opening + b' t="inlineStr">' + inner + b"</%sc>" % prefix


def _grown(xml: bytes, column: int) -> bytes:
    def grow(match: re.Match[bytes]) -> bytes:
        last = max(column, number(match[2].decode()))
        return match[1] + letters(last).encode() + match[3] + match[4]

    return _DIMENSION.sub(grow, xml, count=1)


def _masked(xml: bytes, masked: Mapping[str, str]) -> bytes:
    for text, mask in masked.items():
        xml = xml.replace(f">{escape(text)}<".encode(), f">{mask}<".encode())
    return xml


def writable(text: str) -> str:
    """`text` as a cell can hold it: without characters that no XML may have, and no longer than a cell of Excel."""
    return _ILLEGAL.sub("", text)[:_LONGEST]


def columns_for(headers: Sequence[str], row: Sequence[object], first_free: int) -> list[int]:
    """The column of each of our headers: where `row` (the sheet's headers) has it already, else the next free one."""
    known = {str(value).strip().casefold(): column for column, value in enumerate(row)}
    columns = []
    for header in headers:
        column = known.get(header.casefold(), first_free)
        first_free += column == first_free
        columns.append(column)
    return columns
