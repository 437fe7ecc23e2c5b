"""What can be said of a text without a model: shorter forms in its own words."""

import re
from collections import Counter

from pipeline.compose.stopwords import STOPWORDS

_END = re.compile(r"(?<=[.!?…。！？])[\"'”’»)]*\s+")
_WORD = re.compile(r"\w+")
_SHORT_WORD = 3


def sentences(text: str) -> list[str]:
    """The sentences of a text in order, as written."""
    return [one.strip() for line in text.splitlines() for one in _END.split(line) if one.strip()]


def extracts(text: str, most: int) -> list[str]:
    """Up to `most` shorter forms of a text, each of its own sentences in their order, each different.

    Sentences are weighed by how often their words occur in the whole. A text of one sentence has no shorter form.
    """
    parts = sentences(text)
    counted = Counter(word for word in _words(text))
    weights = [sum(counted[word] for word in set(_words(part))) / (1 + len(_words(part))) ** 0.5 for part in parts]
    ranked = sorted(range(len(parts)), key=lambda place: (-weights[place], place))
    found: list[str] = []
    for size in range(1, len(parts)):
        chosen = [ranked[:size], list(range(size))]
        found += [" ".join(parts[place] for place in sorted(places)) for places in chosen]
    return list(dict.fromkeys(found))[:most]


def _words(text: str) -> list[str]:
    found = [word.casefold() for word in _WORD.findall(text)]
    return [word for word in found if len(word) > _SHORT_WORD and word not in STOPWORDS]
