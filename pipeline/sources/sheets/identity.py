"""Which row is which: an identity that holds when rows are moved, sorted or inserted.

An id column wins (`id:…`): then any other cell may change and the row stays the same. Without one the identity is a
hash of what is said where (text, else title; texts of networks; link; networks) and, where there is a date, the date
and time as written (`row:…@2025-02-03T10:00:00`). The date belongs to it because the same words on two days are two
posts, wanted ones; and because neither removing the first of them nor adding a third then touches the others. The
price: an edited text or date is a new identity. `match_edits` (edits.py) finds the old one; without an id column a
reader of a changed sheet must ask it before taking a row for new.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence

LONGEST = 200


def row_identity(
    *, own: str, text: str, texts: Mapping[str, str], title: str, link: str, platforms: Sequence[str], wall: str
) -> str:
    """The identity of a row in its sheet. `own` is the cell of the id column, `wall` the date and time as written."""
    if own:
        return f"id:{own}" if len(own) <= LONGEST else f"id:{_hash([own])}"
    said = [
        _folded(text or title),
        sorted((name, _folded(value)) for name, value in texts.items()),
        link,
        sorted(platforms),
    ]
    return f"row:{_hash(said)}" + (f"@{wall}" if wall else "")


def row_hash(parts: Sequence[object]) -> str:
    """Hash of everything a row asks for: differs after any edit that matters. 32 hex digits."""
    return _hash(parts)


def _folded(text: str) -> str:
    return " ".join(text.split())


def _hash(parts: Sequence[object]) -> str:
    return hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode("utf-8", "replace")).hexdigest()[:32]
