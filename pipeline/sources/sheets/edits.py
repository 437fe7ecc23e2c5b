"""An edited row is the same row: which row of the last reading each new one comes from. Pure functions."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from pipeline.records import Item

ALIKE = 0.6
_TEXT, _LINK, _WALL, _WHERE, _ROW = 0.6, 0.15, 0.15, 0.05, 0.05
_SHORTEST = 12
_LONGEST = 1000
_NEAR_ROWS = 3
_CROWDED = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class RowTrace:
    """What is kept of a row to recognise it after an edit. `wall` is the slot as written, empty for the queue."""

    identity: str
    row: int
    text: str
    link: str = ""
    wall: str = ""
    platforms: tuple[str, ...] = ()


def trace(item: Item) -> RowTrace:
    """The trace of an item that came from a sheet."""
    ask = item.ask
    texts = ask.texts.values() if ask else ()
    return RowTrace(
        identity=item.identity,
        row=ask.row if ask else 0,
        text=" ".join(" ".join([item.text or item.title, *texts]).split())[:_LONGEST],
        link=item.link,
        wall=ask.slot.wall if ask and ask.slot else "",
        platforms=ask.platforms if ask else (),
    )


def match_edits(before: Sequence[RowTrace], after: Sequence[RowTrace]) -> dict[str, str]:
    """For each row of `after` that is an edited one of `before`: its identity → the identity it had.

    Only rows gone from `before` and new in `after` are compared; each is matched once, the most alike first. Alike are
    rows whose text (0.6), link, date, networks and place add up to 0.6 or more, so that an edited date, link or
    sentence is recognised and a rewritten post is not. Rows with an id of their own never match: their id says who
    they are.
    """
    kept = {one.identity for one in before} & {one.identity for one in after}
    gone = [one for one in before if one.identity not in kept and not one.identity.startswith("id:")]
    new = [one for one in after if one.identity not in kept and not one.identity.startswith("id:")]
    pairs = sorted(_pairs(gone, new), key=lambda pair: (-pair[0], pair[2].row, pair[1].row))
    matched: dict[str, str] = {}
    for _, old, fresh in pairs:
        if fresh.identity not in matched and old.identity not in matched.values():
            matched[fresh.identity] = old.identity
    return matched


def likeness(old: RowTrace, new: RowTrace) -> float:
    """How alike two rows are, 0 to 1."""
    score = _TEXT * _text_likeness(old.text, new.text)
    score += _LINK * (old.link == new.link) + _WALL * (old.wall == new.wall)
    score += _WHERE * (set(old.platforms) == set(new.platforms)) + _ROW * (abs(old.row - new.row) <= _NEAR_ROWS)
    return round(score, 4)


def _pairs(gone: Sequence[RowTrace], new: Sequence[RowTrace]) -> list[tuple[float, RowTrace, RowTrace]]:
    """Pairs alike enough. Compared are rows that share a start, a link, a date or a place: not all with all."""
    shelves: dict[object, list[RowTrace]] = defaultdict(list)
    for old in gone:
        for key in _keys(old):
            shelves[key].append(old)
    pairs = []
    for fresh in new:
        near = {old.identity: old for key in _keys(fresh) for old in _distinct(shelves[key])}
        scored = [(likeness(old, fresh), old, fresh) for old in near.values()]
        pairs += [pair for pair in scored if pair[0] >= ALIKE]
    return pairs


def _distinct(shelf: list[RowTrace]) -> list[RowTrace]:
    """The shelf, unless what it stands for is shared by so many rows that it tells nothing."""
    return shelf if len(shelf) <= _CROWDED else []


def _keys(one: RowTrace) -> list[object]:
    keys: list[object] = [("start", one.text[:_SHORTEST]), ("end", one.text[-_SHORTEST:])]
    keys += [("link", one.link)] if one.link else []
    keys += [("wall", one.wall)] if one.wall else []
    return keys + [("row", one.row + step) for step in (-1, 0, 1)]


def _text_likeness(old: str, new: str) -> float:
    if old == new:
        return 1.0
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    if matcher.real_quick_ratio() < ALIKE / 2 or matcher.quick_ratio() < ALIKE / 2:
        return 0.0
    return matcher.ratio()
