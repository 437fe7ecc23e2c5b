"""What a reading tells: the frame of problems, the copy with errors, masked keys, sources that cannot be had."""

import csv
import io

import openpyxl
import pandas as pd
import pytest

from pipeline.fetching import Fetcher
from pipeline.records import Disposition
from pipeline.sources.sheets import SheetSettings, SheetWriteError, is_sheet, parse_sheet, read_sheet
from pipeline.sources.sheets.google import export_url

KEY = "sk-abcdefghijklmnopqrstuvwx1234"
ROWS = ["2025-03-01;Friendster;One;" + KEY, "soon;X;Two; ", "2025-03-03;X;Three; ", "2025-03-03;X;Three; "]
FAULTY = "\r\n".join(["Date;Platform;Text;API key", *ROWS, ""])
SHEET = "1AbCdEfGhIjKlMnOpQrStUvWxYz0123456789abcdef"
GOOGLE = "https://docs.google.com/spreadsheets/d"


def read(text, name="plan.csv", **settings):
    return parse_sheet(text.encode(), name=name, source=name, settings=SheetSettings(**settings))


def test_one_error_refuses_the_whole_sheet():
    reading = read(FAULTY)
    assert not reading.ok
    assert reading.items == ()
    assert reading.rows == 4 == len(reading.verdicts)
    assert {verdict.disposition for verdict in reading.verdicts} == {Disposition.REFUSED, Disposition.QUARANTINED}
    assert reading.reason.startswith("B2: 'Friendster' is no network: choose from")
    assert reading.reason.endswith("(and 1 more)")


def test_the_frame_lists_every_problem():
    frame = read(FAULTY).error_frame()
    assert list(frame.columns) == ["cell", "row", "severity", "message", "advice"]
    assert list(frame["cell"]) == ["B2", "A3", "D1"]
    assert list(frame["severity"]) == ["error", "error", "warning"]
    assert frame["row"].dtype == pd.Int64Dtype()
    assert read("Text\n[link]\n,").error_frame().dtypes.equals(frame.dtypes)


def test_a_good_sheet_has_an_empty_frame():
    assert read("Text,Link\nOne,https://example.com\n").error_frame().empty


def test_the_mapping_is_shown_with_its_reasons():
    frame = read(FAULTY).mapping.frame()
    assert list(frame["role"]) == ["date", "platforms", "text", ""]
    assert frame["confidence"].iloc[0] == 1.0
    assert "English" in frame["why"].iloc[0]
    assert "keys" in frame["why"].iloc[3]


def test_keys_are_shown_nowhere(tmp_path):
    reading = read(FAULTY)
    copy = reading.write_error_copy(tmp_path / "copy.csv").read_text(encoding="utf-8-sig")
    shown = [repr(reading), str(reading.problems), str(reading.mapping), reading.error_frame().to_csv(), copy]
    assert [text for text in shown if KEY in text] == []
    assert "••••••" in copy


def test_a_csv_copy_says_beside_each_row_what_is_wrong(tmp_path):
    path = read(FAULTY).write_error_copy(tmp_path / "copy.csv")
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig")), delimiter=";"))
    assert [row[:3] for row in rows] == [line.split(";")[:3] for line in FAULTY.split("\r\n")[:-1]]
    assert rows[0][4:] == ["Dovecote error"]
    assert rows[1][4].startswith("error: B2: 'Friendster' is no network")
    assert rows[2][4].startswith("error: A3: soon is no date")
    assert rows[3][4:] == []
    assert rows[4][4] == "left out: duplicate of row 4: the same words, networks and date"


def test_a_mended_copy_is_read_like_the_sheet(tmp_path):
    path = read(FAULTY).write_error_copy(tmp_path / "copy.csv")
    mended = path.read_text(encoding="utf-8-sig").replace("Friendster;", "fb;").replace("soon;", "2025-03-02;")
    again = parse_sheet(mended.encode("utf-8-sig"), name="copy.csv", source="copy.csv")
    assert again.ok, again.reason
    assert [item.text for item in again.items] == ["One", "Two", "Three"]
    second = again.write_error_copy(tmp_path / "second.csv").read_text(encoding="utf-8-sig")
    assert second.count("Dovecote error") == 1
    assert "Friendster" not in second


def test_a_workbook_copy_keeps_everything_else(tmp_path):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Plan"
    for row in (["Text", "Platform", "Token", "n"], ["One", "Friendster", KEY, "=1+1"], ["Two", "X", KEY, 3]):
        sheet.append(row)
    sheet.column_dimensions["A"].width = 44
    book.create_sheet("Other")["B2"] = "kept"
    book.save(tmp_path / "plan.xlsx")
    reading = parse_sheet((tmp_path / "plan.xlsx").read_bytes(), name="plan.xlsx", source="plan.xlsx")
    copied = openpyxl.load_workbook(reading.write_error_copy(tmp_path / "copy.xlsx"))
    assert copied.sheetnames == ["Plan", "Other"]
    assert copied["Other"]["B2"].value == "kept"
    plan = copied["Plan"]
    assert plan.column_dimensions["A"].width == 44
    assert [cell.value for cell in plan[1]] == ["Text", "Platform", "Token", "n", "Dovecote error"]
    assert [cell.value for cell in plan[2]][:4] == ["One", "Friendster", "••••••", "=1+1"]
    assert plan["E2"].value.startswith("error: Plan!B2: 'Friendster'")
    assert KEY.encode() not in (tmp_path / "copy.xlsx").read_bytes()


