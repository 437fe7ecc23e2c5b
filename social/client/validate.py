"""Checks of texts, JSON and names, without any post (posts.md 7.3–7.7)."""

from social.client.http import Http
from social.contract import routes
from social.contract.posts import ValidateAnswer
from social.contract.validate import (
    LengthAnswer,
    LengthRequest,
    ModerationAnswer,
    ModerationRequest,
    SubredditAnswer,
)


class Validate:
    """Checks; that of a whole post is `client.posts.validate`. Every method raises the errors of `social.errors`."""

    def __init__(self, http: Http) -> None:
        self._http = http

    async def length(self, request: LengthRequest) -> LengthAnswer:
        """How long a text is for each network, and whether it is short enough."""
        return await self._http.call(routes.CHECK_LENGTH, body=request)

    async def json(self, text: str | bytes) -> ValidateAnswer:
        """Whether a text is JSON. One that is not is an answer with status `error`, not an error."""
        return await self._http.call(routes.CHECK_JSON, body=text)

    async def moderation(self, request: ModerationRequest) -> ModerationAnswer:
        """What a moderation model says of a text. Raises NotAllowed where the server has none."""
        return await self._http.call(routes.CHECK_CONTENT, body=request)

    async def subreddit(self, name: str) -> SubredditAnswer:
        """Whether a subreddit exists; its name without `/r/`."""
        return await self._http.call(routes.CHECK_SUBREDDIT, path={"subreddit": name})
