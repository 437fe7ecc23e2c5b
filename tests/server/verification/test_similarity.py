"""Which texts are the same to the duplicate rule."""

import pytest

from server.verification.similarity import digest

TEXT = "Fresh bread today! https://bakery.example/bread"


@pytest.mark.parametrize(
    "other",
    [
        "fresh  bread\ntoday https://bakery.example/bread",
        "FRESH BREAD, today... http://www.bakery.example/bread/",
        "Fresh bread today! https://BAKERY.example/bread?utm_source=x&utm_medium=social",
        "Fresh bread today 🍞 https://bakery.example/bread#top",
        "Ｆresh bread today! (https://bakery.example/bread)",
    ],
)
def test_dress_does_not_count(other):
    assert digest(other, ()) == digest(TEXT, ())


@pytest.mark.parametrize(
    "other",
    [
        "Fresh bread tomorrow! https://bakery.example/bread",
        "Fresh bread today! https://bakery.example/cake",
        "Fresh bread today! https://bakery.example/bread?id=2",
        "Fresh bread today!",
        "",
    ],
)
def test_words_and_links_count(other):
    assert digest(other, ()) != digest(TEXT, ())


def test_without_words_the_media_speak():
    assert digest("", ("https://a.example/1.jpg",)) != digest("", ("https://a.example/2.jpg",))
    assert digest("🍞", ()) != digest("🥐", ())
    assert digest(TEXT, ("https://a.example/1.jpg",)) == digest(TEXT, ())
