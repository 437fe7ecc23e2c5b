"""Reviews of a Facebook page or a Google business, and our replies (content.md 13). One top-level key: the network."""

from typing import Any

from pydantic import Field

from social.contract.base import Answer, Wire
from social.networks import NETWORKS


class ReviewsQuery(Wire):
    """Query of `GET /reviews` and `GET /reviews/:id`: `facebook` or `gmb`."""

    platform: str


class ReviewReplyRequest(Wire):
    """Body of `POST /reviews`."""

    review_id: str
    platform: str
    reply: str = Field(min_length=1, max_length=4096)


class ReviewReplyDelete(Wire):
    """Body of `DELETE /reviews`: whose reply is taken away; the review itself stays."""

    review_id: str
    platform: str


class ReviewReply(Answer):
    """Our answer to a review."""

    reply: str
    updated: str | None = None


class Review(Answer):
    """One review. `rating` is `ONE` to `FIVE` on Google, `positive` or `negative` on Facebook: `stars` reads both."""

    id: str
    rating: str | None = None
    review: str | None = None
    created: str | None = None
    updated: str | None = None
    review_reply: ReviewReply | None = None
    reviewer: dict[str, Any] = {}

    @property
    def stars(self) -> int | None:
        """From 1 to 5; Facebook's two count as 5 and 1. None for a rating nobody knows."""
        return _STARS.get((self.rating or "").upper())


_STARS = {"ONE": 1, "TWO": 2, "THREE": 3, "FOUR": 4, "FIVE": 5, "POSITIVE": 5, "NEGATIVE": 1}


class _OfNetwork(Answer):
    def _given(self) -> Any:  # noqa: ANN401 -- an object or a list of them
        return next((value for name, value in (self.model_extra or {}).items() if name in NETWORKS), None)


class Reviews(_OfNetwork):
    """Reviews, newest first. The totals are Google's alone."""

    average_rating: float | None = None
    total_review_count: int | None = None
    last_updated: str | None = None
    next_update: str | None = None

    @property
    def reviews(self) -> list[Review]:
        """The reviews of the network that was asked for."""
        return [Review.model_validate(one) for one in self._given() or ()]


class OneReview(_OfNetwork):
    """One review under its network's key."""

    @property
    def review(self) -> Review | None:
        """The review."""
        given = self._given()
        return None if given is None else Review.model_validate(given)


class ReviewAction(_OfNetwork):
    """What was done, under the network's key: `{action, status, id, reply, platform}`."""

    status: str | None = None
