"""CSV and its relatives: from bytes to a grid. Encoding and delimiter are found in the content, never in the name."""

import csv
import io
from collections import Counter
from dataclasses import dataclass

from pipeline.sources.sheets.cells import Grid, Value
from pipeline.sources.sheets.problems import SheetRefused
from pipeline.sources.sheets.sniffing import looks_utf16, refuse_documents

DELIMITERS = (",", ";", "\t", "|")
NAMES = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe"}
_MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_SAMPLE = 300
_LARGEST_CELL = 1_000_000
_MOSTLY_FOREIGN = 0.3


@dataclass(frozen=True, slots=True, kw_only=True)
class TextSheet:
    """A text file read as a sheet, with how it is written: for the copy that is handed back."""

    grid: Grid
    encoding: str
    delimiter: str
    oddities: tuple[str, ...] = ()


def read_text(data: bytes, name: str) -> TextSheet:
    """The grid of a delimited text. Raises SheetRefused for text that is none."""
    text, encoding, oddities = decode(data)
    refuse_documents(text)
    delimiter, text = find_delimiter(text)
    rows = _records(text, delimiter)
    oddities += _misnamed(name, delimiter, max(map(len, rows), default=0))
    return TextSheet(grid=Grid(rows=rows), encoding=encoding, delimiter=delimiter, oddities=tuple(oddities))


def decode(data: bytes) -> tuple[str, str, list[str]]:
    """Text, encoding and what is odd about it: a byte order mark wins, then UTF-8, then Windows-1252 or a guess."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, "replace"), encoding, _odd(encoding)
    if encoding := looks_utf16(data):
        return data.decode(encoding, "replace"), encoding, _odd(encoding)
    try:
        return data.decode("utf-8"), "utf-8", []
    except UnicodeDecodeError:
        pass
    encoding = _single_byte(data)
    return data.decode(encoding, "replace"), encoding, [f"not UTF-8, read as {encoding}: check accents in the plan"]


def find_delimiter(text: str) -> tuple[str, str]:
    """The delimiter, and the text without Excel's `sep=;` line: the one whose records agree best on their width."""
    first, _, rest = text.partition("\n")
    told = first.strip().strip('"').lower()
    if told.startswith("sep=") and told[4:5] in DELIMITERS:
        # The line stays as an empty row, so that row numbers stay those of the file.
        return told[4], f"\n{rest}"
    return max(DELIMITERS, key=lambda delimiter: _agreement(text, delimiter)), text


def _odd(encoding: str) -> list[str]:
    return [f"encoded as {encoding}"] if encoding.startswith("utf-16") else []


def _single_byte(data: bytes) -> str:
    foreign = sum(byte >= 0x80 for byte in data)  # noqa: PLR2004
    letters = sum(chr(byte).isalpha() for byte in data if byte < 0x80) + foreign  # noqa: PLR2004
    try:
        data.decode("cp1252")
        western = foreign <= letters * _MOSTLY_FOREIGN
    except UnicodeDecodeError:
        western = False
    if western:
        return "cp1252"
    # Slow to import, and few files need it.
    from charset_normalizer import from_bytes  # noqa: PLC0415

    best = from_bytes(data).best()
    return best.encoding if best is not None else "cp1252"


def _agreement(text: str, delimiter: str) -> float:
    widths = Counter[int]()
    for record in _sampled(text, delimiter):
        widths[len(record)] += bool(record)
    wide = {width: count for width, count in widths.items() if width > 1}
    if not wide:
        return 0.0
    width, count = max(wide.items(), key=lambda pair: (pair[1], pair[0]))
    return count / sum(widths.values()) + width / 10_000


def _sampled(text: str, delimiter: str) -> list[list[str]]:
    records: list[list[str]] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for record in reader:
            records.append(record)
            if len(records) == _SAMPLE:
                break
    except csv.Error:
        return []
    return records


def _records(text: str, delimiter: str) -> list[list[Value]]:
    limit = csv.field_size_limit(_LARGEST_CELL)
    try:
        rows: list[list[Value]] = []
        rows.extend(list(record) for record in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
        _refuse_open_quote(text, delimiter, len(rows))
    except csv.Error as error:
        raise SheetRefused(f"cannot be read as delimited text ({error})", "save it again as CSV (UTF-8)") from error
    finally:
        csv.field_size_limit(limit)
    return rows


def _refuse_open_quote(text: str, delimiter: str, rows: int) -> None:
    try:
        for _ in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True):
            pass
    except csv.Error as error:
        if "unexpected end" in str(error):
            raise SheetRefused(
                "a quotation mark is opened here and never closed, so the rest of the file is one cell",
                'close it with ", or double quotation marks that belong to the text',
                cell=f"A{rows}",
                row=rows,
            ) from error


def _misnamed(name: str, delimiter: str, width: int) -> list[str]:
    suffix = name.lower().rpartition(".")[2]
    if suffix in ("xlsx", "xlsm", "xls", "ods"):
        return [f"named .{suffix}, but is {NAMES[delimiter]}-separated text"]
    if width > 1 and {"csv": delimiter == "\t", "tsv": delimiter != "\t"}.get(suffix, False):
        return [f"named .{suffix}, but is {NAMES[delimiter]}-separated"]
    return [f"{NAMES[delimiter]}-separated"] if width > 1 and delimiter not in (",", "\t") else []
