import pytest

from social.networks.base import TextRule
from social.networks.thread_posts import split_thread

PLAIN = TextRule(limit=10, split=True)
NUMBERED = TextRule(limit=16, split=True, numbered=True)


@pytest.mark.parametrize(
    ("text", "posts"),
    [
        ("short", ["short"]),
        ("one\ntwo", ["one\ntwo"]),
        ("12345\n67890", ["12345", "67890"]),
        ("1234567890\nabc\ndef", ["1234567890", "abc\ndef"]),
        ("1234567890\n\nabc", ["1234567890", "abc"]),
        ("a line too long", ["a line too long"]),
        ("one\n\n\ntwo\nthree", ["one", "two\nthree"]),
        ("one\n\n\nmuch too long\nand no automatic split", ["one", "much too long\nand no automatic split"]),
        ("\n\n\n", []),
    ],
)
def test_split_at_line_breaks_or_at_separators_only(text: str, posts: list[str]) -> None:
    assert split_thread(text, PLAIN) == posts


def test_numbers_fit_into_the_limit() -> None:
    posts = split_thread("1234567890\nabcdefghij\nend", NUMBERED)
    assert posts == ["1234567890 1/3", "abcdefghij 2/3", "end 3/3"]
    assert all(NUMBERED.count(post) <= NUMBERED.limit for post in posts)


def test_nothing_is_lost() -> None:
    lines = [f"line {number}" for number in range(40)]
    assert "\n".join(split_thread("\n".join(lines), PLAIN)).split("\n") == lines
