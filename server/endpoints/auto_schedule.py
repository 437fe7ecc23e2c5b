"""`/auto-schedule`: named clock times from which posts take their instant (content.md 4)."""

from typing import Any

from server.answers import ApiError
from server.auth import Caller
from server.routing import handles
from server.store import auto_schedules as store
from server.store import posts
from server.store.auto_schedules import AutoSchedule
from server.views import stored_post
from social.contract.auto_schedule import AutoScheduleDelete, AutoScheduleSet
from social.contract.routes import (
    DELETE_AUTO_SCHEDULE,
    LIST_AUTO_SCHEDULES,
    PENDING_AUTO_SCHEDULE,
    SET_AUTO_SCHEDULE,
)
from social.instants import wire

FORBIDDEN = frozenset("*~/[]")
LONGEST_TITLE = 255


@handles(SET_AUTO_SCHEDULE)
async def set_schedule(caller: Caller, body: AutoScheduleSet) -> dict[str, Any]:
    """Create or replace a schedule; with `setStartDate` alone, only move the start of one that is there."""
    _check_title(body.title)
    async with caller.database.begin() as connection:
        known = await store.get(connection, caller.profile_id, body.title)
        schedule = _merged(body, known)
        await store.put(connection, caller.profile_id, schedule)
    return {
        "status": "success",
        "message": "Auto schedule set.",
        "title": schedule.title,
        "schedule": schedule.times,
        "daysOfWeek": schedule.days if schedule.days is not None else sorted(store.EVERY_DAY),
        "excludeDates": schedule.exclude_dates,
    }


@handles(LIST_AUTO_SCHEDULES)
async def list_schedules(caller: Caller) -> dict[str, Any]:
    """The profile's schedules by title. Code 192 when it never had one (content.md 4.2)."""
    async with caller.database.read() as connection:
        found = await store.every(connection, caller.profile_id)
    if found is None:
        raise ApiError(192)
    return {"status": "success", "schedules": {schedule.title: _shown(schedule) for schedule in found}}


@handles(PENDING_AUTO_SCHEDULE)
async def pending(caller: Caller) -> dict[str, Any]:
    """Posts that wait for an instant a schedule gave them, soonest first (content.md 19)."""
    async with caller.database.read() as connection:
        waiting = await posts.several(connection, await store.pending(connection, caller.profile_id))
    return {"status": "success", "posts": [stored_post(post) for post in waiting]}


@handles(DELETE_AUTO_SCHEDULE)
async def delete_schedule(caller: Caller, body: AutoScheduleDelete) -> dict[str, Any]:
    """Delete a schedule, or keep it and forget how far it was handed out. Posts already scheduled do not move."""
    async with caller.database.begin() as connection:
        known = await store.get(connection, caller.profile_id, body.title)
        if known is None:
            raise ApiError(192, f"There is no auto-schedule titled {body.title!r}. Titles are case-sensitive.")
        if body.delete_last_schedule_date:
            reset = AutoSchedule(
                title=known.title, times=known.times, days=known.days, exclude_dates=known.exclude_dates
            )
            await store.put(connection, caller.profile_id, reset)
            return {"status": "success", "message": "Last schedule date deleted.", "title": body.title}
        await store.remove(connection, caller.profile_id, body.title)
    return {"status": "success", "message": "Auto schedule deleted.", "title": body.title}


def _check_title(title: str) -> None:
    if not title.strip() or len(title) > LONGEST_TITLE or FORBIDDEN & set(title):
        raise ApiError(
            101,
            f"title {title[:40]!r} is not usable: 1 to {LONGEST_TITLE} characters, none of * ~ / [ ] (content.md 4.1).",
        )


def _merged(body: AutoScheduleSet, known: AutoSchedule | None) -> AutoSchedule:
    times = _times(body.schedule)
    if not times and (body.set_start_date is None or known is None):
        raise ApiError(101, "schedule is empty: give at least one UTC clock time such as 13:05Z.")
    if not times and known is not None:
        return AutoSchedule(
            title=known.title,
            times=known.times,
            days=known.days if body.days_of_week is None else _days(body.days_of_week),
            exclude_dates=_dates(body.exclude_dates) or known.exclude_dates,
            start_at=body.set_start_date,
        )
    # A new start forgets the pointer: posts scheduled from now on begin at that date (content.md 4.1).
    keep = known is not None and body.set_start_date is None
    return AutoSchedule(
        title=body.title,
        times=times,
        days=None if body.days_of_week is None else _days(body.days_of_week),
        exclude_dates=_dates(body.exclude_dates),
        start_at=body.set_start_date,
        last_at=known.last_at if known is not None and keep else None,
    )


def _times(given: list[str]) -> tuple[str, ...]:
    try:
        return tuple(dict.fromkeys(f"{store.read_time(text):%H:%M}Z" for text in given))
    except ValueError as error:
        raise ApiError(101, f"schedule: {error}. Write UTC clock times as HH:MMZ, such as 13:05Z.") from error


def _days(given: list[int]) -> tuple[int, ...] | None:
    if wrong := [day for day in given if day not in store.EVERY_DAY]:
        raise ApiError(101, f"daysOfWeek holds {wrong}: give 0 (Sunday) to 6 (Saturday).")
    return tuple(sorted(set(given))) or None


def _dates(given: list[str]) -> tuple[str, ...]:
    try:
        return tuple(text for text in given if store.read_date(text))
    except ValueError as error:
        raise ApiError(101, f"excludeDates: {error}. Write YYYY-MM-DD or MM/DD/YYYY.") from error


def _shown(schedule: AutoSchedule) -> dict[str, Any]:
    shown: dict[str, Any] = {"schedule": schedule.times, "excludeDates": schedule.exclude_dates}
    if schedule.days is not None:
        shown["daysOfWeek"] = schedule.days
    if schedule.last_at is not None:
        shown["lastScheduleDate"] = wire(schedule.last_at)
    return shown
