"""How networks count text (posts.md 12.1, "Counting"): X by twitter-text weights, Bluesky by graphemes, others by code points."""

import re

import regex

URL = re.compile(r"https?://[^\s<>\"']+", re.IGNORECASE)
URL_WEIGHT = 23
# twitter-text 3: these ranges weigh 1, everything else 2.
_LIGHT = ((0, 4351), (8192, 8205), (8208, 8223), (8242, 8247))
_EMOJI = regex.compile(r"\p{Extended_Pictographic}|\p{Regional_Indicator}|[0-9#*]\uFE0F?\u20E3")


def code_points(text: str) -> int:
    """Unicode code points."""
    return len(text)


def graphemes(text: str) -> int:
    """User-perceived characters: an emoji with skin tone, or a letter with its accents, is one."""
    return len(text) if text.isascii() else sum(1 for _ in regex.finditer(r"\X", text))


def weighted(text: str) -> int:
    """X's weighted length: a link counts 23, an emoji 2, most non-Latin characters 2 (posts.md 10.12)."""
    bare, links = URL.subn("", text)
    if bare.isascii():
        return len(bare) + links * URL_WEIGHT
    return links * URL_WEIGHT + sum(map(_grapheme_weight, regex.findall(r"\X", bare)))


def _grapheme_weight(grapheme: str) -> int:
    if _EMOJI.match(grapheme):
        return 2
    return sum(1 if any(low <= ord(char) <= high for low, high in _LIGHT) else 2 for char in grapheme)
