import pytest

from social.networks.counting import code_points, cut, graphemes, hashtags, mentions, weighted
from social.networks.domains import link_pattern

FAMILY = "👨‍👩‍👧‍👦"


@pytest.mark.parametrize(
    ("text", "weight"),
    [
        ("", 0),
        ("hello", 5),
        ("two\nlines", 9),
        ("Crème brûlée", 12),
        ("Привет", 6),
        ("–—“”‘’", 6),
        ("…•€", 6),
        ("日本", 4),
        ("한국어", 6),
        ("\u2066x", 3),
        # NFC first: a composed letter is one.
        ("e\u0301", 1),
        # Emoji: any sequence is 2.
        ("🎉", 2),
        ("👍🏽", 2),
        (FAMILY, 2),
        ("🇩🇪", 2),
        ("1️⃣", 2),
        ("❤️", 2),
        ("❤", 2),
        ("🏴󠁧󠁢󠁥󠁮󠁧󠁿", 2),
        ("🎉🎉 ok", 7),
        ("©", 1),
        ("©️", 2),
        ("™", 2),
        # Links: 23 whatever their length.
        ("http://t.co", 23),
        ("https://example.org/" + "x" * 200, 23),
        ("see https://example.org/a?b=c.", 28),
        ("https://t.co/a https://x.com", 47),
        ("(https://en.wikipedia.org/wiki/Dove_(bird))", 25),
        ("https://münchen.de/straße", 23),
        ("http://例え.jp/x", 23),
        ("https://example.org:8080/x?y#z", 23),
        ("HTTPS://EXAMPLE.ORG", 23),
        ("https://example.org/日本", 27),
        # Bare domains: links under a known top-level domain.
        ("example.com", 23),
        ("example.com.", 24),
        ("www.example.co.uk/path", 23),
        ("見てexample.com", 27),
        ("example.com?x=1", 27),
        ("example.com/?x=1", 23),
        ("end.It was", 27),
        # No links.
        ("joe@example.com", 15),
        ("@example.com", 12),
        ("#x.com", 6),
        ("node.js e.g. 3.5", 16),
        ("-example.com", 12),
        ("http://localhost/x", 18),
        ("http://127.0.0.1/", 17),
        ("example.unknown", 15),
    ],
)
def test_weighted_as_x_counts(text: str, weight: int) -> None:
    assert weighted(text) == weight


@pytest.mark.parametrize(
    ("text", "points", "clusters"),
    [("", 0, 0), ("abc", 3, 3), (FAMILY, 7, 1), ("e\u0301", 2, 1), ("🇩🇪🇫🇷", 4, 2), ("a\r\nb", 4, 3), ("日本", 2, 2)],
)
def test_code_points_and_graphemes(text: str, points: int, clusters: int) -> None:
    assert code_points(text) == points
    assert graphemes(text) == clusters


@pytest.mark.parametrize(
    "text",
    [
        "a." * 5_000,
        "a-" * 5_000,
        "a" * 50_000,
        "http://" * 5_000,
        "http://" + "a-" * 2_000,
        "https://a.de/" + "(a" * 5_000,
        "https://a.de/?" + "!" * 10_000,
    ],
)
def test_hostile_text_is_counted_within_its_length(text: str) -> None:
    # Would not return in a lifetime if a pattern backtracked exponentially.
    assert weighted(text) <= len(text) + 23


def test_links_are_found_whole() -> None:
    text = "Read dovecote.dev/a_(b), or https://example.org/x?y=1&z=2! mail me@example.org"
    assert link_pattern().findall(text) == ["dovecote.dev/a_(b)", "https://example.org/x?y=1&z=2"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("#one and #Two_2!", ["#one", "#Two_2"]),
        ("#größe #日本", ["#größe", "#日本"]),
        ("#1 a#b &#39; https://example.org/#top", []),
        ("(#in) ##double", ["#in"]),
    ],
)
def test_hashtags(text: str, found: list[str]) -> None:
    assert hashtags(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("@dove and .@coop", ["@dove"]),
        ("mail joe@example.org or @a.b.c", ["@a.b.c"]),
        ("thanks @dove.", ["@dove"]),
        ("https://example.org/@dove @ 5", []),
    ],
)
def test_mentions(text: str, found: list[str]) -> None:
    assert mentions(text) == found


@pytest.mark.parametrize(
    ("text", "limit", "count", "left"),
    [
        ("short", 10, code_points, "short"),
        ("hello world", 6, code_points, "hello"),
        ("ab" + FAMILY, 8, code_points, "ab"),
        ("ab" + FAMILY, 3, graphemes, "ab" + FAMILY),
        (FAMILY, 3, code_points, ""),
        ("日本語", 5, weighted, "日本"),
        ("abc", 0, code_points, ""),
    ],
)
def test_cut_keeps_whole_characters(text: str, limit: int, count, left: str) -> None:
    assert cut(text, limit, count) == left
