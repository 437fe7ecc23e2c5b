"""Auto-schedules: named sets of UTC clock times per profile, and the pointer that hands them out (content.md 4)."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import Row, Select, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from server.answers import ApiError
from server.store import upsert
from server.store.schema import auto_schedules, from_ms, posts, to_ms

EVERY_DAY = frozenset(range(7))
WAITING = ("pending", "paused", "awaiting approval")


@dataclass(frozen=True, slots=True, kw_only=True)
class AutoSchedule:
    """One named schedule. `times` as `HH:MMZ`; `days` 0 = Sunday, None = every day; `exclude_dates` as they were sent.

    `start_at` is the earliest instant to hand out, `last_at` the latest one handed out.
    """

    title: str
    times: tuple[str, ...]
    days: tuple[int, ...] | None = None
    exclude_dates: tuple[str, ...] = ()
    start_at: datetime | None = None
    last_at: datetime | None = None


def read_time(text: str) -> time:
    """A clock time `HH:MMZ`, the `z` in either case. Raises ValueError."""
    clock = datetime.strptime(text.strip().upper(), "%H:%MZ")  # noqa: DTZ007 -- the Z is part of the format
    return clock.time().replace(tzinfo=UTC)


def read_date(text: str) -> date:
    """A date as `YYYY-MM-DD` or `MM/DD/YYYY` (content.md 4.1). Raises ValueError."""
    return datetime.strptime(text.strip(), "%m/%d/%Y" if "/" in text else "%Y-%m-%d").date()  # noqa: DTZ007


def slots(schedule: AutoSchedule, after: datetime) -> Iterator[datetime]:
    """The schedule's instants later than `after`, earliest first, without end."""
    clocks = sorted({read_time(text) for text in schedule.times})
    excluded = {read_date(text) for text in schedule.exclude_dates}
    days = frozenset(schedule.days or EVERY_DAY)
    day = after.date()
    while True:
        # Python counts weekdays from Monday, the contract from Sunday.
        if day.isoweekday() % 7 in days and day not in excluded:
            yield from (slot for clock in clocks if (slot := datetime.combine(day, clock)) > after)
        day += timedelta(days=1)


async def put(connection: AsyncConnection, profile_id: int, schedule: AutoSchedule) -> None:
    """Create or replace the schedule of that title."""
    values = {
        "times": list(schedule.times),
        "days": list(schedule.days) if schedule.days is not None else None,
        "exclude_dates": list(schedule.exclude_dates),
        "start_at": to_ms(schedule.start_at) if schedule.start_at else None,
        "last_at": to_ms(schedule.last_at) if schedule.last_at else None,
        "deleted": False,
    }
    await upsert.put(connection, auto_schedules, {"profile_id": profile_id, "title": schedule.title}, values)


async def get(connection: AsyncConnection, profile_id: int, title: str) -> AutoSchedule | None:
    """The schedule of that title, held against other writers until the transaction ends. None when there is none."""
    mine = _of(profile_id).where(auto_schedules.c.title == title, auto_schedules.c.deleted.is_(False))
    row = (await connection.execute(mine.with_for_update())).first()
    return None if row is None else _read(row)


async def every(connection: AsyncConnection, profile_id: int) -> list[AutoSchedule] | None:
    """The profile's schedules by title; None when it never had one, unlike none left (content.md 4.2)."""
    rows = (await connection.execute(_of(profile_id).order_by(auto_schedules.c.title))).all()
    return [_read(row) for row in rows if not row.deleted] if rows else None


async def remove(connection: AsyncConnection, profile_id: int, title: str) -> bool:
    """Delete a schedule. Posts that got their instant from it stay. False when there was none."""
    table = auto_schedules.c
    gone = update(auto_schedules).where(table.profile_id == profile_id, table.title == title, table.deleted.is_(False))
    done = await connection.execute(gone.values(deleted=True, start_at=None, last_at=None))
    return done.rowcount == 1


async def pending(connection: AsyncConnection, profile_id: int) -> list[str]:
    """The ids of posts that got their instant from a schedule and wait for it."""
    waiting = select(posts.c.id).where(
        posts.c.profile_id == profile_id, posts.c.auto_schedule_title.is_not(None), posts.c.status.in_(WAITING)
    )
    return list(await connection.scalars(waiting))


async def next_slot(connection: AsyncConnection, profile_id: int, title: str, now: datetime) -> datetime:
    """Hand out the next free instant of a schedule and move its pointer (content.md 4.5, 19).

    The pointer never goes back: an instant once handed out is not given again, even if its post was deleted. After the
    pointer was reset, instants of posts still waiting are skipped. Raises ApiError 192 when there is no such schedule.
    """
    schedule = await get(connection, profile_id, title)
    if schedule is None:
        raise ApiError(192, f"There is no auto-schedule titled {title!r}: create it with POST /auto-schedule/set.")
    begin = _begin(schedule, now)
    taken = await _taken(connection, profile_id, title, begin)
    slot = next(slot for slot in slots(schedule, begin) if slot not in taken)
    await put(connection, profile_id, replace(schedule, last_at=slot))
    return slot


def _begin(schedule: AutoSchedule, now: datetime) -> datetime:
    # One microsecond less, because the start itself may be handed out and `slots` looks for later instants only.
    start = schedule.start_at - timedelta(microseconds=1) if schedule.start_at else now
    return max(now, start, schedule.last_at or now)


async def _taken(connection: AsyncConnection, profile_id: int, title: str, after: datetime) -> set[datetime]:
    waiting = select(posts.c.due_at).where(
        posts.c.profile_id == profile_id,
        posts.c.due_at >= to_ms(after),
        posts.c.auto_schedule_title == title,
        posts.c.status.in_(WAITING),
    )
    return {from_ms(due) for due in await connection.scalars(waiting)}


def _of(profile_id: int) -> Select[tuple[object, ...]]:
    return select(auto_schedules).where(auto_schedules.c.profile_id == profile_id)


def _read(row: Row[tuple[object, ...]]) -> AutoSchedule:
    return AutoSchedule(
        title=row.title,
        times=tuple(row.times),
        days=tuple(row.days) if row.days is not None else None,
        exclude_dates=tuple(row.exclude_dates),
        start_at=from_ms(row.start_at) if row.start_at is not None else None,
        last_at=from_ms(row.last_at) if row.last_at is not None else None,
    )
