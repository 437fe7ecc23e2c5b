"""How networks count text (posts.md 12.1): X by twitter-text weights, Bluesky by graphemes, others by code points."""

import unicodedata
from collections.abc import Callable

import regex

from social.networks.domains import link_pattern

LINK_WEIGHT = 23
EMOJI_WEIGHT = 2
# twitter-text 3: these ranges weigh 1, everything else 2.
_HEAVY = regex.compile(r"[^\u0000-\u10FF\u2000-\u200D\u2010-\u201F\u2032-\u2037]+")
_PICTOGRAPH = r"(?:(?![©®](?!\uFE0F))\p{Extended_Pictographic}(?:\uFE0F|\p{Emoji_Modifier})?)"
_EMOJI = regex.compile(
    rf"\p{{Regional_Indicator}}{{2}}|[0-9#*]\uFE0F?\u20E3|{_PICTOGRAPH}[\U000E0020-\U000E007F]*(?:\u200D{_PICTOGRAPH})*"
)
_GRAPHEME = regex.compile(r"\X")
_HASHTAG = regex.compile(r"(?<![\w&/#＃])[#＃](?=\w*\p{L})\w+")
_MENTION = regex.compile(r"(?<![\w.@/])[@＠]\w(?:[\w.-]*\w)?")


def code_points(text: str) -> int:
    """Unicode code points."""
    return len(text)


def graphemes(text: str) -> int:
    """User-perceived characters: an emoji with skin tone, or a letter with its accents, is one."""
    return len(text) if text.isascii() and "\r" not in text else len(_GRAPHEME.findall(text))


def weighted(text: str) -> int:
    """X's weighted length of the NFC text: a link 23, an emoji 2, most non-Latin characters 2 (posts.md 10.12).

    A link is one with `http(s)://` or a bare domain; both become a t.co link of fixed length.
    """
    text = unicodedata.normalize("NFC", text)
    links = 0
    if "." in text:
        text, links = link_pattern().subn("", text)
    if text.isascii() and "\u20e3" not in text:
        return len(text) + links * LINK_WEIGHT
    text, emoji = _EMOJI.subn("", text)
    heavy = sum(map(len, _HEAVY.findall(text)))
    return len(text) + heavy + links * LINK_WEIGHT + emoji * EMOJI_WEIGHT


def hashtags(text: str) -> list[str]:
    """The hashtags with their sign, in order; `#1` is none."""
    return _HASHTAG.findall(text)


def mentions(text: str) -> list[str]:
    """The @handles with their sign, in order; the domain of a mail address is none."""
    return _MENTION.findall(text)


def cut(text: str, limit: int, count: Callable[[str], int] = code_points) -> str:
    """The longest beginning of whole user-perceived characters that counts at most `limit`, without trailing space."""
    if count(text) <= limit:
        return text
    ends = [match.end() for match in regex.finditer(r"\X", text)]
    low, high = 0, len(ends)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if count(text[: ends[middle - 1]]) <= limit else (low, middle - 1)
    return text[: ends[low - 1]].rstrip() if low else ""
