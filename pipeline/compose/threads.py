"""A long text as a thread of posts on the networks that have threads (posts.md 10.14)."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from pipeline.campaign import Threads
from pipeline.compose.fitting import fit
from pipeline.compose.hashtags import append
from pipeline.compose.wording import head
from social.networks.base import Network, TextRule
from social.networks.thread_posts import SEPARATOR

# What the API adds to each post: a space and i/n.
_NUMBER_ROOM = len(" 25/25")
_PARAGRAPHS = re.compile(r"\n{2,}")


@dataclass(frozen=True, slots=True)
class Thread:
    """The posts of a thread in order. `cut` tells that prose is missing, `dropped` which hashtags are."""

    posts: tuple[str, ...]
    cut: bool = False
    dropped: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The text as the API takes it: with the separator that leaves no splitting to its judgement."""
        return SEPARATOR.join(self.posts)


def thread(text: str, network: Network, rule: TextRule, policy: Threads, *, tags: Sequence[str] = ()) -> Thread | None:
    """`text` and `tags` as the posts of a thread, or None if one post is enough.

    Posts end at an empty line, else at a sentence, else at a word, and leave room for their numbers; no link is cut.
    Hashtags stand in the last post. Beyond `policy.most` posts the rest is fitted into the last one.
    """
    if rule.count(append(text, tags)) <= rule.limit:
        return None
    room = replace(rule, limit=rule.limit - (_NUMBER_ROOM if policy.number else 0))
    posts = _packed(text, lambda part: rule.count(part) <= room.limit)
    rest = "\n\n".join(posts[policy.most - 1 :])
    last = fit(rest, network, suffix=" ".join(tags), rule=room)
    if len(posts) <= policy.most:
        last = fit(posts[-1], network, suffix=" ".join(tags), rule=room)
    kept = posts[: min(len(posts), policy.most) - 1]
    return Thread((*kept, last.text), cut=last.cut, dropped=last.dropped)


def _packed(text: str, fits: Callable[[str], bool]) -> list[str]:
    posts: list[str] = []
    current = ""
    for paragraph in _PARAGRAPHS.split(text):
        longer = f"{current}\n\n{paragraph}" if current else paragraph
        if fits(longer):
            current = longer
            continue
        posts += [current] if current else []
        rest = paragraph
        while not fits(rest):
            begun = head(rest, fits)
            posts.append(begun.rstrip())
            rest = rest[len(begun) :].lstrip()
        current = rest
    return [*posts, current] if current else posts
