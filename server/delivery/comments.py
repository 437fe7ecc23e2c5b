"""The sandbox's comments: what strangers write under a post, as many and as fast as its number of comments grows.

Pure functions of the post and the instant, like the numbers of `pulse.py`. The texts say nothing of the post: a sandbox
does not understand it.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from server.delivery.ids import BASE36, SORTABLE
from server.delivery.people import Person, stranger
from server.delivery.pulse import PostFacts, commented_at, pulse

MOST = 1000
"""Facebook and Instagram give the newest thousand (content.md 12.3); so do the others here."""

_SPACE = 10**6
_ANSWERS = 0.22
# fmt: off
_TEXTS = (
    "Love this!", "So good 😍", "Well done, all of you.", "This made my morning.", "What I was looking for!",
    "Where can I get one?", "Are you open on Sunday?", "How long does delivery take?", "Is there a vegan option?",
    "Does it come in green?", "Can you ship to Norway?", "What does it cost?", "Mine arrived broken, and now?",
    "Third week of waiting now. Not happy.", "It used to be better.", "The link does not work for me", "Too expensive.",
    "Wunderbar, danke!", "¿Tienen tienda en Madrid?", "Magnifique 👏", "とても素敵です", "Bellissimo!",
    "❤️❤️❤️", "🔥", "👏👏", "😂", "Following for more", "My sister needs to see this", "I have been saying this for years",
    "Interesting. Is there a source for that?", "Can confirm.", "Not sure I agree, but nicely put.", "First!",
    "Earn 500 a day from home, see my profile", "Check my page for free followers!!!", "Great team, great place.",
    "We were there last summer, lovely people.", "Could you make a longer one about this?", "Saved for later.",
)
_ANSWER_TEXTS = (
    "Same here.", "I was wondering too", "No, they have not for a while", "Thanks!", "Agreed", "Why though?",
    "Yes, until six I think", "haha true", "👍", "Give it a try, it is worth it.", "Genau!", "Did you get an answer?",
)
# fmt: on


@dataclass(frozen=True, slots=True, kw_only=True)
class StrangersComment:
    """One comment of a stranger. `parent_id` is the comment it answers, empty for one on the post itself."""

    id: str
    parent_id: str
    author: Person
    text: str
    at: datetime
    likes: int


def strangers_comments(facts: PostFacts, at: datetime, *, most: int = MOST) -> Iterator[StrangersComment]:
    """The comments `facts` has at the instant `at`, newest first."""
    count = _told(facts, at)
    for number in range(count, max(0, count - most), -1):
        yield _comment(facts, number, at)


def strangers_comment(facts: PostFacts, comment_id: str, at: datetime) -> StrangersComment | None:
    """The comment of the post that the network knows under `comment_id`, or None. Costs the same for every id."""
    count = _told(facts, at)
    number = _number_of(facts, comment_id) if count else 0
    if not 0 < number <= count:
        return None
    found = _comment(facts, number, at)
    return found if found.id == comment_id else None


def own_comment_id(facts: PostFacts, key: str) -> str:
    """The network's id of a comment that we wrote; `key` tells our comments apart, for good."""
    drawn = int.from_bytes(hashlib.sha256(f"own:{facts.social_id}:{key}".encode()).digest()[:8])
    # Strangers' comments are numbered from 1 upwards, so those far above are free.
    return _id_of(facts, _SPACE // 2 + drawn % (_SPACE // 2), facts.account.id)


def _told(facts: PostFacts, at: datetime) -> int:
    """How many comments can be read: those counted, none on a network that gives comments no ids."""
    return pulse(facts, at).comments if facts.network in _SHAPES else 0


def _comment(facts: PostFacts, number: int, at: datetime) -> StrangersComment:
    digest = _digest(facts.seed, number)
    parent, author = _parent(facts, number), stranger(facts.network, digest)
    texts = _ANSWER_TEXTS if parent else _TEXTS
    when = commented_at(facts, number)
    # Rounded up, so that a comment is never older than the count that includes it.
    when = when.replace(microsecond=0) + timedelta(seconds=bool(when.microsecond))
    age = max(0.0, (at - when).total_seconds() / 3600)
    return StrangersComment(
        id=_id_of(facts, number, author.id),
        parent_id=_id_of(facts, parent, stranger(facts.network, _digest(facts.seed, parent)).id) if parent else "",
        author=author,
        text=texts[digest[16] % len(texts)],
        at=when,
        likes=int(digest[17] / 32 * min(age, 48) / 48),
    )


def _parent(facts: PostFacts, number: int) -> int:
    """The number of the comment that this one answers, 0 for none. Only comments on the post itself get answers."""
    digest = _digest(facts.seed, number)
    if number == 1 or digest[18] / 256 >= _ANSWERS:
        return 0
    answered = 1 + int.from_bytes(digest[19:23]) % (number - 1)
    return _parent(facts, answered) or answered


@lru_cache(maxsize=16384)
def _digest(seed: str, number: int) -> bytes:
    return hashlib.sha256(f"comment:{seed}:{number}".encode()).digest()


@dataclass(frozen=True, slots=True)
class _Shape:
    """How a network's comment ids look: `{n}` in `text` is a number of `width` digits of `alphabet`."""

    text: str
    alphabet: str = "0123456789"
    width: int = 15

    def write(self, number: int, **parts: str) -> str:
        digits = []
        for _ in range(self.width):
            number, digit = divmod(number, len(self.alphabet))
            digits.append(self.alphabet[digit])
        return self.text.format(n="".join(reversed(digits)), **parts)

    def read(self, comment_id: str) -> int:
        """The number in an id, -1 where there is none. It has `width` digits before what follows `{n}`."""
        behind = len(self.text) - self.text.index("{n}") - len("{n}")
        digits = comment_id[: len(comment_id) - behind][-self.width :]
        if len(digits) < self.width or any(digit not in self.alphabet for digit in digits):
            return -1
        number = 0
        for digit in digits:
            number = number * len(self.alphabet) + self.alphabet.index(digit)
        return number


_SHAPES = {
    "bluesky": _Shape("at://{author}/app.bsky.feed.post/3l{n}", SORTABLE, 11),
    "facebook": _Shape("{post}_{n}"),
    "instagram": _Shape("18{n}"),
    "linkedin": _Shape("7000{n}"),
    "reddit": _Shape("t1_{n}", BASE36, 10),
    "threads": _Shape("18{n}"),
    "tiktok": _Shape("7000{n}"),
    "twitter": _Shape("1900{n}"),
    "youtube": _Shape("Ug{n}AaABAg", BASE36, 10),
}
# Of the number in an id, the last six digits tell the comment (shuffled, by a factor with an inverse), the others the
# post: so a comment is found by its id without looking at every comment there is.
_SHUFFLE = 387_420_489
_UNSHUFFLE = pow(_SHUFFLE, -1, _SPACE)


def _id_of(facts: PostFacts, number: int, author: str) -> str:
    return _SHAPES[facts.network].write(
        _tag(facts.social_id) * _SPACE + number * _SHUFFLE % _SPACE, post=facts.social_id, author=author
    )


def _number_of(facts: PostFacts, comment_id: str) -> int:
    """The number of the post's comment with this id, 0 when the id is of no comment of it."""
    tag, shuffled = divmod(_SHAPES[facts.network].read(comment_id), _SPACE)
    return shuffled * _UNSHUFFLE % _SPACE if tag == _tag(facts.social_id) else 0


@lru_cache(maxsize=16384)
def _tag(social_id: str) -> int:
    return int.from_bytes(hashlib.sha256(f"comments:{social_id}".encode()).digest()[:8]) % 10**9
