"""Direct messages (content.md 14)."""

from social.client.http import Http
from social.contract import messages as models
from social.contract import routes


class Messages:
    """Direct messages of a profile. Every method raises the errors of `social.errors`."""

    def __init__(self, http: Http) -> None:
        self._http = http

    async def list(self, platform: str, query: models.MessagesQuery | None = None) -> models.Messages:
        """Messages on `facebook`, `instagram` or `twitter`, newest first."""
        return await self._http.call(routes.LIST_MESSAGES, path={"platform": platform}, query=query)

    async def send(self, platform: str, message: models.MessageRequest) -> models.MessageSent:
        """Write to somebody who wrote first. Not repeated by itself: a lost answer may have been a message."""
        return await self._http.call(routes.SEND_MESSAGE, path={"platform": platform}, body=message)

    async def auto_response(self) -> models.AutoResponse:
        """The automatic answer."""
        return await self._http.call(routes.GET_AUTO_RESPONSE)

    async def set_auto_response(self, wanted: models.AutoResponseSet) -> models.AutoResponseChanged:
        """Change the automatic answer."""
        return await self._http.call(routes.SET_AUTO_RESPONSE, body=wanted)
