"""Links: short links and their clicks (content.md 8)."""

from social.client.http import Http
from social.contract import routes
from social.contract.links import Link, LinkRequest, LinksAnswer, LinksQuery, LinkUpdate


class Links:
    """The short links of a profile. Every method raises the errors of `social.errors`."""

    def __init__(self, http: Http) -> None:
        self._http = http

    async def create(self, link: LinkRequest) -> Link:
        """Shorten a URL. The same URL always yields the same link."""
        return await self._http.call(routes.CREATE_LINK, body=link)

    async def update(self, link_id: str, url: str) -> Link:
        """Give a short link a new destination."""
        return await self._http.call(routes.UPDATE_LINK, path={"id": link_id}, body=LinkUpdate(url=url))

    async def list(self, query: LinksQuery | None = None) -> LinksAnswer:
        """All links with their clicks, newest first."""
        return await self._http.call(routes.LIST_LINKS, query=query)

    async def get(self, link_id: str, query: LinksQuery | None = None) -> LinksAnswer:
        """The clicks of one link."""
        return await self._http.call(routes.GET_LINK, path={"id": link_id}, query=query)
