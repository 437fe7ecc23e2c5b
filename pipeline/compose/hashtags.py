"""Hashtags: made from words, found in a text, chosen by the campaign's policy and placed."""

import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import count
from typing import Literal

import regex

from pipeline.campaign import HashtagPolicy
from pipeline.compose.stopwords import STOPWORDS
from pipeline.records import Item
from social.networks.base import Network
from social.networks.counting import hashtags as tags_in

LONGEST = 100
SHORTEST = 4
# ZERO WIDTH NON-JOINER belongs inside Persian words; networks keep it within a tag.
_WORD = regex.compile(r"[\p{L}\p{M}\p{Nd}_]+(?:\u200c[\p{L}\p{M}\p{Nd}_]+)*")
_APOSTROPHES = str.maketrans("", "", "'’ʼ")
_LETTER = regex.compile(r"\p{L}")
_NOT_TEXT = regex.compile(r"https?://\S+|[#＃@＠][\w.-]+|\S+@\S+")
# Scripts without spaces have no words to find; runs of one script are the nearest thing to a term.
_TERM = regex.compile(
    r"(?<!\p{Katakana})[\p{Katakana}ー]{3,12}(?!\p{Katakana})|(?<!\p{Han})\p{Han}{2,6}(?!\p{Han})"
    r"|[^\W\d_\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]"
    r"[^\W_\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]+(?:['’][^\W\d_]+)?"
)
# In these scripts two characters can be a whole word.
_DENSE = regex.compile(r"[\p{Han}\p{Hangul}\p{Katakana}]")
_SENTENCE_START = regex.compile(r"(?:^|[.!?:…»“\"\n])\s*$")
_HUMP = regex.compile(r"(?<=\p{Ll})(?=\p{Lu})")
_SIGN = regex.compile(r"(?<![\w&/#＃])[#＃](?=\w*\p{L})")
_EARLY = 160
_READ = 10_000
# What blog software files a post under when nobody said anything.
_NO_SUBJECT = frozenset(
    ["#uncategorized", "#uncategorised", "#unkategorisiert", "#allgemein", "#nonclassé", "#sincategoría"]
)


@lru_cache(maxsize=4096)
def as_hashtag(word: str) -> str | None:
    """`word` as a hashtag with its sign, or None if no network would link it.

    Letters, marks, digits and underscore of any script stay; several words become CamelCase (`climate change` →
    `#ClimateChange`). A tag needs a letter, two characters unless its script writes words with one, and at most 100.
    """
    words = _WORD.findall(unicodedata.normalize("NFC", word).translate(_APOSTROPHES))
    tag = words[0] if len(words) == 1 else "".join(part[0].title() + part[1:] for part in words)
    if not _LETTER.search(tag) or (len(tag) < 2 and tag.isascii()) or len(tag) > LONGEST:  # noqa: PLR2004
        return None
    return f"#{tag}"


def suggest(text: str, *, most: int = 2, language: str | None = None) -> list[str]:
    """Up to `most` hashtags for what `text` is about, best first.

    Words are weighed by how often they come, whether they are names (capitals inside a sentence), how early they come
    and how long they are; function words of nine languages are left out. `language` (as `de-AT`) matters for German,
    which writes every noun with a capital. Works on a headline as on an article: nothing is learned from a corpus.
    """
    plain = _NOT_TEXT.sub(" ", text)
    found = Counter[str]()
    spelled: dict[str, str] = {}
    nouns_have_capitals = (language or "").lower().startswith("de")
    for start, term in _terms(plain):
        key = term.casefold()
        first = nouns_have_capitals or _SENTENCE_START.search(plain, max(0, start - 8), start)
        found[key] += _weight(term, start, name=term[0].isupper() and not first)
        spelled.setdefault(key, term)
    ranked = sorted(found, key=lambda key: -found[key])
    tags = (as_hashtag(spelled[key]) for key in ranked)
    return [tag for tag in tags if tag][:most]


def _terms(text: str) -> Iterator[tuple[int, str]]:
    for match in _TERM.finditer(text):
        term = regex.sub(r"['’]\w+$", "", match[0])
        if term.casefold() not in STOPWORDS and (len(term) >= SHORTEST or term.isupper() or _DENSE.match(term)):
            yield match.start(), term


