"""Hashtags: let the API find some for a text (content.md 7)."""

from social.client.http import Http
from social.contract import routes
from social.contract.hashtags import HashtagsAnswer, HashtagsRequest


class Hashtags:
    """Automatic hashtags. Raises the errors of `social.errors`."""

    def __init__(self, http: Http) -> None:
        self._http = http

    async def auto(self, request: HashtagsRequest) -> HashtagsAnswer:
        """The text with hashtags added; over 1,000 characters it comes back unchanged."""
        return await self._http.call(routes.AUTO_HASHTAGS, body=request)
