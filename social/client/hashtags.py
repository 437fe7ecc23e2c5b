"""Hashtags: found for a text, recommended, searched, checked (content.md 7)."""

from social.client.http import Http
from social.contract import hashtags as models
from social.contract import routes


class Hashtags:
    """Hashtags. Raises the errors of `social.errors`."""

    def __init__(self, http: Http) -> None:
        self._http = http

    async def auto(self, request: models.HashtagsRequest) -> models.HashtagsAnswer:
        """The text with hashtags added; over 1,000 characters it comes back unchanged."""
        return await self._http.call(routes.AUTO_HASHTAGS, body=request)

    async def recommend(self, keyword: str) -> models.Recommendations:
        """Tags for a keyword with TikTok's views; needs a linked TikTok account."""
        return await self._http.call(routes.RECOMMEND_HASHTAGS, query=models.HashtagKeyword(keyword=keyword))

    async def search(self, query: models.HashtagSearch) -> models.SearchResults:
        """Public media of Instagram with a tag; 30 different tags per account in seven days."""
        return await self._http.call(routes.SEARCH_HASHTAGS, query=query)

    async def banned(self, hashtag: str) -> models.BannedAnswer:
        """Whether a tag hides the posts that carry it."""
        return await self._http.call(routes.BANNED_HASHTAGS, query=models.HashtagQuery(hashtag=hashtag))
