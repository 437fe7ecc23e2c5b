"""Every `tests/data/feeds/<case>.xml|json` is compared with its `<case>.expected.json`. A new case needs no Python.

Known in an expectation: any field of ParsedFeed, `items` (each with any fields of Item, and `identity_starts`),
`quarantined` (place, part of the reason), `oddities` (parts of them), or `error` (part of the message).
"""

import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.sources.feeds import SourceError, parse_feed

CASES = Path(__file__).parents[2] / "data" / "feeds"
EXPECTED = sorted(CASES.glob("*.expected.json"))
NOW = datetime(2027, 1, 4, 12, tzinfo=UTC)


def read(expected: Path):
    name = expected.name.removesuffix(".expected.json")
    (path,) = (path for path in CASES.glob(f"{name}.*") if path != expected)
    return parse_feed(path.read_bytes(), url="https://feeds.example/all/feed.xml", now=NOW)


@pytest.mark.parametrize("path", EXPECTED, ids=lambda path: path.name.removesuffix(".expected.json"))
def test_case(path):
    expected = json.loads(path.read_text(encoding="utf-8"))
    if "error" in expected:
        with pytest.raises(SourceError) as caught:
            read(path)
        assert expected["error"] in str(caught.value)
        assert str(caught.value).startswith("https://feeds.example/all/feed.xml: ")
        return
    parsed = read(path)
    items = [seen(item, wanted) for item, wanted in zip(parsed.items, expected["items"], strict=True)]
    assert items == expected["items"]
    for field in {"title", "link", "description", "language", "format"} & set(expected):
        assert getattr(parsed, field) == expected[field]
    if "emblem" in expected:
        assert (parsed.emblem and asdict(parsed.emblem)) == expected["emblem"]
    assert_parts(parsed.oddities, expected.get("oddities"))
    assert [entry.place for entry in parsed.quarantined] == [place for place, _ in expected.get("quarantined", [])]
    assert_parts([entry.reason for entry in parsed.quarantined], [part for _, part in expected.get("quarantined", [])])
    assert len({item.identity for item in parsed.items}) == len(parsed.items)


def seen(item, wanted):
    """The item as the expectation words it: only the fields it names."""
    fields = asdict(item) | {"tags": list(item.tags), "published_quality": item.published_quality.value}
    fields["published"] = item.published and item.published.isoformat().replace("+00:00", "Z")
    fields["identity_starts"] = item.identity[: len(wanted.get("identity_starts", ""))]
    fields["pictures"] = [
        {name: picture[name] for name in names}
        for picture, names in zip(fields["pictures"], padded(wanted, len(item.pictures)), strict=True)
    ]
    return {name: fields[name] for name in wanted}


def padded(wanted, count):
    named = wanted.get("pictures", [])
    return [*named, *[{"url": ""}] * (count - len(named))]


def assert_parts(texts, parts):
    if parts == []:
        assert list(texts) == []
    for part in parts or []:
        assert any(part in text for text in texts), f"{part!r} not in {texts}"


def test_every_input_has_an_expectation():
    inputs = [path for path in CASES.iterdir() if not path.name.endswith(".expected.json")]
    assert sorted(path.stem for path in inputs) == sorted(path.name.removesuffix(".expected.json") for path in EXPECTED)
