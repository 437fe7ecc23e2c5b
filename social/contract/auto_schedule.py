"""Auto-schedules: named sets of UTC clock times per profile (content.md 4)."""

from pydantic import Field

from social.contract.base import Answer, Instant, Wire


class AutoScheduleSet(Wire):
    """Body of `POST /auto-schedule/set`. Times as `HH:MMZ`; days 0 = Sunday … 6 = Saturday, all when absent."""

    schedule: list[str] = []
    title: str = "default"
    set_start_date: Instant | None = None
    days_of_week: list[int] | None = None
    exclude_dates: list[str] = []


class AutoScheduleAnswer(Answer):
    """Answer of set: the schedule as stored."""

    status: str
    message: str | None = None
    title: str | None = None
    schedule: list[str] = []
    days_of_week: list[int] | None = None
    exclude_dates: list[str] = []


class Schedule(Answer):
    """One named schedule. `last_schedule_date` is the latest instant handed out, absent when never used."""

    schedule: list[str] = []
    days_of_week: list[int] | None = None
    exclude_dates: list[str] = []
    last_schedule_date: Instant | None = None


class Schedules(Answer):
    """Answer of list: schedules by title. Code 192, no schedule yet, is read as empty (content.md 4.2)."""

    status: str = "success"
    schedules: dict[str, Schedule] = Field(default_factory=dict)


class AutoScheduleDelete(Wire):
    """Body of delete. `delete_last_schedule_date` keeps the schedule and lets allocation start again from now."""

    title: str = "default"
    delete_last_schedule_date: bool = False


class PendingPosts(Answer):
    """Auto-scheduled posts not yet published (shape: proposal of content.md 19)."""

    status: str
    posts: list[dict[str, object]] = []


class Done(Answer):
    """A plain confirmation."""

    status: str
    message: str | None = None
