"""Results are written into our own columns of an XLSX; everything else stays as its author left it."""

import zipfile
from datetime import date

import openpyxl
import pytest
from openpyxl.chart import BarChart, Reference
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Font, PatternFill
from openpyxl.worksheet.datavalidation import DataValidation

from pipeline.sources.sheets import RowResult, SheetWriteError, parse_sheet, write_back

OURS = ["Dovecote status", "Dovecote link", "Dovecote error"]
GONE = "row:0000"


@pytest.fixture
def path(tmp_path):
    """A workbook with most of what an author can do to one."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Plan & more"
    sheet["A1"] = "Our plan"
    sheet.merge_cells("A1:E1")
    sheet.append([])
    for row in (
        ["Date", "Text", "Platform", "Chars"],
        [date(2025, 3, 1), "One", "X", "=LEN(B4)"],
        [date(2025, 3, 2), "Two", "fb", 3],
    ):
        sheet.append(row)
    sheet["B4"].font = Font(bold=True, color="FFAA0000")
    sheet["A3"].fill = sheet["D3"].fill = PatternFill("solid", fgColor="FFEEEEEE")
    sheet.column_dimensions["B"].width = 61.5
    sheet.row_dimensions[4].height = 33
    sheet.freeze_panes = "A4"
    sheet.auto_filter.ref = "A3:D5"
    sheet.conditional_formatting.add("D4:D5", CellIsRule(operator="greaterThan", formula=["5"], font=Font(italic=True)))
    rule = DataValidation(type="list", formula1='"X,fb"')
    rule.add("C4:C9")
    sheet.add_data_validation(rule)
    chart = BarChart()
    chart.add_data(Reference(sheet, min_col=4, min_row=3, max_row=5))
    sheet.add_chart(chart, "H2")
    book.create_sheet("Other")["A1"] = "=1+1"
    book.save(tmp_path / "plan.xlsx")
    return tmp_path / "plan.xlsx"


def read(path):
    reading = parse_sheet(path.read_bytes(), name=path.name, source=path.name)
    assert reading.ok, reading.reason
    return reading


def members(path):
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def our_cells(path, row):
    sheet = openpyxl.load_workbook(path)["Plan & more"]
    return [sheet.cell(row, column).value for column in (6, 7, 8)]


def test_results_stand_beside_their_rows(path):
    first, second = (item.identity for item in read(path).items)
    result = write_back(
        path,
        {
            first: RowResult(status="posted", permalink="https://x.com/1"),
            second: RowResult(status="refused", error="too <long> & 'odd' \x07"),
            GONE: RowResult(status="posted"),
        },
    )
    assert (result.rows, result.missing) == (2, (GONE,))
    assert our_cells(path, 3) == OURS
    assert our_cells(path, 4) == ["posted", "https://x.com/1", None]
    assert our_cells(path, 5) == ["refused", None, "too <long> & 'odd' "]


def test_nothing_but_one_sheet_is_touched(path):
    before = members(path)
    write_back(path, {read(path).items[0].identity: RowResult(status="posted")})
    after = members(path)
    assert list(before) == list(after)
    assert [name for name in before if before[name] != after[name]] == ["xl/worksheets/sheet1.xml"]


def test_the_authors_formatting_stays(path):
    before = openpyxl.load_workbook(path)["Plan & more"]
    write_back(path, {item.identity: RowResult(status="posted") for item in read(path).items})
    after = openpyxl.load_workbook(path)["Plan & more"]
    for cell in (cell for row in before.iter_rows(max_col=4) for cell in row):
        same = after[cell.coordinate]
        assert (cell.value, cell.style_id) == (same.value, same.style_id)
    assert after.column_dimensions["B"].width == 61.5
    assert after.row_dimensions[4].height == 33
    assert (after.freeze_panes, after.auto_filter.ref) == ("A4", "A3:D5")
    assert list(after.merged_cells.ranges) == list(before.merged_cells.ranges)
    assert len(after.data_validations.dataValidation) == len(after._charts) == 1
    assert len(after.conditional_formatting) == 1


def test_our_headers_look_like_their_neighbours(path):
    write_back(path, {read(path).items[0].identity: RowResult(status="posted")})
    sheet = openpyxl.load_workbook(path)["Plan & more"]
    assert sheet["F3"].fill.fgColor.rgb == "FFEEEEEE"


def test_writing_again_updates_the_same_columns(path):
    identity = read(path).items[0].identity
    write_back(path, {identity: RowResult(status="scheduled", error="late")})
    write_back(path, {identity: RowResult(status="posted", permalink="https://x.com/1")})
    assert our_cells(path, 4) == ["posted", "https://x.com/1", None]
    assert openpyxl.load_workbook(path)["Plan & more"].max_column == 8


def test_what_we_wrote_is_not_read_as_content(path):
    before = read(path)
    write_back(path, {item.identity: RowResult(status="posted", permalink="https://x.com/1") for item in before.items})
    after = read(path)
    assert [(item.identity, item.content_hash) for item in after.items] == [
        (i.identity, i.content_hash) for i in before.items
    ]
    assert after.mapping.roles == before.mapping.roles | dict.fromkeys("FGH", "own")


def test_rows_that_moved_are_found(path):
    first, second = (item.identity for item in read(path).items)
    book = openpyxl.load_workbook(path)
    book["Plan & more"].insert_rows(4)
    book.save(path)
    write_back(path, {first: RowResult(status="posted"), second: RowResult(status="scheduled")})
    assert our_cells(path, 5)[0] == "posted"
    assert our_cells(path, 6)[0] == "scheduled"


def test_a_file_without_any_of_the_rows_is_not_written(path):
    before = path.read_bytes()
    assert write_back(path, {GONE: RowResult(status="posted")}).missing == (GONE,)
    assert path.read_bytes() == before


@pytest.mark.parametrize("rows", [b"Text,Link\nOne,https://example.com\n"])
def test_other_formats_are_refused(tmp_path, rows):
    path = tmp_path / "plan.csv"
    path.write_bytes(rows)
    with pytest.raises(SheetWriteError, match="XLSX only"):
        write_back(path, {read(path).items[0].identity: RowResult(status="posted")})
    assert path.read_bytes() == rows


def test_prefixed_xml_is_written_too(path):
    """Some programs write `<x:row>` where others write `<row>`."""
    parts = members(path)
    xml = parts["xl/worksheets/sheet1.xml"].decode()
    for tag in ("worksheet", "sheetData", "row", "c", "v", "f", "is", "t", "dimension"):
        xml = (
            xml.replace(f"<{tag}>", f"<x:{tag}>").replace(f"<{tag} ", f"<x:{tag} ").replace(f"</{tag}>", f"</x:{tag}>")
        )
    xml = xml.replace("xmlns=", "xmlns:x=", 1)
    begin, end = xml.index("<x:sheetData>"), xml.index("</x:sheetData>") + len("</x:sheetData>")
    namespace = 'xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    parts["xl/worksheets/sheet1.xml"] = f"<x:worksheet {namespace}>{xml[begin:end]}</x:worksheet>".encode()
    with zipfile.ZipFile(path, "w") as archive:
        for name, body in parts.items():
            archive.writestr(name, body)
    write_back(path, {read(path).items[0].identity: RowResult(status="posted")})
    assert "posted" in [cell.value for cell in openpyxl.load_workbook(path)["Plan & more"][4]]
