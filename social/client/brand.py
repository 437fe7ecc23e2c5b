"""Other people's accounts and what is said (content.md 10)."""

from social.client.http import Http
from social.contract import brand as models
from social.contract import routes


class Brand:
    """Look-up, search and listening. Every method raises the errors of `social.errors`."""

    def __init__(self, http: Http) -> None:
        self._http = http

    async def by_user(self, query: models.BrandQuery) -> models.Brands:
        """What is public of accounts, by name."""
        return await self._http.call(routes.BRAND_BY_USER, query=query)

    async def search_facebook(self, search: models.BrandSearch) -> models.FoundBrands:
        """Facebook pages by name, to be mentioned or named as a place."""
        return await self._http.call(routes.BRAND_SEARCH_FACEBOOK, query=search)

    async def search_linkedin(self, search: models.BrandSearch) -> models.FoundBrands:
        """LinkedIn members by name, to be mentioned."""
        return await self._http.call(routes.BRAND_SEARCH_LINKEDIN, query=search)

    async def listen(self, query: models.ListenQuery) -> models.Heard:
        """Public posts of X with a keyword."""
        return await self._http.call(routes.LISTEN_KEYWORD, query=query)
