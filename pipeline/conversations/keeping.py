"""Remarks as rows of the lake: each once, and once more when it changed (its text, an answer to it). Blocking."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from pipeline.conversations.remarks import Kind, Remark

if TYPE_CHECKING:
    from pipeline.analytics.lake import Lake

TABLES: dict[Kind, str] = {"comment": "comments", "review": "reviews", "message": "messages"}
_TOLD = ("network", "social_id", "text", "answered")


def keep(lake: "Lake", remarks: Sequence[Remark], *, run_id: str, now: datetime, source: str) -> dict[str, int]:
    """Append what the lake does not hold yet; returns how many rows by table."""
    added = {}
    about = {"observed_at": now, "source": source}
    for kind, table in TABLES.items():
        rows = [about | _row(one) for one in remarks if one.kind == kind]
        added[table] = lake.append(table, _new(lake, table, rows), batch=f"{run_id}/{table}") if rows else 0
    return added


def _new(lake: "Lake", table: str, rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    read = lake.frame(table, columns=_TOLD)
    told = {tuple(str(value) for value in row) for row in read.itertuples(index=False, name=None)}
    return [row for row in rows if tuple(str(row[name]) for name in _TOLD) not in told]


def _row(one: Remark) -> dict[str, Any]:
    row: dict[str, Any] = {
        "network": one.network,
        "social_id": one.id,
        "author": one.author,
        "author_id": one.author_id,
        "text": one.text,
        "own": one.own,
        "answered": one.answered,
        "created_at": one.at,
    }
    if one.kind == "comment":
        return row | {"post_id": one.place, "parent_id": one.parent_id or None, "like_count": one.likes}
    if one.kind == "review":
        return row | {"stars": one.stars, "reply": one.reply or None}
    return row | {"conversation_id": one.place}