def test_other_formats_are_copied_as_csv(tmp_path):
    table = "<office:document-content/>"
    reading = read(FAULTY, name="plan.ods")
    assert reading.write_error_copy(tmp_path / "copy.ods") == tmp_path / "copy.csv"
    assert table not in (tmp_path / "copy.csv").read_text(encoding="utf-8-sig")


def test_nothing_read_is_nothing_to_copy(tmp_path):
    with pytest.raises(SheetWriteError, match="no table was read"):
        read("{}").write_error_copy(tmp_path / "copy.csv")


def test_a_sheet_named_differently_has_the_same_problems():
    assert read(FAULTY, name="plan.xlsx").problems == read(FAULTY).problems


async def test_files_are_read_by_path_and_by_url(tmp_path):
    (tmp_path / "a plan.csv").write_text("Text,Link\nOne,https://example.com\n")
    by_path = await read_sheet(str(tmp_path / "a plan.csv"))
    by_url = await read_sheet((tmp_path / "a plan.csv").as_uri())
    assert [item.text for item in (*by_path.items, *by_url.items)] == ["One", "One"]
    assert by_path.items[0].source == str(tmp_path / "a plan.csv")


async def test_what_cannot_be_had_is_a_reading_with_its_reason(tmp_path):
    missing = await read_sheet(str(tmp_path / "none.csv"))
    folder = await read_sheet(str(tmp_path))
    address = await read_sheet("https://example.com/plan.csv")
    assert "No such file" in missing.reason
    assert "directory" in folder.reason
    assert "needs a fetcher" in address.reason


async def test_an_address_is_fetched(site):
    site.pages["/export"] = (200, {"content-type": "text/csv"}, b"Text,Link\nOne,https://example.com\n")
    site.pages["/signin"] = (200, {"content-type": "text/html"}, b"<!doctype html><html><title>Sign in</title></html>")
    async with Fetcher(allow_private=True) as fetcher:
        good = await read_sheet(site.url("/export"), fetcher=fetcher)
        private = await read_sheet(site.url("/signin"), fetcher=fetcher)
        gone = await read_sheet(site.url("/gone"), fetcher=fetcher)
    assert [item.text for item in good.items] == ["One"]
    assert "sign-in page" in private.reason
    assert "404" in gone.reason


@pytest.mark.parametrize(
    ("shared", "export"),
    [
        (f"{GOOGLE}/{SHEET}/edit?usp=sharing", f"{GOOGLE}/{SHEET}/export?format=xlsx"),
        (f"{GOOGLE}/{SHEET}/edit#gid=0", f"{GOOGLE}/{SHEET}/export?format=xlsx"),
        (f"{GOOGLE}/{SHEET}", f"{GOOGLE}/{SHEET}/export?format=xlsx"),
        (f"{GOOGLE}/{SHEET}/edit?gid=77#gid=77", f"{GOOGLE}/{SHEET}/export?format=csv&gid=77"),
        (f"{GOOGLE}/{SHEET}/export?format=csv&gid=5", f"{GOOGLE}/{SHEET}/export?format=csv&gid=5"),
        (f"https://docs.google.com/spreadsheets/u/1/d/{SHEET}/edit", f"{GOOGLE}/{SHEET}/export?format=xlsx"),
        (f"{GOOGLE}/e/2PACX-{SHEET}/pubhtml", f"{GOOGLE}/e/2PACX-{SHEET}/pub?output=xlsx"),
        (
            f"{GOOGLE}/e/2PACX-{SHEET}/pubhtml?gid=9&single=true",
            f"{GOOGLE}/e/2PACX-{SHEET}/pub?output=csv&gid=9&single=true",
        ),
        ("https://example.com/spreadsheets/d/x/edit", "https://example.com/spreadsheets/d/x/edit"),
        (
            f"https://docs.google.com.evil.example/spreadsheets/d/{SHEET}/edit",
            f"https://docs.google.com.evil.example/spreadsheets/d/{SHEET}/edit",
        ),
    ],
)
def test_share_links_become_exports(shared, export):
    assert export_url(shared) == export


def test_sheets_are_known_by_their_name():
    assert is_sheet("plans/Spring.XLSX")
    assert is_sheet("https://example.com/plan.csv?x=1")
    assert is_sheet(f"{GOOGLE}/{SHEET}/edit")
    assert not is_sheet("https://example.com/feed.xml")
