"""Analytics: metrics of posts and accounts (analytics.md 3, 4)."""

from social.client.http import Http
from social.contract import routes
from social.contract.analytics import (
    AccountAnalytics,
    LinkDaysQuery,
    LinkEvents,
    PostAnalytics,
    PostAnalyticsRequest,
    SocialAnalyticsRequest,
)


class Analytics:
    """Metrics. Status `partial` is an answer: see its `errors` for the networks that failed. Raises `social.errors`."""

    def __init__(self, http: Http) -> None:
        self._http = http

    async def post(self, request: PostAnalyticsRequest) -> PostAnalytics:
        """Metrics of one post. Raises Refused (code 186) when it is unknown."""
        return await self._http.call(routes.POST_ANALYTICS, body=request)

    async def social(self, request: SocialAnalyticsRequest) -> AccountAnalytics:
        """Metrics of the linked accounts."""
        return await self._http.call(routes.SOCIAL_ANALYTICS, body=request)

    async def links(self, query: LinkDaysQuery | None = None) -> list[LinkEvents]:
        """Clicks of the last days, the older form; `client.links` tells more."""
        return await self._http.listed(routes.ANALYTICS_LINKS, query=query)
