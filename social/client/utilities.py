"""Helpers around posts: flairs, collaborators, the channel's watermark, categories (posts.md 7.8)."""

from social.client.http import Http
from social.contract import routes
from social.contract.utilities import (
    CategoriesAnswer,
    CollaboratorsAnswer,
    CollaboratorsQuery,
    FlairsAnswer,
    WatermarkAnswer,
    WatermarkRequest,
)


class Utilities:
    """What some networks want to be asked beside a post. Every method raises the errors of `social.errors`."""

    def __init__(self, http: Http) -> None:
        self._http = http

    async def flairs(self, subreddit: str) -> FlairsAnswer:
        """The flairs of a subreddit, its name without `/r/`."""
        return await self._http.call(routes.GET_FLAIRS, path={"subreddit": subreddit})

    async def collaborators(self, post_id: str, query: CollaboratorsQuery | None = None) -> CollaboratorsAnswer:
        """What the accounts that a post on Instagram invited have answered. Raises Refused (code 294)."""
        return await self._http.call(routes.GET_COLLABORATORS, path={"id": post_id}, query=query)

    async def set_watermark(self, watermark: WatermarkRequest) -> WatermarkAnswer:
        """Show a small square picture at the bottom right of all videos of the YouTube channel."""
        return await self._http.call(routes.SET_WATERMARK, body=watermark)

    async def delete_watermark(self) -> WatermarkAnswer:
        """Take the channel's watermark away."""
        return await self._http.call(routes.DELETE_WATERMARK)

    async def categories(self, region: str) -> CategoriesAnswer:
        """The categories of YouTube videos in a region, a country code such as `US`."""
        return await self._http.call(routes.GET_CATEGORIES, path={"region": region})
