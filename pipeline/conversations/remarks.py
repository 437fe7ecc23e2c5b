"""One thing somebody said to an account, wherever: the shape that comments, reviews and messages share."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Kind = Literal["comment", "review", "message"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """A comment, a review or a direct message.

    `place` is where it stands: the API's id of the post, or the conversation's; empty for reviews. `stars` are 1 to 5,
    of reviews only. `own` says that the account wrote it, `answered` that the account has answered it, `answerable`
    that the network takes an answer through the API. `parent_id` is the comment that a comment answers.
    """

    kind: Kind
    network: str
    id: str
    place: str
    text: str
    author: str
    author_id: str
    at: datetime | None
    own: bool = False
    answered: bool = False
    answerable: bool = True
    parent_id: str = ""
    stars: int | None = None
    likes: int | None = None
    reply: str = ""
    native_post_id: str = ""
    urn: str = ""

    @property
    def key(self) -> str:
        """What tells it apart from every other remark of the profile."""
        return f"{self.kind}:{self.network}:{self.id}"