def _weight(term: str, start: int, *, name: bool) -> int:
    return 4 + 4 * name + 3 * (term.isupper() and len(term) > 1) + 2 * (start < _EARLY) + min(len(term), 10) // 3


def choose(item: Item, policy: HashtagPolicy, network: Network, *, used: int = 0) -> list[str]:
    """The tags for one post on `network`, most wanted first: the policy's own, the item's, then keywords if asked.

    Hashtags of a sheet's row are its author's own words: they come first, and the policy's limit leaves none out.
    Banned and repeated ones are left out without regard to case. The policy's and the network's limit hold; `used` tags
    that stand in the text already count against the network's. Where tags are unusual (Google) only the row's and the
    policy's `always` are taken.
    """
    own = item.ask.hashtags if item.ask else ()
    most = max(policy.max, len(own))
    if network.text.max_hashtags is not None:
        most = min(most, max(0, network.text.max_hashtags - used))
    if most == 0:
        return []
    sources: list[Callable[[], Iterable[str]]] = [lambda: [*own, *policy.always]]
    if network.text.hashtag_friendly:
        sources.append(lambda: item.tags)
        if policy.keywords:
            sources.append(lambda: _keywords(item.title, item.text, item.language, policy.max * 2))
    seen = {*_NO_SUBJECT} | {tag.casefold() for tag in map(as_hashtag, policy.banned) if tag}
    chosen: list[str] = []
    for source in sources:
        if len(chosen) < most:
            chosen += _unseen(source(), seen)
    return chosen[:most]


# Every network of a campaign asks for the same item in turn.
@lru_cache(maxsize=8)
def _keywords(title: str, text: str, language: str, most: int) -> list[str]:
    return suggest(f"{title}\n{text[:_READ]}", most=most, language=language)


def _unseen(words: Iterable[str], seen: set[str]) -> Iterator[str]:
    for word in words:
        tag = as_hashtag(word)
        if tag and tag.casefold() not in seen:
            seen.add(tag.casefold())
            yield tag


def place(text: str, tags: Sequence[str], position: Literal["auto", "end", "inline"] = "end") -> str:
    """`text` with `tags`: at the `end`, `inline` where the word stands in the text, or `auto`: inline, else at the end.

    A tag that the text has already is not repeated. Links, handles and other hashtags are never touched.
    """
    text, left = (text, list(tags)) if position == "end" else inline(text, tags)
    return text if position == "inline" else append(text, without_repeats(text, left))


def inline(text: str, tags: Sequence[str]) -> tuple[str, list[str]]:
    """Turn the first word of `text` that spells a tag into that tag. Returns the text and the tags without a word."""
    left = []
    for tag in tags:
        taken = [match.span() for match in _NOT_TEXT.finditer(text)]
        # One boundary of \w on each side, and a hump of CamelCase may have been a space or a hyphen.
        word = _HUMP.sub(r"[\\s-]?", tag[1:])
        matches = regex.finditer(rf"(?<![\w#@]){word}(?!\w)", text, regex.IGNORECASE)
        free = (match for match in matches if not any(low <= match.start() < high for low, high in taken))
        match = next(free, None)
        if match is None:
            left.append(tag)
        else:
            text = f"{text[: match.start()]}{tag}{text[match.end() :]}"
    return text, left


def without_repeats(text: str, tags: Iterable[str]) -> list[str]:
    """Those of `tags` that `text` does not have yet, without regard to case."""
    if "#" not in text and "＃" not in text:
        return list(tags)
    there = {tag[1:].casefold() for tag in tags_in(text)}
    return [tag for tag in tags if tag[1:].casefold() not in there]


def append(text: str, tags: Sequence[str] | str) -> str:
    """`text` and the tags behind it: on a line of their own when the text has several lines."""
    suffix = tags if isinstance(tags, str) else " ".join(tags)
    if not text or not suffix:
        return text or suffix
    return f"{text}\n\n{suffix}" if "\n" in text else f"{text} {suffix}"


def limit_signs(text: str, most: int) -> str:
    """`text` with no more than `most` hashtags: further ones lose their sign and stay as words."""
    numbers = count()
    return _SIGN.sub(lambda match: match[0] if next(numbers) < most else "", text)
