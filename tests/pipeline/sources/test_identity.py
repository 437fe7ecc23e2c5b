import pytest

from pipeline.sources.identity import Marks, canonical


@pytest.mark.parametrize(
    ("url", "spelled"),
    [
        ("HTTP://Example.COM:80/Path?B=2&utm_source=a&A=1#", "http://example.com/Path?B=2&A=1"),
        ("https://example.com/?gclid=1", "https://example.com/"),
        ("https://example.com/a#part", "https://example.com/a#part"),
        ("https://example.com/a#:~:text=x", "https://example.com/a"),
        ("https://example.com/a#utm_campaign=x", "https://example.com/a"),
        ("https://example.com/?utmost=1&fbclid", "https://example.com/?utmost=1"),
        (" https://example.com/a b|c\n", "https://example.com/a%20b%7Cc"),
        ("https://example.com/%C3%A9?q=%26", "https://example.com/%C3%A9?q=%26"),
        ("https://example.com:8443/é", "https://example.com:8443/é"),
        ("http://[::1]:8000/a", "http://[::1]:8000/a"),
        ("mailto:a@b.example", ""),
        ("javascript:alert(1)", ""),
        ("http://", ""),
        ("http://[bad", ""),
        ("http://example.com:no/", ""),
        ("", ""),
    ],
)
def test_links_have_one_spelling(url, spelled):
    assert canonical(url) == spelled
    assert canonical(spelled) == spelled


@pytest.mark.parametrize(
    ("url", "base", "spelled"),
    [
        ("../b", "https://example.com/a/c/", "https://example.com/a/b"),
        ("//cdn.example/x", "https://example.com/", "https://cdn.example/x"),
        ("?p=2", "https://example.com/a", "https://example.com/a?p=2"),
        ("a", "", ""),
    ],
)
def test_relative_links_are_resolved(url, base, spelled):
    assert canonical(url, base) == spelled


def test_long_guids_are_hashed():
    assert Marks("g" * 401, "", "", "").own.startswith("sha256:")
    assert Marks("g" * 400, "", "", "").own == "g" * 400
