"""Auto-schedules: named sets of UTC clock times (content.md 4)."""

from social.client.http import Http
from social.contract import routes
from social.contract.auto_schedule import (
    AutoScheduleAnswer,
    AutoScheduleDelete,
    AutoScheduleSet,
    Done,
    PendingPosts,
    Schedules,
)


class AutoSchedule:
    """The auto-schedules of a profile. Every method raises the errors of `social.errors`."""

    def __init__(self, http: Http) -> None:
        self._http = http

    async def set(self, schedule: AutoScheduleSet) -> AutoScheduleAnswer:
        """Create a schedule, or replace the one of the same title."""
        return await self._http.call(routes.SET_AUTO_SCHEDULE, body=schedule)

    async def list(self) -> Schedules:
        """The schedules by title; empty when there was never one."""
        return await self._http.call(routes.LIST_AUTO_SCHEDULES)

    async def pending(self) -> PendingPosts:
        """Auto-scheduled posts not yet published."""
        return await self._http.call(routes.PENDING_AUTO_SCHEDULE)

    async def delete(self, what: AutoScheduleDelete) -> Done:
        """Delete a schedule, or only forget the last instant it handed out."""
        return await self._http.call(routes.DELETE_AUTO_SCHEDULE, body=what)
