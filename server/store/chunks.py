"""Long lists of ids in pieces that a statement takes: PostgreSQL's driver allows 32,767 parameters, SQLite 32,766."""

from collections.abc import Iterator, Sequence

AT_ONCE = 10_000


def chunks(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    """`ids` in order, at most `AT_ONCE` at a time; nothing for none."""
    return (ids[start : start + AT_ONCE] for start in range(0, len(ids), AT_ONCE))
