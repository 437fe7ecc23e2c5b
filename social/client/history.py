"""History: posts sent or scheduled through the API (content.md 3). Here a lost answer is read back by its `notes`."""

from collections.abc import AsyncIterator, Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from social.client.http import Http
from social.contract import routes
from social.contract.history import History as HistoryAnswer
from social.contract.history import HistoryIdQuery, HistoryQuery, NetworkHistory, NetworkHistoryQuery, Status
from social.contract.posts import StoredPost
from social.errors import SocialError
from social.instants import utc

PAGE = 1000
"""Rows a page holds at most."""

_OLDER_PAGE = 500
_SECOND = timedelta(seconds=1)
_STATUSES: tuple[Status, ...] = ("success", "error", "processing", "pending", "paused", "awaiting approval")


class _Window(NamedTuple):
    start: datetime
    end: datetime
    status: Status | None


class History:
    """The posts of a profile as the API remembers them. Every method raises the errors of `social.errors`."""

    def __init__(self, http: Http) -> None:
        self._http = http

    async def list(self, query: HistoryQuery | None = None) -> HistoryAnswer:
        """One page, newest first; empty when there is nothing. Pages over 25 rows may be a minute old."""
        return await self._http.call(routes.GET_HISTORY, query=query or HistoryQuery())

    async def get(self, post_id: str, *, search_all_posts: bool = False, platform: str | None = None) -> StoredPost:
        """One post, with `search_all_posts` among those of all profiles. Raises Refused (code 186) when unknown.

        With `platform` the id is that network's own, and the answer has the network's keys (content.md 3.3).
        """
        query = HistoryIdQuery(search_all_posts=search_all_posts, search_platform_id=bool(platform), platform=platform)
        return await self._http.call(routes.GET_HISTORY_ID, path={"native_id": post_id}, query=query)

    async def network(self, platform: str, query: NetworkHistoryQuery | None = None) -> NetworkHistory:
        """A page of what the network itself shows of the linked account, posts not sent through the API included."""
        return await self._http.call(routes.GET_NETWORK_HISTORY, path={"platform": platform}, query=query)

    async def everything(
        self, start: datetime, end: datetime, *, statuses: Iterable[Status | None] = (None, "deleted")
    ) -> AsyncIterator[StoredPost]:
        """Every post with a publish or schedule date from `start` to `end`, both included, each once.

        Scheduled posts have dates to come, so `end` may lie in the future. `statuses` are read one after the other;
        None is all but deleted. A page has no cursor, so a window that fills one is halved and read again, newer half
        first. Raises ValueError for naive dates, SocialError when more than a page of posts share one second: better
        an error than some of them.
        """
        first, last = utc(start).replace(microsecond=0), _whole_second_after(utc(end))
        windows = [_Window(first, last, status) for status in statuses][::-1]
        seen: set[str] = set()
        while windows:
            window = windows.pop()
            query = HistoryQuery(limit=PAGE, start_date=window.start, end_date=window.end, status=window.status)
            rows = (await self.list(query)).history
            if len(rows) >= PAGE or len(rows) == _OLDER_PAGE:
                windows += _narrowed(window)
                continue
            for row in rows:
                if row.id not in seen:
                    seen.add(row.id)
                    yield row


def _narrowed(window: _Window) -> list[_Window]:
    # Halves share their border: rows may carry fractions of a second, while the wire has whole ones.
    seconds = int((window.end - window.start) / _SECOND)
    if seconds > 1:
        middle = window.start + (seconds // 2) * _SECOND
        return [window._replace(end=middle), window._replace(start=middle)]
    if window.status is None:
        return [window._replace(status=status) for status in reversed(_STATUSES)]
    raise SocialError(
        f"more than a page of posts with status {window.status} share the second {window.start.isoformat()}: the "
        f"history cannot show them all; spread the schedule",
        route=str(routes.GET_HISTORY),
    )


def _whole_second_after(instant: datetime) -> datetime:
    floor = instant.replace(microsecond=0)
    return floor if floor == instant else floor + _SECOND
