"""What a cell says about where to post: names and aliases of networks, several in one cell."""

import re
from dataclasses import dataclass
from functools import lru_cache

from pipeline.sources.sheets.problems import short
from pipeline.sources.sheets.vocabulary import bag, plain_words
from social.networks import NETWORKS, resolve

LONGEST = 300
_APART = re.compile(r"\s*(?:[,;/&+|\n]|\s(?:and|und|et|y|e)\s)\s*")
_ALL = frozenset(
    {"all", "all platforms", "all networks", "all channels", "alle", "tous", "toutes", "todos", "todas", "every"}
)
_SURFACE = re.compile(
    r"\b(?:pages?|profile?|posts?|feed|company|business|account|seite|personal|organic|formerly twitter"
    r"|reels?|shorts?|stor(?:y|ies)|grid|carousel|videos?|tweets?|thread)\b"
)
_STORY = re.compile(r"\bstor(?:y|ies)\b")
_ELSEWHERE = bag(
    "blog|website|web site|web|site|email|e mail|newsletter|mail|podcast|print|press|medium|whatsapp|substack|discord"
    "|slack"
    "|wechat|weibo|xing|mastodon|quora|flyer|sms|google ads|facebook ads|ads|webseite|internet|event|events|intranet"
    "|none",
    "|",
)
_TOGETHER = frozenset({"x", "twitter", "x twitter", "twitter x"})


@dataclass(frozen=True, slots=True)
class Places:
    """The networks a cell names; `stories` those it wants a story on, `elsewhere` what is no social network of ours."""

    names: tuple[str, ...] = ()
    stories: tuple[str, ...] = ()
    elsewhere: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    everywhere: bool = False


@lru_cache(maxsize=4096)
def networks_in(text: str) -> Places:
    """The networks that `text` names, in order. An alias such as `X / Twitter` is one network."""
    if len(text) > LONGEST:
        return Places(unknown=(short(text),))
    whole = _one(text)
    if whole:
        return Places(names=(whole,), stories=(whole,) if _is_story(text, whole) else ())
    if plain_words(text) in _ALL:
        return Places(everywhere=True)
    names: list[str] = []
    stories: list[str] = []
    elsewhere: list[str] = []
    unknown: list[str] = []
    for part in filter(None, (part.strip() for part in _APART.split(text))):
        name = _one(part)
        if name:
            names.append(name)
            stories += [name] if _is_story(part, name) else []
        else:
            (elsewhere if plain_words(part) in _ELSEWHERE else unknown).append(part)
    return Places(tuple(dict.fromkeys(names)), tuple(dict.fromkeys(stories)), tuple(elsewhere), tuple(unknown))


def _is_story(text: str, network: str) -> bool:
    options = NETWORKS[network].options
    return bool(_STORY.search(plain_words(text))) and options is not None and "stories" in options.model_fields


def _one(text: str) -> str:
    words = plain_words(text)
    for name in (text, words, " ".join(_SURFACE.sub(" ", words).split())):
        try:
            return resolve(name.lstrip("@# ")).name
        except ValueError:
            continue
    return "twitter" if words in _TOGETHER else ""
