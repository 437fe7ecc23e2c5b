"""What a single header says: the role of its column, the network it names, the time zone it carries."""

import re
from dataclasses import dataclass
from functools import lru_cache

from pipeline.sources.sheets.vocabulary import IDEAS, METRICS, OURS, look_up, normal
from social.networks import NETWORKS, resolve

LONGEST = 80
_LANGUAGES = {"en": "English", "de": "German", "fr": "French", "es": "Spanish", "pt": "Portuguese"}
_CHOICES = re.compile(r"\s*(?:/|\||\bor\b|\boder\b|\bou\b)\s*")
_ALTERNATIVE = 0.8
_MOST_WORDS = 3
_OPTIONS = {"subreddit": "options.reddit.subreddit", "reddit subreddit": "options.reddit.subreddit"}


@dataclass(frozen=True, slots=True)
class Guess:
    """The role a header suggests, how sure that is (0–1), and why."""

    role: str
    confidence: float
    why: str


@lru_cache(maxsize=4096)
def guess(header: str) -> Guess | None:
    """The role that `header` suggests, None when it suggests none.

    Roles are those of `vocabulary.ROLES`, and `texts.<network>`, `mark.<network>`, `options.<network>.<key>`, `own`.
    """
    words = normal(header)
    if not words or len(header) > LONGEST:
        return None
    if words in OURS:
        return Guess("own", 1.0, "written by Dovecote itself")
    if words in _OPTIONS:
        return Guess(_OPTIONS[words], 1.0, f"header {header.strip()!r}")
    return _known(header, words) or _of_network(header, words) or _one_of(header)


def is_metric(header: str) -> bool:
    """True for the header of a column of numbers about posts: views, clicks, budget."""
    return bool(METRICS & set(normal(header).split()))


def is_idea(header: str) -> bool:
    """True where the header itself says that the text is an idea, not final."""
    return bool(IDEAS & set(normal(header).split()))


def _known(header: str, words: str) -> Guess | None:
    found = look_up(words)
    if found is None:
        return None
    role, language, confidence = found
    said = f", {_LANGUAGES[language]}" if language else ", a word often used so"
    return Guess(role, round(confidence, 2), f"header {header.strip()!r}{said}")


def _of_network(header: str, words: str) -> Guess | None:
    if network := _network(header):
        return _network_role(header, network, "")
    tokens = words.split()
    for length in range(min(_MOST_WORDS, len(tokens)), 0, -1):
        for start in range(len(tokens) - length + 1):
            network = _network(" ".join(tokens[start : start + length]))
            if network is None:
                continue
            rest = " ".join(tokens[:start] + tokens[start + length :])
            return _network_role(header, network, rest)
    return None


def _network_role(header: str, network: str, rest: str) -> Guess | None:
    if not rest:
        return Guess(f"mark.{network}", 0.9, f"header {header.strip()!r} names a network")
    role, _, confidence = look_up(rest) or ("", "", 0.0)
    if role == "text":
        return Guess(
            f"texts.{network}", round(confidence, 2), f"header {header.strip()!r} names a network and its text"
        )
    options = NETWORKS[network].options
    if role == "title" and options is not None and "title" in options.model_fields:
        return Guess(f"options.{network}.title", round(confidence, 2), f"header {header.strip()!r} names an option")
    return None


def _network(name: str) -> str | None:
    try:
        return resolve(name).name
    except ValueError:
        return None


def _one_of(header: str) -> Guess | None:
    parts = [part for part in _CHOICES.split(header) if part.strip()]
    found = [known for part in parts if (known := _known(header, normal(part)))] if len(parts) > 1 else []
    if not found:
        return None
    best = max(found, key=lambda known: known.confidence)
    return Guess(best.role, round(best.confidence * _ALTERNATIVE, 2), best.why)
