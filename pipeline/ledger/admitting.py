"""Which items of a reading are taken: the decision alone, without a database. `items.py` carries it out.

A source read for the first time is *primed*: what is present counts as seen, the newest `backfill` excepted. After that
an identity never seen before is taken unless the campaign's filters say no.
"""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

from pipeline.campaign import Filters
from pipeline.records import DateQuality, Item, Verdict

PRIMED = "present when the feed was added"
ADMITTED = "admitted"
FILTERED = "filtered"
QUARANTINED = "quarantined"
CLAIMED = "claimed"
HELD = "held"
RENAMED = "renamed"

TRUSTED = frozenset({DateQuality.EXACT, DateQuality.ASSUMED_ZONE, DateQuality.DATE_ONLY})
# Scripts up to here put spaces between words; in the later ones (Thai, Chinese, Japanese…) a word has no visible edge.
_LAST_SPACED = "\u0dff"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What happens to an item seen for the first time: `state` is admitted, filtered, held or renamed.

    `dated` orders posting. Held and renamed come from `flooding`.
    """

    item: Item
    state: str
    reason: str
    dated: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Admission:
    """What a round of reading brought. `read` counts entries read, plus items left over from an earlier, broken run.

    `admitted` is in the order of posting: left-overs (`recovered` of them), then the new ones, oldest first. Everything
    else read has a verdict. `failed` names sources that could not be read, with the reason; `held` those of which items
    were held back, with what to do about it.
    """

    admitted: tuple[Item, ...] = ()
    verdicts: tuple[Verdict, ...] = ()
    read: int = 0
    recovered: int = 0
    failed: dict[str, str] = field(default_factory=dict)
    held: dict[str, str] = field(default_factory=dict)


def decide(
    items: Sequence[Item], known: Collection[str], filters: Filters, *, backfill: int | None, now: datetime
) -> list[Decision]:
    """Decide about the items whose identity is not `known`, in feed order. `backfill` None: the source is not new."""
    fresh = {item.identity: item for item in reversed(items) if item.identity not in known}
    fresh = dict(reversed(fresh.items()))
    dates = dict(zip(fresh, carried_dates(list(fresh.values()), now), strict=True))
    refused = {identity: reason for identity, item in fresh.items() if (reason := filtered(item, filters))}
    # Feeds put the newest entry first, so among equal dates the earlier place is the newer item.
    newest = sorted((identity for identity in fresh if identity not in refused), key=dates.__getitem__, reverse=True)
    limit, reason = _limit(filters, backfill)
    refused |= dict.fromkeys(newest[limit:] if limit is not None else [], reason)
    return [
        Decision(
            item=item,
            state=FILTERED if identity in refused else ADMITTED,
            reason=refused.get(identity, ""),
            dated=dates[identity],
        )
        for identity, item in fresh.items()
    ]


def posting_order(decisions: Iterable[Decision]) -> list[Decision]:
    """Those to be posted, now or once released, oldest first.

    Of equal dates the one further down in its feed comes first, and rows of sheets come from the top.
    """
    wanted = [decision for decision in decisions if decision.state in {ADMITTED, HELD}]
    wanted.reverse()
    return sorted(wanted, key=lambda one: (one.dated, one.item.ask.row if one.item.ask else 0))


def carried_dates(items: Sequence[Item], now: datetime) -> list[datetime]:
    """A date for each item: its own if trustworthy and not in the future, else that of its neighbour in the feed."""
    own = [item.published if item.published_quality in TRUSTED else None for item in items]
    last = next((date for date in own if date), now)
    dates: list[datetime] = []
    for date in own:
        last = min(date or last, now)
        dates.append(last)
    return dates


def filtered(item: Item, filters: Filters) -> str:
    """Why the campaign's words keep this item out; empty when they do not. Whole words, without regard to case."""
    if not filters.include and not filters.exclude:
        return ""
    said = f"{item.title}\n{item.text}"
    if (banned := _words(tuple(filters.exclude))) and (found := banned.search(said)):
        return f"holds the excluded word {found.group(0)!r}"
    if (wanted := _words(tuple(filters.include))) and not wanted.search(said):
        return f"holds none of the wanted words: {', '.join(filters.include)}"
    return ""


def _limit(filters: Filters, backfill: int | None) -> tuple[int | None, str]:
    newest = filters.newest or None
    if backfill is None:
        return newest, f"beyond the newest {filters.newest} of this source"
    return min(backfill, newest or backfill), PRIMED


@lru_cache(maxsize=64)
def _words(words: tuple[str, ...]) -> re.Pattern[str] | None:
    parts = [_bounded(word.strip()) for word in words if word.strip()]
    return re.compile("|".join(parts), re.IGNORECASE) if parts else None


def _bounded(word: str) -> str:
    before = r"(?<!\w)" if _has_edge(word[0]) else ""
    after = r"(?!\w)" if _has_edge(word[-1]) else ""
    return before + re.escape(word) + after


def _has_edge(character: str) -> bool:
    return character.isalnum() and character <= _LAST_SPACED
