"""User: the selected profile, its networks and quotas (analytics.md 7)."""

from social.client.http import Http
from social.contract import routes
from social.contract.user import User as UserAnswer
from social.contract.user import UserQuery


class User:
    """The profile the client acts for. Raises the errors of `social.errors`."""

    def __init__(self, http: Http) -> None:
        self._http = http

    async def get(self, *, instagram_details: bool = False) -> UserAnswer:
        """The profile; with `instagram_details` also Instagram's account type and quota, which takes longer."""
        return await self._http.call(routes.GET_USER, query=UserQuery(instagram_details=instagram_details))
