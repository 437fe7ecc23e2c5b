"""Foreign files break nothing: mutated ones give a reading or a refusal, hostile ones take no time, big ones little."""

import csv
import io
import random
import time
import zipfile
from pathlib import Path

import pytest

from pipeline.sources.sheets import is_sheet, parse_sheet, read_sheet

CASES = Path(__file__).parents[3] / "data" / "sheets"
FILES = sorted(path for path in CASES.iterdir() if path.suffix != ".json")
JUNK = ["\0", "9" * 400, "=1/0", "00/00/0000", "2025-02-30", "0001-01-01", "9999-12-31 23:59 HST", "1e400", "²/3/2025"]
JUNK += ["٢٠٢٥-٠٣-٠١", "https://[", "https://[::1", "[[" * 99, "{{" * 99, "12:00 zz", "x" * 40_000, "nan", "\u202e"]
ROWS = 10_000
MOST_SECONDS = 6.0


def read(data, name="plan.csv"):
    reading = parse_sheet(data, name=name, source="plan")
    assert reading.rows == len(reading.items) + len(reading.verdicts)
    assert reading.ok or reading.reason
    return reading


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_flipped_bytes_are_a_reading_or_a_refusal(path):
    chance = random.Random(path.name)
    for _ in range(8):
        data = bytearray(path.read_bytes())
        for _ in range(chance.randint(1, 20)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        read(bytes(data[: chance.choice([len(data), len(data) // 2])]), path.name)


@pytest.mark.parametrize("path", [path for path in FILES if path.suffix == ".csv"], ids=lambda path: path.name)
def test_junk_in_cells_is_a_reading_or_a_refusal(path):
    chance = random.Random(path.name)
    rows = list(csv.reader(path.read_text(encoding="utf-8", errors="replace").replace("\0", "").splitlines()))
    for junk in JUNK if any(rows) else []:
        row = chance.choice([row for row in rows if row])
        row[chance.randrange(len(row))] = junk
        written = io.StringIO()
        csv.writer(written).writerows(rows)
        read(written.getvalue().encode("utf-8", "replace"))


@pytest.mark.parametrize("header", ["Date", "Time", "Platforms", "Link", "Hashtags", "Status"])
@pytest.mark.parametrize("bait", ["Mon ", "[", "<your ", "{{a", "eyJaaaaaaaaaaaaaaaa.", "AAAAAAAA-", "# ", "1. "])
def test_hostile_cells_take_no_time(header, bait):
    began = time.process_time()
    read(f'Text,{header}\nhello,"{bait * (100_000 // len(bait))}"\n'.encode())
    assert time.process_time() - began < 2


@pytest.mark.parametrize("bait", ['<c r="A1" t="e"', '<c r="A1"><f', "<row ", '<c r="A1" ', "<c t='e'><f>a"])
def test_hostile_packages_take_no_time(bait):
    began = time.process_time()
    assert not read(package(bait * 20_000), "plan.xlsx").ok
    assert time.process_time() - began < 2


async def test_a_broken_address_is_a_reading():
    assert not (await read_sheet("https://[1/plan.csv")).ok
    assert not is_sheet("https://[1/plan.csv")


def test_ten_thousand_rows_are_read_in_seconds():
    cell = '<c r="{0}{1}" t="inlineStr"><is><t xml:space="preserve">{2}</t></is></c>'.format
    headers = ["Date", "Time (CET)", "Platforms", "Caption", "Link", "Image", "Hashtags"]
    rows = [headers] + [
        [
            f"2025-{number % 12 + 1:02}-{number % 28 + 1:02}",
            f"{number % 12 + 1}:{number % 60:02} PM",
            "X, LinkedIn",
            f"Post number {number} with an emoji 🎉 and more.\n\nA second paragraph, as long as those of people are.",
            f"https://example.com/{number}",
            f"https://example.com/{number}.jpg",
            f"#one #two #n{number}",
        ]
        for number in range(ROWS)
    ]
    filled = ("".join(map(cell, "ABCDEFG", [index] * len(row), row)) for index, row in enumerate(rows, 1))
    xml = "".join(f'<row r="{index}">{cells}</row>' for index, cells in enumerate(filled, 1))
    data = package(f"<worksheet {NAMESPACE}><sheetData>{xml}</sheetData></worksheet>")
    began = time.process_time()
    reading = read(data, "plan.xlsx")
    assert time.process_time() - began < MOST_SECONDS
    assert len(reading.items) == ROWS, reading.reason


NAMESPACE = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def package(sheet):
    """An XLSX with one sheet of the given XML."""
    target = io.BytesIO()
    types = "http://schemas.openxmlformats.org/package/2006/content-types"
    book = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{types}"><Override PartName="/xl/workbook.xml" ContentType="{book}.sheet.main+xml"/>'
            f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{book}.worksheet+xml"/></Types>',
        )
        archive.writestr(
            "_rels/.rels",
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
            f'Type="{RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        )
        archive.writestr(
            "xl/workbook.xml",
            f'<workbook {NAMESPACE} xmlns:r="{RELATIONS}"><sheets><sheet name="Plan" sheetId="1" r:id="r1"/></sheets>'
            "</workbook>",
        )
        archive.writestr(
            "xl/_rels/workbook.xml.rels",
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
            f'Type="{RELATIONS}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        )
        archive.writestr("xl/worksheets/sheet1.xml", sheet)
    return target.getvalue()
