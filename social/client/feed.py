"""Feeds that the API posts by itself (content.md 5)."""

from social.client.http import Http
from social.contract import feed as models
from social.contract import routes


class Feed:
    """The registered feeds of a profile. Every method raises the errors of `social.errors`."""

    def __init__(self, http: Http) -> None:
        self._http = http

    async def add(self, feed: models.FeedRequest) -> models.Feed:
        """Register a feed: what it holds now is not posted, what is new from now on is."""
        return await self._http.call(routes.ADD_FEED, body=feed)

    async def list(self) -> models.Feeds:
        """The feeds of the profile."""
        return await self._http.call(routes.LIST_FEEDS)

    async def update(self, feed: models.FeedUpdate) -> models.Feed:
        """Change how a feed is posted, or where it is."""
        return await self._http.call(routes.UPDATE_FEED, body=feed)

    async def delete(self, feed_id: str) -> models.FeedDeleted:
        """Post a feed no more."""
        return await self._http.call(routes.DELETE_FEED, body=models.FeedDelete(id=feed_id))
