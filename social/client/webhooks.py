"""Webhooks: where a profile's events are sent (analytics.md 10). Receiving them: `social.signatures`, `read_event`."""

from social.client.http import Http
from social.contract import routes
from social.contract.webhooks import Action, SecretRequest, WebhookAnswer, WebhookDelete, WebhookRequest, WebhooksQuery
from social.contract.webhooks import Webhooks as WebhooksAnswer


class Webhooks:
    """The webhooks of a profile. Every method raises the errors of `social.errors`."""

    def __init__(self, http: Http) -> None:
        self._http = http

    async def register(self, webhook: WebhookRequest) -> WebhookAnswer:
        """Send the events of an action to an https address, in place of the one before."""
        return await self._http.call(routes.REGISTER_WEBHOOK, body=webhook)

    async def list(self, query: WebhooksQuery | None = None) -> WebhooksAnswer:
        """The addresses by action: `answer.urls`."""
        return await self._http.call(routes.LIST_WEBHOOKS, query=query)

    async def delete(self, action: Action, *, source: str = "") -> WebhookAnswer:
        """Send the events of an action no more."""
        return await self._http.call(routes.DELETE_WEBHOOK, body=WebhookDelete(action=action, source=source))

    async def rotate(self, secret: str) -> WebhookAnswer:
        """Sign with a new secret. The old one signs beside it for 24 hours: receivers have that long to change."""
        return await self._http.call(routes.ROTATE_SECRET, body=SecretRequest(secret=secret))
