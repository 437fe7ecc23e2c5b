"""The 26 real sheets beside the repository: each gives a reading or a refusal that names the cell, and the right one.

The sheets themselves are other people's and stay outside; `tests/data/real_sheets/` holds only small facts of them,
checked by hand: `settings`, the `table` taken, `mapping`, counts, cells of problems, places left out, networks, and
of the first and the last row (taken, or refused with its sheet) place, start of the hash, date as written and instant.
"""

import json
from collections import Counter
from pathlib import Path

import pytest

from pipeline.sources.sheets import SheetSettings, parse_sheet

ROOT = Path(__file__).parents[4]
SHEETS = ROOT.parent / "shared" / "data" / "sheets"
EXPECTED = sorted((ROOT / "tests" / "data" / "real_sheets").glob("*.json"))

pytestmark = pytest.mark.skipif(not SHEETS.is_dir(), reason="the real sheets are not beside this repository")

CASES = [
    pytest.param(path.stem, facts, id=f"{path.stem} {index + 1}")
    for path in EXPECTED
    for index, facts in enumerate(json.loads(path.read_text(encoding="utf-8")))
]


@pytest.mark.parametrize(("name", "facts"), CASES)
def test_a_real_sheet_is_read_as_checked(name, facts):
    settings = SheetSettings(**facts["settings"])
    reading = parse_sheet((SHEETS / name).read_bytes(), name=name, source=name, settings=settings)
    assert told(reading) | {"settings": facts["settings"]} == facts
    assert reading.rows == len(reading.items) + len(reading.verdicts)
    assert all(problem.cell or "Markdown" in problem.message for problem in reading.errors)
    assert all(problem.advice for problem in reading.errors)


def test_every_real_sheet_is_checked():
    assert [path.stem for path in EXPECTED] == sorted(path.name for path in SHEETS.iterdir())


def told(reading):
    """The small facts of a reading, no texts of the sheet."""
    rows = [(item.place, item.identity) for item in reading.items or reading.refused]
    slots = {item.identity: item.ask.slot for item in reading.items}
    return {
        "table": reading.table,
        "mapping": reading.mapping.roles,
        "rows": reading.rows,
        "items": len(reading.items),
        "refused": len(reading.refused),
        "filtered": [verdict.place for verdict in reading.filtered],
        "quarantined": [verdict.place for verdict in reading.quarantined],
        "errors": [problem.cell for problem in reading.errors],
        "warnings": [problem.cell for problem in reading.warnings],
        "networks": dict(Counter("+".join(item.ask.platforms) for item in reading.items)),
        "pictures": sum(len(item.pictures) for item in reading.items),
        "videos": sum(bool(item.video) for item in reading.items),
        "queued": sum(slot is None for slot in slots.values()),
        "ends": [end(place, identity, slots.get(identity)) for place, identity in (rows[:1] + rows[-1:])],
    }


def end(place, identity, slot):
    name, _, wall = identity.partition("@")
    return [place, name[:12], wall, slot.at.isoformat().replace("+00:00", "Z") if slot else None]
