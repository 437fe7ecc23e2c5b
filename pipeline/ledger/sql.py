"""What the ledger's statements share: an INSERT that knows conflicts on both databases, and lists cut to fit."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, TypeVar

from sqlalchemy import ColumnElement, Table, exists, or_, true
from sqlalchemy.dialects import sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from pipeline.ledger.schema import claims
from pipeline.records import Outcome

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql

T = TypeVar("T")

# Both drivers stop at some 32,000 parameters per statement.
_AT_ONCE = 5_000


def insert(connection: AsyncConnection, table: Table) -> "sqlite.Insert | postgresql.Insert":
    """An INSERT of the database's own dialect, so that it can say what happens on conflict."""
    if connection.dialect.name == "postgresql":
        from sqlalchemy.dialects import postgresql  # noqa: PLC0415  (slow to import, and seldom needed)

        return postgresql.insert(table)
    return sqlite.insert(table)


def parts(values: Sequence[T], size: int = _AT_ONCE) -> Iterator[list[T]]:
    """The values in lists of at most `size`."""
    rest = iter(values)
    while part := list(islice(rest, size)):
        yield part


def of_profile(profile: str | None) -> ColumnElement[bool]:
    """That a claim goes to this profile; None is any of them."""
    return true() if profile is None else claims.c.target.startswith(f"{profile}:", autoescape=True)


def way_clear() -> ColumnElement[bool]:
    """Whether a claim replaces nothing, or what it replaces has ended without a post (pipeline/replacing.py)."""
    old = claims.alias("old")
    ended = old.c.outcome.in_((Outcome.WITHDRAWN, Outcome.REFUSED))
    return or_(claims.c.replaces.is_(None), exists().where(old.c.key == claims.c.replaces, ended))


def free(now: datetime, owner: str | None = None) -> ColumnElement[bool]:
    """Whether a claim is leased by nobody, or by `owner` only."""
    unleased = or_(claims.c.lease_owner.is_(None), claims.c.lease_until < now)
    return unleased if owner is None else or_(unleased, claims.c.lease_owner == owner)
