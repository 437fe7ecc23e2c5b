"""What a file is, by its bytes: names of files say little. What is no spreadsheet is refused in plain words."""

import json
import re
from typing import Literal

from pipeline.sources.sheets.archives import opened
from pipeline.sources.sheets.problems import SheetRefused

Format = Literal["text", "xlsx", "xlsb", "ods", "xls"]

LARGEST = 64 * 1024 * 1024
_HEAD = 4096
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_STRANGERS = (
    (b"%PDF", "a PDF"),
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"7z\xbc\xaf", "a 7-Zip archive"),
    (b"Rar!", "a RAR archive"),
    (b"PAR1", "a Parquet file"),
    (b"{\\rtf", "an RTF document"),
    (b"SQLite format 3", "an SQLite database"),
)
_HTML = re.compile(
    rb"\s*(?:<!--.{0,500}?-->\s*)?<(?:!doctype html|html|head|body|table|meta|div)\b", re.IGNORECASE | re.DOTALL
)
_RULE = re.compile(r"\|?\s*:?-{3,}:?\s*(?:\|\s*:?-{3,}:?\s*)+\|?$")
_SAVE = "open it in a spreadsheet program and save it as XLSX or CSV"
_MEMBERS: tuple[tuple[str, Format], ...] = (("xl/workbook.xml", "xlsx"), ("xl/workbook.bin", "xlsb"))


def sniff(data: bytes) -> Format:
    """The format of `data`. Raises SheetRefused for what is no spreadsheet, saying what it is."""
    if not data.strip(b"\0 \t\r\n"):
        raise SheetRefused("the file is empty", "export it again")
    if len(data) > LARGEST:
        raise SheetRefused(f"the file has {len(data)} bytes, more than {LARGEST}", "split it into several files")
    if data.startswith(b"PK\x03\x04"):
        return _archive(data)
    if data.startswith(_OLE):
        return "xls"
    for start, what in _STRANGERS:
        if data.startswith(start):
            raise SheetRefused(f"the file is {what}, whatever its name says", _SAVE)
    _refuse_markup(data)
    if b"\0" in data[:_HEAD] and not data.startswith(_UTF16) and not looks_utf16(data):
        raise SheetRefused("the file is binary and of no spreadsheet format", _SAVE)
    return "text"


def looks_utf16(data: bytes) -> str:
    """`utf-16-le` or `utf-16-be` for text of that kind without a byte order mark, else empty."""
    head = data[:_HEAD]
    even, odd = head[::2].count(0), head[1::2].count(0)
    if len(head) % 2 == 0 and max(even, odd) > len(head) // 4 and min(even, odd) < len(head) // 50 + 1:
        return "utf-16-le" if odd > even else "utf-16-be"
    return ""


def refuse_documents(text: str) -> None:
    """Refuse text that is a document of another kind: Markdown or JSON. Raises SheetRefused."""
    for index, line in enumerate(text[:200_000].splitlines()):
        if _RULE.match(line.strip()):
            raise SheetRefused(
                f"the file is Markdown text with tables (see line {index + 1}), whatever its name says",
                "copy the table you mean into a spreadsheet and save it as XLSX or CSV",
                row=index + 1,
            )
    if text.lstrip()[:1] in ("{", "["):
        try:
            json.loads(text)
        except (ValueError, RecursionError):
            return
        raise SheetRefused("the file is JSON", "export it as CSV or XLSX")


def _archive(data: bytes) -> Format:
    with opened(data) as archive:
        names = set(archive.namelist())
        media = archive.read("mimetype")[:100] if "mimetype" in names else b""
    for member, form in _MEMBERS:
        if member in names:
            return form
    if b"opendocument.spreadsheet" in media:
        return "ods"
    what = "a Word document" if any(name.startswith("word/") for name in names) else "a ZIP archive, no workbook"
    raise SheetRefused(f"the file is {what}", _SAVE)


def _refuse_markup(data: bytes) -> None:
    head = data[:_HEAD].removeprefix(b"\xef\xbb\xbf")
    if _HTML.match(head):
        raise SheetRefused(
            "the file is an HTML page, perhaps a sign-in page or a web export",
            f"share the sheet with anyone who has the link, or {_SAVE}",
        )
    if head.lstrip().startswith(b"<?xml") or b"urn:schemas-microsoft-com:office:spreadsheet" in head:
        raise SheetRefused("the file is XML, no workbook", _SAVE)
