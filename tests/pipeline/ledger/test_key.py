import pytest

from pipeline.ledger import note, noted_key, post_key

FEED = "https://example.org/feed.xml"


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        (("news", FEED, "guid-1", "default:bluesky"), "dc-lzsafvhyb3x6xt4xiiryxanime"),
        (("news", FEED, "guid-1", "default:bluesky", "2026-11-20"), "dc-6iavn73kclbrtu6li5q5n7wyry"),
        (("news", FEED, "https://example.org/ä/日本?a=1", "shop:bluesky,facebook"), "dc-c7liptycsmbegrj64vd3vipa44"),
        (("", "", "", ""), "dc-dbs6pewxjzcedbojsd3ltxhwry"),
    ],
)
def test_keys_never_change(parts, expected):
    assert post_key(*parts) == expected


def test_every_part_counts_and_none_runs_into_the_next():
    parts = ["news", FEED, "guid-1", "default:bluesky", "once"]
    keys = {post_key(*parts)}
    for place in range(len(parts)):
        keys.add(post_key(*(part + "x" if at == place else part for at, part in enumerate(parts))))
    keys.add(post_key("new", "s" + FEED, "guid-1", "default:bluesky", "once"))
    assert len(keys) == 7


def test_source_may_hold_anything():
    assert post_key("news", "a\ud800b", 'quote"\\', "\x00") == post_key("news", "a\ud800b", 'quote"\\', "\x00")


@pytest.mark.parametrize(
    ("notes", "found"),
    [
        (note(post_key("a", "b", "c", "d")), True),
        (f"approved by Ann. {note(post_key('a', 'b', 'c', 'd'))} ref 42", True),
        (note(post_key("a", "b", "c", "d"))[:-1], False),
        (note(post_key("a", "b", "c", "d")) + "a", False),
        ("dovecote:", False),
        ("", False),
        (None, False),
    ],
)
def test_key_is_found_in_notes(notes, found):
    assert noted_key(notes) == (post_key("a", "b", "c", "d") if found else None)
