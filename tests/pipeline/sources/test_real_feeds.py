"""The 123 real feeds beside the repository, served from loopback and read in one run; 22 of them checked by hand.

The feeds themselves are other people's and stay outside; `tests/data/real/` holds only small facts of them.
"""

import csv
import json
from pathlib import Path
from urllib.parse import quote

import pytest

from pipeline.fetching import Fetcher
from pipeline.sources.feeds import read_feeds

ROOT = Path(__file__).parents[3]
DATA = ROOT.parent / "shared" / "data"
HAND_CHECKED = sorted((ROOT / "tests" / "data" / "real").glob("*.json"))
TYPES = {".json": "application/feed+json", ".atom": "application/atom+xml"}

pytestmark = [
    pytest.mark.skipif(not (DATA / "feeds").is_dir(), reason="the real feeds are not beside this repository"),
    # One worker reads them all, once.
    pytest.mark.xdist_group("real feeds"),
]

# Where our count differs from the manifest's, which was made with lxml and json: reason.
DISAGREEMENTS = {
    "rsparser-ScriptingNews.json": "the manifest gives no count for RSS in JSON; we read its 50 items",
}
FAILURES = {"rsparser-allthis-partial.json": "the JSON is cut off"}


def manifest() -> dict[str, str]:
    with (DATA / "manifest.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["file"].startswith("feeds/")]
    return {row["file"].removeprefix("feeds/"): row["entries"] for row in rows}


@pytest.fixture
async def readings(site):
    names = list(manifest())
    for name in names:
        body = (DATA / "feeds" / name).read_bytes()
        site.pages[f"/{quote(name)}"] = (200, {"content-type": TYPES.get(Path(name).suffix, "text/xml")}, body)
    async with Fetcher(allow_private=True, per_host=8) as fetcher:
        found = await read_feeds([site.url(f"/{quote(name)}") for name in names], fetcher=fetcher, states={})
    return dict(zip(names, found, strict=True)), site.base


async def test_every_feed_is_read(readings):
    found, base = readings
    assert len(found) == 123
    failed = {name: reading.reason for name, reading in found.items() if reading.status != "ok"}
    assert set(failed) == set(FAILURES)
    assert all(part in failed[name] for name, part in FAILURES.items())
    differing = {name for name, wanted in manifest().items() if wanted != str(count(found[name]))}
    assert differing == set(DISAGREEMENTS)
    for path in HAND_CHECKED:
        assert_as_checked(json.loads(path.read_text(encoding="utf-8")), found, base)
    for reading in found.values():
        assert_sound(reading)


def count(reading):
    return "" if reading.parsed is None else len(reading.parsed.items) + len(reading.parsed.quarantined)


def assert_as_checked(expected, found, base):
    parsed = found[expected["file"]].parsed
    assert count(found[expected["file"]]) == expected["entries"], expected["file"]
    assert [[entry.place, entry.reason] for entry in parsed.quarantined] == expected["quarantined"], expected["file"]
    items = {item.place: item for item in parsed.items}
    for wanted in expected["items"]:
        assert facts(items[wanted["place"]], wanted, base) == wanted, expected["file"]


def facts(item, wanted, base):
    picture = item.pictures[0] if item.pictures else None
    fields = {
        "place": item.place,
        "identity": item.identity,
        "title": item.title[:40],
        "link": item.link.replace(base, "http://site"),
        "published": item.published and item.published.isoformat().replace("+00:00", "Z"),
        "picture": picture and picture.url,
        "alt": picture and picture.alt,
        "author": item.author,
        "audio": item.audio,
        "video": item.video,
    }
    return {name: fields[name] for name in wanted}


def assert_sound(reading):
    """What must hold of every item of every feed."""
    items = reading.parsed.items if reading.parsed else ()
    assert len({item.identity for item in items}) == len(items)
    for item in items:
        where = f"{item.source} {item.place}"
        said = item.title + item.text
        assert item.source == reading.source
        assert item.title or item.text or item.link, where
        assert "\n" not in item.title, where
        assert not any(char < " " and char != "\n" for char in said), where
        assert "<script" not in item.title.lower(), where
        assert all(
            url.startswith(("http://", "https://")) for url in [item.link, *(p.url for p in item.pictures)] if url
        )
