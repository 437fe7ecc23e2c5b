"""User profiles and linking sessions (analytics.md 8, 9)."""

from social.client.http import Http
from social.contract import profiles as models
from social.contract import routes


class Profiles:
    """The user profiles of an account. Every method raises the errors of `social.errors`."""

    def __init__(self, http: Http) -> None:
        self._http = http

    async def create(self, profile: models.ProfileRequest) -> models.ProfileCreated:
        """Make a profile and keep its key: it is given only here. Raises Refused (code 146) for a title in use."""
        return await self._http.call(routes.CREATE_PROFILE, body=profile)

    async def list(self, query: models.ProfilesQuery | None = None) -> models.Profiles:
        """Profiles by filter, one page; `pagination.next_cursor` asks for the next."""
        return await self._http.call(routes.LIST_PROFILES, query=query)

    async def update(self, changes: models.ProfileUpdate) -> models.ProfileChanged:
        """Change the profile of `profile_key`, or that of the client."""
        return await self._http.call(routes.UPDATE_PROFILE, body=changes)

    async def delete(self, which: models.ProfileDelete) -> models.ProfileChanged:
        """Delete a profile with everything that belongs to it. There is no way back."""
        return await self._http.call(routes.DELETE_PROFILE, body=which)

    async def unlink(self, platform: str) -> models.Unlinked:
        """Unlink a network from the client's profile, from the primary one without `profile_key`."""
        return await self._http.call(routes.UNLINK_SOCIAL, body=models.Unlink(platform=platform))

    async def link_session(self, session: models.LinkSessionRequest | None = None) -> models.LinkSession:
        """An address at which the user of the client's profile links accounts, five minutes long unless told."""
        return await self._http.call(routes.CREATE_LINK_SESSION, body=session or models.LinkSessionRequest())

    async def generate_jwt(self, request: models.JwtRequest) -> models.Jwt:
        """The same, the older way."""
        return await self._http.call(routes.GENERATE_JWT, body=request)
