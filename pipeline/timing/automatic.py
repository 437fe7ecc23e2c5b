"""The API's own auto-schedules: whether there is the one that a campaign names, asked before anything is sent."""

from typing import TYPE_CHECKING

from pipeline.campaign import Timing

if TYPE_CHECKING:
    from social.client import SocialClient


class NoAutoSchedule(ValueError):
    """The API has no auto-schedule of the campaign's title, and would refuse every post for good."""


async def check_auto_schedule(client: "SocialClient", timing: Timing) -> None:
    """Raises NoAutoSchedule unless the profile has `timing.auto_schedule` (content.md 4), or the client's errors."""
    titles = (await client.auto_schedule.list()).schedules
    if timing.auto_schedule not in titles:
        there = f"there are {', '.join(map(repr, sorted(titles)))}" if titles else "there is none"
        raise NoAutoSchedule(
            f"timing.auto_schedule: the API has no auto-schedule titled {timing.auto_schedule!r} (case matters), "
            f"{there}: create it with POST /auto-schedule/set, or name another"
        )
