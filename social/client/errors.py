"""Errors: what a code of the API means (analytics.md 11.4)."""

from social.client.http import Http
from social.contract import routes
from social.contract.errors import ErrorQuery, Explanation


class Errors:
    """The API's own explanations. Raises the errors of `social.errors`."""

    def __init__(self, http: Http) -> None:
        self._http = http

    async def explain(self, code: int, platform: str | None = None) -> Explanation:
        """What a code means and what to do; Refused for a code that the API does not know."""
        return await self._http.call(routes.EXPLAIN_ERROR, query=ErrorQuery(code=code, platform=platform))
