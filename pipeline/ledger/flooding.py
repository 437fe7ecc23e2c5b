"""When a known feed suddenly offers many items nobody has seen: new ids for old posts, or a whole archive at once.

Admitting such a reading would flood the networks. Items that are certainly old posts under a new id count as known;
the rest of the suspicious ones is held back until a person says that they are new (`accept_new_ids`).
"""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from pipeline.ledger.admitting import HELD, RENAMED, TRUSTED, Decision, carried_dates
from pipeline.records import Item

FEWEST = 3
"""Fewer suspicious items than this are no flood."""

LATE = timedelta(days=2)
"""An item may turn up so long after the date it carries: queues, time zones, editors."""

SURGE = 10
"""A reading brings at most so many times what the feed's own rhythm lets expect, plus ten items."""

WATCHED = timedelta(days=1)
"""Less time than this says nothing about a feed's rhythm."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A stored item of the feed."""

    identity: str
    content_hash: str
    title: str
    link: str
    first_seen: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """What the ledger knows of a feed: when it was first and last read with success, and every item of it."""

    primed_at: datetime
    last_success: datetime
    items: Sequence[Seen]

    def expected(self, now: datetime) -> float | None:
        """New items to expect since the last reading, by the feed's own rhythm; None when it was not watched enough."""
        watched = self.last_success - self.primed_at
        if watched < WATCHED:
            return None
        came = sum(seen.first_seen > self.primed_at for seen in self.items)
        return came * ((now - self.last_success) / watched)


def flood(entries: Sequence[Item], known: Collection[str], past: Past, *, now: datetime) -> list[Decision]:
    """Decisions on the suspicious items of a reading; empty when it is none of a flood.

    A flood is three suspicious items or more that make up more than half of the reading. Suspicious is an item that
    looks like a stored one, or is dated well before the last reading, or cannot be dated while nothing else in the
    reading is known; and everything when far more comes than the feed's own rhythm lets expect.
    """
    fresh = list({item.identity: item for item in entries if item.identity not in known}.values())
    if len(fresh) < FEWEST:
        return []
    twins = _Twins(seen for seen in past.items if seen.identity not in {item.identity for item in entries})
    all_new = len(fresh) == len({item.identity for item in entries})
    surge = all_new and _is_surge(len(fresh), past, now)
    told = [(item, *_suspicion(item, twins, past, all_new=all_new, surge=surge)) for item in fresh]
    suspects = [(item, state, reason) for item, state, reason in told if state]
    if len(suspects) < FEWEST or 2 * len(suspects) <= len(entries):
        return []
    dates = carried_dates([item for item, _, _ in suspects], now)
    return [
        Decision(item=item, state=state, reason=reason, dated=date)
        for (item, state, reason), date in zip(suspects, dates, strict=True)
    ]


def _is_surge(fresh: int, past: Past, now: datetime) -> bool:
    expected = past.expected(now)
    return expected is not None and fresh > SURGE + SURGE * expected


def _suspicion(item: Item, twins: "_Twins", past: Past, *, all_new: bool, surge: bool) -> tuple[str, str]:
    if twin := twins.certain(item):
        return RENAMED, f"seen before under another id: {twin.identity}"
    if twin := twins.likely(item):
        return HELD, f"has a new id, but link or title of {twin.identity}"
    dated = item.published if item.published_quality in TRUSTED else None
    if dated and dated < past.last_success - LATE:
        return HELD, f"is dated {dated:%Y-%m-%d}, but was not in the feed on {past.last_success:%Y-%m-%d}"
    if surge or (all_new and dated is None):
        return HELD, "nothing in the feed has an id known from before"
    return "", ""


class _Twins:
    """Stored items by what else they can be recognised by. What several of them share tells nothing."""

    def __init__(self, stored: Iterable[Seen]) -> None:
        rows = list(stored)
        self._hashes = {seen.content_hash: seen for seen in rows if seen.content_hash}
        self._pages = _unique((_page(seen.link), seen) for seen in rows)
        self._titles = _unique((seen.title.casefold(), seen) for seen in rows)

    def certain(self, item: Item) -> Seen | None:
        """The stored item that says the same, or has both link and title of this one."""
        if item.content_hash in self._hashes:
            return self._hashes[item.content_hash]
        twin = self._pages.get(_page(item.link))
        return twin if twin and twin.title.casefold() == item.title.casefold() else None

    def likely(self, item: Item) -> Seen | None:
        """The stored item with the same link or the same title."""
        return self._pages.get(_page(item.link)) or self._titles.get(item.title.casefold())


def _unique(pairs: Iterable[tuple[str, Seen]]) -> dict[str, Seen]:
    found = list(pairs)
    counts = Counter(mark for mark, _ in found)
    return {mark: seen for mark, seen in found if mark and counts[mark] == 1}


def _page(link: str) -> str:
    # A site that moves to https or drops its www keeps its pages.
    return link.partition("://")[2].removeprefix("www.").rstrip("/")
