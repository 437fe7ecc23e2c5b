"""Which instants the API itself holds: posts waiting there, whoever scheduled them, take their slots too."""

from collections.abc import Collection
from datetime import datetime, timedelta

from social.client import SocialClient
from social.contract.history import Status

FARTHEST = timedelta(days=366)
"""How far ahead is looked."""

_WAITING: tuple[Status, ...] = ("pending", "awaiting approval", "paused")


async def waiting_at_api(client: SocialClient, networks: Collection[str], now: datetime) -> set[datetime]:
    """Instants from `now` on at which the profile has a post waiting for one of `networks` (content.md 3.1).

    Raises the errors of `social.errors`: a slot that may be taken is not given away.
    """
    wanted = frozenset(networks)
    rows = client.history.everything(now, now + FARTHEST, statuses=_WAITING)
    return {row.schedule_date async for row in rows if row.schedule_date and not wanted.isdisjoint(row.platforms)}
