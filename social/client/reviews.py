"""Reviews and our replies (content.md 13)."""

from social.client.http import Http
from social.contract import reviews as models
from social.contract import routes


class Reviews:
    """The reviews of a page or a business. Every method raises the errors of `social.errors`."""

    def __init__(self, http: Http) -> None:
        self._http = http

    async def list(self, platform: str) -> models.Reviews:
        """All reviews on `facebook` or `gmb`, newest first. Raises Refused (code 350) when there are none."""
        return await self._http.call(routes.LIST_REVIEWS, query=models.ReviewsQuery(platform=platform))

    async def get(self, review_id: str, platform: str) -> models.OneReview:
        """One review. Raises Refused (code 349) when it is gone."""
        query = models.ReviewsQuery(platform=platform)
        return await self._http.call(routes.GET_REVIEW, path={"id": review_id}, query=query)

    async def reply(self, reply: models.ReviewReplyRequest) -> models.ReviewAction:
        """Answer a review, in place of an earlier answer."""
        return await self._http.call(routes.REPLY_REVIEW, body=reply)

    async def delete_reply(self, reply: models.ReviewReplyDelete) -> models.ReviewAction:
        """Take our answer away."""
        return await self._http.call(routes.DELETE_REVIEW_REPLY, body=reply)
