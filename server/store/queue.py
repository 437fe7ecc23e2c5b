"""The queue of due posts: who may send which post now. Leases let several server processes share one store."""

import time
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import bindparam, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from server.store.posts import PostStatus
from server.store.schema import deliveries, posts, to_ms


def real_ms() -> int:
    """The machine's own time, which leases live by."""
    # Leases guard against dead processes, so they run on the machine's clock, not on one that can be moved.
    return round(time.time() * 1000)


async def next_due(connection: AsyncConnection) -> int | None:
    """When the next thing falls due, in milliseconds: a post to send, a delivery to complete, a lease to take over."""
    waiting = select(func.min(posts.c.due_at)).where(posts.c.status == PostStatus.PENDING).scalar_subquery()
    working = select(func.min(deliveries.c.completes_at)).scalar_subquery()
    dead = (posts.c.status == PostStatus.PROCESSING) & (posts.c.lease_until < real_ms())
    orphaned = select(func.min(posts.c.due_at)).where(dead).scalar_subquery()
    found = [one for one in (await connection.execute(select(waiting, working, orphaned))).one() if one is not None]
    return min(found, default=None)


async def claim(connection: AsyncConnection, now: datetime, *, owner: str, seconds: int, limit: int) -> list[str]:
    """Take up to `limit` due posts, oldest first, for `seconds`. There is no age at which a due post is given up."""
    due = (posts.c.status == PostStatus.PENDING) & (posts.c.due_at <= to_ms(now))
    dead = (posts.c.status == PostStatus.PROCESSING) & (posts.c.lease_until < real_ms())
    oldest = select(posts.c.id).where(or_(due, dead)).order_by(posts.c.due_at, posts.c.id).limit(limit)
    ids = list((await connection.scalars(oldest.with_for_update(skip_locked=True))).all())
    if ids:
        values = {"status": PostStatus.PROCESSING, "lease_owner": owner, "lease_until": real_ms() + seconds * 1000}
        await connection.execute(update(posts).where(posts.c.id.in_(ids)).values(values))
    return ids


async def still_mine(connection: AsyncConnection, ids: Iterable[str], owner: str) -> set[str]:
    """Those of the posts whose lease nobody has taken over."""
    mine = (posts.c.id.in_(list(ids))) & (posts.c.lease_owner == owner) & (posts.c.status == PostStatus.PROCESSING)
    return set((await connection.scalars(select(posts.c.id).where(mine).with_for_update())).all())


async def finish(connection: AsyncConnection, outcomes: Iterable[tuple[str, PostStatus]]) -> None:
    """Let go of posts in their final states."""
    statement = update(posts).where(posts.c.id == bindparam("of_post"))
    rows = [{"of_post": post_id, "new_status": status} for post_id, status in outcomes]
    if rows:
        freed = statement.values(status=bindparam("new_status"), lease_owner=None, lease_until=None)
        await connection.execute(freed, rows)


async def release(connection: AsyncConnection, owner: str) -> None:
    """Hand back what was claimed and not sent: the process is stopping."""
    mine = (posts.c.lease_owner == owner) & (posts.c.status == PostStatus.PROCESSING)
    freed = {"status": PostStatus.PENDING, "lease_owner": None, "lease_until": None}
    await connection.execute(update(posts).where(mine).values(freed))
