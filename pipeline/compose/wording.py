"""Shortening prose cleanly: at a sentence if one ends near, else at a word, else between two characters as seen."""

from bisect import bisect_left
from collections.abc import Callable

import regex

ELLIPSIS = "…"
_GRAPHEME = regex.compile(r"\X")
_CLOSING = r"[\"'»”’)\]」』）]*"
_ABBREVIATED = r"(?<!\b(?:\p{L}|Mr|Mrs|Ms|Dr|Prof|St|Nr|No|Bd|vs|etc|ca|bzw|Inc|Ltd|Co|Jr|Sr|Fig|al|approx|Sra|Mme))"
_SENTENCE_END = regex.compile(
    rf"{_ABBREVIATED}\.{_CLOSING}(?=\s+[\p{{Lu}}\p{{Lo}}\p{{Nd}}\"'«“„¿¡(]|\s*$|\n)|[!?]+{_CLOSING}(?=\s|$)|[。！？]{_CLOSING}|(?=\n)"
)
_WORD_END = regex.compile(r"(?<=\S)(?=\s)")
_DANGLING = " \t\n,;:–—-([{\"'“„«‚¿¡/&"
# A sentence or word end is taken only if it keeps this share of what would fit.
_SENTENCE_SHARE, _WORD_SHARE = 0.6, 0.5


def first_sentence(text: str) -> str:
    """The first sentence of `text`, or all of it. Common abbreviations (`Dr.`, `U.S.`) end none."""
    text = text.strip()
    end = _SENTENCE_END.search(text)
    return text[: end.end()] if end else text


def truncate_words(text: str, most: int, end: str = ELLIPSIS) -> str:
    """The first `most` words of `text`, with `end` if there were more."""
    words = text.split()
    return text.strip() if len(words) <= most else " ".join(words[:most]).rstrip(_DANGLING) + end


def shorten(text: str, limit: int, count: Callable[[str], int] = len) -> str:
    """`text` in at most `limit` as `count` counts, cut cleanly; empty when not even one character fits."""
    return cut(text, lambda part: count(part) <= limit) or ""


def cut(text: str, fits: Callable[[str], bool]) -> str | None:
    """The longest clean beginning of `text` that `fits`, `…` added where it ends inside a sentence; None if none does.

    `fits` is asked about whole candidates, so it may count in any way; the answer has always been asked for.
    """
    if fits(text):
        return text
    ends = [match.end() for match in _GRAPHEME.finditer(text)]
    # How long a text counts grows with its length, nearly: what the search misses by is caught by asking again.
    room = bisect_left(ends, True, key=lambda end: not fits(text[:end].rstrip() + ELLIPSIS))
    while room > 0:
        reach = ends[room - 1]
        for candidate in (_sentence(text, reach), _word(text, reach), text[:reach].rstrip() + ELLIPSIS):
            if candidate and fits(candidate):
                return candidate
        room -= 1 + room // 8
    return None


def _sentence(text: str, reach: int) -> str | None:
    ends = [match.end() for match in _SENTENCE_END.finditer(text, int(reach * _SENTENCE_SHARE), reach + 1)]
    return text[: ends[-1]].rstrip() if ends and ends[-1] <= reach else None


def _word(text: str, reach: int) -> str | None:
    ends = [match.end() for match in _WORD_END.finditer(text, int(reach * _WORD_SHARE), reach + 1)]
    kept = text[: ends[-1]].rstrip(_DANGLING) if ends else ""
    return kept + ELLIPSIS if kept else None


def head(text: str, fits: Callable[[str], bool]) -> str:
    """The longest beginning of whole sentences that `fits`, else of whole words; nothing is added.

    A first word that does not fit is taken whole if it is a link, else as far as it fits, and always a bit of it.
    """
    ends = [match.end() for match in _WORD_END.finditer(text)] + [len(text.rstrip())]
    room = bisect_left(ends, True, key=lambda end: not fits(text[:end]))
    if room:
        return _sentence(text, ends[room - 1]) or text[: ends[room - 1]]
    word = text[: ends[0]]
    if "://" in word:
        return word
    seen = [match.end() for match in _GRAPHEME.finditer(word)]
    return word[: seen[max(0, bisect_left(seen, True, key=lambda end: not fits(word[:end])) - 1)]]
