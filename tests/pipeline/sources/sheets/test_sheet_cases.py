"""Every `tests/data/sheets/<case>.*` is compared with its `<case>.expected.json`. A new case needs no Python.

Known in an expectation: `settings`, `table`, `mapping` (role by column), `items` (each with any fields of Item or Ask,
and `at`, `wall`, `zone` of the slot), `problems` (severity, cell, part of the line), `filtered` and `quarantined`
(place, part of the reason), `oddities` (parts of them). Problems that are not named must not be there.
"""

import json
from pathlib import Path

import pytest

from pipeline.sources.sheets import SheetSettings, parse_sheet

CASES = Path(__file__).parents[3] / "data" / "sheets"
EXPECTED = sorted(CASES.glob("*.expected.json"))


def read(expected: Path, settings):
    name = expected.name.removesuffix(".expected.json")
    (path,) = (path for path in CASES.glob(f"{name}.*") if path != expected)
    return parse_sheet(path.read_bytes(), name=path.name, source=path.name, settings=SheetSettings(**settings))


@pytest.mark.parametrize("path", EXPECTED, ids=lambda path: path.name.removesuffix(".expected.json"))
def test_case(path):
    expected = json.loads(path.read_text(encoding="utf-8"))
    reading = read(path, expected.get("settings", {}))
    told = [[problem.severity, problem.cell, str(problem)] for problem in reading.problems]
    assert_told(told, expected.get("problems", []))
    items = [seen(item, wanted) for item, wanted in zip(reading.items, expected["items"], strict=True)]
    assert items == expected["items"]
    assert reading.rows == len(reading.items) + len(reading.verdicts)
    assert len({item.identity for item in reading.items}) == len(reading.items)
    if "table" in expected:
        assert reading.table == expected["table"]
    if "mapping" in expected:
        assert reading.mapping.roles == expected["mapping"]
    for kind in ("filtered", "quarantined"):
        verdicts = [[verdict.place, verdict.reason] for verdict in getattr(reading, kind)]
        assert_told(verdicts, expected.get(kind, [] if kind == "quarantined" else verdicts))
    for part in expected.get("oddities", []):
        assert any(part in oddity for oddity in reading.oddities), f"{part!r} not in {reading.oddities}"


def seen(item, wanted):
    """The item as the expectation words it: only the fields it names."""
    ask, slot = item.ask, item.ask.slot
    fields = {
        "pictures": [picture.url for picture in item.pictures],
        "alts": [picture.alt for picture in item.pictures],
        "tags": list(item.tags),
        "platforms": list(ask.platforms),
        "hashtags": list(ask.hashtags),
        "alt_texts": list(ask.alt_texts),
        "at": slot and slot.at.isoformat().replace("+00:00", "Z"),
        "wall": slot and slot.wall,
        "zone": slot and slot.zone,
    }
    return {
        name: fields[name] if name in fields else getattr(item, name, None) or getattr(ask, name, "") for name in wanted
    }


def assert_told(told, wanted):
    assert [line[:-1] for line in told] == [line[:-1] for line in wanted], told
    for line, part in zip(told, wanted, strict=True):
        assert part[-1] in line[-1]


def test_every_input_has_an_expectation():
    inputs = [path.stem for path in CASES.iterdir() if not path.name.endswith(".expected.json")]
    assert sorted(inputs) == sorted(path.name.removesuffix(".expected.json") for path in EXPECTED)
